// Help, closed standard streams, a file size limit and a closed pipe.

#include "examples/tool/process.hpp"

#include "examples/tool/own_process.hpp"
#include "support/catch.hpp"
#include "support/child_process.hpp"
#include "support/temporary_folder.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

namespace process_test {

using namespace tool;
using namespace langexport_tests;

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

TEST_CASE("JSON may be nested less deeply if the stack cannot grow", "[process]") {
    child_process child({own_path(), "read with a small stack"});
    const int status = child.wait();
    INFO(child.out());
    CHECK(status == 0);
}

// Tests that other tests run in child processes.

TEST_CASE("read with a small stack", "[.child]") {
    constexpr rlim_t mebibyte = 1024 * 1024;
    const rlimit enough{8 * mebibyte, 64 * mebibyte};
    REQUIRE(::setrlimit(RLIMIT_STACK, &enough) == 0);
    CHECK(readable_depth() == 10'000);
    const rlimit small{8 * mebibyte, 16 * mebibyte};
    REQUIRE(::setrlimit(RLIMIT_STACK, &small) == 0);
    CHECK(readable_depth() == 1'000);
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
    const bool is_rejected = ::write(file, much.data(), much.size()) == -1 && errno == EFBIG;
    std::_Exit(is_cut && is_rejected ? 0 : 1); // a summary would be beyond the limit
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

} // namespace process_test
