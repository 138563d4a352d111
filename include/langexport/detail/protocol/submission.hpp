#ifndef LANGEXPORT_DETAIL_PROTOCOL_SUBMISSION_HPP
#define LANGEXPORT_DETAIL_PROTOCOL_SUBMISSION_HPP

#include <langexport/endpoint.hpp>
#include <langexport/export_request.hpp>
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

// Returns {"assetsToExport":[…]}; empty if the request names no assets, or for knowledge bases.
LANGEXPORT_DECL std::string submission_body(const export_request& request);

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/protocol/impl/submission.ipp>
#endif

#endif
