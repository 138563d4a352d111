#ifndef LANGEXPORT_DETAIL_TRANSPORT_IMPL_TLS_CHANNEL_IPP
#define LANGEXPORT_DETAIL_TRANSPORT_IMPL_TLS_CHANNEL_IPP

#include <langexport/detail/transport/openssl_error.hpp>
#include <langexport/detail/transport/session_store.hpp>
#include <langexport/detail/transport/tls_channel.hpp>

#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>

#include <openssl/err.h>

#include <algorithm>
#include <new>

namespace langexport {
inline namespace v0 {
namespace detail {

// Connects OpenSSL with a transport; null if memory is exhausted.
inline std::unique_ptr<BIO_METHOD, free_tls> make_transport_method() noexcept {
    std::unique_ptr<BIO_METHOD, free_tls> method(
        BIO_meth_new(BIO_TYPE_SOURCE_SINK, "langexport transport"));
    if (!method)
        return nullptr;
    BIO_meth_set_read(method.get(), [](BIO* bio, char* into, int size) {
        return static_cast<tls_channel*>(BIO_get_data(bio))->receive(bio, into, size);
    });
    BIO_meth_set_write(method.get(), [](BIO* bio, const char* from, int size) {
        return static_cast<tls_channel*>(BIO_get_data(bio))->send(bio, from, size);
    });
    // Written bytes were sent: there is nothing to flush. Other requests are not supported.
    BIO_meth_set_ctrl(method.get(), [](BIO*, int command, long, void*) {
        return command == BIO_CTRL_FLUSH ? 1L : 0L;
    });
    return method;
}

LANGEXPORT_DECL tls_channel::tls_channel(std::shared_ptr<tls_context> context,
                                         tls_transport& transport)
    : context_(std::move(context)), transport_(transport), tls_(SSL_new(context_->native.get())) {
    if (!context_->carrying)
        context_->carrying = make_transport_method();
    BIO* const bio = tls_ ? BIO_new(context_->carrying.get()) : nullptr;
    if (!bio)
        throw std::bad_alloc();
    BIO_set_data(bio, this);
    BIO_set_init(bio, 1);
    SSL_set_bio(tls_.get(), bio, bio);
    SSL_set_connect_state(tls_.get());
}

LANGEXPORT_DECL tls_channel::~tls_channel() {
    spare_session(tls_.get());
}

// Large enough for a complete record.
inline constexpr std::size_t tls_input_size = 5 + 16 * 1024 + 256;

// Returns whether `input_` has bytes; otherwise sets an error.
LANGEXPORT_DECL bool tls_channel::fill(error_code& ec) noexcept {
    if (taken_ < input_.size())
        return true;
    taken_ = 0;
    try {
        input_.resize(tls_input_size);
    } catch (const std::bad_alloc&) {
        ec = asio::error::no_memory;
        return false;
    }
    input_.resize(transport_.receive(asio::buffer(input_), ec));
    return !ec;
}

LANGEXPORT_DECL int tls_channel::receive(BIO* bio, char* into, int size) noexcept {
    error_code ec;
    BIO_clear_retry_flags(bio);
    has_held_back_ = meter_.is_spent();
    if (!has_held_back_ && fill(ec)) {
        const std::size_t count =
            meter_.pass(input_.data() + taken_,
                        (std::min)(static_cast<std::size_t>(size), input_.size() - taken_));
        std::copy_n(input_.data() + taken_, count, into);
        taken_ += count;
        return static_cast<int>(count);
    }
    if (has_held_back_ || ec == asio::error::would_block)
        BIO_set_retry_read(bio);
    else
        transport_error_ = ec == asio::error::eof ? asio::ssl::error::stream_truncated : ec;
    return -1;
}

LANGEXPORT_DECL int tls_channel::send(BIO* bio, const char* from, int size) noexcept {
    error_code ec;
    BIO_clear_retry_flags(bio);
    const std::size_t count =
        transport_.send(asio::buffer(from, static_cast<std::size_t>(size)), ec);
    if (!ec)
        return static_cast<int>(count);
    if (ec == asio::error::would_block)
        BIO_set_retry_write(bio);
    else
        transport_error_ = ec;
    return -1;
}

// OpenSSL reports old errors in the thread's queue as its own.
inline void forget_tls_errors() noexcept {
    if (ERR_peek_error() != 0)
        ERR_clear_error();
}

LANGEXPORT_DECL void tls_channel::handshake(error_code& ec) noexcept {
    forget_tls_errors();
    begin_share();
    const int done = SSL_do_handshake(tls_.get());
    records_read_ = 0;
    ec = done == 1 ? error_code() : why_not(done);
}

// The limit of pieces of data, each at least one record, that are read in one turn.
inline constexpr int most_pieces_in_turn = 64;

LANGEXPORT_DECL void tls_channel::begin_share() noexcept {
    meter_.restart();
    has_held_back_ = false;
}

LANGEXPORT_DECL std::size_t tls_channel::read(asio::mutable_buffer into, error_code& ec) noexcept {
    std::size_t all = 0;
    ec = {};
    forget_tls_errors();
    // Record by record. OpenSSL itself skips records without data.
    for (int pieces = 0; all < into.size() && pieces < most_pieces_in_turn; ++pieces) {
        std::size_t count = 0;
        begin_share();
        const int done = SSL_read_ex(tls_.get(), static_cast<char*>(into.data()) + all,
                                     into.size() - all, &count);
        all += count;
        records_read_ += meter_.records();
        if (done != 1) {
            // The error occurs again when no data is left before it.
            const error_code why = why_not(done);
            ec = all == 0 ? why : error_code();
            break;
        }
    }
    if (taken_ == input_.size()) {
        // An idle connection needs no memory.
        input_ = std::vector<char>();
        taken_ = 0;
    }
    return all;
}

LANGEXPORT_DECL std::size_t tls_channel::write(asio::const_buffer from, error_code& ec) noexcept {
    std::size_t count = 0;
    forget_tls_errors();
    const int done = SSL_write_ex(tls_.get(), from.data(), from.size(), &count);
    ec = done == 1 ? error_code() : why_not(done);
    return count;
}

LANGEXPORT_DECL void tls_channel::send_close_notify() noexcept {
    forget_tls_errors();
    SSL_shutdown(tls_.get());
    forget_tls_errors();
}

LANGEXPORT_DECL bool tls_channel::is_rejection(error_code ec) const noexcept {
    if (records_read_ != 1 || ec.category() != asio::error::get_ssl_category() ||
        SSL_version(tls_.get()) != TLS1_3_VERSION)
        return false;
    switch (ERR_GET_REASON(static_cast<unsigned>(ec.value())) - SSL_AD_REASON_OFFSET) {
    case SSL_AD_BAD_CERTIFICATE:
    case SSL_AD_UNSUPPORTED_CERTIFICATE:
    case SSL_AD_CERTIFICATE_REVOKED:
    case SSL_AD_CERTIFICATE_EXPIRED:
    case SSL_AD_CERTIFICATE_UNKNOWN:
    case SSL_AD_UNKNOWN_CA:
    case SSL_AD_ACCESS_DENIED:
    case SSL_AD_BAD_CERTIFICATE_STATUS_RESPONSE:
    case SSL_AD_CERTIFICATE_REQUIRED:
        return true;
    default:
        return false;
    }
}

// Returns why a call of OpenSSL failed.
LANGEXPORT_DECL error_code tls_channel::why_not(int returned) noexcept {
    switch (SSL_get_error(tls_.get(), returned)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
        return asio::error::would_block;
    case SSL_ERROR_ZERO_RETURN:
        return asio::error::eof;
    case SSL_ERROR_SSL:
        return take_openssl_error();
    default:
        ERR_clear_error();
        return transport_error_ ? transport_error_
                                : error_code(asio::ssl::error::unexpected_result);
    }
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
