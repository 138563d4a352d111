#include "support/few_descriptors.hpp"

#if defined(__SANITIZE_ADDRESS__)
#define LANGEXPORT_TESTS_KEEPS_PIPES
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define LANGEXPORT_TESTS_KEEPS_PIPES
#endif
#endif

#if defined(LANGEXPORT_TESTS_KEEPS_PIPES)

#include <atomic>

#include <sys/syscall.h>
#include <unistd.h>

// UBSan's check of virtual calls writes an object to a pipe, to see whether its memory can be read, and
// takes a failure to open the pipe for a bad object. It gets pipes that were opened before.
namespace {

constexpr int most_pipes = 400; // two for each type
int pipes[most_pipes][2];
std::atomic<int> pipes_left{0};

int open_pipe(int* ends) noexcept {
    return static_cast<int>(::syscall(SYS_pipe2, ends, 0));
}

void keep_pipes() noexcept {
    int count = 0;
    while (count < most_pipes && open_pipe(pipes[count]) == 0)
        ++count;
    pipes_left = count;
}

void close_pipes() noexcept {
    for (int left = pipes_left.exchange(0); left > 0; --left)
        for (const int end : pipes[left - 1])
            ::close(end);
}

} // namespace

// Instead of the C library's, which the sanitizer calls.
extern "C" int pipe(int ends[2]) noexcept {
    int left = pipes_left;
    while (left > 0 && !pipes_left.compare_exchange_weak(left, left - 1)) {
    }
    if (left == 0)
        return open_pipe(ends);
    ends[0] = pipes[left - 1][0];
    ends[1] = pipes[left - 1][1];
    return 0;
}

#else

namespace {

void keep_pipes() noexcept {}
void close_pipes() noexcept {}

} // namespace

#endif

namespace langexport_tests {

no_descriptors::no_descriptors() {
    keep_pipes();
    ::getrlimit(RLIMIT_NOFILE, &old_);
    rlimit limit = old_;
    limit.rlim_cur = 0;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

no_descriptors::~no_descriptors() {
    ::setrlimit(RLIMIT_NOFILE, &old_);
    close_pipes();
}

} // namespace langexport_tests
