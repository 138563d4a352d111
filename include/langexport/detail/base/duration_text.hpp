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

// Writes a time for people: `0.2 ms`, `427 ms`, `23.6 s`, `1 min 30 s`, `2 h 5 min`, `3 d`.
//
// @param time  Negative times are written as `0 s`. Times are rounded: below a minute to three digits or
//              a tenth of a second, below an hour to a second, above it to a minute.
LANGEXPORT_DECL std::string format_duration(std::chrono::nanoseconds time);

// A time for people: `0.4 s`, `12 s`, `3:07`, `1:00:05`.
LANGEXPORT_DECL std::string format_elapsed(std::chrono::steady_clock::duration time);

// Reads a time such as `500ms`, `30s`, `10m`, `2h` or `1d`: a whole number and one of these units, or `0`.
//
// @return  The time; nothing if the text is anything else, or longer than 10,000 hours.
LANGEXPORT_DECL std::optional<std::chrono::milliseconds>
parse_duration(std::string_view text) noexcept;

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/base/impl/duration_text.ipp>
#endif

#endif
