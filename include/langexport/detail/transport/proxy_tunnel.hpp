#ifndef LANGEXPORT_DETAIL_TRANSPORT_PROXY_TUNNEL_HPP
#define LANGEXPORT_DETAIL_TRANSPORT_PROXY_TUNNEL_HPP

#include <langexport/detail/transport/byte_stream.hpp>
#include <langexport/detail/transport/exchange.hpp>
#include <langexport/detail/transport/watchdog.hpp>
#include <langexport/endpoint.hpp>
#include <langexport/proxy.hpp>
#include <langexport/version.hpp>

#include <optional>

namespace langexport {
inline namespace v0 {
namespace detail {

// Requests a tunnel to an origin from the proxy at the other end of a stream. Afterwards, the stream's bytes are the
// origin's: no byte after the proxy's response is read. `failure` stays empty if the tunnel is open. The attempt has
// begun in `watch`. Throws only if memory is exhausted.
LANGEXPORT_TEMPLATE_DECL task<void> open_tunnel(byte_stream& stream, watchdog& watch,
                                                const proxy_url& proxy, const origin& target,
                                                std::optional<exchange_failure>& failure);

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/transport/impl/proxy_tunnel.ipp>
#endif

#endif
