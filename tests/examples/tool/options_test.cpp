// The options of the backup tool.

#include "examples/tool/options.hpp"

#include <langexport/error.hpp>
#include <langexport/export_job.hpp>

#include "support/catch.hpp"
#include "support/scoped_environment.hpp"
#include "support/temporary_folder.hpp"

#include <chrono>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace options_test {

using namespace tool;
using namespace langexport_tests;
using langexport::log_level;

namespace {

// A resource and its key are in the environment, and nothing else is.
class usual_environment : public scoped_environment {
public:
    explicit usual_environment(const variables& values = {{"AZURE_LANGUAGE_ENDPOINT",
                                                           "https://a.example"},
                                                          {"AZURE_LANGUAGE_KEY", "the-key"}})
        : scoped_environment({"AZURE_LANGUAGE_ENDPOINT", "AZURE_LANGUAGE_KEY",
                              "AZURE_LANGUAGE_KEY2", "AZURE_TENANT_ID", "AZURE_CLIENT_ID",
                              "IDENTITY_ENDPOINT", "https_proxy", "HTTPS_PROXY", "all_proxy",
                              "ALL_PROXY"},
                             values) {}
};

// Why the arguments are rejected; empty if they are not.
std::string rejected(const texts& arguments) {
    try {
        read_arguments(arguments);
    } catch (const std::invalid_argument& error) {
        return error.what();
    } catch (const langexport::export_error& error) {
        return error.diagnostics().detail;
    }
    return {};
}

std::string token() {
    return langexport::export_job("P", "https://a.example/jobs/1", {}).to_token();
}

using surfaces = std::vector<project_surface>;

} // namespace

TEST_CASE("without further options the named projects are exported to this folder",
          "[tool][options]") {
    const usual_environment environment;
    const settings s = read_arguments({"A", "B"});
    REQUIRE(s.resources.size() == 1);
    const backup_resource& one = s.resources[0];
    CHECK(one.endpoint == "https://a.example");
    CHECK(one.credential.kind() == auth_kind::key);
    CHECK(one.projects == texts{"A", "B"});
    CHECK(one.surfaces() == surfaces{project_surface::analyze_text});
    CHECK(one.output_dir == ".");
    CHECK(one.quota.submissions == 10);
    CHECK(one.quota.window == 1min);
    CHECK(s.log_level == log_level::info);
    CHECK(s.max_in_flight == 64);
    CHECK(s.grace == 25s);
    CHECK_FALSE(s.is_resumed());
    CHECK_FALSE(s.normalize.has_value());
    CHECK(s.kept.empty());
    CHECK(s.hint.empty());
}

TEST_CASE("all projects are those of every surface, or of the named ones", "[tool][options]") {
    const usual_environment environment;
    const auto all = [](texts arguments) {
        arguments.push_back("--all");
        const settings s = read_arguments(arguments);
        CHECK(s.resources.at(0).projects.empty());
        return s.resources.at(0).surfaces();
    };
    CHECK(all({}).size() == 3);
    CHECK(all({"--surface", "analyze-conversations"}) ==
          surfaces{project_surface::analyze_conversations});
    CHECK(all({"--surface", "query-knowledgebases", "--surface", "analyze-text", "--surface",
               "query-knowledgebases"}) ==
          surfaces{project_surface::query_knowledgebases, project_surface::analyze_text});
}

TEST_CASE("options of a resource", "[tool][options]") {
    const usual_environment environment;
    const backup_resource one = read_arguments({"A",
                                                "--endpoint",
                                                "https://b.example",
                                                "--key-file",
                                                "/key",
                                                "--output-dir",
                                                "/out",
                                                "--api-version",
                                                "2023-04-01",
                                                "--api-version",
                                                "analyze-text=2022-05-01",
                                                "--surface",
                                                "query-knowledgebases",
                                                "--format",
                                                "tsv",
                                                "--proxy",
                                                "none",
                                                "--ca-file",
                                                "/ca",
                                                "--gateway-backend",
                                                "https://c.example",
                                                "--quota-posts",
                                                "3",
                                                "--quota-gets",
                                                "4",
                                                "--quota-window",
                                                "5s"})
                                    .resources.at(0);
    CHECK(one.endpoint == "https://b.example");
    CHECK(one.credential.key_file == "/key");
    CHECK(one.output_dir == "/out");
    CHECK(one.version_of(project_surface::analyze_text) == "2022-05-01");
    CHECK(one.version_of(project_surface::query_knowledgebases) == "2023-04-01");
    CHECK(one.surface == project_surface::query_knowledgebases);
    CHECK(one.format == "tsv");
    CHECK(one.connection.proxy == "none");
    CHECK(one.connection.ca_file == "/ca");
    CHECK(one.gateway_backends == texts{"https://c.example"});
    CHECK(one.quota.submissions == 3);
    CHECK(one.quota.reads == 4);
    CHECK(one.quota.window == 5s);
    // A window of 0 means that there is no limit.
    const backup_resource free = read_arguments({"A", "--quota-window", "0"}).resources.at(0);
    CHECK(free.quota.submissions == 0);
    CHECK(free.quota.reads == 0);
}

TEST_CASE("options of a run become parameters of each client", "[tool][options]") {
    const usual_environment environment;
    const langexport::client_params params("https://a.example", langexport::subscription_key("k"));
    const auto usual = read_arguments({"A"}).complete(params);
    CHECK(usual.application_id == "export_projects");
    CHECK(usual.check_result_structure);
    CHECK_FALSE(usual.accept_partial);
    CHECK(usual.deadline == params.deadline);
    const auto other = read_arguments({"A", "--accept-partial", "--accept-any-result", "--deadline",
                                       "9m", "--job-timeout", "8m", "--attempt-timeout", "7s",
                                       "--poll-first", "10ms", "--poll-max", "20ms"})
                           .complete(params);
    CHECK(other.accept_partial);
    CHECK_FALSE(other.check_result_structure);
    CHECK(other.deadline == 9min);
    CHECK(other.job_timeout == 8min);
    CHECK(other.attempt_timeout == 7s);
    CHECK(other.polling.first == 10ms);
    CHECK(other.polling.max_interval == 20ms);
    CHECK(other.polling.min_interval <= 20ms);
}

TEST_CASE("one of the two times between polls adapts to the other one", "[tool][options]") {
    const usual_environment environment;
    CHECK(read_arguments({"A", "--poll-max", "100ms"}).poll_first == 100ms);
    CHECK(read_arguments({"A", "--poll-first", "60s"}).poll_max == 60s);
    CHECK(read_arguments({"A", "--poll-first", "2s"}).poll_max == 30s);
    CHECK_THAT(rejected({"A", "--poll-first", "10s", "--poll-max", "5s"}),
               contains_text("--poll-first (10 s) is longer than --poll-max (5 s)"));
    CHECK_THAT(rejected({"A", "--poll-first", "10s", "--job-timeout", "5s"}),
               contains_text("--poll-first (10 s) is not shorter than --job-timeout (5 s)"));
}

TEST_CASE("messages and the form of results", "[tool][options]") {
    const usual_environment environment;
    CHECK(read_arguments({"A", "--log-level", "trace"}).log_level == log_level::trace);
    CHECK(read_arguments({"A", "--quiet"}).log_level == log_level::error);
    const settings plain = read_arguments({"A", "--normalize"});
    REQUIRE(plain.normalize.has_value());
    CHECK_FALSE(plain.normalize->sort_items);
    CHECK(plain.normalize->max_depth >= 1'000);
    CHECK(read_arguments({"A", "--normalize=sorted"}).normalize->sort_items);
}

TEST_CASE("a run resumes its own report, a named one, or some of its projects", "[tool][options]") {
    const usual_environment environment;
    const auto resumed = [](const texts& arguments) {
        const settings s = read_arguments(arguments);
        REQUIRE(s.resume.has_value());
        return std::pair(s.resume->string(), s.resources.at(0).projects);
    };
    CHECK(resumed({"--resume"}) == std::pair(std::string(), texts()));
    CHECK(resumed({"--resume", "r.jsonl"}) == std::pair(std::string("r.jsonl"), texts()));
    CHECK(resumed({"--resume", "a/r", "A"}) == std::pair(std::string("a/r"), texts{"A"}));
    // A word that cannot be a report is the first of the names.
    CHECK(resumed({"--resume", "A", "B"}) == std::pair(std::string(), texts{"A", "B"}));
    const temporary_folder folder;
    const std::string report = (folder / "report").string();
    CHECK(resumed({"--resume", report}).first == report);
    CHECK_THAT(rejected({"--resume", token()}),
               contains_text("--resume: the name of a report, or of projects"));
    CHECK(is_token(token()));
    CHECK_FALSE(is_token("A"));
    // Without a surface a resumed run has those of the run before.
    CHECK(read_arguments({"--resume", "--all"}).resources.at(0).surfaces().size() == 3);
    CHECK(read_arguments({"--resume", "A"}).resources.at(0).surfaces().size() == 3);
}

TEST_CASE("the command that resumes a run has its options, and no secret", "[tool][options]") {
    const usual_environment environment;
    const settings s = read_arguments({"A", "--max-in-flight", "3", "--report", "r.jsonl",
                                       "--token-command", "echo hush", "--output-dir", "my out"});
    CHECK(s.kept == " --max-in-flight 3 --output-dir 'my out' --token-command \"$TOKEN_COMMAND\"");
    CHECK_THAT(s.hint, contains_text("set the variable TOKEN_COMMAND to it"));
    CHECK(s.hint.find("hush") == std::string::npos);
}

TEST_CASE("contradictory or wrong options are rejected with what to do", "[tool][options]") {
    const usual_environment environment;
    const std::pair<texts, const char*> rows[] = {
        {{}, "name a project, or --all"},
        {{"--all", "A"}, "--all, or the names of projects, not both"},
        {{"A", "--surface", "text"}, "--surface: analyze-text, analyze-conversations or "},
        {{"A", "--surface", "analyze-text", "--surface", "analyze-conversations"},
         "--surface: projects that are named are of one surface; several are for --all"},
        {{"--all", "--format", "tsv"}, "--format: name the --surface that it is of"},
        {{"A", "--allow-empty"}, "--allow-empty is for --all"},
        {{"A", "--max-in-flight", "0"}, "--max-in-flight: 1 or more"},
        {{"A", "--quiet", "--log-level", "info"}, "--quiet, or a --log-level, not both"},
        {{"A", "--log-level", "loud"}, "--log-level: error, warning, info, debug or trace"},
        {{"A", "--normalize=deep"}, "--normalize: alone, or =sorted"},
        {{"A", "--auth", "magic"}, "--auth: key, entra, managed or command"},
        {{"A", "--auth", "managed", "--key-file", "/k"}, "--key-file is for --auth key"},
        {{"A", "--api-version", "a b"}, "--api-version has a character"},
        {{"A", "--proxy", "http://user:hush@p.example"}, "--proxy contains a user"},
        {{"A", "--client-key-passphrase-file", "/p"}, "there is a passphrase of a client key"},
        {{"A", "--endpoint", "nonsense"}, "client_params::endpoint (8 characters) "},
        {{"A", "--attempt-timeout", "0"}, "client_params::attempt_timeout"},
        // A variable that is not set, or an option that swallowed the next one.
        {{"A", "--report", ""}, "--report needs a value"},
        {{"A", "--output-dir", "--all"}, "--output-dir needs a value, and '--all' is an option"},
        {{"A", "--ca-file="}, "--ca-file needs a value"},
        {{"--include", ""}, "--include needs a value"},
        {{"--exclude=", "--all"}, "--exclude needs a value"},
        {{"--exclude", "x", "--exclude", "--prune", "--all", "--list"},
         "--exclude needs a value, and '--prune' is an option"},
        {{"--include", "--all"}, "--include needs a value, and '--all' is an option"},
        {{"A", "--api-version", ""}, "--api-version needs a value"},
        {{"A", "--api-version", "--all"}, "--api-version needs a value, and '--all' is an option"},
        {{"A", "--gateway-backend", "--all"}, "--gateway-backend needs a value, and '--all'"},
        {{"--all", "--surface", "--quiet"}, "--surface needs a value, and '--quiet' is an option"},
        {{"--resume="}, "--resume needs a value, or stands alone"},
        {{"--resume", ""}, "--resume needs a value, or stands alone"},
        {{"A", "--outputdir", "x"}, "unknown option '--outputdir'; did you mean '--output-dir'?"},
    };
    for (const auto& [arguments, why] : rows) {
        CAPTURE(arguments);
        const std::string found = rejected(arguments);
        CHECK_THAT(found, contains_text(why));
        CHECK(found.find("hush") == std::string::npos);
    }
    const usual_environment no_key(
        usual_environment::variables{{"AZURE_LANGUAGE_ENDPOINT", "https://a.example"}});
    CHECK_THAT(rejected({"A"}), contains_text("there is no credential: set AZURE_LANGUAGE_KEY"));
    const usual_environment nothing(usual_environment::variables{});
    CHECK(rejected({"A"}) == "name the resource: --endpoint, or AZURE_LANGUAGE_ENDPOINT");
}

TEST_CASE("a config replaces all options of a resource", "[tool][options]") {
    const usual_environment environment;
    const temporary_folder folder;
    const std::string config = (folder / "c.json").string();
    write_content(config, R"({"resources":[
  {"endpoint":"https://x.example","key_env":"K","projects":"all","output_dir":"a"},
  {"endpoint":"nonsense","key_env":"K","projects":"all","output_dir":"b"}]})");
    const settings s = read_arguments({"--config", config, "--quiet", "--allow-empty"});
    REQUIRE(s.resources.size() == 2);
    CHECK(s.resources[0].endpoint == "https://x.example");
    CHECK_FALSE(s.resources[1].problem.empty()); // it does not stop the other one
    CHECK(s.kept == " --config " + config + " --quiet --allow-empty");

    texts resource_options = {"--endpoint", "--key-file",       "--output-dir", "--api-version",
                              "--proxy",    "--token-command",  "--audience",   "--surface",
                              "--format",   "--gateway-backend"};
    for (const path_setting& each : path_settings)
        resource_options.emplace_back(each.option);
    for (const std::string& option : resource_options) {
        INFO(option);
        const std::string value = option == "--api-version" ? "2023-04-01" : "x";
        CHECK(rejected({"--config", config, option, value}) == option + " belongs in the --config");
    }
    CHECK(rejected({"--config", config, "--all"}) == "--all belongs in the --config");
    CHECK(rejected({"--config", config, "--quota-posts", "1"}) ==
          "--quota-posts belongs in the --config");
    CHECK(rejected({"--config", config, "A"}) == "projects have their place in the --config");
    CHECK_THROWS_AS(read_arguments({"--config", (folder / "none").string()}),
                    langexport::file_error);
}

TEST_CASE("output for other programs is chosen by options", "[tool][options]") {
    const usual_environment environment;
    const settings none = read_arguments({"A"});
    CHECK_FALSE(none.json);
    CHECK_FALSE(none.log_time);
    CHECK(none.metrics.empty());
    const settings s = read_arguments({"A", "--json", "--log-time", "--metrics", "m.prom"});
    CHECK(s.json);
    CHECK(s.log_time);
    CHECK(s.metrics == "m.prom");
    CHECK(s.kept == " --json --log-time --metrics m.prom"); // a resumed run has the same output
    CHECK(read_arguments({"--all", "--list", "--json"}).json);
    CHECK(rejected({"--all", "--list", "--metrics", "m"}) ==
          "--metrics is for a run that exports: leave out --list and --dry-run");
    CHECK(rejected({"A", "--metrics", ""}) == "--metrics needs a value");
}

} // namespace options_test
