#ifndef LANGEXPORT_TESTS_SUPPORT_PROXY_SERVER_HPP
#define LANGEXPORT_TESTS_SUPPORT_PROXY_SERVER_HPP

#include "support/foreign_server.hpp"

#include <memory>
#include <string>

namespace langexport_tests {

/// An HTTP proxy from the system's packages, as long as the object lives.
class proxy_server : public foreign_server {
public:
    using foreign_server::foreign_server;
    virtual ~proxy_server() = default;

    /// Starts it. With a user and a password, it rejects requests without them.
    virtual void start(const std::string& user = {}, const std::string& password = {}) = 0;
    /// What it logged of the requests.
    virtual std::string log() const = 0;
    virtual bool is_installed() const = 0;

    /// `http://[user:password@]127.0.0.1:port`.
    std::string url(const std::string& user_info = {}) const {
        return "http://" + (user_info.empty() ? "" : user_info + "@") +
               "127.0.0.1:" + std::to_string(port());
    }
};

std::unique_ptr<proxy_server> make_tinyproxy();
std::unique_ptr<proxy_server> make_squid();

} // namespace langexport_tests

#endif
