#ifndef LANGEXPORT_DETAIL_PROTOCOL_RETRY_AFTER_HPP
#define LANGEXPORT_DETAIL_PROTOCOL_RETRY_AFTER_HPP

#include <langexport/detail/protocol/response.hpp>
#include <langexport/version.hpp>

#include <chrono>
#include <optional>

namespace langexport {
inline namespace v0 {
namespace detail {

// When a response was made, by the clock of its origin; `now` if it has no Date that can be read.
LANGEXPORT_DECL std::chrono::system_clock::time_point
date_of(const response& from, std::chrono::system_clock::time_point now) noexcept;

// How long a response asks us to wait: retry-after-ms, x-ms-retry-after-ms (milliseconds), then
// Retry-After (seconds, or a date, counted from the response's own). Numbers may have a fraction. What
// cannot be read is passed over; a date in the past is zero; everything is cut to `most`.
LANGEXPORT_DECL std::optional<std::chrono::steady_clock::duration>
read_retry_after(const response& from, std::chrono::system_clock::time_point now,
                 std::chrono::steady_clock::duration most);

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/protocol/impl/retry_after.ipp>
#endif

#endif
