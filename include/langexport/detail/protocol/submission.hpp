#ifndef LANGEXPORT_DETAIL_PROTOCOL_SUBMISSION_HPP
#define LANGEXPORT_DETAIL_PROTOCOL_SUBMISSION_HPP

#include <langexport/endpoint.hpp>
#include <langexport/export_request.hpp>
#include <langexport/project_surface.hpp>
#include <langexport/version.hpp>

#include <string>
#include <string_view>

namespace langexport {
inline namespace v0 {
namespace detail {

// Returns the request target of a submission: path and query, with all values percent-encoded. The
// request must be valid.
LANGEXPORT_DECL std::string submission_target(const endpoint& service, std::string_view api_version,
                                              const export_request& request);

// The same for the import of a project in this format, which may be empty.
LANGEXPORT_DECL std::string import_target(const endpoint& service, std::string_view api_version,
                                          project_surface surface, std::string_view project_name,
                                          std::string_view format);

// Returns the media type of the document of an import.
LANGEXPORT_DECL std::string_view import_content_type(project_surface surface,
                                                     std::string_view format) noexcept;

// Returns {"assetsToExport":[…]}; empty if the request names no assets, or for knowledge bases.
LANGEXPORT_DECL std::string submission_body(const export_request& request);

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/protocol/impl/submission.ipp>
#endif

#endif
