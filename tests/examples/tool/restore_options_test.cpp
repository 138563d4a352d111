#include "examples/tool/restore_options.hpp"

#include <langexport/error.hpp>

#include "support/catch.hpp"
#include "support/scoped_environment.hpp"

#include <stdexcept>
#include <string>

namespace restore_options_test {

using namespace tool;
using namespace langexport_tests;

namespace {

class usual_environment : public scoped_environment {
public:
    usual_environment()
        : scoped_environment({"AZURE_LANGUAGE_ENDPOINT", "AZURE_LANGUAGE_KEY",
                              "AZURE_LANGUAGE_KEY2", "AZURE_TENANT_ID", "AZURE_CLIENT_ID",
                              "IDENTITY_ENDPOINT", "https_proxy", "HTTPS_PROXY", "all_proxy",
                              "ALL_PROXY"},
                             {{"AZURE_LANGUAGE_ENDPOINT", "https://a.example"},
                              {"AZURE_LANGUAGE_KEY", "the-key"}}) {}
};

// Why the arguments are rejected; empty if they are not.
std::string rejected(const texts& arguments) {
    const usual_environment environment;
    try {
        read_restore_arguments(arguments);
    } catch (const std::invalid_argument& error) {
        return error.what();
    } catch (const langexport::export_error& error) {
        return error.diagnostics().detail;
    }
    return {};
}

} // namespace

TEST_CASE("a restore needs a folder, and by default replaces nothing", "[tool][restore_options]") {
    const usual_environment environment;
    const restore_settings s = read_restore_arguments({"backup"});
    CHECK(s.folder == "backup");
    CHECK(s.existing == existing_projects::fail);
    CHECK_FALSE(s.without_manifest);
    CHECK_FALSE(s.run.dry_run);
    CHECK_FALSE(s.run.is_resumed());
    CHECK(s.resource().endpoint == "https://a.example");
    CHECK(s.resource().quota.submissions == 10);
    const langexport::client_params params = s.make_params();
    CHECK(params.application_id == "restore_projects");
    CHECK(params.job_timeout == 30min);
}

TEST_CASE("the options of a restore are those of a backup, and its own",
          "[tool][restore_options]") {
    const usual_environment environment;
    const restore_settings s = read_restore_arguments(
        {"--include", "A*", "--exclude", "*2", "--if-exists", "skip", "--without-manifest",
         "--dry-run", "--report", "r.jsonl", "--endpoint", "https://b.example", "--quota-window",
         "0", "--poll-first", "20ms", "--quiet", "my backup"});
    CHECK(s.run.filter.chooses("A1"));
    CHECK_FALSE(s.run.filter.chooses("A2"));
    CHECK(s.existing == existing_projects::skip);
    CHECK(s.without_manifest);
    CHECK(s.run.dry_run);
    CHECK(s.run.report == "r.jsonl");
    CHECK(s.resource().endpoint == "https://b.example");
    CHECK(s.resource().quota.submissions == 0);
    CHECK(s.run.poll_first == 20ms);
    CHECK(s.run.log_level == langexport::log_level::error);
}

TEST_CASE("the command that resumes a restore repeats its options and folder",
          "[tool][restore_options]") {
    const usual_environment environment;
    CHECK(read_restore_arguments({"--if-exists", "replace", "--report", "r.jsonl", "my backup"})
              .run.kept == " --if-exists replace 'my backup'");
    CHECK(read_restore_arguments({"--", "-b"}).run.kept == " ./-b");
    const restore_settings s = read_restore_arguments({"--resume", "r.jsonl", "backup"});
    CHECK(s.run.resume == "r.jsonl");
    CHECK(s.run.kept == " backup");
}

TEST_CASE("options that a restore cannot use are rejected", "[tool][restore_options]") {
    CHECK_THAT(rejected({}), contains_text("name one folder"));
    CHECK_THAT(rejected({"a", "b"}), contains_text("name one folder"));
    CHECK_THAT(rejected({""}), contains_text("folder is empty"));
    CHECK(rejected({"--if-exists", "ask", "a"}) == "--if-exists: fail, replace or skip");
    CHECK_THAT(rejected({"--if-exists=", "a"}), contains_text("--if-exists needs a value"));
    CHECK_THAT(rejected({"--resume=", "a"}), contains_text("--resume needs a value"));
    CHECK(rejected({"--include", "", "a"}) == "--include needs a value");
    CHECK(rejected({"--exclude", "--dry-run", "a"}) ==
          "--exclude needs a value, and '--dry-run' is an option");
    CHECK(rejected({"--api-version", "--dry-run", "a"}) ==
          "--api-version needs a value, and '--dry-run' is an option");
    CHECK_THAT(rejected({"--surface", "analyze-text", "a"}),
               contains_text("unknown option '--surface'"));
    CHECK_THAT(rejected({"--max-in-flight", "0", "a"}), contains_text("--max-in-flight"));
    CHECK_THAT(rejected({"--auth", "none", "a"}), contains_text("--auth: key, entra"));
    CHECK_THAT(rejected({"--endpoint", "nonsense", "a"}),
               contains_text("does not start with https://"));
    CHECK(rejected({"a"}).empty());
}

TEST_CASE("the report of a restore is not the manifest of its folder", "[tool][restore_options]") {
    CHECK(rejected({"backup", "--report", "backup/manifest.json"}) ==
          "--report: 'backup/manifest.json' is the manifest of the folder: name another file");
    CHECK(rejected({"backup", "--report", "manifest.json"}).empty());
}

} // namespace restore_options_test
