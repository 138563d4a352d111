#ifndef LANGEXPORT_BENCHMARKS_PEERS_HTTP_SESSION_HPP
#define LANGEXPORT_BENCHMARKS_PEERS_HTTP_SESSION_HPP

#include "support/options.hpp"

#include <string>

using CURL = void;
struct curl_slist;

namespace langexport_benchmarks {

/// Requests by libcurl, one after the other, on a connection that is kept.
class http_session {
public:
    class response {
    public:
        long status = 0;
        std::string body;
        std::string operation_location;
        std::string retry_after;    // seconds
        std::string retry_after_ms; // milliseconds
    };

    /// Read are --key and --ca.
    explicit http_session(const options& given);
    ~http_session();
    http_session(const http_session&) = delete;
    http_session& operator=(const http_session&) = delete;

    /// @throws std::runtime_error  There was no response.
    response submit(const std::string& endpoint, const std::string& project);
    /// @throws std::runtime_error  There was no response.
    response get(const std::string& url);

private:
    response perform(const std::string& url);

    CURL* handle_;
    curl_slist* headers_ = nullptr;
    curl_slist* submission_headers_ = nullptr;
};

} // namespace langexport_benchmarks

#endif
