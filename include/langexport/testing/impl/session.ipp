#ifndef LANGEXPORT_TESTING_IMPL_SESSION_IPP
#define LANGEXPORT_TESTING_IMPL_SESSION_IPP

#include <langexport/testing/impl/session.hpp>
#include <langexport/testing/impl/wire_format.hpp>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/socket_base.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/stream_base.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <string_view>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace testing {
namespace detail {

LANGEXPORT_DECL session::session(asio::ip::tcp::socket socket, std::shared_ptr<server_state> state)
    : state_(std::move(state)), socket_(std::move(socket)), timer_(socket_.get_executor()) {
    if (asio::ssl::context* const context = state_->tls())
        tls_.emplace(socket_, *context);
}

// OpenSSL's error code for a handshake that begins with an HTTP request.
inline bool is_plain_http(const error_code& ec) noexcept {
    return ec.category() == asio::error::get_ssl_category() &&
           ERR_GET_REASON(static_cast<unsigned long>(ec.value())) == SSL_R_HTTP_REQUEST;
}

// The same response as from nginx.
LANGEXPORT_DECL asio::awaitable<void> session::reject_plain_http() {
    constexpr std::string_view response =
        "HTTP/1.1 400 Bad Request\r\nContent-Type: text/html\r\nContent-Length: 71\r\n"
        "Connection: close\r\n\r\n"
        "<html><body>The plain HTTP request was sent to HTTPS port</body></html>";
    tls_.reset();
    error_code ec;
    co_await write_all(response, ec);
    co_await close_gracefully();
}

LANGEXPORT_DECL session::~session() {
    if (number_ != 0)
        state_->remove(number_);
}

LANGEXPORT_DECL void session::close() {
    error_code ignored;
    socket_.close(ignored);
    timer_.cancel();
}

LANGEXPORT_DECL asio::awaitable<void> session::serve(std::shared_ptr<session> self) {
    error_code ec;
    self->socket_.set_option(asio::ip::tcp::no_delay(true), ec);
    std::optional<connection_fault> fault = self->state_->find_connection_fault();
    if (fault) {
        co_await self->apply_connection_fault(std::move(*fault));
        co_return;
    }
    if (self->tls_) {
        co_await self->tls_->async_handshake(asio::ssl::stream_base::server,
                                             asio::redirect_error(asio::use_awaitable, ec));
        const bool resumed = SSL_session_reused(self->tls_->native_handle()) == 1;
        self->state_->count_handshake(!ec, resumed);
        if (is_plain_http(ec))
            co_await self->reject_plain_http();
        if (ec)
            co_return;
    }
    bool more = true;
    while (more)
        more = co_await self->serve_one();
}

// Ends a connection from which no request was read. It acts on the socket, with and without TLS.
LANGEXPORT_DECL asio::awaitable<void> session::apply_connection_fault(connection_fault fault) {
    error_code ec;
    if (fault.when == connection_fault::moment::handshake) {
        std::array<char, 1024> ignored;
        co_await socket_.async_read_some(asio::buffer(ignored),
                                         asio::redirect_error(asio::use_awaitable, ec));
    }
    fault_.ending = fault.ending;
    if (fault.bytes.empty()) {
        co_await end_early();
        co_return;
    }
    co_await asio::async_write(socket_, asio::buffer(fault.bytes),
                               asio::redirect_error(asio::use_awaitable, ec));
    fault_.without_goodbye = true;
    co_await close_gracefully();
}

LANGEXPORT_DECL asio::awaitable<std::size_t> session::read_some(asio::mutable_buffer buffer,
                                                                error_code& ec) {
    std::size_t count = 0;
    if (tls_)
        count =
            co_await tls_->async_read_some(buffer, asio::redirect_error(asio::use_awaitable, ec));
    else
        count =
            co_await socket_.async_read_some(buffer, asio::redirect_error(asio::use_awaitable, ec));
    co_return count;
}

LANGEXPORT_DECL asio::awaitable<void> session::write_all(std::string_view bytes, error_code& ec) {
    const asio::const_buffer buffer(bytes.data(), bytes.size());
    std::size_t count = 0;
    if (tls_)
        count = co_await asio::async_write(*tls_, buffer,
                                           asio::redirect_error(asio::use_awaitable, ec));
    else
        count = co_await asio::async_write(socket_, buffer,
                                           asio::redirect_error(asio::use_awaitable, ec));
    state_->count_bytes(count);
}

LANGEXPORT_DECL asio::awaitable<void> session::pause(std::chrono::nanoseconds time) {
    if (time <= std::chrono::nanoseconds(0) || !socket_.is_open())
        co_return;
    error_code ec;
    timer_.expires_after(std::chrono::duration_cast<asio::steady_timer::duration>(time));
    co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, ec));
}

LANGEXPORT_DECL asio::awaitable<unsigned> session::read_request(request_reader& reader) {
    bool sent_continue = false;
    std::array<char, 16 * 1024> piece;
    for (;;) {
        error_code ec;
        const bool had_header = reader.has_header();
        if (const unsigned error_status = reader.take(in_))
            co_return error_status;
        const bool begins_body = !had_header && reader.has_header();
        if (const unsigned error_status = begins_body ? begin_body(reader) : 0)
            co_return error_status;
        if (ends_early(reader))
            co_return is_early;
        if (reader.is_whole())
            co_return is_whole;
        if (begins_body && !in_.empty())
            continue;
        if (reader.has_header() && !sent_continue) {
            const std::string expect = reader.expectation();
            if (!expect.empty() && !equal_ignoring_case(expect, "100-continue"))
                co_return 417;
            sent_continue = true;
            if (!expect.empty())
                co_await write_all("HTTP/1.1 100 Continue\r\n\r\n", ec);
        }
        ec.clear();
        const std::size_t count = co_await read_some(asio::buffer(piece), ec);
        if (ec)
            co_return is_over;
        in_.append(piece.data(), count);
    }
}

LANGEXPORT_DECL unsigned session::begin_body(request_reader& reader) {
    const service_request header = header_of(reader);
    reader.limit_body(state_->body_limit(header));
    if (reader.is_too_large())
        return 413;
    early_ = state_->begin(header);
    return 0;
}

LANGEXPORT_DECL bool session::ends_early(request_reader& reader) {
    return early_ && (reader.is_whole() || reader.size() + in_.size() >= early_->after);
}

// A client that sends the rest of its request nevertheless can still read the response.
LANGEXPORT_DECL asio::awaitable<void> session::respond_early() {
    service_response response = std::move(early_->response);
    fault_ = response.fault ? std::move(*response.fault) : canned_response();
    if (fault_.request_cut)
        co_await end_early();
    else
        co_await send_response(response, false, false);
}

LANGEXPORT_DECL service_request session::header_of(const request_reader& reader) const {
    service_request request = reader.header();
    request.connection = number_;
    return request;
}

LANGEXPORT_DECL asio::awaitable<bool> session::serve_one() {
    request_reader reader(state_->options.max_request_header, state_->options.max_request_body);
    early_.reset();
    const unsigned outcome = co_await read_request(reader);
    if (outcome == is_over)
        co_return false;
    if (outcome == is_early) {
        co_await respond_early();
        co_return false;
    }
    fault_ = canned_response();
    if (outcome != is_whole) {
        state_->count_malformed();
        service_response error;
        error.status = outcome;
        error.headers.emplace_back("Date", format_http_date(state_->now()));
        co_await send_response(error, false, false);
        co_return false;
    }
    service_request request = header_of(reader);
    request.body = reader.take_body();
    const bool is_old = reader.is_old();
    const bool keep = reader.may_keep_connection();

    const bool is_head = request.method == "HEAD";
    service_response response = state_->handle(std::move(request));
    if (response.fault)
        fault_ = std::move(*response.fault);
    if (!fault_.trailers.empty())
        response.framing = body_framing::chunked;
    // HTTP/1.0 has no chunked encoding.
    if ((is_old || fault_.http_version == "HTTP/1.0") && response.framing == body_framing::chunked)
        response.framing = body_framing::until_close;
    const bool kept = co_await send_response(response, keep, is_head);
    co_return kept;
}

} // namespace detail
} // namespace testing
} // namespace v0
} // namespace langexport

#endif
