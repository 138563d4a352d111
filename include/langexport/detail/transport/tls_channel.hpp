#ifndef LANGEXPORT_DETAIL_TRANSPORT_TLS_CHANNEL_HPP
#define LANGEXPORT_DETAIL_TRANSPORT_TLS_CHANNEL_HPP

#include <langexport/detail/transport/record_meter.hpp>
#include <langexport/detail/transport/tls_context.hpp>
#include <langexport/error.hpp>
#include <langexport/version.hpp>

#include <boost/asio/buffer.hpp>

#include <cstddef>
#include <memory>
#include <vector>

namespace langexport {
inline namespace v0 {

namespace asio = boost::asio;

namespace detail {

// Transports the bytes of TLS. Neither function waits: it sets would_block instead.
class tls_transport {
public:
    virtual std::size_t receive(asio::mutable_buffer into, error_code& ec) noexcept = 0;
    virtual std::size_t send(asio::const_buffer from, error_code& ec) noexcept = 0;

protected:
    ~tls_transport() = default;
};

// The client's side of a TLS connection. OpenSSL reads from the transport and writes to it without a buffer in between.
// Errors are those of the transport or of OpenSSL; would_block if the transport would have to wait.
class tls_channel {
public:
    LANGEXPORT_DECL tls_channel(std::shared_ptr<tls_context> context, tls_transport& transport);
    LANGEXPORT_DECL ~tls_channel();
    tls_channel(const tls_channel&) = delete;
    tls_channel& operator=(const tls_channel&) = delete;

    SSL* native() noexcept { return tls_.get(); }

    LANGEXPORT_DECL void handshake(error_code& ec) noexcept;
    // Reads the received data. The error is eof after a close_notify and stream_truncated at any other end of the
    // stream. It is would_block also if too many records arrived without data: see `has_held_back`.
    LANGEXPORT_DECL std::size_t read(asio::mutable_buffer into, error_code& ec) noexcept;
    LANGEXPORT_DECL std::size_t write(asio::const_buffer from, error_code& ec) noexcept;
    // Sends close_notify, if there is room for it.
    LANGEXPORT_DECL void send_close_notify() noexcept;

    // Whether the last read ended before it examined all received bytes.
    bool has_held_back() const noexcept { return has_held_back_; }
    // Whether the error is an alert of TLS 1.3 by which the peer rejected the client's certificate or its access, and
    // the alert is all that the peer sent after the handshake. (A ticket means that it had accepted both.)
    LANGEXPORT_DECL bool is_rejection(error_code ec) const noexcept;

    // Called by OpenSSL.
    LANGEXPORT_DECL int receive(BIO* bio, char* into, int size) noexcept;
    LANGEXPORT_DECL int send(BIO* bio, const char* from, int size) noexcept;

private:
    LANGEXPORT_DECL error_code why_not(int returned) noexcept;
    LANGEXPORT_DECL bool fill(error_code& ec) noexcept;
    LANGEXPORT_DECL void begin_share() noexcept;

    std::shared_ptr<tls_context> context_;
    tls_transport& transport_;
    error_code transport_error_; // the error that ended it
    std::unique_ptr<SSL, free_tls> tls_;
    std::vector<char> input_; // received from the transport; empty after all of it was read
    std::size_t taken_ = 0;   // … and read by OpenSSL
    record_meter meter_;
    bool has_held_back_ = false;
    std::size_t records_read_ = 0; // since the handshake
};

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/transport/impl/tls_channel.ipp>
#endif

#endif
