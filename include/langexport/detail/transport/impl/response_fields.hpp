#ifndef LANGEXPORT_DETAIL_TRANSPORT_IMPL_RESPONSE_FIELDS_HPP
#define LANGEXPORT_DETAIL_TRANSPORT_IMPL_RESPONSE_FIELDS_HPP

#include <langexport/detail/base/text.hpp>
#include <langexport/detail/protocol/response_message.hpp>
#include <langexport/version.hpp>

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace langexport {
inline namespace v0 {
namespace detail {

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

// A header field that the client uses. The name is in its usual spelling, because equal names are compared faster.
struct used_field {
    std::string_view name;
    std::string response_message::*place;
};
inline constexpr std::array<used_field, 10> used_fields{{
    {"Content-Type", &response_message::content_type},
    {"Content-Encoding", &response_message::content_encoding},
    {"Location", &response_message::location},
    {"Retry-After", &response_message::retry_after},
    {"Date", &response_message::date},
    {"operation-location", &response_message::operation_location},
    {"apim-request-id", &response_message::request_id},
    {"request-id", &response_message::request_id},
    {"retry-after-ms", &response_message::retry_after_ms},
    {"x-ms-retry-after-ms", &response_message::x_ms_retry_after_ms},
}};

// The member of the response for a header field; null if the client does not use the field.
inline std::string* place_of(response_message& response, std::string_view name) noexcept {
    for (const used_field& used : used_fields)
        if (name.size() == used.name.size() && equal_ignoring_case(name, used.name))
            return &(response.*used.place);
    return nullptr;
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
