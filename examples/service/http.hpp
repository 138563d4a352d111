#ifndef LANGEXPORT_EXAMPLES_SERVICE_HTTP_HPP
#define LANGEXPORT_EXAMPLES_SERVICE_HTTP_HPP

#include <langexport/detail/base/text.hpp>

#include <boost/asio/ip/address.hpp>
#include <boost/beast/http/fields.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/status.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/verb.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace service {

namespace http = boost::beast::http;

using http_request = http::request<http::string_body>;
using http_response = http::response<http::string_body>;

inline constexpr std::size_t largest_body = 64 * 1024;

/// A response with headers that every response has.
inline http_response make_response(const http_request& request, http::status status,
                                   std::string_view content_type, std::string body) {
    http_response response(status, request.version());
    response.set(http::field::content_type, content_type);
    response.set(http::field::cache_control, "no-store");
    response.set("X-Content-Type-Options", "nosniff");
    response.keep_alive(request.keep_alive());
    response.body() = std::move(body);
    response.prepare_payload();
    return response;
}

inline http_response json_response(const http_request& request, http::status status,
                                   const boost::json::value& value) {
    return make_response(request, status, "application/json", boost::json::serialize(value) + "\n");
}

/// A problem of RFC 9457.
///
/// @param detail  What was wrong, and what to do.
inline http_response problem(const http_request& request, http::status status,
                             const std::string& detail) {
    const std::string_view title = http::obsolete_reason(status);
    const boost::json::object body{{"type", "about:blank"},
                                   {"title", title},
                                   {"status", static_cast<unsigned>(status)},
                                   {"detail", detail}};
    return make_response(request, status, "application/problem+json",
                         boost::json::serialize(body) + "\n");
}

/// The part of a header before its parameters, in lower case.
inline std::string media_type_of(std::string_view value) {
    value = value.substr(0, value.find(';'));
    while (!value.empty() && value.back() == ' ')
        value.remove_suffix(1);
    return langexport::detail::to_lower(value);
}

/// Where the service listens, and which `Host` and `Origin` a request may have: others come from pages of other
/// sites, or from names that someone pointed at this address.
class listening_address {
public:
    listening_address() = default;
    /// @param host  As it was given: a name or an address, without brackets.
    /// @param port  The port that is bound.
    listening_address(const std::string& host, std::uint16_t port)
        : authority_((host.find(':') == host.npos ? host : "[" + host + "]") + ":" +
                     std::to_string(port)),
          port_(std::to_string(port)) {
        boost::system::error_code bad;
        const auto address = boost::asio::ip::make_address(host, bad);
        is_any_ = !bad && address.is_unspecified();
    }

    std::string url() const { return "http://" + authority_; }

    bool is_host(std::string_view host) const {
        if (!is_any_)
            return host == authority_;
        // All interfaces: any address of this machine, but no name.
        const std::size_t colon = host.rfind(':');
        if (colon == host.npos || host.substr(colon + 1) != port_)
            return false;
        std::string name(host.substr(0, colon));
        if (name.starts_with('[') && name.ends_with(']'))
            name = name.substr(1, name.size() - 2);
        // Digits and separators only: a zone of IPv6 could be any text, and text behind a zero byte is not examined.
        if (name.find_first_not_of("0123456789abcdefABCDEF.:") != name.npos)
            return false;
        boost::system::error_code bad;
        boost::asio::ip::make_address(name, bad);
        return !bad;
    }
    /// @param host  The request's, which was checked.
    bool is_origin(std::string_view origin, std::string_view host) const {
        return origin == "http://" + std::string(host);
    }

private:
    std::string authority_;
    std::string port_;
    bool is_any_ = false;
};

} // namespace service

#endif
