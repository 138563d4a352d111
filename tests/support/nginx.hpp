#ifndef LANGEXPORT_TESTS_SUPPORT_NGINX_HPP
#define LANGEXPORT_TESTS_SUPPORT_NGINX_HPP

#include "support/foreign_server.hpp"

#include <string>
#include <vector>

namespace langexport_tests {

/// nginx from the system's packages, with a configuration and files of its own, as long as the object
/// lives.
class nginx : public foreign_server {
public:
    /// Whether there is one on this machine.
    static bool is_installed();

    nginx() : foreign_server("nginx") {}

    /// Starts it with this `server { … }` in its configuration; `$PORT` is replaced by the port.
    /// @throws std::runtime_error, with the contents of its log.
    void start(std::string server);

    /// The lines of its access log: connection, method, URI, status, Accept-Encoding. Complete after `stop`.
    std::vector<std::string> log() const;
};

} // namespace langexport_tests

#endif
