#ifndef LANGEXPORT_DETAIL_TRANSPORT_IMPL_NETWORK_STREAM_IPP
#define LANGEXPORT_DETAIL_TRANSPORT_IMPL_NETWORK_STREAM_IPP

#include <langexport/detail/transport/network_stream.hpp>
#include <langexport/detail/transport/session_store.hpp>

namespace langexport {
inline namespace v0 {
namespace detail {

LANGEXPORT_DECL network_stream::network_stream(strand_type strand,
                                               std::shared_ptr<asio::ssl::context> context)
    : context_(std::move(context)), socket_(std::move(strand)) {
    if (context_)
        tls_.emplace(socket_, *context_);
}

LANGEXPORT_DECL network_stream::~network_stream() {
    if (!tls_)
        return;
    // The socket does not block: this sends a close_notify if there is room for one, and leaves.
    error_code ignored;
    if (is_ready_ && socket_.is_open())
        tls_->shutdown(ignored);
    spare_session(tls());
}

LANGEXPORT_DECL io_step network_stream::connecting(asio::ip::tcp::endpoint to) noexcept {
    peer_ = to;
    return io_step{this, {}, [](const io_step& self, io_handler handler) {
                       auto& stream = *static_cast<network_stream*>(self.object);
                       done_function then = ending(std::move(handler));
                       done_function prepared = [&stream, then](error_code ec) {
                           if (!ec)
                               stream.socket_.set_option(asio::ip::tcp::no_delay(true), ec);
                           if (!ec)
                               stream.socket_.non_blocking(true, ec);
                           then(ec);
                       };
                       stream.socket_.async_connect(stream.peer_, std::move(prepared));
                   }};
}

LANGEXPORT_DECL io_step network_stream::shaking_hands() noexcept {
    return io_step{this, {}, [](const io_step& self, io_handler handler) {
                       auto& stream = *static_cast<network_stream*>(self.object);
                       done_function then = ending(std::move(handler));
                       done_function noted = [&stream, then](error_code ec) {
                           stream.is_ready_ = !ec;
                           then(ec);
                       };
                       stream.tls_->async_handshake(asio::ssl::stream_base::client,
                                                    std::move(noted));
                   }};
}

// A handler that says itself where it is called. Asio would have to ask the one inside, which takes it an
// allocation each time.
class handler_on_strand {
public:
    using executor_type = strand_type;

    handler_on_strand(strand_type strand, io_handler handler) noexcept
        : strand_(std::move(strand)), handler_(std::move(handler)) {}

    executor_type get_executor() const noexcept { return strand_; }
    void operator()(error_code ec, std::size_t count) { std::move(handler_)(ec, count); }

private:
    strand_type strand_;
    io_handler handler_;
};

LANGEXPORT_DECL void network_stream::read_some(asio::mutable_buffer into, io_handler handler) {
    handler_on_strand then(socket_.get_executor(), std::move(handler));
    if (tls_)
        tls_->async_read_some(into, std::move(then));
    else
        socket_.async_read_some(into, std::move(then));
}

LANGEXPORT_DECL void network_stream::write_some(asio::const_buffer from, io_handler handler) {
    handler_on_strand then(socket_.get_executor(), std::move(handler));
    if (tls_)
        tls_->async_write_some(from, std::move(then));
    else
        socket_.async_write_some(from, std::move(then));
}

// With TLS, a part of a record that does not leave would be lost here.
LANGEXPORT_DECL std::size_t network_stream::write_now(asio::const_buffer from,
                                                      error_code& ec) noexcept {
    const std::size_t count = tls_ ? 0 : socket_.write_some(from, ec);
    if (ec == asio::error::would_block || ec == asio::error::try_again)
        ec = {};
    return count;
}

LANGEXPORT_DECL bool network_stream::is_quiet() noexcept {
    error_code ec;
    char byte = 0;
    // With TLS, what has come may be a ticket, which is taken in, or a farewell that was read along
    // with the last answer: a look at the socket would mistake both.
    if (tls_)
        tls_->read_some(asio::buffer(&byte, 1), ec);
    else
        socket_.receive(asio::buffer(&byte, 1), asio::socket_base::message_peek, ec);
    return ec == asio::error::would_block || ec == asio::error::try_again;
}

LANGEXPORT_DECL void network_stream::close() noexcept {
    is_ready_ = false;
    error_code ignored;
    socket_.close(ignored);
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
