#ifndef LANGEXPORT_TESTS_SUPPORT_PROCESS_MEMORY_HPP
#define LANGEXPORT_TESTS_SUPPORT_PROCESS_MEMORY_HPP

#include <fstream>
#include <string>

namespace langexport_tests {

/// A field of /proc/self/status, such as "VmHWM:", in KiB; -1 if there is none. getrusage would include the parent
/// before the exec, too.
inline long memory_field(const std::string& name) {
    std::ifstream status("/proc/self/status");
    std::string word;
    while (status >> word)
        if (word == name) {
            long value = 0;
            status >> value;
            return value;
        }
    return -1;
}

} // namespace langexport_tests

#endif
