#ifndef LANGEXPORT_TESTS_SUPPORT_FEW_DESCRIPTORS_HPP
#define LANGEXPORT_TESTS_SUPPORT_FEW_DESCRIPTORS_HPP

#include <sys/resource.h>

namespace langexport_tests {

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
