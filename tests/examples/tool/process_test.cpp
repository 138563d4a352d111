// Signals, closed standard streams, a file size limit and a closed pipe.

#include "examples/tool/process.hpp"
#include "examples/tool/stop_signals.hpp"

#include "support/catch.hpp"
#include "support/child_process.hpp"
#include "support/temporary_folder.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

using namespace tool;
using namespace langexport_tests;
namespace fs = std::filesystem;

namespace {

std::string own_path() {
    return fs::read_symlink("/proc/self/exe").string();
}

fs::path folder_of_child() {
    const char* folder = std::getenv("LANGEXPORT_TEST_FOLDER");
    REQUIRE(folder);
    return folder;
}

// Returns whether a signal is in a mask of a process: "SigIgn" or "SigCgt".
bool is_in_mask(const fs::path& folder, const std::string& mask, int signal) {
    const std::string status = content_of("/proc/" + content_of(folder / "id") + "/status");
    const std::size_t at = status.find(mask + ":\t");
    REQUIRE(at != std::string::npos);
    const unsigned long long bits =
        std::stoull(status.substr(at + mask.size() + 2, 16), nullptr, 16);
    return (bits >> (signal - 1) & 1) != 0;
}

// Runs the test "stop when asked" in a child process until it handles signals. One signal is ignored before.
class stopping_child {
public:
    explicit stopping_child(int errors = -1, int ignored = SIGUSR1)
        : process({own_path(), "stop when asked"},
                  {{"LANGEXPORT_TEST_FOLDER", folder.path()},
                   {"LANGEXPORT_TEST_IGNORED", std::to_string(ignored)}},
                  errors) {
        REQUIRE(process.wait_until([this] { return fs::exists(folder / "id"); }));
    }
    bool is_asked() {
        return process.wait_until([this] { return fs::exists(folder / "asked"); });
    }

    temporary_folder folder;
    child_process process;
};

} // namespace

TEST_CASE("the first signal requests a stop, and the second one ends the program at once",
          "[process]") {
    const int first = GENERATE(SIGINT, SIGTERM, SIGHUP);
    const int second = GENERATE(SIGINT, SIGTERM, SIGHUP);
    CAPTURE(first, second);
    stopping_child child;
    child.process.send(first);
    REQUIRE(child.is_asked());
    child.process.send(second);
    CHECK(child.process.wait() == 3);
    CHECK(child.process.err() == "resume with: this\n");
}

TEST_CASE("a program that ends at once does not wait for its standard error", "[process]") {
    std::array<int, 2> ends{};
    REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
    const std::string much(4096, 'x');
    ::fcntl(ends[1], F_SETFL, O_NONBLOCK);
    while (::write(ends[1], much.data(), much.size()) > 0) {
    }
    CHECK(errno == EAGAIN);
    ::fcntl(ends[1], F_SETFL, 0);
    stopping_child child(ends[1]);
    child.process.send(SIGTERM);
    REQUIRE(child.is_asked());
    child.process.send(SIGTERM);
    CHECK(child.process.wait() == 3);
    ::close(ends[0]);
    ::close(ends[1]);
}

TEST_CASE("a signal that was ignored when the program started stays ignored", "[process]") {
    const int which = GENERATE(SIGINT, SIGTERM, SIGHUP);
    const int other = which == SIGTERM ? SIGINT : SIGTERM;
    CAPTURE(which);
    stopping_child child(-1, which);
    CHECK(is_in_mask(child.folder.path(), "SigIgn", which));
    CHECK(is_in_mask(child.folder.path(), "SigCgt", other));
    child.process.send(which);
    child.process.send(which);
    child.process.send(other);
    REQUIRE(child.is_asked());
    child.process.send(which);
    CHECK(content_of(child.folder / "asked") == "once");
    child.process.send(other);
    CHECK(child.process.wait() == 3);
}

TEST_CASE("a command line can request help in any place", "[process]") {
    const struct {
        std::vector<const char*> arguments;
        bool asks;
    } rows[] = {
        {{}, false},
        {{"--help"}, true},
        {{"-h"}, true},
        {{"A", "B", "-h"}, true},
        {{"--output", "--help"}, true},
        {{"--nonsense", "--help", "--"}, true},
        {{"--", "--help"}, false},
        {{"-help", "--h", "help", "", "-hh", "--help=x"}, false},
    };
    for (const auto& row : rows) {
        std::vector<const char*> all = row.arguments;
        CAPTURE(all);
        all.insert(all.begin(), "-h"); // the program's name
        CHECK(asks_for_help(static_cast<int>(all.size()), all.data()) == row.asks);
    }
    CHECK_FALSE(asks_for_help(0, nullptr));
}

TEST_CASE("a signal set contains the signals that are not ignored", "[process]") {
    boost::asio::io_context context;
    const auto old = std::signal(SIGHUP, SIG_IGN);
    boost::asio::signal_set signals(context);
    add_stop_signals(signals);
    int came = 0;
    signals.async_wait([&](auto error, int which) { came = error ? -1 : which; });
    std::raise(SIGHUP);
    context.poll();
    CHECK(came == 0);
    std::raise(SIGINT);
    context.run();
    CHECK(came == SIGINT);
    std::signal(SIGHUP, old);
}

TEST_CASE("no file gets the descriptor of a closed standard stream", "[process]") {
    // The closed streams, in the syntax of a shell.
    const std::string closed = GENERATE("", "<&-", ">&-", "2>&-", "<&- >&-", "<&- >&- 2>&-");
    CAPTURE(closed);
    const temporary_folder folder;
    child_process child(
        {"/bin/sh", "-c", "exec \"$0\" 'use standard streams' " + closed, own_path()},
        {{"LANGEXPORT_TEST_FOLDER", folder.path()}});
    CHECK(child.wait() == 0);
    const bool is_err_closed = closed.find("2>&-") != std::string::npos;
    const bool is_out_closed = closed.find(" >&-") != std::string::npos || closed == ">&-";
    CHECK(content_of(folder / "states") ==
          std::string("output ") + (is_out_closed ? "fails" : "usable") + ", errors " +
              (is_err_closed ? "fails" : "usable") + ", file 3 or more\n");
}

TEST_CASE("a file size limit and a closed pipe are errors, and do not end the process",
          "[process]") {
    const temporary_folder folder;
    for (const char* what : {"write beyond the limit", "write into a closed pipe"}) {
        INFO(what);
        child_process child({own_path(), what}, {{"LANGEXPORT_TEST_FOLDER", folder.path()}});
        CHECK(child.wait() == 0);
    }
}

// Tests that other tests run in child processes.

TEST_CASE("stop when asked", "[.child]") {
    const fs::path folder = folder_of_child();
    boost::asio::io_context context;
    std::signal(std::stoi(std::getenv("LANGEXPORT_TEST_IGNORED")), SIG_IGN);
    boost::asio::steady_timer work(context);
    work.expires_after(std::chrono::minutes(2));
    work.async_wait([](auto) {});
    stop_signals signals(context.get_executor(), 3);
    signals.print_when_ended("of no use\n");
    signals.print_when_ended("resume with: this\n");
    signals.ask([&] {
        write_content(folder / "asked.new", fs::exists(folder / "asked") ? "twice" : "once");
        fs::rename(folder / "asked.new", folder / "asked");
    });
    write_content(folder / "id.new", std::to_string(::getpid()));
    fs::rename(folder / "id.new", folder / "id");
    context.run();
}

TEST_CASE("use standard streams", "[.child]") {
    prepare_process();
    const auto write_to = [](int stream) { return ::write(stream, "x", 1) == 1; };
    const bool is_out = write_to(1), is_err = write_to(2);
    std::FILE* const file = std::fopen((folder_of_child() / "states").c_str(), "w");
    std::fprintf(file, "output %s, errors %s, file %s\n", is_out ? "usable" : "fails",
                 is_err ? "usable" : "fails", ::fileno(file) > 2 ? "3 or more" : "too low");
    std::fclose(file);
    std::_Exit(0); // this program prints a summary
}

TEST_CASE("write beyond the limit", "[.child]") {
    std::signal(SIGXFSZ, SIG_DFL);
    prepare_process();
    const rlimit limit{10, 10};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    const int file = ::open((folder_of_child() / "large").c_str(), O_CREAT | O_WRONLY, 0600);
    const std::string much(100, 'x');
    const bool is_cut = ::write(file, much.data(), much.size()) == 10;
    const bool is_refused = ::write(file, much.data(), much.size()) == -1 && errno == EFBIG;
    std::_Exit(is_cut && is_refused ? 0 : 1); // a summary would be beyond the limit
}

TEST_CASE("write into a closed pipe", "[.child]") {
    std::signal(SIGPIPE, SIG_DFL);
    prepare_process();
    std::array<int, 2> ends{};
    REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
    ::close(ends[0]);
    CHECK(::write(ends[1], "x", 1) == -1);
    CHECK(errno == EPIPE);
}
