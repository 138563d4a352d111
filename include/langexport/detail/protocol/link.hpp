#ifndef LANGEXPORT_DETAIL_PROTOCOL_LINK_HPP
#define LANGEXPORT_DETAIL_PROTOCOL_LINK_HPP

#include <langexport/endpoint.hpp>
#include <langexport/error.hpp>
#include <langexport/version.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace langexport {
inline namespace v0 {
namespace detail {

// Where a link of the service leads, seen from the configured endpoint.
struct resolved_link {
    error_code failure; // none, foreign_origin or malformed_response
    std::string target; // what to request from the endpoint's origin
    std::string why;    // of a failure: what the link is or does; of it, no more than its origin
};

// `url` is an absolute URL, or (in redirects) an absolute path. Links to the endpoint's own origin
// are followed literally; those to an origin in `backends` through the endpoint, below its prefix.
LANGEXPORT_DECL resolved_link resolve_link(const endpoint& from,
                                           const std::vector<origin>& backends,
                                           std::string_view url);

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/protocol/impl/link.ipp>
#endif

#endif
