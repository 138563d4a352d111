#ifndef LANGEXPORT_TESTS_LIVE_PLAIN_CLIENT_HPP
#define LANGEXPORT_TESTS_LIVE_PLAIN_CLIENT_HPP

#include "live/recording.hpp"

#include <boost/json/object.hpp>

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace langexport_tests {

/// Sends requests one after the other, each on a connection of its own, and keeps all messages. It shares
/// no code with the library, whose assumptions it checks.
class plain_client {
public:
    /// @param endpoint  `https://host[:port]`; `http` for this machine only.
    /// @param ca_file   The certificates to trust; empty: the system's.
    /// @param limit    For each request, from the connection to the end of its response.
    /// @throws std::runtime_error  The endpoint is not such a URL.
    plain_client(const std::string& endpoint, std::string key, std::string ca_file,
                 std::chrono::seconds limit);

    /// Sends a request with the key.
    ///
    /// @param url  An absolute URL of this origin, or a path.
    /// @throws std::exception  It cannot be sent, or its response cannot be read.
    const exchange_seen& send(const std::string& method, const std::string& url,
                              const std::string& body = std::string());

    /// Hides the name of a project in the recording.
    void hide_project(const std::string& name) { projects_.push_back(name); }
    /// What was sent and received, see `recording_of`.
    boost::json::object recording() const;

    std::size_t count_of(std::string_view method) const;
    const std::string& origin() const noexcept { return origin_; }

private:
    std::string origin_;
    std::string host_;
    std::string port_;
    bool is_secure_ = true;
    std::string key_;
    std::string ca_file_;
    std::chrono::seconds limit_;
    std::vector<std::string> projects_;
    std::vector<exchange_seen> seen_;
};

} // namespace langexport_tests

#endif
