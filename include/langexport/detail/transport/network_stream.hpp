#ifndef LANGEXPORT_DETAIL_TRANSPORT_NETWORK_STREAM_HPP
#define LANGEXPORT_DETAIL_TRANSPORT_NETWORK_STREAM_HPP

#include <langexport/detail/transport/byte_stream.hpp>
#include <langexport/detail/transport/tls_channel.hpp>
#include <langexport/version.hpp>

#include <boost/asio/ip/tcp.hpp>

#include <array>
#include <cstddef>
#include <memory>
#include <optional>

namespace langexport {
inline namespace v0 {
namespace detail {

// TCP, and TLS after `begin_tls`.
class network_stream final : public byte_stream, private tls_transport {
public:
    LANGEXPORT_DECL explicit network_stream(strand_type strand);
    // No operation may be pending. Sends close_notify to a TLS peer if that is possible without waiting.
    LANGEXPORT_DECL ~network_stream() override;

    LANGEXPORT_DECL std::size_t read_now(asio::mutable_buffer into,
                                         error_code& ec) noexcept override;
    LANGEXPORT_DECL std::size_t write_now(asio::const_buffer from,
                                          error_code& ec) noexcept override;
    LANGEXPORT_DECL void wait(io_handler handler) override;
    LANGEXPORT_DECL bool read_ahead() override;
    LANGEXPORT_DECL void wait_for_either(io_handler handler) override;
    bool is_reading_ahead() const noexcept override { return is_reading_ || awaits_room_; }
    LANGEXPORT_DECL bool is_idle() noexcept override;
    LANGEXPORT_DECL bool was_rejected(error_code ec) const noexcept override;
    // Sends nothing, not even close_notify. No data is read or written afterwards.
    LANGEXPORT_DECL void close() noexcept override;

    // Calls `then` with the result. The stream must live until then.
    LANGEXPORT_DECL void connect(const asio::ip::tcp::endpoint& peer, done_function then);
    // From here on all bytes use TLS, beginning with the handshake.
    LANGEXPORT_DECL void begin_tls(std::shared_ptr<tls_context> context);
    // Null without TLS.
    SSL* tls() noexcept { return tls_ ? tls_->native() : nullptr; }

    // One step of the handshake; would_block: the caller waits before the next step.
    LANGEXPORT_DECL void handshake(error_code& ec) noexcept;

private:
    LANGEXPORT_DECL std::size_t receive(asio::mutable_buffer into,
                                        error_code& ec) noexcept override;
    LANGEXPORT_DECL std::size_t send(asio::const_buffer from, error_code& ec) noexcept override;
    LANGEXPORT_DECL std::size_t take_arrived(asio::mutable_buffer into) noexcept;

    class step_on_strand;
    struct operations_ahead;

    LANGEXPORT_DECL void take_arrival(error_code ec, std::size_t count) noexcept;

    asio::basic_stream_socket<asio::ip::tcp, strand_type> socket_;
    std::optional<tls_channel> tls_;
    std::array<char, 4096> arrived_; // the data that ended the wait …
    std::size_t arrived_begin_ = 0;  // … and was not yet read
    std::size_t arrived_end_ = 0;
    error_code end_; // … or the error that ended it, which follows the data
    std::weak_ptr<operations_ahead> ahead_; // its handlers own it
    bool is_reading_ = false;               // a read ahead is pending
    bool awaits_room_ = false;              // … and a wait for room beside it
    bool may_have_come_ = false;            // data may have arrived since the socket was empty
    bool has_no_room_ = false;              // the last blocked operation was a write
    bool is_ready_ = false; // the handshake is complete and no error has occurred since
};

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/transport/impl/network_stream.ipp>
#endif

#endif
