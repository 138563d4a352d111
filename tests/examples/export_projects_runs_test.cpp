// Several runs of the backup tool: the lines of the report, and the effect of --resume.

#include "examples/tool_bench.hpp"

#include <langexport/report/report_run.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <set>
#include <sstream>
#include <string>

namespace export_projects_runs_test {

using namespace langexport;
using namespace langexport_tests;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

std::size_t runs_in(const std::string& report) {
    std::istringstream text(report);
    std::size_t runs = 0;
    for (std::string line; std::getline(text, line);)
        runs += report_run::is_run_line(line) ? 1 : 0;
    return runs;
}

std::uint64_t jobs_of(tool_bench& b, const std::string& project) {
    return b.service.counters().projects[project].jobs_created;
}

} // namespace

TEST_CASE("a report is kept in the output folder, and each run starts with a line",
          "[tool][runs]") {
    tool_bench b;
    b.service.add_project(project_of("A", 1ms));
    CHECK(b.run({"A", "Gone"}) == 1);
    const std::string report = content_of(b.usual_report());
    CHECK(report.starts_with("{\"v\":1,\"run\":\""));
    CHECK(runs_in(report) == 1);
    CHECK_THAT(b.resume_command(), contains_text(" --resume\n"));
    // The printed command works.
    b.service.add_project(project_of("Gone", 1ms));
    CHECK(b.run_in_shell(b.resume_command()) == 0);
    CHECK(runs_in(content_of(b.usual_report())) == 2);
    CHECK(b.files() == std::set<std::string>{"A.json", "Gone.json"});
    CHECK(jobs_of(b, "A") == 1);
    CHECK(b.run({"--resume"}) == 0);
    CHECK_THAT(b.err, contains_text("nothing was left to do"));
}

TEST_CASE("failures of an older run are not reported again", "[tool][runs]") {
    tool_bench b;
    b.service.add_project(project_of("A", 1ms));
    CHECK(b.run({"--report", b.report(), "A", "Dropped"}) == 1);
    CHECK(b.run({"--report", b.report(), "A"}) == 0);
    const auto requests = b.service.counters().requests;
    CHECK(b.run({"--resume", b.report()}) == 0);
    CHECK(b.service.counters().requests == requests);
}

TEST_CASE("names select projects of the run that is resumed", "[tool][runs]") {
    tool_bench b;
    b.service.add_project(project_of("A", 1ms));
    CHECK(b.run({"A", "B", "C"}) == 1);
    for (const char* name : {"B", "C"})
        b.service.add_project(project_of(name, 1ms));
    const bool is_first = GENERATE(true, false);
    CHECK(b.run(is_first ? texts{"B", "--resume"} : texts{"--resume", "B"}) == 0);
    CHECK(b.files() == std::set<std::string>{"A.json", "B.json"});
    // The other projects remain to be exported.
    CHECK(b.run({"--resume"}) == 0);
    CHECK(b.files() == std::set<std::string>{"A.json", "B.json", "C.json"});
    CHECK(b.service.counters().jobs_created == 3);
}

TEST_CASE("a project whose file was deleted is exported again when its run is resumed",
          "[tool][runs]") {
    tool_bench b;
    for (const char* name : {"A", "B"})
        b.service.add_project(project_of(name, 1ms));
    REQUIRE(b.run({"A", "B"}) == 0);
    fs::remove(b.folder / "out" / "A.json");
    CHECK(b.run({"--resume"}) == 0);
    CHECK(b.is_exported("A.json", "A"));
    CHECK(jobs_of(b, "A") == 2);
    CHECK(jobs_of(b, "B") == 1);
    // Another folder has no files yet.
    const std::string other = (b.folder / "other").string();
    CHECK(b.run_plainly({"--output-dir", other, "--resume", b.usual_report()}) == 0);
    CHECK(fs::exists(b.folder / "other" / "A.json"));
    CHECK(fs::exists(b.folder / "other" / "B.json"));
}

TEST_CASE("a job whose link cannot be used is submitted again", "[tool][runs]") {
    tool_bench b;
    b.service.add_project(project_of("A", 1ms));
    // The gateway does not rewrite the links of its backend.
    b.service.on(testing::call_kind::submission, 1,
                 testing::canned_response::with_links_to("https://backend.example"));
    CHECK(b.run({"A"}) == 1);
    CHECK(export_report::read(b.usual_report()).find("A")->error->code == "foreign_origin");
    CHECK(b.run({"--resume"}) == 0);
    CHECK(b.is_exported("A.json", "A"));
    CHECK(b.run({"--resume"}) == 0);
    CHECK(b.service.counters().submissions == 2);
}

TEST_CASE("links to a configured backend are followed through the gateway", "[tool][runs]") {
    tool_bench b;
    b.service.add_project(project_of("A", 1ms));
    b.service.on(testing::call_kind::submission, testing::occurrences::always(),
                 testing::canned_response::with_links_to("https://backend.example"));
    SECTION("from the start") {
        CHECK(b.run({"--gateway-backend", "https://backend.example", "A"}) == 0);
    }
    SECTION("when the run is resumed: the job is the same") {
        CHECK(b.run({"A"}) == 1);
        CHECK(b.run({"--gateway-backend", "https://backend.example", "--resume"}) == 0);
    }
    SECTION("from a config") {
        const std::string config = (b.folder / "backup.json").string();
        write_content(config, R"({"resources":[{"endpoint":")" + b.service.endpoint() +
                                  R"(","key_env":"AZURE_LANGUAGE_KEY","projects":["A"],)"
                                  R"("output_dir":"out","gateway_backends":)"
                                  R"(["https://backend.example"]}]})");
        CHECK(b.run_plainly({"--config", config, "--poll-first", "20ms"}) == 0);
    }
    CHECK(b.is_exported("A.json", "A"));
    CHECK(b.service.counters().submissions == 1);
}

TEST_CASE("a large report is renamed when a run starts, and stays when one is resumed",
          "[tool][runs]") {
    tool_bench b;
    b.service.add_project(project_of("A", 1ms));
    const std::string line =
        report_line("Old", export_outcome::exported, std::chrono::system_clock::now()).to_json() +
        '\n';
    std::string large;
    while (large.size() < 10 * 1024 * 1024)
        large += line;
    write_content(b.report(), large);
    CHECK(b.run({"--resume", b.report(), "A"}) == 0);
    CHECK(content_of(b.report()).size() > large.size());
    CHECK(b.run({"--report", b.report(), "A"}) == 0);
    CHECK(content_of(b.report()).size() < 4096);
    const std::string older = (b.folder / "report.1.jsonl").string();
    CHECK(content_of(older).starts_with(large));
    CHECK(b.outcomes_of("A") == texts{"unfinished", "submitted", "exported"});
    CHECK(b.run({"--resume", b.report()}) == 0);
}

TEST_CASE("a damaged report of earlier runs does not stop a new run", "[tool][runs]") {
    tool_bench b;
    b.service.add_project(project_of("A"));
    REQUIRE(b.run({"A"}) == 0);
    const std::string report = b.usual_report(), before = content_of(report);
    write_content(report, before + std::string(200, '\0') + "\n" + before);
    CHECK(b.run({"--resume"}) == 2);
    CHECK(b.run({"A"}) == 0);
    CHECK_THAT(b.err, contains_text("the report is damaged") &&
                          contains_text("report.damaged.jsonl now, and a new one begins"));
    CHECK(content_of((b.folder / "out" / ".langexport" / "report.damaged.jsonl").string())
              .starts_with(before));
    CHECK(b.run({"A"}) == 0);
    CHECK(b.err.find("damaged") == std::string::npos);

    // A file that is not a report stays unchanged.
    write_content(b.folder / "notes", "no report\n");
    CHECK(b.run({"--report", (b.folder / "notes").string(), "A"}) == 2);
    CHECK(content_of((b.folder / "notes").string()) == "no report\n");
}

TEST_CASE("a large report that is renamed replaces only an older report", "[tool][runs]") {
    tool_bench b;
    b.service.add_project(project_of("A", 1ms));
    const std::string line =
        report_line("Old", export_outcome::exported, std::chrono::system_clock::now()).to_json() +
        '\n';
    std::string large;
    while (large.size() < 10 * 1024 * 1024)
        large += line;
    const fs::path older = b.folder / "report.1.jsonl";
    const auto run = [&] {
        write_content(b.report(), large);
        CHECK(b.run({"--report", b.report(), "A"}) == 0);
        CHECK(b.is_exported("A.json", "A"));
    };
    write_content(older, "of another program");
    run();
    CHECK_THAT(b.err, contains_text("cannot be renamed to " + older.string()));
    CHECK(content_of(older) == "of another program");
    CHECK(content_of(b.report()).size() > large.size());
    fs::remove(older);
    fs::create_directory(older);
    run();
    CHECK_THAT(b.err, contains_text("cannot be renamed"));
    fs::remove(older);
    write_content(older, line);
    run();
    CHECK(content_of(older) == large);
}

} // namespace export_projects_runs_test
