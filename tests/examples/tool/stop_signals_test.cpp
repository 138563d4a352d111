// Signals that request the end of a program.

#include "examples/tool/stop_signals.hpp"

#include "examples/tool/own_process.hpp"
#include "support/catch.hpp"
#include "support/child_process.hpp"
#include "support/temporary_folder.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <string>

#include <fcntl.h>
#include <unistd.h>

namespace stop_signals_test {

using namespace tool;
using namespace langexport_tests;
namespace fs = std::filesystem;

namespace {

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

TEST_CASE("a signal set contains the signals that are not ignored", "[process]") {
    boost::asio::io_context context;
    const auto old = std::signal(SIGHUP, SIG_IGN);
    boost::asio::signal_set signals(context);
    add_stop_signals(signals);
    int came = 0;
    signals.async_wait([&](auto error, int number) { came = error ? -1 : number; });
    std::raise(SIGHUP);
    context.poll();
    CHECK(came == 0);
    std::raise(SIGINT);
    context.run();
    CHECK(came == SIGINT);
    std::signal(SIGHUP, old);
}

// Other tests run it in a child process.
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

} // namespace stop_signals_test
