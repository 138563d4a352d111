#ifndef LANGEXPORT_TESTS_SUPPORT_NGINX_HPP
#define LANGEXPORT_TESTS_SUPPORT_NGINX_HPP

#include <cstdint>
#include <string>
#include <vector>

#include <sys/types.h>

namespace langexport_tests {

/// nginx from the system's packages, with a configuration and files of its own, as long as the object
/// lives.
class nginx {
public:
    /// Whether there is one on this machine.
    static bool is_installed();

    nginx();
    ~nginx();
    nginx(const nginx&) = delete;
    nginx& operator=(const nginx&) = delete;

    /// Writes a file below its folder, which the configuration may name relatively.
    void write(const std::string& name, const std::string& text);
    std::string path(const std::string& name) const { return folder_ + "/" + name; }
    std::uint16_t port() const noexcept { return port_; }

    /// Starts it with this `server { … }` in its configuration; `$PORT` stands for the port.
    /// @throws std::runtime_error, with what it wrote into its log.
    void start(std::string server);
    /// Ends it. Its access log is complete then.
    void stop();

    /// The lines of its access log: connection, method, URI, status, Accept-Encoding.
    std::vector<std::string> log() const;

private:
    std::string folder_;
    std::uint16_t port_ = 0;
    pid_t child_ = -1;
};

} // namespace langexport_tests

#endif
