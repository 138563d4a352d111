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

/// Makes this process lack file descriptors as long as the object lives. Open descriptors stay
/// open.
class no_descriptors {
public:
    no_descriptors();
    no_descriptors(const no_descriptors&) = delete;
    no_descriptors& operator=(const no_descriptors&) = delete;
    ~no_descriptors();

private:
    rlimit old_{};
};

} // namespace langexport_tests

#endif
