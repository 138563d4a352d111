#ifndef LANGEXPORT_TESTING_SERVICE_MESSAGE_HPP
#define LANGEXPORT_TESTING_SERVICE_MESSAGE_HPP

#include <langexport/testing/body_source.hpp>
#include <langexport/testing/fault.hpp>
#include <langexport/testing/project.hpp>
#include <langexport/version.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace langexport {
inline namespace v0 {
namespace testing {

/// A request, as received. Without a body if only its header has been received.
class service_request {
public:
    /// Empty.
    service_request() {}

    /// The method.
    std::string method;
    /// Path and query.
    std::string target;
    /// Header fields in the order received.
    std::vector<std::pair<std::string, std::string>> headers;
    /// The body.
    std::string body;
    /// Number of the connection.
    std::uint64_t connection = 0;
};

/// A response, and how to send it.
class service_response {
public:
    /// 200 without headers and body.
    service_response() {}

    /// The value of the first header field of that name in any letter case; empty if absent.
    LANGEXPORT_DECL std::string_view header(std::string_view name) const;

    /// The HTTP status.
    unsigned status = 200;
    /// Header fields in the order of sending, without those that frame the body.
    std::vector<std::pair<std::string, std::string>> headers;
    /// The body, if `stream` is null.
    std::string body;
    /// The body, if it is produced piece by piece while it is sent.
    std::unique_ptr<body_source> stream;
    /// How the end of the body is marked.
    body_framing framing = body_framing::content_length;
    /// How to send the response, if that is unusual. (The status, headers and body have already been
    /// applied.) The time scale has been applied to its waits.
    std::optional<canned_response> fault;
};

/// A response that is sent before its request was completely received.
class early_response {
public:
    /// @param bytes  Number of bytes of the request after which the response is sent.
    /// @param early  The response. If its `fault` has a `request_cut`, the connection ends without one.
    early_response(std::uint64_t bytes, service_response early)
        : after(bytes), response(std::move(early)) {}

    /// Number of bytes of the request after which the response is sent.
    std::uint64_t after;
    /// The response.
    service_response response;
};

} // namespace testing
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/testing/impl/service_message.ipp>
#endif

#endif
