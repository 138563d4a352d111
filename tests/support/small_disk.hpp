#ifndef LANGEXPORT_TESTS_SUPPORT_SMALL_DISK_HPP
#define LANGEXPORT_TESTS_SUPPORT_SMALL_DISK_HPP

#include <csignal>

#include <sys/resource.h>

namespace langexport_tests {

/// Makes the disk have only this number of bytes left, as long as the object lives.
class small_disk {
public:
    explicit small_disk(rlim_t bytes) : old_handler_(std::signal(SIGXFSZ, SIG_IGN)) {
        ::getrlimit(RLIMIT_FSIZE, &old_);
        rlimit limit = old_;
        limit.rlim_cur = bytes;
        ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    small_disk(const small_disk&) = delete;
    small_disk& operator=(const small_disk&) = delete;
    ~small_disk() {
        ::setrlimit(RLIMIT_FSIZE, &old_);
        std::signal(SIGXFSZ, old_handler_);
    }

private:
    rlimit old_{};
    void (*old_handler_)(int);
};

} // namespace langexport_tests

#endif
