#ifndef LANGEXPORT_ENVIRONMENT_HPP
#define LANGEXPORT_ENVIRONMENT_HPP

#include <langexport/version.hpp>

#include <string>

namespace langexport {
inline namespace v0 {

/// The value of an environment variable without white space at its end. Tools that read a value from a file
/// or a command often leave the line break there.
///
/// @param name  The variable.
/// @return      Its value; empty if there is no such variable.
LANGEXPORT_DECL std::string environment_text(const std::string& name);

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/impl/environment.ipp>
#endif

#endif
