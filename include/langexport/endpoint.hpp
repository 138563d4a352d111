#ifndef LANGEXPORT_ENDPOINT_HPP
#define LANGEXPORT_ENDPOINT_HPP

#include <langexport/version.hpp>

#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace langexport {
inline namespace v0 {

/// Scheme, host and port: the only peer that receives the credential.
class origin {
public:
    bool is_secure = true;    ///< https, else http.
    std::string host;         ///< Lower case; an IPv6 address without its brackets.
    std::uint16_t port = 443; ///< The effective port: 443 or 80 if the URL had none.

    /// `https://host`, with the port if it is not the scheme's own.
    LANGEXPORT_DECL std::string to_string() const;
    /// The Host field: without the scheme, IPv6 in brackets.
    LANGEXPORT_DECL std::string authority() const;
    /// Whether the host is this machine by its name: localhost, 127.0.0.0/8 or ::1.
    LANGEXPORT_DECL bool is_loopback() const noexcept;

    /// Whether all fields are equal.
    friend bool operator==(const origin&, const origin&) = default;
};

/// A validated service address: an origin and, behind a gateway, a path prefix.
///
/// A plain value. Thread safety: as the standard library's types.
class endpoint {
public:
    /// Parses an address such as `https://name.cognitiveservices.azure.com` or
    /// `https://gateway.example/language/eu/`. Slashes at the end are dropped.
    ///
    /// @param url                  The address.
    /// @param allow_insecure_http  Accept `http` for hosts other than this machine, too. The key then
    ///                             crosses the network in clear text.
    /// @return                     The endpoint.
    /// @throws export_error (errc::invalid_configuration) naming what is wrong: no or another scheme,
    ///         `http` where it is not allowed, user info, query, fragment, empty or malformed host,
    ///         port out of range, white space or control characters, `.`/`..` in the path.
    LANGEXPORT_DECL static endpoint parse(std::string_view url, bool allow_insecure_http = false);

    /// The origin that receives all requests.
    const langexport::origin& origin() const noexcept { return origin_; }
    /// What precedes `/language/…` in each path: empty, or a slash and more without a slash at its end.
    const std::string& path_prefix() const noexcept { return path_prefix_; }
    /// The normalized address.
    std::string to_string() const { return origin_.to_string() + path_prefix_; }

    /// Whether origin and path prefix are equal.
    friend bool operator==(const endpoint&, const endpoint&) = default;

private:
    langexport::origin origin_;
    std::string path_prefix_;
};

namespace detail {

// `host:port`, an IPv6 address in brackets.
LANGEXPORT_DECL std::string host_and_port(const std::string& host, std::uint16_t port);

// An absolute http(s) URL, split into the origin and the request target.
struct split_url {
    langexport::origin origin;
    std::string target; // path and query, unchanged; never empty
};

// The first byte that is not allowed in a path or query; npos if there is none.
LANGEXPORT_DECL std::size_t find_bad_target_char(std::string_view text) noexcept;

// Strict: rejects everything that it does not support. `why` names the error.
LANGEXPORT_DECL bool parse_url(std::string_view url, split_url& result, std::string& why);

} // namespace detail

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/impl/endpoint.ipp>
#endif

#endif
