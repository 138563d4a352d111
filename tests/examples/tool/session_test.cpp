// What the resources of a run share: the log, reports and states.

#include "examples/tool/session.hpp"

#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

#include <iostream>
#include <sstream>
#include <streambuf>
#include <string>
#include <utility>

namespace session_test {

using namespace tool;
using namespace langexport_tests;
using langexport::log_level;

namespace {

settings with_level(log_level level) {
    settings s;
    s.log_level = level;
    return s;
}

std::string lines_of(session& one) {
    return one.display.draw({}, terminal_size());
}

backup_resource resource(const std::string& endpoint, const std::string& variable = "K") {
    backup_resource one;
    one.endpoint = endpoint;
    one.credential.key_env = variable;
    return one;
}

} // namespace

TEST_CASE("a session shows lines of its log level, in the operator's words", "[tool][session]") {
    session one(with_level(log_level::warning));
    one.log(log_level::info, "not shown");
    one.log(log_level::warning, "client_params::deadline is 0 s");
    CHECK(lines_of(one) == "--deadline is 0 s\n");
    CHECK_FALSE(one.has_failed);

    settings of_config = with_level(log_level::info);
    of_config.config = "backup.json";
    session other(of_config);
    other.log(log_level::info, "client_params::ca_file: none");
    CHECK(lines_of(other) == "\"ca_file\": none\n");
}

TEST_CASE("failures, and dangers to secrets, are shown by a quiet run", "[tool][session]") {
    session one(with_level(log_level::error));
    one.warn_of_danger("the key file can be read by everyone");
    CHECK_FALSE(one.has_failed);
    one.fail("no such project");
    CHECK(one.has_failed);
    CHECK(lines_of(one) == "the key file can be read by everyone\nno such project\n");
    CHECK(one.terminal().columns == 0); // it draws nothing
}

TEST_CASE("resources share their state if endpoint and credential are the same",
          "[tool][session]") {
    session one{settings()};
    const auto state = one.state_of(resource("https://a.example"));
    REQUIRE(state);
    CHECK(one.state_of(resource("https://A.example:443/")) == state);
    CHECK(one.state_of(resource("https://b.example")) != state);
    CHECK(one.state_of(resource("https://a.example", "OTHER")) != state);
}

TEST_CASE("a run writes to the report in its folder unless another one is named",
          "[tool][session]") {
    const temporary_folder place;
    const backup_folder folder(place / "out");
    {
        session one{settings()};
        const auto report = one.report_in(folder);
        CHECK(report->path() == folder.report());
        CHECK(report->resumed() == folder.report());
        CHECK(one.report_in(folder) == report); // for every resource of the folder
        CHECK(one.reports().size() == 1);
    }
    settings named;
    named.report = place / "r.jsonl";
    session one(named);
    CHECK(one.report_in(folder)->path() == place / "r.jsonl");
    CHECK(one.reports().count(place / "r.jsonl") == 1);
}

TEST_CASE("a resumed run continues the report that it resumes unless another one is named",
          "[tool][session]") {
    const temporary_folder place;
    const backup_folder folder(place / "out");
    const std::string run = R"({"v":1,"run":"2026-01-31T02:15:00.000Z"})"
                            "\n";
    write_content(place / "old.jsonl", run);
    const auto report_of = [&](const settings& s) {
        session one(s);
        const auto report = one.report_in(folder);
        report->start();
        report->open();
        return std::pair(report->path(), report->resumed());
    };
    settings s;
    s.resume = place / "old.jsonl";
    CHECK(report_of(s) == std::pair(place / "old.jsonl", place / "old.jsonl"));
    s.report = place / "new.jsonl";
    CHECK(report_of(s) == std::pair(place / "new.jsonl", place / "old.jsonl"));

    // No report is named: that of the folder, if it is there. Nothing to resume is no error.
    settings own;
    own.resume = fs::path();
    CHECK(report_of(own) == std::pair(folder.report(), folder.report()));
    const std::string first = content_of(folder.report());
    CHECK(first.find("\"resumed\":true") == std::string::npos);
    report_of(own);
    CHECK(content_of(folder.report()).substr(first.size()).find("\"resumed\":true") !=
          std::string::npos);
    // A named report that is to be resumed must exist.
    own.report = place / "absent.jsonl";
    CHECK_THROWS_AS(report_of(own), langexport::file_error);
}

TEST_CASE("log lines have the time of day if that is wanted", "[tool][session]") {
    settings s;
    s.log_time = true;
    session one(s);
    one.log(log_level::info, "text");
    const std::string line = lines_of(one);
    REQUIRE(line.size() == std::string("2026-01-31T02:15:00.000Z text\n").size());
    CHECK(line[10] == 'T');
    CHECK(line.substr(23) == "Z text\n");
}

TEST_CASE("with --json the lines of the report are printed, too", "[tool][session]") {
    const temporary_folder place;
    const backup_folder folder(place / "out");
    std::ostringstream out;
    std::streambuf* const old = std::cout.rdbuf(out.rdbuf());
    settings s;
    s.json = true;
    session one(s);
    const auto report = one.report_in(folder);
    report->start();
    CHECK_FALSE(out.str().empty()); // before the report is opened
    report->open();
    report->writer()->append(langexport::report_line("P", langexport::export_outcome::failed, {}));
    CHECK(out.str() == content_of(folder.report()));
    CHECK_FALSE(one.has_failed);

    std::cout.rdbuf(nullptr); // nothing can be written
    const langexport::report_line line("Q", langexport::export_outcome::failed, {});
    report->writer()->append(line);
    report->writer()->append(line);
    std::cout.rdbuf(old);
    std::cout.clear();
    CHECK(one.has_failed);
    CHECK(lines_of(one) == "standard output cannot be written\n");
    CHECK_THAT(content_of(folder.report()), contains_text("\"Q\""));
}

} // namespace session_test
