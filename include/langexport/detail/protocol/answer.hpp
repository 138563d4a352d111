#ifndef LANGEXPORT_DETAIL_PROTOCOL_ANSWER_HPP
#define LANGEXPORT_DETAIL_PROTOCOL_ANSWER_HPP

#include <langexport/detail/protocol/result_check.hpp>
#include <langexport/version.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace langexport {
inline namespace v0 {
namespace detail {

// An HTTP answer as far as anything here looks at it. Fields that did not come are empty.
struct answer {
    unsigned status = 0;
    std::string operation_location;
    std::string location;
    std::string content_type;
    std::string content_encoding;
    std::string request_id; // apim-request-id, else request-id
    std::string date;       // when it was made, by the clock of its origin
    std::string retry_after;
    std::string retry_after_ms;
    std::string x_ms_retry_after_ms;
    std::string body;                 // empty where it went elsewhere, piece by piece
    std::uint64_t body_size = 0;      // … in all
    std::optional<result_check> gone; // what is known of a body that went elsewhere
    // The body ended with a connection that gave no sign whether that was meant: it may be cut.
    bool may_be_cut = false;

    // As new, but for the memory.
    void clear() noexcept {
        status = 0;
        body_size = 0;
        gone.reset();
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
