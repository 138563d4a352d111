// Signals, standard error, the terminal and limits of the process.

#include "examples/tool/system.hpp"

#include "examples/tool/own_process.hpp"
#include "support/catch.hpp"
#include "support/child_process.hpp"
#include "support/scoped_environment.hpp"

#include <array>
#include <csignal>
#include <cstdlib>
#include <optional>
#include <string>
#include <utility>

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <unistd.h>

namespace system_test {

using namespace tool;
using namespace langexport_tests;

namespace {

// Standard error is another file while this object exists.
class replaced_stderr {
public:
    explicit replaced_stderr(int file) : old_(::dup(2)) {
        REQUIRE(old_ >= 0);
        REQUIRE(::dup2(file, 2) == 2);
    }
    ~replaced_stderr() {
        ::dup2(old_, 2);
        ::close(old_);
    }
    replaced_stderr(const replaced_stderr&) = delete;
    replaced_stderr& operator=(const replaced_stderr&) = delete;

private:
    int old_;
};

class file_pair {
public:
    file_pair() = default;
    ~file_pair() {
        ::close(read);
        ::close(write);
    }
    file_pair(const file_pair&) = delete;
    file_pair& operator=(const file_pair&) = delete;

    int read = -1, write = -1;
};

void open_pipe(file_pair& pipe) {
    std::array<int, 2> ends{};
    REQUIRE(::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) == 0);
    pipe.read = ends[0];
    pipe.write = ends[1];
}

// Everything that is in a pipe without an end.
std::string content_of_pipe(const file_pair& pipe) {
    std::string all, part(4096, '\0');
    for (;;) {
        const auto size = ::read(pipe.read, part.data(), part.size());
        if (size <= 0)
            return all;
        all.append(part, 0, static_cast<std::size_t>(size));
    }
}

// The two sides of a terminal; false if the system has none to give.
bool open_terminal(file_pair& sides) {
    sides.read = ::posix_openpt(O_RDWR | O_NOCTTY);
    if (sides.read < 0 || ::grantpt(sides.read) != 0 || ::unlockpt(sides.read) != 0)
        return false;
    const char* const name = ::ptsname(sides.read);
    sides.write = name ? ::open(name, O_RDWR | O_NOCTTY) : -1;
    return sides.write >= 0;
}

// The size that is found with this value of TERM. Standard error is replaced for this time only.
terminal_size size_of(int file, const std::optional<std::string>& kind) {
    const scoped_environment environment({"TERM"},
                                         kind ? scoped_environment::variables{{"TERM", *kind}}
                                              : scoped_environment::variables());
    const replaced_stderr errors(file);
    return terminal_of_stderr();
}

} // namespace

TEST_CASE("a signal is ignored only if its action is to ignore it", "[tool][system]") {
    const auto old = std::signal(SIGUSR2, SIG_DFL);
    CHECK_FALSE(is_ignored(SIGUSR2));
    std::signal(SIGUSR2, SIG_IGN);
    CHECK(is_ignored(SIGUSR2));
    CHECK(is_ignored(SIGUSR2)); // the question changes nothing
    std::signal(SIGUSR2, [](int) {});
    CHECK_FALSE(is_ignored(SIGUSR2));
    std::signal(SIGUSR2, old);
}

TEST_CASE("a text is written to standard error unless that would block", "[tool][system]") {
    file_pair pipe;
    open_pipe(pipe);
    {
        const replaced_stderr errors(pipe.write);
        write_to_stderr_now("resume with: this\n");
    }
    CHECK(content_of_pipe(pipe) == "resume with: this\n");

    const std::string much(4096, 'x');
    while (::write(pipe.write, much.data(), much.size()) > 0) {
    }
    REQUIRE(::fcntl(pipe.write, F_SETFL, 0) == 0); // from now on, a write waits for a reader
    {
        const replaced_stderr errors(pipe.write);
        write_to_stderr_now("no reader");
    }
    CHECK(content_of_pipe(pipe).find_first_not_of('x') == std::string::npos);
}

TEST_CASE("the size of a terminal is known only if it can redraw lines", "[tool][system]") {
    file_pair pipe;
    open_pipe(pipe);
    CHECK(size_of(pipe.write, "xterm").columns == 0);

    file_pair sides;
    if (!open_terminal(sides)) {
        WARN("not tested: this system has no pseudoterminals");
        return;
    }
    struct winsize size = {};
    size.ws_col = 100;
    size.ws_row = 30;
    REQUIRE(::ioctl(sides.write, TIOCSWINSZ, &size) == 0);
    CHECK(size_of(sides.write, "xterm").columns == 100);
    CHECK(size_of(sides.write, "xterm").rows == 30);
    for (const std::optional<std::string>& kind :
         {std::optional<std::string>(), std::optional<std::string>(""),
          std::optional<std::string>("dumb")}) {
        CHECK(size_of(sides.write, kind).columns == 0);
        CHECK(size_of(sides.write, kind).rows == 0);
    }
    // A terminal that does not know its size, such as a serial line.
    size = {};
    REQUIRE(::ioctl(sides.write, TIOCSWINSZ, &size) == 0);
    CHECK(size_of(sides.write, "xterm").columns == 80);
    CHECK(size_of(sides.write, "xterm").rows == 24);
}

TEST_CASE("a terminal has colors unless NO_COLOR is set", "[tool][system]") {
    file_pair sides;
    if (!open_terminal(sides)) {
        WARN("not tested: this system has no pseudoterminals");
        return;
    }
    using variables = scoped_environment::variables;
    for (const auto& [value, has_color] :
         {std::pair("1", false), std::pair("0", false), std::pair("", true)}) {
        INFO(value);
        const scoped_environment environment({"NO_COLOR"}, variables{{"NO_COLOR", value}});
        CHECK(size_of(sides.write, "xterm").has_color == has_color);
        CHECK_FALSE(size_of(sides.write, "dumb").has_color);
    }
    const scoped_environment none({"NO_COLOR"}, variables());
    CHECK(size_of(sides.write, "xterm").has_color);
}

TEST_CASE("a process with fewer than 32 descriptors has few", "[tool][system]") {
    rlimit old{};
    REQUIRE(::getrlimit(RLIMIT_NOFILE, &old) == 0);
    const auto has_few = [&](rlim_t most) {
        const rlimit limit{most, old.rlim_max};
        ::setrlimit(RLIMIT_NOFILE, &limit);
        const bool result = has_few_descriptors();
        ::setrlimit(RLIMIT_NOFILE, &old);
        return result;
    };
    CHECK(has_few(31));
    CHECK_FALSE(has_few(32));
}

TEST_CASE("the stack grows to a size, but not beyond its hard limit", "[tool][system]") {
    child_process child({own_path(), "grow the stack"}, {});
    const int status = child.wait();
    INFO(child.out());
    CHECK(status == 0);
}

// Tests that other tests run in child processes.

TEST_CASE("grow the stack", "[.child]") {
    constexpr rlim_t mebibyte = 1024 * 1024;
    const auto soft_limit = [] {
        rlimit limit{};
        ::getrlimit(RLIMIT_STACK, &limit);
        return limit.rlim_cur;
    };
    const rlimit limit{8 * mebibyte, 16 * mebibyte};
    REQUIRE(::setrlimit(RLIMIT_STACK, &limit) == 0);
    CHECK(grow_stack(4 * mebibyte));
    CHECK(soft_limit() == 8 * mebibyte); // it never shrinks
    CHECK(grow_stack(12 * mebibyte));
    CHECK(soft_limit() == 12 * mebibyte);
    CHECK_FALSE(grow_stack(20 * mebibyte));
    CHECK(soft_limit() == 12 * mebibyte);
}

} // namespace system_test
