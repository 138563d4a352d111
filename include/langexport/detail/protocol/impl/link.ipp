#ifndef LANGEXPORT_DETAIL_PROTOCOL_IMPL_LINK_IPP
#define LANGEXPORT_DETAIL_PROTOCOL_IMPL_LINK_IPP

#include <langexport/detail/base/text.hpp>
#include <langexport/detail/protocol/link.hpp>

#include <algorithm>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

inline resolved_link reject_link(errc code, std::string why) {
    resolved_link rejected;
    rejected.failure = make_error_code(code);
    rejected.why = std::move(why);
    return rejected;
}

inline resolved_link foreign_link(const endpoint& from, const origin& target) {
    const origin& known = from.origin();
    const bool wants_tls = target.is_secure && !known.is_secure && target.host == known.host;
    return reject_link(errc::foreign_origin, "leads to " + target.to_string() +
                                                 ", the endpoint is " + known.to_string() +
                                                 (wants_tls ? ": use https" : ""));
}

LANGEXPORT_DECL resolved_link resolve_link(const endpoint& from,
                                           const std::vector<origin>& backends,
                                           std::string_view url) {
    if (url.empty())
        return reject_link(errc::malformed_response, "is empty");
    const bool is_path = url.front() == '/';
    // "//host/path" is a URL without a scheme. It names a host, so it is not a path; the service never
    // writes it.
    const bool names_host = url.starts_with("//");
    std::string absolute;
    if (names_host)
        absolute = from.origin().is_secure ? "https:" : "http:";
    else if (is_path)
        absolute = from.origin().to_string();
    absolute += url;

    split_url parts;
    std::string why;
    if (!parse_url(absolute, parts, why))
        return reject_link(errc::malformed_response, std::move(why));
    resolved_link found;
    if (parts.origin == from.origin()) {
        if (names_host)
            return reject_link(errc::malformed_response, "has no scheme");
        found.target = std::move(parts.target);
    } else if (std::find(backends.begin(), backends.end(), parts.origin) != backends.end() &&
               !names_host) {
        found.target = from.path_prefix() + parts.target;
    } else
        return foreign_link(from, parts.origin);
    return found;
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
