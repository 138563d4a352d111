#ifndef LANGEXPORT_DETAIL_PROTOCOL_CONNECT_RESPONSE_HPP
#define LANGEXPORT_DETAIL_PROTOCOL_CONNECT_RESPONSE_HPP

#include <langexport/version.hpp>

#include <string>
#include <string_view>

namespace langexport {
inline namespace v0 {
namespace detail {

// The response of a proxy to CONNECT. A 2xx response has no body, even if its header announces one.
struct connect_response {
    unsigned status = 0; // 0: this is not HTTP
    std::string reason;  // of the status line, printable, at most 200 bytes
    std::string schemes; // of Proxy-Authenticate, separated by commas; at most 200 bytes
};

// Returns the rest of a sentence that begins with the name of the proxy: it requires a user name and a password, or
// rejects the configured ones. `status` is its status line, or empty.
LANGEXPORT_DECL std::string words_of_rejection(bool has_password, const std::string& status = {});

// Reads a header with or without the empty line that ends it.
LANGEXPORT_DECL connect_response read_connect_response(std::string_view header);

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/protocol/impl/connect_response.ipp>
#endif

#endif
