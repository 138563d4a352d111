#ifndef LANGEXPORT_TESTS_SUPPORT_CHILD_PROCESS_HPP
#define LANGEXPORT_TESTS_SUPPORT_CHILD_PROCESS_HPP

#include "support/temporary_folder.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace langexport_tests {

/// A program that runs beside the test; it is killed if it still runs at the end of this object.
class child_process {
public:
    /// Starts it; its output is written to files.
    ///
    /// @param words        The program's path and its arguments.
    /// @param environment  What it has besides the test's own environment.
    /// @param errors       A file descriptor for its standard error instead; -1: none.
    explicit child_process(const std::vector<std::string>& words,
                           const std::map<std::string, std::string>& environment = {},
                           int errors = -1);
    child_process(const child_process&) = delete;
    child_process& operator=(const child_process&) = delete;
    ~child_process();

    int id() const noexcept { return id_; }
    void send(int signal);
    /// Until it ends. Its exit status, or the number of the signal that ended it, negated; a test that waits
    /// for too long fails.
    int wait(std::chrono::milliseconds most = std::chrono::seconds(60));
    /// Until something is so, or it has ended. Whether it is.
    bool wait_until(const std::function<bool()>& condition,
                    std::chrono::milliseconds most = std::chrono::seconds(60));

    /// Its output so far.
    std::string out() const { return content_of(folder_ / "out"); }
    std::string err() const { return content_of(folder_ / "err"); }

private:
    bool has_ended();

    temporary_folder folder_;
    int id_ = 0;
    bool is_running_ = false;
    int status_ = 0;
};

} // namespace langexport_tests

#endif
