#ifndef LANGEXPORT_DETAIL_PROTOCOL_RESPONSE_MESSAGE_HPP
#define LANGEXPORT_DETAIL_PROTOCOL_RESPONSE_MESSAGE_HPP

#include <langexport/detail/protocol/result_check.hpp>
#include <langexport/version.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace langexport {
inline namespace v0 {
namespace detail {

// The parts of an HTTP response that the client uses. Missing fields are empty.
struct response_message {
    unsigned status = 0;
    std::string operation_location;
    std::string location;
    std::string content_type;
    std::string content_encoding;
    std::string request_id; // apim-request-id, else request-id
    std::string date;       // the response's Date, by the server's clock
    std::string retry_after;
    std::string retry_after_ms;
    std::string x_ms_retry_after_ms;
    std::string body;            // empty if a consumer receives it piece by piece
    std::uint64_t body_size = 0; // size of the body, including pieces that a consumer received
    std::optional<std::uint64_t> body_length;   // the size that the header announces
    std::optional<result_check> streamed_check; // for a body that a consumer receives
    // The connection was closed and nothing shows that the body is complete: it may be truncated.
    bool may_be_cut = false;

    // Resets all fields and keeps the memory of the strings.
    void clear() noexcept {
        status = 0;
        body_size = 0;
        body_length.reset();
        streamed_check.reset();
        for (std::string* text :
             {&operation_location, &location, &content_type, &content_encoding, &request_id, &date,
              &retry_after, &retry_after_ms, &x_ms_retry_after_ms, &body})
            text->clear();
        may_be_cut = false;
    }
};

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
