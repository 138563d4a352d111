#ifndef LANGEXPORT_DETAIL_BASE_DURATION_TEXT_HPP
#define LANGEXPORT_DETAIL_BASE_DURATION_TEXT_HPP

#include <langexport/version.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace langexport {
inline namespace v0 {
namespace detail {

// Formats a duration for people: `0.2 ms`, `427 ms`, `23.6 s`, `1 min 30 s`, `2 h 5 min`, `3 d`.
//
// @param time  A negative duration gives `0 s`. The result is rounded: below a minute to three digits or a tenth of a
//              second, below an hour to a second, above it to a minute.
LANGEXPORT_DECL std::string format_duration(std::chrono::nanoseconds time);

// Formats a duration exactly, in seconds: `600.001 s`.
LANGEXPORT_DECL std::string format_seconds(std::chrono::nanoseconds time);

// Formats a duration for people: `0.4 s`, `12 s`, `3:07`, `1:00:05`.
LANGEXPORT_DECL std::string format_elapsed(std::chrono::steady_clock::duration time);

// Parses a duration such as `500ms`, `30s`, `10m`, `2h` or `1d`: a whole number and one of these units, or `0`.
//
// @return  The duration; nothing for any other text, and for more than 10,000 hours.
LANGEXPORT_DECL std::optional<std::chrono::milliseconds>
parse_duration(std::string_view text) noexcept;

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/base/impl/duration_text.ipp>
#endif

#endif
