#ifndef LANGEXPORT_LOG_PRINTABLE_HPP
#define LANGEXPORT_LOG_PRINTABLE_HPP

#include <langexport/version.hpp>

#include <string>
#include <string_view>

namespace langexport {
inline namespace v0 {

/// Makes one line of valid UTF-8 from foreign text, such as a project's name. Control characters
/// become spaces, so that the text cannot steer a terminal or add lines to a log.
LANGEXPORT_DECL std::string printable(std::string_view text);

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/log/impl/printable.ipp>
#endif

#endif
