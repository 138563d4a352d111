#ifndef LANGEXPORT_DETAIL_TRANSPORT_NETWORK_STREAM_HPP
#define LANGEXPORT_DETAIL_TRANSPORT_NETWORK_STREAM_HPP

#include <langexport/detail/transport/byte_stream.hpp>
#include <langexport/version.hpp>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>

#include <memory>
#include <optional>

namespace langexport {
inline namespace v0 {
namespace detail {

// TCP, and TLS upon it where there is a context for it.
class network_stream final : public byte_stream {
public:
    using socket_type = asio::basic_stream_socket<asio::ip::tcp, strand_type>;

    LANGEXPORT_DECL network_stream(strand_type strand, std::shared_ptr<asio::ssl::context> context);
    // Nothing may be pending. A TLS peer is told the end, as far as that takes no waiting.
    LANGEXPORT_DECL ~network_stream() override;

    LANGEXPORT_DECL void read_some(asio::mutable_buffer into, io_handler handler) override;
    LANGEXPORT_DECL void write_some(asio::const_buffer from, io_handler handler) override;
    LANGEXPORT_DECL std::size_t write_now(asio::const_buffer from,
                                          error_code& ec) noexcept override;
    LANGEXPORT_DECL bool is_quiet() noexcept override;
    LANGEXPORT_DECL void close() noexcept override;

    // Null without TLS.
    SSL* tls() noexcept { return tls_ ? tls_->native_handle() : nullptr; }

    LANGEXPORT_DECL io_step connecting(asio::ip::tcp::endpoint to) noexcept;
    LANGEXPORT_DECL io_step shaking_hands() noexcept;

private:
    std::shared_ptr<asio::ssl::context> context_;
    socket_type socket_;
    std::optional<asio::ssl::stream<socket_type&>> tls_;
    asio::ip::tcp::endpoint peer_;
    bool is_ready_ = false; // the handshake is done and nothing has gone wrong since
};

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/transport/impl/network_stream.ipp>
#endif

#endif
