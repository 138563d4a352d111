// The command line of the emulator program.

#include "examples/tool/emulator_settings.hpp"

#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace emulator_settings_test {

using namespace emulator_program;
using namespace langexport_tests;
using namespace std::chrono_literals;

namespace {

using words = std::vector<std::string>;

std::string rejected(const words& arguments) {
    try {
        read_arguments(arguments);
    } catch (const usage_error& error) {
        return error.what();
    }
    return {};
}

} // namespace

TEST_CASE("without options the emulator has one project and the limits of a test",
          "[tool][emulator_settings]") {
    const settings s = read_arguments({});
    REQUIRE(s.projects.size() == 1);
    CHECK(s.projects[0].name == "Demo");
    CHECK(s.projects[0].documents == 10);
    CHECK(s.projects[0].job_duration == 1s);
    CHECK(s.service.quota_posts == 0);
    CHECK_FALSE(s.service.tls);
    CHECK(s.faults.empty());
    CHECK_FALSE(s.run_for.has_value());
}

TEST_CASE("an option applies to the projects after it", "[tool][emulator_settings]") {
    const settings s = read_arguments({"--project",
                                       "First",
                                       "--kind",
                                       "Conversation",
                                       "--trained-model",
                                       "m",
                                       "--creation-lag",
                                       "1s",
                                       "--statuses",
                                       "notStarted,odd",
                                       "--job-warning",
                                       "W=careful",
                                       "--zip-tables",
                                       "--project",
                                       "Second",
                                       "--end",
                                       "failed",
                                       "--job-error",
                                       "E=gone",
                                       "--project",
                                       "Third"});
    REQUIRE(s.projects.size() == 3);
    CHECK(s.projects[0].kind == testing::sample_kind::single_label_classification);
    CHECK(s.projects[0].trained_models.empty());
    CHECK(s.projects[0].creation_lag == 0s);
    const testing::project& second = s.projects[1];
    CHECK(second.kind == testing::sample_kind::conversation);
    CHECK(second.trained_models == words{"m"});
    CHECK(second.creation_lag == 1s);
    CHECK(second.states == words{"notStarted", "odd"});
    CHECK(second.zips_tables);
    REQUIRE(second.warnings.size() == 1);
    CHECK(second.warnings[0].code == "W");
    CHECK(second.end == testing::job_end::succeeded);
    const testing::project& third = s.projects[2];
    CHECK(third.end == testing::job_end::failed);
    CHECK(third.warnings.empty()); // the end resets them
    REQUIRE(third.errors.size() == 1);
    CHECK(third.errors[0].message == "gone");
}

TEST_CASE("the size of results and the duration of jobs apply to all projects",
          "[tool][emulator_settings]") {
    const settings s = read_arguments({"--project", "First", "--documents", "7", "--job-duration",
                                       "20ms", "--project", "Second"});
    for (const testing::project& project : s.projects) {
        CHECK(project.documents == 7);
        CHECK(project.job_duration == 20ms);
    }
    CHECK(read_arguments({"--documents", "7"}).projects.at(0).documents == 7);
}

TEST_CASE("options of the service and of the network", "[tool][emulator_settings]") {
    const settings s = read_arguments({"--page-size",
                                       "3",
                                       "--job-lifetime",
                                       "2h",
                                       "--quota-posts",
                                       "4",
                                       "--quota-gets",
                                       "5",
                                       "--quota-window",
                                       "6s",
                                       "--api-version",
                                       "v1",
                                       "--api-version",
                                       "v2",
                                       "--lenient",
                                       "--key",
                                       "k1",
                                       "--key",
                                       "k2",
                                       "--token",
                                       "t",
                                       "--token-lifetime",
                                       "1m",
                                       "--time-scale",
                                       "2.5",
                                       "--address",
                                       "127.0.0.2",
                                       "--port",
                                       "8080",
                                       "--path-prefix",
                                       "/gate",
                                       "--tls",
                                       "--certificate-out",
                                       "/ca.pem",
                                       "--run-for",
                                       "9s"});
    CHECK(s.service.page_size == 3);
    CHECK(s.service.job_lifetime == 2h);
    CHECK(s.service.knowledge_base_job_lifetime == 2h);
    CHECK(s.service.quota_posts == 4);
    CHECK(s.service.quota_gets == 5);
    CHECK(s.service.quota_window == 6s);
    CHECK(s.service.api_versions == words{"v1", "v2"});
    CHECK(s.service.lenient);
    CHECK(s.service.keys == words{"k1", "k2"});
    CHECK(s.service.bearer_tokens == words{"t"});
    CHECK(s.service.bearer_token_lifetime == 1min);
    CHECK(s.service.time_scale == 2.5);
    CHECK(s.service.address == "127.0.0.2");
    CHECK(s.service.port == 8080);
    CHECK(s.service.path_prefix == "/gate");
    CHECK(s.service.tls);
    CHECK(s.certificate_file == "/ca.pem");
    REQUIRE(s.run_for.has_value());
    CHECK(*s.run_for == 9s);
}

TEST_CASE("faults keep their order", "[tool][emulator_settings]") {
    const settings s = read_arguments(
        {"--fault", "status:1:503", "--connection-fault", "1:reset", "--fault", "any:all:429"});
    REQUIRE(s.faults.size() == 2);
    CHECK(s.faults[0].fault.status == 503);
    CHECK(s.faults[1].fault.status == 429);
    REQUIRE(s.connection_faults.size() == 1);
    CHECK(s.connection_faults[0].fault.ending == testing::early_end::reset);
}

TEST_CASE("a wrong command line of the emulator is an error that names the option",
          "[tool][emulator_settings]") {
    CHECK(rejected({"--projcet", "P"}) == "unknown option '--projcet'");
    CHECK(rejected({"P"}) == "unknown option 'P'");
    CHECK(rejected({"--port"}) == "--port needs a value");
    CHECK_THAT(rejected({"--port", "65536"}), contains_text("--port: '65536' is not a number"));
    CHECK_THAT(rejected({"--kind", "Talk"}), contains_text("--kind: 'Talk' is none of "));
    CHECK_THAT(rejected({"--end", "late"}), contains_text("--end: 'late' is none of succeeded, "));
    CHECK_THAT(rejected({"--job-error", "gone"}), contains_text("'gone' is not CODE=TEXT"));
    CHECK_THAT(rejected({"--run-for", "9"}), contains_text("'9' is not a duration"));
    CHECK_THAT(rejected({"--fault", "503"}),
               contains_text("--fault: '503' is not KIND:WHICH:WHAT"));
    CHECK(rejected({"--certificate-out", "/ca.pem"}) == "--certificate-out needs --tls");
    CHECK(rejected({"--certificate-out", "/ca.pem", "--tls"}).empty());
    const temporary_folder folder;
    CHECK_THAT(rejected({"--project", "P=" + (folder / "none").string()}),
               contains_text("--project: cannot read '"));
}

TEST_CASE("every option of the usage text of the emulator is read", "[tool][emulator_settings]") {
    int options = 0;
    for (std::size_t at = 0; (at = usage.find("\n  --", at)) != usage.npos; ++at) {
        const std::string line(usage.substr(at + 3, usage.find('\n', at + 3) - at - 3));
        const std::string option = line.substr(0, line.find_first_of(" ,"));
        if (option == "--help" || option == "--version")
            continue; // the program reads them
        INFO(option);
        ++options;
        CHECK(rejected({option}) != "unknown option '" + option + "'");
    }
    CHECK(options > 25);
}

} // namespace emulator_settings_test
