#ifndef LANGEXPORT_DETAIL_TRANSPORT_IMPL_PROXY_TUNNEL_IPP
#define LANGEXPORT_DETAIL_TRANSPORT_IMPL_PROXY_TUNNEL_IPP

#include <langexport/detail/protocol/connect_response.hpp>
#include <langexport/detail/protocol/request_writer.hpp>
#include <langexport/detail/transport/proxy_tunnel.hpp>

#include <boost/asio/error.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <tuple>

namespace langexport {
inline namespace v0 {
namespace detail {

// The headers of a proxy's responses have at most this size together.
inline constexpr std::size_t longest_tunnel_header = 32 * 1024;

// An empty line ends a header.
inline bool has_ended(std::string_view header) noexcept {
    return header.ends_with("\r\n\r\n") || header.ends_with("\n\n");
}

// 101 would switch to another protocol, which the request does not offer.
inline bool is_provisional(unsigned status) noexcept {
    return status >= 100 && status < 200 && status != 101;
}

// The failure of a response that opens no tunnel. `through`: "the proxy http://host:port".
inline exchange_failure tunnel_rejection(const connect_response& response,
                                         const std::string& through, const std::string& authority,
                                         bool has_password) {
    if (response.status == 0)
        return {errc::proxy_failed,
                through + " responded with something that is not an HTTP/1.1 header",
                {}};
    std::string said = std::to_string(response.status);
    if (!response.reason.empty())
        said += " " + response.reason;
    if (response.status == 407 || response.status == 401) { // tinyproxy rejects a password with 401
        const bool is_basic = to_lower(response.schemes).find("basic") != std::string::npos;
        if (!response.schemes.empty() && !is_basic)
            return {errc::proxy_failed,
                    through + " accepts " + response.schemes +
                        " only; the client can authenticate itself with Basic (" + said + ")",
                    {}};
        return {errc::proxy_failed, through + words_of_rejection(has_password, said), {}};
    }
    const std::string detail =
        through + " rejected the connection to " + authority + " with " + said;
    // A status of 5xx is a transient failure: the proxy did not reach the origin.
    return {response.status >= 500 ? errc::connection_failed : errc::proxy_failed, detail, {}};
}

LANGEXPORT_TEMPLATE_DECL task<void> open_tunnel(byte_stream& stream, watchdog& watch,
                                                const proxy_url& proxy, const origin& target,
                                                std::optional<exchange_failure>& failure) {
    const std::string authority = host_and_port(target.host, target.port);
    const std::string through = "the proxy " + proxy.to_string();
    const secret_bytes request =
        write_connect_request(authority, view(authorization_line_of(proxy)));
    error_code ec;
    std::size_t sent = 0;
    while (sent < request.size() && !ec) {
        sent += stream.write_now(asio::buffer(request.data() + sent, request.size() - sent), ec);
        if (ec == asio::error::would_block) {
            auto waited = co_await async_io(stream.waiting());
            ec = std::get<0>(waited);
        }
    }
    // The header is read byte by byte, because the bytes after it are the origin's. Provisional responses may precede
    // it.
    std::string header;
    connect_response response;
    std::size_t taken = 0; // of all responses
    do {
        header.clear();
        while (!ec && !has_ended(header) && taken < longest_tunnel_header) {
            char byte = 0;
            const std::size_t got = stream.read_now(asio::buffer(&byte, 1), ec);
            taken += got;
            header.append(&byte, got);
            if (ec == asio::error::would_block) {
                auto waited = co_await async_io(stream.waiting());
                ec = std::get<0>(waited);
            }
        }
        response = has_ended(header) ? read_connect_response(header) : connect_response();
    } while (!ec && is_provisional(response.status));
    if (watch.expired()) {
        failure = exchange_failure{*watch.expired(),
                                   through + " did not open a connection to " + authority,
                                   make_error_code(*watch.expired())};
        co_return;
    }
    if (ec) {
        failure = exchange_failure{
            errc::connection_failed,
            through + " closed the connection before it opened one to " + authority, ec};
        co_return;
    }
    if (response.status < 200 || response.status > 299)
        failure = tunnel_rejection(response, through, authority, proxy.has_password());
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
