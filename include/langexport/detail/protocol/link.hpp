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

// The target of a link from the service, relative to the configured endpoint.
struct resolved_link {
    error_code failure; // none, foreign_origin or malformed_response
    std::string target; // path and query for the endpoint's origin
    std::string
        why; // reason of the failure: the kind or origin of the link, and nothing else of it
};

// `url` is an absolute URL, or (in redirects) an absolute path. Links to the endpoint's own origin are followed
// literally; links to an origin in `backends` are followed through the endpoint, below its prefix.
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
