#ifndef LANGEXPORT_IDENTITY_IMPL_IDENTITY_OPTIONS_IPP
#define LANGEXPORT_IDENTITY_IMPL_IDENTITY_OPTIONS_IPP

#include <langexport/detail/base/duration_text.hpp>
#include <langexport/detail/base/text.hpp>
#include <langexport/error.hpp>
#include <langexport/identity/impl/identity_options.hpp>

#include <boost/asio/ip/address_v4.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

inline constexpr std::size_t longest_option = 1024;

[[noreturn]] LANGEXPORT_DECL void reject_option(std::string_view name, const std::string& why) {
    throw_error(errc::invalid_configuration, std::string(name) + " " + why);
}

inline void check_size(std::string_view name, std::string_view value, std::size_t longest) {
    if (value.empty())
        reject_option(name, "is empty");
    if (value.size() > longest)
        reject_option(name, "has " + std::to_string(value.size()) + " characters; at most " +
                                std::to_string(longest) + " are possible");
}

LANGEXPORT_DECL void check_id(std::string_view name, std::string_view value, bool is_required) {
    constexpr std::size_t longest_id = 253; // a domain name
    if (value.empty() && !is_required)
        return;
    check_size(name, value, longest_id);
    const auto bad = std::find_if_not(value.begin(), value.end(), is_unreserved);
    if (bad != value.end())
        reject_option(name, "has a character that no id has at byte " +
                                std::to_string(bad - value.begin()) + " of " +
                                std::to_string(value.size()));
    if (value.find_first_not_of('.') == std::string_view::npos)
        reject_option(name, "consists only of dots");
}

LANGEXPORT_DECL void check_word(std::string_view name, std::string_view value) {
    check_size(name, value, longest_option);
    const std::size_t bad = find_invisible(value);
    if (bad != std::string_view::npos)
        reject_option(name, "has a space, a control or a non-ASCII character at byte " +
                                std::to_string(bad) + " of " + std::to_string(value.size()));
}

LANGEXPORT_DECL bool is_near(const origin& peer) noexcept {
    if (peer.is_loopback())
        return true;
    error_code no_address;
    const auto address = boost::asio::ip::make_address_v4(peer.host.c_str(), no_address);
    const auto bytes = address.to_bytes();
    return !no_address && bytes[0] == 169 && bytes[1] == 254;
}

LANGEXPORT_DECL split_url parse_issuer(std::string_view name, std::string_view url) {
    split_url parts;
    std::string why;
    if (!parse_url(url, parts, why))
        reject_option(name, "(" + count_of(url.size(), "character") + ") " + why);
    if (!parts.origin.is_secure && !is_near(parts.origin))
        reject_option(name, "is http, which is possible only for this machine and for "
                            "169.254.0.0/16: use https");
    return parts;
}

LANGEXPORT_DECL std::string audience_of_authority(std::string_view url) {
    constexpr std::pair<std::string_view, std::string_view> clouds[] = {
        {"login.microsoftonline.us", "https://cognitiveservices.azure.us"},
        {"login-us.microsoftonline.com", "https://cognitiveservices.azure.us"},
        {"login.chinacloudapi.cn", "https://cognitiveservices.azure.cn"},
        {"login.partner.microsoftonline.cn", "https://cognitiveservices.azure.cn"}};
    split_url parts;
    std::string why;
    if (parse_url(url, parts, why))
        for (const auto& [host, audience] : clouds)
            if (parts.origin.host == host)
                return std::string(audience);
    return "https://cognitiveservices.azure.com";
}

LANGEXPORT_DECL std::string audience_in(std::string_view audience_or_scope) {
    constexpr std::string_view end = "/.default";
    if (audience_or_scope.ends_with(end))
        audience_or_scope.remove_suffix(end.size());
    return std::string(audience_or_scope);
}

LANGEXPORT_DECL request_route make_route(const std::string& name, origin peer,
                                         const identity_timeouts& timeouts) {
    constexpr steady_duration least = std::chrono::milliseconds(1), most = std::chrono::hours(24);
    const auto check_limit = [&](const char* field, steady_duration value) {
        if (value < least || value > most)
            reject_option(name + "::timeouts." + field, "must be from " + format_duration(least) +
                                                            " to " + format_duration(most) +
                                                            ", it is " + format_duration(value));
    };
    check_limit("resolve", timeouts.resolve);
    check_limit("connect", timeouts.connect);
    check_limit("handshake", timeouts.handshake);
    check_limit("response", timeouts.response);
    check_limit("read", timeouts.read);
    check_limit("whole", timeouts.whole);
    request_route route;
    route.peer = std::move(peer);
    route.opening = {timeouts.resolve, timeouts.connect, timeouts.handshake};
    route.response_timeout = timeouts.response;
    route.read_timeout = timeouts.read;
    route.attempt_timeout = timeouts.whole;
    return route;
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
