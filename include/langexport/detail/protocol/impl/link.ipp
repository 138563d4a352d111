#ifndef LANGEXPORT_DETAIL_PROTOCOL_IMPL_LINK_IPP
#define LANGEXPORT_DETAIL_PROTOCOL_IMPL_LINK_IPP

#include <langexport/detail/base/text.hpp>
#include <langexport/detail/protocol/link.hpp>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <system_error>
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

// The path and query of a URL that begins with this origin in its usual spelling; empty for any other URL. Nearly all
// links are such URLs. Without this function, a link costs four times as many instructions.
inline std::string_view target_at(const origin& known, std::string_view url) noexcept {
    const std::string_view scheme = known.is_secure ? "https://" : "http://";
    if (known.host.empty() || !url.starts_with(scheme) ||
        !url.substr(scheme.size()).starts_with(known.host))
        return {};
    url.remove_prefix(scheme.size() + known.host.size());
    std::uint16_t port = known.is_secure ? 443 : 80;
    if (url.starts_with(':')) {
        const auto read = std::from_chars(url.data() + 1, url.data() + url.size(), port);
        if (read.ec != std::errc())
            return {};
        url.remove_prefix(static_cast<std::size_t>(read.ptr - url.data()));
    }
    return port == known.port && url.starts_with('/') ? url : std::string_view();
}

LANGEXPORT_DECL resolved_link resolve_link(const endpoint& from,
                                           const std::vector<origin>& backends,
                                           std::string_view url) {
    resolved_link found;
    const std::string_view own = target_at(from.origin(), url);
    if (!own.empty() && find_bad_target_char(own) == std::string_view::npos) {
        found.target = own;
        return found;
    }
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
