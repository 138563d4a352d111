// The process that reads the progress of the backup tool closes its end of the pipe during a run.

#include "examples/tool_bench.hpp"

#include <array>
#include <chrono>
#include <csignal>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

namespace export_projects_reader_test {

using namespace langexport;
using namespace langexport_tests;
using namespace std::chrono_literals;
using testing::call_kind;

namespace {

// One end of a pipe. Child processes inherit it only if a test passes it on.
class pipe_reader {
public:
    pipe_reader() {
        if (::pipe2(ends_.data(), O_CLOEXEC) != 0)
            throw std::runtime_error("there is no pipe to be had");
    }
    ~pipe_reader() {
        go_away();
        close_writer();
    }
    pipe_reader(const pipe_reader&) = delete;
    pipe_reader& operator=(const pipe_reader&) = delete;

    int writer() const { return ends_[1]; }
    void close_writer() { close(ends_[1]); }
    // Waits until the output contains a text. Returns false if the output ends before.
    bool has_read(const std::string& text) {
        constexpr int most_milliseconds = 60'000;
        std::array<char, 256> piece;
        while (all_.find(text) == std::string::npos) {
            pollfd wanted{ends_[0], POLLIN, 0};
            if (::poll(&wanted, 1, most_milliseconds) != 1)
                return false;
            const ssize_t size = ::read(ends_[0], piece.data(), piece.size());
            if (size <= 0)
                return false;
            all_.append(piece.data(), static_cast<std::size_t>(size));
        }
        return true;
    }
    void go_away() { close(ends_[0]); }

private:
    static void close(int& end) {
        if (end != -1)
            ::close(end);
        end = -1;
    }

    std::array<int, 2> ends_{-1, -1};
    std::string all_;
};

std::unique_ptr<child_process> start_read_by(pipe_reader& reader, tool_bench& b, texts arguments) {
    auto tool = b.start(std::move(arguments), reader.writer());
    reader.close_writer();
    return tool;
}

// No job reaches a terminal status until the faults are cleared.
void hold_jobs(tool_bench& b) {
    b.service.on(call_kind::status, testing::occurrences::always(),
                 testing::canned_response(200, R"({"jobId":"1","status":"running"})"));
}

} // namespace

TEST_CASE("a run continues after the reader of its progress has closed the pipe",
          "[tool][reader]") {
    const char* const level = GENERATE("info", "trace");
    tool_bench b;
    const texts projects = {"A", "B", "C", "D"};
    for (const std::string& name : projects)
        b.service.add_project(project_of(name));
    hold_jobs(b);
    pipe_reader reader;
    const auto tool = start_read_by(
        reader, b,
        {"--log-level", level, "--max-in-flight", "2", "--report", b.report(), "A", "B", "C", "D"});
    REQUIRE(reader.has_read("submitted A"));
    reader.go_away();
    b.service.clear_faults();
    CHECK(tool->wait() == 0);
    CHECK(b.files() == std::set<std::string>{"A.json", "B.json", "C.json", "D.json"});
    for (const std::string& name : projects) {
        INFO(name);
        CHECK(b.outcomes_of(name) == texts{"unfinished", "submitted", "exported"});
        CHECK(b.is_exported(name + ".json", name));
    }

    // A run that has warnings, and no reader from the start.
    pipe_reader none;
    none.go_away();
    b.service.add_project(project_of("New"));
    const auto next = start_read_by(
        none, b, {"--log-level", level, "--resume", b.report(), "Nobody", "A", "New"});
    CHECK(next->wait() == 1);
    CHECK(b.outcomes_of("Nobody").back() == "failed");
    CHECK(b.outcomes_of("New").back() == "exported");
    CHECK(b.service.counters().jobs_created == 5);
}

TEST_CASE("a run without a reader stops at a signal, and its report suffices to resume it",
          "[tool][reader][signals]") {
    const bool has_time = GENERATE(true, false);
    tool_bench b;
    const texts projects = {"A", "B", "C", "D"};
    for (const std::string& name : projects)
        b.service.add_project(project_of(name));
    hold_jobs(b);
    pipe_reader reader;
    const auto tool = start_read_by(reader, b,
                                    {"--grace", has_time ? "10m" : "100ms", "--max-in-flight", "2",
                                     "--report", b.report(), "A", "B", "C", "D"});
    REQUIRE(reader.has_read("submitted A"));
    REQUIRE(reader.has_read("submitted B"));
    reader.go_away();
    tool->send(SIGTERM);
    if (has_time)
        b.service.clear_faults(); // its responses come after the signal
    CHECK(tool->wait() == 3);
    for (const char* name : {"A", "B"}) {
        INFO(name);
        CHECK(b.outcomes_of(name).back() == (has_time ? "exported" : "unfinished"));
        CHECK(b.lines_of(name).back().has_job() == !has_time);
    }
    for (const char* name : {"C", "D"}) {
        INFO(name);
        CHECK(b.outcomes_of(name).back() == "unfinished");
        CHECK_FALSE(b.lines_of(name).back().has_job());
    }
    CHECK(b.service.counters().jobs_created == 2);

    b.service.clear_faults();
    CHECK(b.run({"--resume", b.report()}) == 0);
    CHECK(b.service.counters().jobs_created == 4);
    for (const std::string& name : projects)
        CHECK(b.is_exported(name + ".json", name));
}

} // namespace export_projects_reader_test
