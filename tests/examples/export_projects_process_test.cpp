// The backup tool with signals, limits and standard streams that its caller has changed.

#include "examples/tool_bench.hpp"

#include <chrono>
#include <csignal>
#include <memory>
#include <string>

namespace export_projects_process_test {

using namespace langexport;
using namespace langexport_tests;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

// Starts the tool in a shell after `setup`, with `redirections`.
std::unique_ptr<child_process> start_in_shell(const tool_bench& b, const std::string& setup,
                                              const texts& projects,
                                              const std::string& redirections = "") {
    texts words = {"/bin/sh", "-c",
                   setup +
                       "exec \"$0\" --quota-window 0 --poll-first 20ms --poll-max 100ms \"$@\" " +
                       redirections,
                   LANGEXPORT_EXPORT_PROJECTS};
    words.insert(words.end(),
                 {"--output-dir", (b.folder / "out").string(), "--report", b.report()});
    words.insert(words.end(), projects.begin(), projects.end());
    return std::make_unique<child_process>(words, b.settings());
}

} // namespace

TEST_CASE("a closed terminal (SIGHUP) stops the tool as SIGTERM does", "[tool][signals]") {
    tool_bench b;
    b.service.add_project(project_of("Slow", 1h));
    const auto tool = b.start({"--grace", "100ms", "--report", b.report(), "Slow"});
    REQUIRE(tool->wait_until([&] { return b.service.counters().status_gets >= 2; }));
    tool->send(SIGHUP);
    CHECK(tool->wait() == 3);
    CHECK_THAT(tool->err(), contains_text("resume with: "));
    CHECK(b.outcomes_of("Slow").back() == "unfinished");
    CHECK(b.lines_of("Slow").back().has_job());
}

TEST_CASE("the second signal prints the command that resumes, too", "[tool][signals]") {
    tool_bench b;
    b.service.add_project(project_of("Slow", 100ms));
    const auto tool = b.start({"--grace", "10m", "--report", b.report(), "--poll-max", "5m",
                               "--poll-first", "5m", "Slow"});
    REQUIRE(tool->wait_until([&] { return b.outcomes_of("Slow").size() == 2; }));
    tool->send(SIGTERM);
    REQUIRE(tool->wait_until([&] { return tool->err().find("stopping") != std::string::npos; }));
    tool->send(SIGHUP);
    CHECK(tool->wait() == 3);
    b.err = tool->err();
    CHECK(b.run_in_shell(b.resume_command()) == 0);
    CHECK(b.service.counters().jobs_created == 1);
    CHECK(b.is_exported("Slow.json", "Slow"));
}

TEST_CASE("a signal that the caller ignores does not stop the tool", "[tool][signals]") {
    tool_bench b;
    b.service.add_project(project_of("A", 400ms));
    const auto tool =
        start_in_shell(b, "trap '' HUP INT; ", {"A"}); // as nohup and a script's `&` do
    REQUIRE(tool->wait_until([&] { return b.service.counters().submissions > 0; }));
    for (const int signal : {SIGHUP, SIGINT, SIGHUP})
        tool->send(signal);
    CHECK(tool->wait() == 0);
    CHECK(b.is_exported("A.json", "A"));
}

TEST_CASE("a file size limit fails the projects that are larger, not the others", "[tool][disk]") {
    tool_bench b;
    testing::project large = project_of("Large");
    large.result_size = 400'000;
    b.service.add_project(large);
    b.service.add_project(project_of("Small"));
    // 100 or 200 KB: the unit depends on the shell.
    const auto tool = start_in_shell(b, "ulimit -f 200; ", {"Large", "Small"});
    CHECK(tool->wait() == 1);
    CHECK_THAT(tool->err(), contains_text("File too large"));
    CHECK(b.outcomes_of("Small").back() == "exported");
    CHECK(b.outcomes_of("Large").back() == "failed");
    CHECK(b.lines_of("Large").back().has_job());
    CHECK(b.files() == std::set<std::string>{"Small.json"});
}

TEST_CASE("results and reports are correct when all standard streams are closed", "[tool][files]") {
    tool_bench b;
    b.service.add_project(project_of("A"));
    CHECK(start_in_shell(b, "", {"A"}, "<&- >&- 2>&-")->wait() == 0);
    CHECK(b.is_exported("A.json", "A"));
    CHECK(b.outcomes_of("A").back() == "exported");
}

} // namespace export_projects_process_test
