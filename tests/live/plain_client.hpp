#ifndef LANGEXPORT_TESTS_LIVE_PLAIN_CLIENT_HPP
#define LANGEXPORT_TESTS_LIVE_PLAIN_CLIENT_HPP

#include <boost/json/object.hpp>

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace langexport_tests {

/// One request and its response, as they were.
class exchange_seen {
public:
    std::string method;
    std::string target;
    std::string request_body;
    unsigned status = 0;
    std::vector<std::pair<std::string, std::string>> headers; ///< In the order in which they came.
    std::string body;

    /// A header field's value; empty if there is none. The name counts in any case.
    std::string header(std::string_view name) const;
};

/// A text as one segment of a URL's path.
std::string path_segment(std::string_view text);

/// Sends requests one after the other, each on a connection of its own, and keeps all messages. It shares
/// no code with the library, whose assumptions it checks.
class plain_client {
public:
    /// @param endpoint  `https://host[:port]`; `http` for this machine only.
    /// @param ca_file   The certificates to trust; empty: the system's.
    /// @throws std::runtime_error  The endpoint is not such a URL.
    plain_client(const std::string& endpoint, std::string key, std::string ca_file);

    /// Sends a request with the key.
    ///
    /// @param url  An absolute URL of this origin, or a path.
    /// @throws std::exception  It cannot be sent, or its response cannot be read.
    const exchange_seen& send(const std::string& method, const std::string& url,
                              const std::string& body = std::string());

    /// What was sent and received, without key, host, names of projects and texts of documents: strings
    /// stand as their sizes, of a list its first element.
    boost::json::object recording() const;

    std::size_t count_of(std::string_view method) const;
    const std::string& origin() const noexcept { return origin_; }

private:
    std::string hidden(std::string text) const;

    std::string origin_;
    std::string host_;
    std::string port_;
    bool is_secure_ = true;
    std::string key_;
    std::string ca_file_;
    std::vector<exchange_seen> seen_;
};

} // namespace langexport_tests

#endif
