#ifndef LANGEXPORT_DETAIL_TRANSPORT_IMPL_NETWORK_STREAM_IPP
#define LANGEXPORT_DETAIL_TRANSPORT_IMPL_NETWORK_STREAM_IPP

#include <langexport/detail/transport/network_stream.hpp>

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

#include <openssl/crypto.h>

#include <algorithm>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

LANGEXPORT_DECL network_stream::network_stream(strand_type strand) : socket_(std::move(strand)) {}

// A read that is pending beside writes, and a wait for room. Their handlers own it, and the stream does not: otherwise
// the waiting handler, which may own the stream, would never be destroyed.
struct network_stream::operations_ahead {
    explicit operations_ahead(network_stream& owner)
        : stream(&owner), strand(owner.socket_.get_executor()) {}

    network_stream* stream; // null after it was destroyed
    strand_type strand;
    std::array<char, 4096> arrived;
    std::optional<io_handler> waiting;

    void end_wait(error_code ec) {
        if (!waiting)
            return;
        io_handler handler = std::move(*waiting);
        waiting.reset();
        std::move(handler)(ec, 0);
    }
};

LANGEXPORT_DECL network_stream::~network_stream() {
    if (const auto ahead = ahead_.lock())
        ahead->stream = nullptr;
    if (is_ready_)
        tls_->send_close_notify();
    OPENSSL_cleanse(arrived_.data(), arrived_.size()); // it may contain a token
}

LANGEXPORT_DECL void network_stream::connect(const asio::ip::tcp::endpoint& peer,
                                             done_function then) {
    done_function prepared = [this, then = std::move(then)](error_code ec) {
        if (!ec)
            socket_.set_option(asio::ip::tcp::no_delay(true), ec);
        if (!ec)
            socket_.non_blocking(true, ec);
        then(ec);
    };
    socket_.async_connect(peer, std::move(prepared));
}

LANGEXPORT_DECL void network_stream::begin_tls(std::shared_ptr<tls_context> context) {
    tls_.emplace(std::move(context), static_cast<tls_transport&>(*this));
}

LANGEXPORT_DECL void network_stream::handshake(error_code& ec) noexcept {
    ec = asio::error::operation_aborted;
    if (socket_.is_open())
        tls_->handshake(ec);
    may_have_come_ = false;
    is_ready_ = !ec;
}

inline void unify_would_block(error_code& ec) noexcept {
    if (ec == asio::error::try_again)
        ec = asio::error::would_block;
}

// A handler with an executor of its own. Otherwise Asio would query the inner handler, which costs an allocation each
// time.
class network_stream::step_on_strand {
public:
    using executor_type = strand_type;

    step_on_strand(network_stream& stream, io_handler handler) noexcept
        : stream_(&stream), handler_(std::move(handler)) {}
    explicit step_on_strand(std::shared_ptr<operations_ahead> ahead) noexcept
        : ahead_(std::move(ahead)) {}

    // A reference, because Asio asks several times for each wait, and a copy costs as much as an allocation.
    const executor_type& get_executor() const noexcept {
        return ahead_ ? ahead_->strand : stream_->socket_.get_executor();
    }

    void operator()(error_code ec) {
        if (!ahead_)
            return std::move(handler_)(ec, 0);
        if (ahead_->stream)
            ahead_->stream->awaits_room_ = false;
        ahead_->end_wait(ec);
    }

    void operator()(error_code ec, std::size_t count) {
        network_stream* const stream = ahead_ ? ahead_->stream : stream_;
        if (ahead_ && stream) {
            std::copy_n(ahead_->arrived.data(), count, stream->arrived_.data());
            OPENSSL_cleanse(ahead_->arrived.data(), count);
        }
        if (stream)
            stream->take_arrival(ec, count);
        // It may have been closed after the bytes arrived.
        const bool is_open = stream && stream->socket_.is_open();
        ec = is_open ? error_code() : error_code(asio::error::operation_aborted);
        if (ahead_)
            ahead_->end_wait(ec);
        else
            std::move(handler_)(ec, 0);
    }

private:
    std::shared_ptr<operations_ahead> ahead_; // null: of a wait of its own
    network_stream* stream_ = nullptr;
    io_handler handler_;
};

// The reader receives the end of the stream after the data that arrived before it.
LANGEXPORT_DECL void network_stream::take_arrival(error_code ec, std::size_t count) noexcept {
    is_reading_ = false;
    arrived_begin_ = 0;
    arrived_end_ = count;
    may_have_come_ = count == arrived_.size();
    if (socket_.is_open())
        end_ = ec;
}

LANGEXPORT_DECL bool network_stream::read_ahead() {
    const bool has_come =
        arrived_begin_ != arrived_end_ || end_ || may_have_come_ || (tls_ && tls_->has_held_back());
    if (has_come || !socket_.is_open())
        return false;
    if (std::exchange(is_reading_, true))
        return true;
    auto ahead = ahead_.lock();
    if (!ahead) {
        ahead = std::make_shared<operations_ahead>(*this);
        ahead_ = ahead;
    }
    const auto into = asio::buffer(ahead->arrived);
    socket_.async_receive(into, step_on_strand(std::move(ahead)));
    return true;
}

LANGEXPORT_DECL void network_stream::wait_for_either(io_handler handler) {
    auto ahead = ahead_.lock();
    if (!ahead || !is_reading_)
        return wait(std::move(handler));
    ahead->waiting.emplace(std::move(handler));
    if (std::exchange(awaits_room_, true))
        return;
    socket_.async_wait(asio::socket_base::wait_write, step_on_strand(std::move(ahead)));
}

LANGEXPORT_DECL void network_stream::wait(io_handler handler) {
    // More data is available, but other work on the strand runs first.
    if (!has_no_room_ && tls_ && tls_->has_held_back())
        return asio::post(socket_.get_executor(),
                          task_function([then = ending(std::move(handler))] { then({}); }));
    if (!has_no_room_ && is_reading_) {
        const auto ahead = ahead_.lock();
        ahead->waiting.emplace(std::move(handler));
        return;
    }
    step_on_strand then(*this, std::move(handler));
    if (has_no_room_)
        return socket_.async_wait(asio::socket_base::wait_write, std::move(then));
    // Reads instead of waiting: a wait would cost one more system call.
    socket_.async_receive(asio::buffer(arrived_), std::move(then));
}

LANGEXPORT_DECL std::size_t network_stream::take_arrived(asio::mutable_buffer into) noexcept {
    const std::size_t count = (std::min)(into.size(), arrived_end_ - arrived_begin_);
    std::copy_n(arrived_.data() + arrived_begin_, count, static_cast<char*>(into.data()));
    arrived_begin_ += count;
    return count;
}

LANGEXPORT_DECL std::size_t network_stream::receive(asio::mutable_buffer into,
                                                    error_code& ec) noexcept {
    std::size_t count = take_arrived(into);
    if (count < into.size() && may_have_come_ && !end_ && !is_reading_) {
        const std::size_t rest = into.size() - count;
        const std::size_t more = socket_.receive(into + count, 0, end_);
        unify_would_block(end_);
        if (end_ == asio::error::would_block)
            end_ = {};
        may_have_come_ = more == rest; // more data may be waiting
        count += more;
    }
    has_no_room_ = false;
    ec = {};
    if (count == 0 && into.size() > 0)
        ec = end_ ? end_ : error_code(asio::error::would_block);
    return count;
}

LANGEXPORT_DECL std::size_t network_stream::send(asio::const_buffer from, error_code& ec) noexcept {
    const std::size_t count = socket_.send(from, 0, ec);
    unify_would_block(ec);
    has_no_room_ = ec == asio::error::would_block;
    // The peer may have sent the reason before it closed the connection.
    may_have_come_ = may_have_come_ || (ec && !has_no_room_);
    return count;
}

LANGEXPORT_DECL std::size_t network_stream::read_now(asio::mutable_buffer into,
                                                     error_code& ec) noexcept {
    if (!socket_.is_open()) {
        ec = asio::error::operation_aborted;
        return 0;
    }
    const std::size_t count = tls_ ? tls_->read(into, ec) : receive(into, ec);
    may_have_come_ = false;
    return count;
}

LANGEXPORT_DECL std::size_t network_stream::write_now(asio::const_buffer from,
                                                      error_code& ec) noexcept {
    if (!socket_.is_open()) {
        ec = asio::error::operation_aborted;
        return 0;
    }
    return tls_ ? tls_->write(from, ec) : send(from, ec);
}

LANGEXPORT_DECL bool network_stream::was_rejected(error_code ec) const noexcept {
    return tls_ && tls_->is_rejection(ec);
}

LANGEXPORT_DECL bool network_stream::is_idle() noexcept {
    char byte = 0;
    const auto into = asio::buffer(&byte, 1);
    // With TLS, the received bytes may be tickets, which are stored, or a close_notify that arrived with the last
    // response: looking at the socket alone would misread both. A peer with more pieces than this limit is not idle.
    for (int pieces = 0; pieces < 8; ++pieces) {
        error_code ec;
        if (tls_) {
            may_have_come_ = true;
            read_now(into, ec);
            if (ec != asio::error::would_block)
                return false;
            if (tls_->has_held_back())
                continue;
        }
        socket_.receive(into, asio::socket_base::message_peek, ec);
        unify_would_block(ec);
        if (ec || !tls_)
            return ec == asio::error::would_block && arrived_begin_ == arrived_end_ && !end_;
    }
    return false;
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
