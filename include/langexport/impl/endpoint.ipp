#ifndef LANGEXPORT_IMPL_ENDPOINT_IPP
#define LANGEXPORT_IMPL_ENDPOINT_IPP

#include <langexport/detail/base/text.hpp>
#include <langexport/endpoint.hpp>
#include <langexport/error.hpp>

#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <array>

namespace langexport {
inline namespace v0 {
namespace detail {

// RFC 3986 pchar, '/' and '?': the characters of a path or query besides %XX. A table, because every
// link of every response is checked.
inline constexpr auto target_chars = [] {
    std::array<bool, 256> allowed{};
    for (std::size_t i = 0; i < 128; ++i)
        allowed[i] = is_unreserved(static_cast<char>(i));
    for (const char c : std::string_view("!$&'()*+,;=:@/?"))
        allowed[static_cast<unsigned char>(c)] = true;
    return allowed;
}();

constexpr bool is_target_char(char c) noexcept {
    return target_chars[static_cast<unsigned char>(c)];
}

LANGEXPORT_DECL std::size_t find_bad_target_char(std::string_view text) noexcept {
    const auto allowed = [text](std::size_t position) -> unsigned {
        return is_target_char(text[position]);
    };
    std::size_t i = 0;
    // Four characters in each step take a third of the instructions.
    while (i + 4 <= text.size() && (allowed(i) & allowed(i + 1) & allowed(i + 2) & allowed(i + 3)))
        i += 4;
    for (; i < text.size(); ++i) {
        if (is_target_char(text[i]))
            continue;
        if (!percent_value(text.substr(i)))
            return i;
        i += percent_escape_size - 1;
    }
    return std::string_view::npos;
}

// A name whose last label is a number, decimal or hexadecimal, must be an IPv4 address: some resolvers
// accept 127.1 and 0x7f.1.
inline bool ends_in_number(std::string_view host) noexcept {
    if (host.ends_with('.'))
        host.remove_suffix(1);
    const std::size_t dot = host.rfind('.');
    std::string_view last = dot == std::string_view::npos ? host : host.substr(dot + 1);
    if (last.starts_with("0x") || last.starts_with("0X")) {
        last.remove_prefix(2);
        return std::all_of(last.begin(), last.end(), is_hex);
    }
    return std::all_of(last.begin(), last.end(), [](char c) { return is_digit(c); });
}

// A registered name, an IPv4 address, or an IPv6 address (without brackets).
inline bool is_host(std::string_view host, bool bracketed, std::string& why) {
    if (host.empty()) {
        why = "has no host";
        return false;
    }
    if (bracketed) {
        error_code bad;
        boost::asio::ip::make_address_v6(std::string(host), bad);
        if (bad || host.find('%') != std::string_view::npos) {
            why = "has a host in brackets that is not an IPv6 address";
            return false;
        }
        return true;
    }
    const bool plain = std::all_of(host.begin(), host.end(), [](char c) {
        return is_letter(c) || is_digit(c) || c == '-' || c == '.' || c == '_';
    });
    if (!plain || host.size() > 253 || host.front() == '.' || host.front() == '-' ||
        host.find("..") != std::string_view::npos) {
        why = "has a malformed host name";
        return false;
    }
    if (ends_in_number(host)) {
        error_code bad;
        boost::asio::ip::make_address_v4(std::string(host), bad);
        if (bad) {
            why = "has a host that looks like an IPv4 address and is none";
            return false;
        }
    }
    return true;
}

inline bool parse_authority(std::string_view text, origin& result, std::string& why) {
    if (text.find('@') != std::string_view::npos) {
        why = "contains user info ('@'), which is never sent: leave it out";
        return false;
    }
    std::string_view host = text, port;
    bool has_port = false;
    const bool bracketed = text.starts_with('[');
    const std::size_t host_end = bracketed ? text.find(']') : text.find(':');
    if (bracketed && host_end == std::string_view::npos) {
        why = "has a '[' without ']'";
        return false;
    }
    if (bracketed) {
        host = text.substr(1, host_end - 1);
        const std::string_view rest = text.substr(host_end + 1);
        has_port = rest.starts_with(':');
        port = has_port ? rest.substr(1) : std::string_view();
        if (!has_port && !rest.empty()) {
            why = "has text between ']' and the path";
            return false;
        }
    } else if (host_end != std::string_view::npos) {
        host = text.substr(0, host_end);
        port = text.substr(host_end + 1);
        has_port = true;
    }
    if (!bracketed && port.find(':') != std::string_view::npos) {
        why = "has more than one ':' behind its scheme: an IPv6 address stands in '[' and ']'";
        return false;
    }
    if (!is_host(host, bracketed, why))
        return false;
    // One spelling for one address: hosts are compared as text.
    result.host = bracketed ? boost::asio::ip::make_address_v6(std::string(host)).to_string()
                            : to_lower(host);
    result.port = result.is_secure ? 443 : 80;
    if (has_port) {
        const auto number = parse_decimal(port);
        if (!number || *number < 1 || *number > 65535) {
            why = "has a port that is not a number from 1 to 65535";
            return false;
        }
        result.port = static_cast<std::uint16_t>(*number);
    }
    return true;
}

// Whether there are letters of other scripts before the path: in UTF-8 or, as bytes that are not UTF-8, in an older
// encoding. The scheme may be missing.
inline bool has_international_host(std::string_view url) noexcept {
    const std::size_t scheme_end = url.find("://");
    if (scheme_end != std::string_view::npos)
        url.remove_prefix(scheme_end + 3);
    const std::string_view host = url.substr(0, url.find_first_of("/?#"));
    return std::any_of(host.begin(), host.end(), [](char c) { return (c & 0x80) != 0; }) &&
           host.find(' ') == std::string_view::npos && find_control(host) == std::string_view::npos;
}

LANGEXPORT_DECL bool parse_url(std::string_view url, split_url& result, std::string& why) {
    const std::size_t invisible = find_invisible(url);
    if (url.empty())
        return why = "is empty", false;
    if (invisible != std::string_view::npos && has_international_host(url))
        return why = "has a host name with non-ASCII characters: write the name in its ASCII "
                     "form, in which parts begin with xn--",
               false;
    if (invisible != std::string_view::npos)
        return why = "has a space, control or non-ASCII character at byte " +
                     std::to_string(invisible),
               false;
    const std::size_t scheme_end = url.find("://");
    if (scheme_end == std::string_view::npos)
        return why = "does not start with https://", false;
    const std::string_view scheme = url.substr(0, scheme_end);
    if (!equal_ignoring_case(scheme, "https") && !equal_ignoring_case(scheme, "http")) {
        // A scheme that is not a word may be a secret in the wrong place, so it is not shown.
        const bool is_word =
            scheme.size() <= 16 && std::all_of(scheme.begin(), scheme.end(), is_letter);
        why = "has the scheme" +
              (is_word ? " '" + std::string(scheme) + "'" : std::string(" of no URL"));
        return why += "; only https (and http) is known", false;
    }
    result.origin.is_secure = scheme.size() == 5;
    const std::string_view rest = url.substr(scheme_end + 3);
    const std::size_t authority_end = (std::min)(rest.find_first_of("/?#"), rest.size());
    if (!parse_authority(rest.substr(0, authority_end), result.origin, why))
        return false;
    const std::string_view target = rest.substr(authority_end);
    if (target.find('#') != std::string_view::npos)
        return why = "has a fragment ('#')", false;
    const std::size_t bad = find_bad_target_char(target);
    if (bad != std::string_view::npos)
        return why = "has a character that no URL may have at byte " +
                     std::to_string(url.size() - target.size() + bad),
               false;
    result.target = target.starts_with('/') ? std::string(target) : '/' + std::string(target);
    return true;
}

// Whether a step of the path is `.` or `..`, which proxies resolve each in its own way.
inline bool has_dot_segment(std::string_view path) {
    while (!path.empty()) {
        const std::size_t end = (std::min)(path.find('/', 1), path.size());
        const std::string step = to_lower(path.substr(1, end - 1));
        if (step == "." || step == ".." || step.find("%2e") != std::string::npos)
            return true;
        path.remove_prefix(end);
    }
    return false;
}

inline std::string host_in_url(const std::string& host) {
    return host.find(':') == std::string::npos ? host : '[' + host + ']';
}

LANGEXPORT_DECL std::string host_and_port(const std::string& host, std::uint16_t port) {
    return host_in_url(host) + ':' + std::to_string(port);
}

} // namespace detail

LANGEXPORT_DECL std::string origin::authority() const {
    return port == (is_secure ? 443 : 80) ? detail::host_in_url(host)
                                          : detail::host_and_port(host, port);
}

LANGEXPORT_DECL std::string origin::to_string() const {
    return (is_secure ? "https://" : "http://") + authority();
}

LANGEXPORT_DECL bool origin::is_loopback() const noexcept {
    if (host == "localhost" || host.ends_with(".localhost"))
        return true;
    error_code bad;
    const auto address = boost::asio::ip::make_address(host.c_str(), bad);
    return !bad && address.is_loopback();
}

LANGEXPORT_DECL endpoint endpoint::parse(std::string_view url, bool allow_insecure_http) {
    detail::split_url parts;
    // No part of the text is in the message: it may be anything, a key in the wrong place included.
    const std::string shown = detail::count_of(url.size(), "character");
    const auto reject = [&](const std::string& why) {
        detail::throw_error(errc::invalid_configuration,
                            "client_params::endpoint (" + shown + ") " + why);
    };
    std::string why;
    if (!detail::parse_url(url, parts, why))
        reject(why);
    if (parts.target.find('?') != std::string::npos)
        reject("has a query ('?'): the api-version is a field of its own");
    if (detail::has_dot_segment(parts.target))
        reject("has '.' or '..' in its path");
    if (!parts.origin.is_secure && !allow_insecure_http && !parts.origin.is_loopback())
        reject("is http: the key would cross the network in clear text; use https, or set "
               "client_params::allow_insecure_http");
    endpoint result;
    result.origin_ = std::move(parts.origin);
    result.path_prefix_ = std::move(parts.target);
    while (result.path_prefix_.ends_with('/'))
        result.path_prefix_.pop_back();
    return result;
}

} // namespace v0
} // namespace langexport

#endif
