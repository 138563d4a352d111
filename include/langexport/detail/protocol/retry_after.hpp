#ifndef LANGEXPORT_DETAIL_PROTOCOL_RETRY_AFTER_HPP
#define LANGEXPORT_DETAIL_PROTOCOL_RETRY_AFTER_HPP

#include <langexport/detail/protocol/response_message.hpp>
#include <langexport/version.hpp>

#include <chrono>
#include <optional>

namespace langexport {
inline namespace v0 {
namespace detail {

// The time of a response, by the server's clock; `now` if it has no readable Date.
LANGEXPORT_DECL std::chrono::system_clock::time_point
date_of(const response_message& from, std::chrono::system_clock::time_point now) noexcept;

// Returns the wait that a response demands: retry-after-ms, x-ms-retry-after-ms (milliseconds), then Retry-After
// (seconds, or a date, relative to the response's own date). Numbers may have a fraction. Invalid values are skipped.
// A date in the past gives zero. The result is at most `most`.
LANGEXPORT_DECL std::optional<std::chrono::steady_clock::duration>
read_retry_after(const response_message& from, std::chrono::system_clock::time_point now,
                 std::chrono::steady_clock::duration most);

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/protocol/impl/retry_after.ipp>
#endif

#endif
