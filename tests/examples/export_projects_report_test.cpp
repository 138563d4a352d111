// The report of the backup tool: concurrent runs, and paths that cannot hold a report.

#include "examples/tool/report_lock.hpp"
#include "examples/tool_bench.hpp"

#include <langexport/report/report_run.hpp>

#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <string>

namespace export_projects_report_test {

using namespace langexport;
using namespace langexport_tests;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

// Options for a second run: the last --output-dir applies.
texts elsewhere(const tool_bench& b, texts more) {
    more.insert(more.begin(), {"--output-dir", (b.folder / "elsewhere").string()});
    return more;
}

} // namespace

TEST_CASE("a run fails before it sends anything if another run has locked its report",
          "[tool][report][lock]") {
    tool_bench b;
    b.service.add_project(project_of("Slow", 1h));
    b.service.add_project(project_of("A"));
    const bool is_new = GENERATE(true, false);
    const bool is_named = GENERATE(true, false);
    const std::string report = is_named ? b.report() : b.usual_report();
    const texts name = is_named ? texts{"--report", report} : texts{};
    const auto with_name = [&](texts more) {
        more.insert(more.begin(), name.begin(), name.end());
        return more;
    };
    if (!is_new)
        REQUIRE(b.run(with_name({"A"})) == 0);
    const auto submissions = b.service.counters().submissions;
    const auto slow = b.start(with_name({"Slow"}));
    REQUIRE(slow->wait_until([&] {
        return content_of(report).find("\"Slow\",\"outcome\":\"submitted\"") != std::string::npos;
    }));
    const std::string before = content_of(report);
    fs::create_symlink(report, b.folder / "link");
    const std::string linked = (b.folder / "link").string();
    const texts rows[] = {{"--report", report, "A"},
                          {"--report", linked, "A"},
                          {"--resume", report},
                          {"--resume", linked},
                          {"--resume", report, "--report", (b.folder / "own").string()}};
    for (const texts& row : rows) {
        CAPTURE(row);
        CHECK(b.run(elsewhere(b, row)) == 4);
        CHECK_THAT(b.err, contains_text("in use by process ") &&
                              contains_text(": wait for its end, or name another --report"));
        CHECK_THAT(b.err, contains_text("the report '" + (row[1] == linked ? linked : report)));
        CHECK(content_of(report) == before);
        CHECK(b.service.counters().submissions == submissions + 1);
    }
    CHECK(b.run(elsewhere(b, {"--report", (b.folder / "own").string(), "A"})) == 0);
    slow->send(SIGTERM);
    CHECK(slow->wait_until([&] { return slow->err().find("stopping") != std::string::npos; }));
    slow->send(SIGTERM);
    CHECK(slow->wait() == 3);
    // The lock ends with the process that holds it, and the report is unchanged.
    CHECK(b.run(elsewhere(b, {"--report", report, "A"})) == 0);
    CHECK(content_of(report).starts_with(before));
}

TEST_CASE("a report is locked during a run, and no lock file remains", "[tool][report]") {
    tool_bench b;
    b.service.add_project(project_of("A"));
    CHECK(b.run({"--report", b.report(), "A"}) == 0);
    CHECK_FALSE(fs::exists(b.folder / ".report.jsonl.lock"));
    for (const auto& entry : fs::directory_iterator(b.folder / "out" / ".langexport"))
        CHECK(entry.path().extension() != ".lock");
    // Two paths of one file are the same report.
    const std::string same = (b.folder / "." / "report.jsonl").string();
    CHECK(b.run({"--report", same, "--resume", b.report()}) == 0);
    CHECK_THAT(b.err, contains_text("nothing was left to do"));
}

TEST_CASE("the lock of a report works when few descriptors are free", "[tool][report]") {
    const temporary_folder folder;
    const fs::path report = folder / "report.jsonl", lock = folder / ".report.jsonl.lock";
    rlimit usual{};
    REQUIRE(::getrlimit(RLIMIT_NOFILE, &usual) == 0);
    rlimit few = usual;
    few.rlim_cur = 31;
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &few) == 0);
    {
        const tool::report_lock one(report), another(report);
        CHECK_FALSE(fs::exists(lock));
    }
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &usual) == 0);
    const tool::report_lock one(report);
    CHECK(fs::exists(lock));
    CHECK_THROWS_AS(tool::report_lock(report), tool::report_in_use);
}

TEST_CASE("a path that cannot hold a report is rejected before anything is sent",
          "[tool][report]") {
    tool_bench b;
    b.service.add_project(project_of("A"));
    const fs::path pipe = b.folder / "pipe", socket = b.folder / "socket", link = b.folder / "link";
    REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    socket.string().copy(address.sun_path, sizeof(address.sun_path) - 1);
    const int handle = ::socket(AF_UNIX, SOCK_STREAM, 0);
    REQUIRE(::bind(handle, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0);
    fs::create_symlink(pipe, link);
    for (const fs::path& place : {fs::path("/dev/null"), fs::path("/dev/full"), pipe, link, socket,
                                  fs::path(b.folder / "out")}) {
        for (const char* option : {"--report", "--resume"}) {
            CAPTURE(place, option);
            CHECK(b.run({option, place.string(), "A"}) == 2);
            CHECK_THAT(b.err,
                       contains_text("the report '" + place.string() + "' is not a regular file"));
        }
    }
    ::close(handle);
    CHECK(fs::is_character_file("/dev/null"));
    CHECK(fs::is_fifo(pipe));
    CHECK(b.service.counters().requests == 0);
    // The same holds for a special file in the tool's own folder.
    for (const char* name : {"report.jsonl", "requests", "lock"}) {
        CAPTURE(name);
        const fs::path own = b.folder / "out" / ".langexport" / name;
        fs::remove(own);
        REQUIRE(::mkfifo(own.c_str(), 0600) == 0);
        CHECK(b.run({"--quota-window", "1m", "A"}) == 2);
        CHECK(b.err.starts_with("export_projects: "));
        CHECK(fs::is_fifo(own));
        fs::remove(own);
    }
    CHECK(b.service.counters().requests == 0);
}

} // namespace export_projects_report_test
