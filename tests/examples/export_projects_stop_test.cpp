// Signals stop the backup tool, also when its terminal blocks, its disk is full or its report cannot be written.

#include "examples/tool_bench.hpp"

#include <chrono>
#include <csignal>
#include <filesystem>
#include <string>
#include <thread>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace export_projects_stop_test {

using namespace langexport;
using namespace langexport_tests;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

bool catches_sigterm(child_process& tool, const tool_bench& b) {
    // The tool handles signals before it sends the first submission.
    return tool.wait_until([&] { return b.service.counters().submissions > 0; });
}

std::string make_pipe(const tool_bench& b) {
    std::string path = (b.folder / "pipe").string();
    REQUIRE(::mkfifo(path.c_str(), S_IRUSR | S_IWUSR) == 0);
    return path;
}

// The report lines that the tool prints because it could not write them.
std::string lines_to_append(const std::string& err, const std::string& report) {
    const std::string mark = "append these lines to " + report + ":\n";
    const std::size_t begin = err.find(mark);
    REQUIRE(begin != std::string::npos);
    const std::size_t end = err.rfind("resume with: ");
    REQUIRE(end != std::string::npos);
    return err.substr(begin + mark.size(), end - begin - mark.size());
}

} // namespace

TEST_CASE("after SIGTERM or SIGINT running exports may finish, and the others can be resumed",
          "[tool][signals]") {
    const int signal = GENERATE(SIGTERM, SIGINT);
    tool_bench b;
    for (const char* name : {"A", "B", "C", "D"})
        b.service.add_project(project_of(name, 400ms));
    const auto tool = b.start({"--report", b.report(), "--max-in-flight", "2", "A", "B", "C", "D"});
    REQUIRE(tool->wait_until([&] { return b.outcomes_of("B").size() == 2; }));
    tool->send(signal);
    CHECK(tool->wait() == 3);
    b.err = tool->err();
    CHECK_THAT(b.err, contains_text("stopping"));
    CHECK_THAT(b.err, contains_text("4 projects: 2 exported"));
    for (const char* name : {"A", "B"})
        CHECK(b.outcomes_of(name).back() == "exported");
    for (const char* name : {"C", "D"})
        CHECK(b.outcomes_of(name).back() == "unfinished");
    CHECK(b.service.counters().jobs_created == 2);

    CHECK(b.run_in_shell(b.resume_command()) == 0);
    CHECK(b.service.counters().jobs_created == 4);
    CHECK(b.files() == std::set<std::string>{"A.json", "B.json", "C.json", "D.json"});
}

TEST_CASE(
    "if all running exports finish within the grace period, the exit status is that of the exports",
    "[tool][signals]") {
    tool_bench b;
    b.service.add_project(project_of("A", 400ms));
    const auto tool = b.start({"A"});
    REQUIRE(catches_sigterm(*tool, b));
    tool->send(SIGTERM);
    CHECK(tool->wait() == 0);
    CHECK(tool->err().find("resume with") == std::string::npos);
}

TEST_CASE("after the grace period tokens are saved, with or without a report", "[tool][signals]") {
    const bool with_report = GENERATE(true, false);
    tool_bench b;
    for (const char* name : {"It's slow", "Slow"})
        b.service.add_project(project_of(name, 3s));
    texts arguments = {"--grace", "100ms", "It's slow", "Slow"};
    if (with_report)
        arguments.insert(arguments.end(), {"--report", b.report()});
    const auto tool = b.start(arguments);
    REQUIRE(tool->wait_until([&] { return b.service.counters().status_gets >= 2; }));
    tool->send(SIGTERM);
    CHECK(tool->wait() == 3); // the tool did not wait for them
    b.err = tool->err();
    CHECK_THAT(b.err, contains_text("2 unfinished"));
    const std::string report = with_report ? b.report() : b.usual_report();
    const auto kept = export_report::parse(content_of(report));
    for (const char* name : {"It's slow", "Slow"}) {
        REQUIRE(kept.find(name));
        CHECK(kept.find(name)->outcome == export_outcome::unfinished);
        CHECK(kept.find(name)->has_job());
        CHECK(kept.find(name)->error->code == "client_closed");
    }
    CHECK(b.run_in_shell(b.resume_command()) == 0);
    CHECK(b.service.counters().jobs_created == 2);
    CHECK(b.is_exported("It%27s%20slow.json", "It's slow"));
}

TEST_CASE("a second signal ends the tool at once, and no token is lost", "[tool][signals]") {
    tool_bench b;
    b.service.add_project(project_of("Slow", 1h));
    const auto tool = b.start({"--grace", "10m", "Slow"});
    REQUIRE(tool->wait_until([&] { return b.service.counters().status_gets >= 2; }));
    tool->send(SIGTERM);
    const std::string report = b.usual_report();
    REQUIRE(tool->wait_until([&] { return !content_of(report).empty(); }));
    tool->send(SIGINT);
    CHECK(tool->wait() == 3); // the job and the grace period last for minutes
    CHECK(export_report::parse(content_of(report)).lines()[0].has_job());
}

TEST_CASE("a second signal ends the tool, even if its output has no reader", "[tool][signals]") {
    tool_bench b;
    b.service.add_project(project_of("Slow", 1h));
    const std::string pipe = make_pipe(b);
    const int end = ::open(pipe.c_str(), O_RDWR | O_NONBLOCK);
    REQUIRE(end >= 0);
    while (::write(end, "full", 4) > 0)
        ;
    child_process tool({"/bin/sh", "-c",
                        "exec " LANGEXPORT_EXPORT_PROJECTS " --output-dir " +
                            (b.folder / "out").string() + " Slow 2>" + pipe},
                       b.settings());
    REQUIRE(catches_sigterm(tool, b));
    tool.send(SIGTERM);
    tool.wait_until([&] {
        tool.send(SIGINT); // until the tool counts one as the second signal
        return false;
    });
    CHECK(tool.wait() == 3);
    ::close(end);
}

TEST_CASE("two signals at once end the tool, and no token is lost", "[tool][signals]") {
    tool_bench b;
    b.service.add_project(project_of("Slow", 1h));
    const auto tool = b.start({"--grace", "10m", "Slow"});
    REQUIRE(tool->wait_until([&] { return b.service.counters().status_gets >= 2; }));
    tool->send(SIGTERM);
    tool->send(SIGINT);
    CHECK(tool->wait() == 3);
    const std::string report = b.usual_report();
    CHECK(export_report::read(report).lines().at(0).has_job());
}

TEST_CASE("a signal ends the tool at once if nothing has been submitted yet", "[tool][signals]") {
    tool_bench b;
    const std::string pipe = make_pipe(b);
    const auto tool = b.start({"--key-file", pipe, "A"});
    REQUIRE(tool->wait_until([&] { return fs::exists(b.folder / "out"); }));
    const int end =
        ::open(pipe.c_str(), O_WRONLY); // opens when the tool reads the key from the pipe
    tool->send(GENERATE(SIGTERM, SIGINT));
    CHECK(tool->wait() == 3);
    CHECK(b.service.counters().requests == 0);
    ::close(end);
}

TEST_CASE("nothing is submitted if the report cannot be created", "[tool][report]") {
    tool_bench b;
    b.service.add_project(project_of("A"));
    fs::create_directories(b.folder / "out" / ".langexport");
    write_content(b.usual_report(), "buy milk\n");
    CHECK(b.run({"A"}) == 2);
    CHECK_THAT(b.err, contains_text("line 1 of the report"));
    CHECK(content_of(b.usual_report()) == "buy milk\n");
    CHECK(b.service.counters().submissions == 0);
}

TEST_CASE("a token is printed if the disk has no space for its report line", "[tool][disk]") {
    tool_bench b;
    const std::string first(90, 'A'), second(90, 'B');
    for (const std::string& name : {first, second})
        b.service.add_project(project_of(name));
    // Files of at most 512 bytes have space for the plan, but not for tokens and results.
    child_process tool({"/bin/sh", "-c",
                        "{ trap '' XFSZ; ulimit -f 1; " LANGEXPORT_EXPORT_PROJECTS
                        " --poll-first 20ms --output-dir " +
                            (b.folder / "out").string() + " --report " + b.report() + " " + first +
                            " " + second + "; echo status $?; } 2>&1 | cat"},
                       b.settings());
    CHECK(tool.wait() == 0);
    INFO(tool.out());
    CHECK_THAT(tool.out(), contains_text("status 1"));
    CHECK_THAT(tool.out(), contains_text("File too large"));
    const std::string lines = lines_to_append(tool.out(), b.report());
    REQUIRE(b.outcomes_of(first) == texts{"unfinished"});
    write_content(b.report(), content_of(b.report()) + lines);
    for (const std::string& name : {first, second})
        CHECK(b.lines_of(name).back().has_job());
    CHECK(b.run({"--resume", b.report()}) == 0);
    CHECK(b.service.counters().jobs_created == 2);
    CHECK(b.files().size() == 2);
}

TEST_CASE("a job whose 202 arrives after its export was stopped is saved, too", "[tool][signals]") {
    tool_bench b;
    b.service.add_project(project_of("Late"));
    b.service.on(testing::call_kind::submission, 1, testing::canned_response::after(700ms));
    const auto tool = b.start({"--grace", "0", "--report", b.report(), "Late"});
    REQUIRE(catches_sigterm(*tool, b));
    std::this_thread::sleep_for(50ms);
    tool->send(SIGTERM);
    CHECK(tool->wait() == 3);
    CHECK(b.outcomes_of("Late") == texts{"unfinished", "unfinished", "submitted"});
    CHECK(b.run({"--resume", b.report()}) == 0);
    CHECK(b.service.counters().jobs_created == 1);
}

} // namespace export_projects_stop_test
