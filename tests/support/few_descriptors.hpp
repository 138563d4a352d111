#ifndef LANGEXPORT_TESTS_SUPPORT_FEW_DESCRIPTORS_HPP
#define LANGEXPORT_TESTS_SUPPORT_FEW_DESCRIPTORS_HPP

#include <cstddef>
#include <filesystem>
#include <iterator>

#include <sys/resource.h>

namespace langexport_tests {

/// How many file descriptors this process has open.
inline std::size_t open_descriptors() {
    const std::filesystem::directory_iterator all("/proc/self/fd");
    // The folder itself is open while it is read.
    return static_cast<std::size_t>(std::distance(begin(all), end(all))) - 1;
}

/// Clang's check of virtual calls opens a pipe to look at an object, and takes a failure for a bad object.
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define LANGEXPORT_TESTS_CHECKS_VIRTUAL_CALLS
#endif
#endif
#if defined(LANGEXPORT_TESTS_CHECKS_VIRTUAL_CALLS)
inline constexpr bool can_make_calls_without_descriptors = false;
#else
inline constexpr bool can_make_calls_without_descriptors = true;
#endif

/// As if this process had no file descriptors left, for as long as this lives. Those that are open stay open.
class no_descriptors {
public:
    no_descriptors() {
        ::getrlimit(RLIMIT_NOFILE, &old_);
        rlimit limit = old_;
        limit.rlim_cur = 0;
        ::setrlimit(RLIMIT_NOFILE, &limit);
    }
    no_descriptors(const no_descriptors&) = delete;
    no_descriptors& operator=(const no_descriptors&) = delete;
    ~no_descriptors() { ::setrlimit(RLIMIT_NOFILE, &old_); }

private:
    rlimit old_{};
};

} // namespace langexport_tests

#endif
