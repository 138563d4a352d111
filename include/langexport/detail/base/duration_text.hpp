#ifndef LANGEXPORT_DETAIL_BASE_DURATION_TEXT_HPP
#define LANGEXPORT_DETAIL_BASE_DURATION_TEXT_HPP

#include <langexport/version.hpp>

#include <chrono>
#include <string>

namespace langexport {
inline namespace v0 {

/// Writes a time for people: `0.2 ms`, `427 ms`, `23.6 s`, `1 min 30 s`, `2 h 5 min`, `3 d`.
///
/// @param time  What is below zero is written as `0 s`. Times are rounded: below a minute to three digits or
///              a tenth of a second, below an hour to a second, above it to a minute.
LANGEXPORT_DECL std::string format_duration(std::chrono::nanoseconds time);

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/base/impl/duration_text.ipp>
#endif

#endif
