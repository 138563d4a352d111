#ifndef LANGEXPORT_DETAIL_PROTOCOL_API_VERSION_HPP
#define LANGEXPORT_DETAIL_PROTOCOL_API_VERSION_HPP

#include <langexport/project_surface.hpp>
#include <langexport/service_error.hpp>
#include <langexport/version.hpp>

#include <string>
#include <string_view>

namespace langexport {
inline namespace v0 {
namespace detail {

// Returns the path of a surface's projects: "/language/authoring/analyze-text/projects". In version
// 2021-10-01 of question answering, the path has no "authoring".
LANGEXPORT_DECL std::string projects_path(project_surface surface, std::string_view api_version);

// Returns the version in the query of a request target, unchanged; empty if there is none.
LANGEXPORT_DECL std::string_view version_in(std::string_view target) noexcept;

// Whether the service's error is about the version of the request. The codes, targets and messages
// differ between gateways, but all of them name the parameter or the version. The error about a project
// that does not exist may quote the request, too; it is not an error about the version.
LANGEXPORT_DECL bool is_about_version(const service_error& said, std::string_view version);

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/protocol/impl/api_version.ipp>
#endif

#endif
