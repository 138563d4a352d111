#ifndef LANGEXPORT_DETAIL_TRANSPORT_IMPL_RESPONSE_FIELDS_HPP
#define LANGEXPORT_DETAIL_TRANSPORT_IMPL_RESPONSE_FIELDS_HPP

#include <langexport/detail/base/text.hpp>
#include <langexport/detail/protocol/response_message.hpp>
#include <langexport/version.hpp>

#include <boost/beast/http/field.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace langexport {
inline namespace v0 {
namespace detail {

namespace http = boost::beast::http;

// The size of a header, with the empty line at its end; 0 if it is incomplete. `seen` bytes were searched before.
// Lines may lack their carriage return: the parser rejects them.
inline std::size_t size_of_header(std::string_view bytes, std::size_t seen) noexcept {
    std::size_t at = bytes.find('\n', seen < 2 ? 0 : seen - 2);
    for (; at != std::string_view::npos; at = bytes.find('\n', at + 1)) {
        const std::string_view next = bytes.substr(at + 1, 2);
        if (next.starts_with('\n'))
            return at + 2;
        if (next == "\r\n")
            return at + 3;
    }
    return 0;
}

// The member of the response for a header field; null if the client does not use the field.
inline std::string* place_of(response_message& response, http::field known, std::string_view name) {
    switch (known) {
    case http::field::content_type:
        return &response.content_type;
    case http::field::content_encoding:
        return &response.content_encoding;
    case http::field::location:
        return &response.location;
    case http::field::retry_after:
        return &response.retry_after;
    case http::field::date:
        return &response.date;
    case http::field::unknown:
        break;
    default:
        return nullptr;
    }
    const auto is = [&](std::string_view other) { return equal_ignoring_case(name, other); };
    if (is("operation-location"))
        return &response.operation_location;
    if (is("apim-request-id") || is("request-id"))
        return &response.request_id;
    if (is("retry-after-ms"))
        return &response.retry_after_ms;
    if (is("x-ms-retry-after-ms"))
        return &response.x_ms_retry_after_ms;
    return nullptr;
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
