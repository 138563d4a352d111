#ifndef LANGEXPORT_IMPL_PROXY_IPP
#define LANGEXPORT_IMPL_PROXY_IPP

#include <langexport/credential.hpp>
#include <langexport/detail/base/text.hpp>
#include <langexport/endpoint.hpp>
#include <langexport/error.hpp>
#include <langexport/impl/no_proxy.hpp>
#include <langexport/proxy.hpp>

#include <array>
#include <cstdlib>
#include <span>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

inline secret_bytes basic_authorization(std::string_view user_info, secret_bytes& password) {
    const std::size_t colon = (std::min)(user_info.find(':'), user_info.size());
    secret_bytes both;
    append_percent_decoded(both, user_info.substr(0, colon));
    append(both, ":");
    const std::size_t begin = both.size();
    if (colon != user_info.size())
        append_percent_decoded(both, user_info.substr(colon + 1));
    append(password, view(both).substr(begin));
    secret_bytes line;
    append(line, "Proxy-Authorization: Basic ");
    append_base64(line, view(both), base64_digits);
    append(line, std::string_view("==").substr(0, (3 - both.size() % 3) % 3)); // the padding
    append(line, "\r\n");
    return line;
}

} // namespace detail

LANGEXPORT_DECL proxy_url::proxy_url(std::string url) {
    const detail::wiped_text wiped(url);
    if (url.empty())
        return;
    const std::string shown = detail::count_of(url.size(), "character");
    const auto reject = [&shown](const std::string& why) {
        detail::throw_error(errc::invalid_configuration,
                            "the proxy's address (" + shown + ") " + why);
    };
    std::string_view rest = url;
    const std::size_t scheme_end = rest.find("://");
    if (scheme_end != rest.npos) {
        const std::string_view scheme = rest.substr(0, scheme_end);
        if (detail::equal_ignoring_case(scheme, "https") ||
            detail::to_lower(scheme).starts_with("socks"))
            reject("is of a kind of proxy that is not supported: only http:// is");
        if (!detail::equal_ignoring_case(scheme, "http"))
            reject("must look like http://[user:password@]host:port");
        rest.remove_prefix(scheme_end + 3);
    }
    if (rest.ends_with('/'))
        rest.remove_suffix(1);
    const std::size_t at = rest.rfind('@');
    const std::string_view user_info = at == rest.npos ? std::string_view() : rest.substr(0, at);
    const std::string_view authority = at == rest.npos ? rest : rest.substr(at + 1);
    // A host with non-ASCII characters gets another advice below.
    if (detail::find_invisible(user_info) != user_info.npos ||
        authority.find(' ') != authority.npos || detail::find_control(authority) != authority.npos)
        reject("has a space, control or non-ASCII character; write it as %XX");
    if (user_info.find_first_of("/?#@") != user_info.npos)
        reject("has a path, which a proxy does not have, or a user or password with one of '/', "
               "'?', '#' and '@'; there write it as %XX");
    if (authority.find_first_of("/?#") != authority.npos)
        reject("has a path, query or fragment; a proxy has none: leave it out");
    detail::split_url parts;
    std::string why;
    const bool has_port = authority.starts_with('[') ? authority.find("]:") != authority.npos
                                                     : authority.find(':') != authority.npos;
    if (!detail::parse_url("http://" + std::string(authority), parts, why))
        reject(why);
    if (!user_info.empty()) {
        detail::secret_bytes password;
        auto line = detail::basic_authorization(user_info, password);
        for (const char c : password)
            if (static_cast<unsigned char>(c) < 0x20)
                reject("has a password with a control character");
        authorization_ = std::make_shared<const detail::secret_bytes>(std::move(line));
        password_ = std::make_shared<const detail::secret_bytes>(std::move(password));
    }
    host_ = std::move(parts.origin.host);
    port_ = has_port ? parts.origin.port : std::uint16_t(1080);
}

LANGEXPORT_DECL std::string proxy_url::to_string() const {
    return empty() ? std::string() : "http://" + detail::host_and_port(host_, port_);
}

LANGEXPORT_DECL bool operator==(const proxy_url& a, const proxy_url& b) noexcept {
    const bool has_one = a.has_password() == b.has_password();
    return a.host_ == b.host_ && a.port_ == b.port_ && has_one &&
           (!a.has_password() || *a.authorization_ == *b.authorization_);
}

LANGEXPORT_DECL detail::secret_bytes detail::authorization_line_of(const proxy_url& proxy) {
    return proxy.authorization_ ? *proxy.authorization_ : secret_bytes();
}

LANGEXPORT_DECL detail::secret_bytes detail::password_of(const proxy_url& proxy) {
    return proxy.password_ ? *proxy.password_ : secret_bytes();
}

LANGEXPORT_DECL proxy_url proxy_from_environment(std::string_view url) {
    detail::split_url parts;
    std::string why;
    if (!detail::parse_url(url, parts, why))
        detail::throw_error(errc::invalid_configuration,
                            "the URL to find a proxy for (" +
                                detail::count_of(url.size(), "character") + ") " + why);
    // White space counts in it.
    const char* no_proxy = std::getenv("no_proxy");
    if (!no_proxy || !*no_proxy)
        no_proxy = std::getenv("NO_PROXY");
    if (no_proxy && detail::is_listed_in_no_proxy(no_proxy, parts.origin.host, parts.origin.port))
        return {};
    static constexpr std::array of_https = {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"};
    // CGI programs get a request's header `Proxy` as HTTP_PROXY: it is not trusted.
    static constexpr std::array of_http = {"http_proxy", "all_proxy", "ALL_PROXY"};
    const auto names = parts.origin.is_secure ? std::span<const char* const>(of_https)
                                              : std::span<const char* const>(of_http);
    for (const char* const name : names) {
        std::string value = environment_text(name);
        if (value.empty())
            continue;
        try {
            return proxy_url(std::move(value));
        } catch (const export_error& error) {
            detail::throw_error(errc::invalid_configuration,
                                std::string("the environment variable ") + name + ": " +
                                    error.diagnostics().detail);
        }
    }
    return {};
}

} // namespace v0
} // namespace langexport

#endif
