#ifndef LANGEXPORT_PROXY_HPP
#define LANGEXPORT_PROXY_HPP

#include <langexport/detail/base/secret.hpp>
#include <langexport/version.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace langexport {
inline namespace v0 {

class proxy_url;

namespace detail {
// The header line `Proxy-Authorization: Basic …` with its line end; empty if the proxy needs none.
LANGEXPORT_DECL secret_bytes authorization_line_of(const proxy_url& proxy);
// The password, so that it is found in text; empty if there is none.
LANGEXPORT_DECL secret_bytes password_of(const proxy_url& proxy);
} // namespace detail

/// The address of an HTTP proxy: `http://[user:password@]host[:port]`.
///
/// Requests to an https origin go through a tunnel (CONNECT), inside of which the client speaks TLS with the
/// origin. Requests to an http origin are sent to the proxy with the whole URL. The proxy resolves the
/// origin's name. Copies share one piece of memory for the password, which is wiped with the last copy.
/// Nothing prints the password.
///
/// A plain value. Thread safety: as the standard library's types.
class proxy_url {
public:
    /// No proxy.
    proxy_url() noexcept {}
    /// Parses an address. The text is wiped before the constructor returns.
    ///
    /// @param url  The address; empty: no proxy. Without a scheme it is `http`. Without a port it is 1080, as
    ///             for curl. User and password may contain `%XX`.
    /// @throws export_error (errc::invalid_configuration) if the scheme is not `http`, the host or port is
    ///         malformed, or there is a path, a query or a character that no URL may have. The message shows
    ///         no part of the text.
    LANGEXPORT_DECL proxy_url(std::string url);
    /// The same. The caller wipes its own text.
    proxy_url(std::string_view url) : proxy_url(std::string(url)) {}
    /// The same. The caller wipes its own text. Null: no proxy.
    proxy_url(const char* url) : proxy_url(std::string(url ? url : "")) {}

    /// Whether there is no proxy.
    bool empty() const noexcept { return host_.empty(); }
    /// The host's name or address, in lower case; an IPv6 address without its brackets.
    const std::string& host() const noexcept { return host_; }
    /// The port; 0 if there is no proxy.
    std::uint16_t port() const noexcept { return port_; }
    /// Whether the client authenticates itself to the proxy.
    bool has_password() const noexcept { return static_cast<bool>(authorization_); }
    /// `http://host:port`, without user and password; empty if there is no proxy.
    LANGEXPORT_DECL std::string to_string() const;

    /// Whether both are the same proxy, with the same user and password.
    LANGEXPORT_DECL friend bool operator==(const proxy_url& a, const proxy_url& b) noexcept;

private:
    friend detail::secret_bytes detail::authorization_line_of(const proxy_url& proxy);
    friend detail::secret_bytes detail::password_of(const proxy_url& proxy);

    std::string host_;
    std::uint16_t port_ = 0;
    std::shared_ptr<const detail::secret_bytes> authorization_; // the header line
    std::shared_ptr<const detail::secret_bytes> password_;
};

/// The proxy that the environment names for a URL, by the rules of curl.
///
/// For https, the first of `https_proxy`, `HTTPS_PROXY`, `all_proxy` and `ALL_PROXY` that is not empty counts;
/// for http, the first of `http_proxy` (lower case only), `all_proxy` and `ALL_PROXY`. There is no proxy for
/// a host that `no_proxy`, or else `NO_PROXY`, lists: `*` alone (all hosts), or entries that are separated by
/// commas, spaces or tabs (newer versions of curl know only commas). An entry is a domain (which includes its
/// subdomains, with or without a leading dot), an IP address, or a range such as `10.0.0.0/8` or `fd00::/8`
/// (`/0`: the address alone); others are ignored. Other than for curl, a domain or an address may have a port
/// (`host:8443`, `[::1]:8443`), and then counts for that port only.
///
/// @param url  The URL that is requested: of the service, for example `client_params::endpoint`.
/// @return     The proxy; empty if there is none.
/// @throws export_error (errc::invalid_configuration) if the variable's value is no address of an HTTP proxy,
///         for example because it is a SOCKS proxy. The message names the variable, not its value.
LANGEXPORT_DECL proxy_url proxy_from_environment(std::string_view url);

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/impl/proxy.ipp>
#endif

#endif
