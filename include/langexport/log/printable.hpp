#ifndef LANGEXPORT_LOG_PRINTABLE_HPP
#define LANGEXPORT_LOG_PRINTABLE_HPP

#include <langexport/version.hpp>

#include <string>
#include <string_view>

namespace langexport {
inline namespace v0 {

/// Converts text from outside, such as a project's name, to one line of valid UTF-8. Control characters
/// become spaces, so that the text cannot control a terminal or add lines to a log.
LANGEXPORT_DECL std::string printable(std::string_view text);

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/log/impl/printable.ipp>
#endif

#endif
