// Standard streams that were closed when the program started.

#include <langexport/file/standard_streams.hpp>

#include "support/catch.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace standard_streams_test {

namespace {

/// Closes a standard stream and restores it at the end of a test.
class closed_stream {
public:
    explicit closed_stream(int stream) : stream_(stream), saved_(::dup(stream)) { ::close(stream); }
    closed_stream(const closed_stream&) = delete;
    closed_stream& operator=(const closed_stream&) = delete;
    ~closed_stream() {
        ::close(stream_);
        if (saved_ >= 0) {
            ::dup2(saved_, stream_);
            ::close(saved_);
        }
    }

private:
    int stream_;
    int saved_;
};

} // namespace

TEST_CASE("no file is opened in place of a closed standard input", "[files]") {
    int next = -1;
    ::ssize_t read = 0;
    {
        const closed_stream input(STDIN_FILENO);
        langexport::open_standard_streams();
        next = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
        char byte = 0;
        read = ::read(STDIN_FILENO, &byte, 1);
        ::close(next);
    }
    CHECK(next > STDERR_FILENO);
    CHECK(read == -1);
}

TEST_CASE("writing to a closed standard output fails instead of going to a file", "[files]") {
    ::ssize_t written = 0;
    {
        const closed_stream output(STDOUT_FILENO);
        langexport::open_standard_streams();
        written = ::write(STDOUT_FILENO, "x", 1);
    }
    CHECK(written == -1);
}

TEST_CASE("open standard streams do not change", "[files]") {
    struct ::stat before {};
    struct ::stat after {};
    const int had_error = ::fstat(STDERR_FILENO, &before);
    langexport::open_standard_streams();
    REQUIRE(::fstat(STDERR_FILENO, &after) == 0);
    if (had_error == 0) {
        CHECK(after.st_dev == before.st_dev);
        CHECK(after.st_ino == before.st_ino);
    }
}

} // namespace standard_streams_test
