#ifndef LANGEXPORT_TESTING_IMPL_SESSION_IPP
#define LANGEXPORT_TESTING_IMPL_SESSION_IPP

#include <langexport/detail/protocol/short_chunked_body.hpp>
#include <langexport/testing/impl/session.hpp>
#include <langexport/testing/impl/wire_format.hpp>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/socket_base.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/stream_base.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/field.hpp>

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

LANGEXPORT_DECL session::session(asio::ip::tcp::socket socket,
                                 std::shared_ptr<emulator_state> state)
    : state_(std::move(state)), socket_(std::move(socket)), timer_(socket_.get_executor()) {
    if (asio::ssl::context* const context = state_->tls())
        tls_.emplace(socket_, *context);
}

// OpenSSL's reason for a handshake that began with a request.
inline bool is_plain_http(const error_code& ec) noexcept {
    return ec.category() == asio::error::get_ssl_category() &&
           ERR_GET_REASON(static_cast<unsigned long>(ec.value())) == SSL_R_HTTP_REQUEST;
}

// As nginx does.
LANGEXPORT_DECL asio::awaitable<void> session::refuse_plain_http() {
    constexpr std::string_view response =
        "HTTP/1.1 400 Bad Request\r\nContent-Type: text/html\r\nContent-Length: 71\r\n"
        "Connection: close\r\n\r\n"
        "<html><body>The plain HTTP request was sent to HTTPS port</body></html>";
    tls_.reset();
    error_code ec;
    co_await write_all(response, ec);
    co_await close_gently();
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
    std::optional<connection_fault> fault = self->state_->meet_connection();
    if (fault) {
        co_await self->suffer(std::move(*fault));
        co_return;
    }
    if (self->tls_) {
        co_await self->tls_->async_handshake(asio::ssl::stream_base::server,
                                             asio::redirect_error(asio::use_awaitable, ec));
        const bool resumed = SSL_session_reused(self->tls_->native_handle()) == 1;
        self->state_->count_handshake(!ec, resumed);
        if (is_plain_http(ec))
            co_await self->refuse_plain_http();
        if (ec)
            co_return;
    }
    bool more = true;
    while (more)
        more = co_await self->serve_one();
}

// The end of a connection from which no request was read. It is the socket's, TLS or not.
LANGEXPORT_DECL asio::awaitable<void> session::suffer(connection_fault fault) {
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
    co_await close_gently();
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

LANGEXPORT_DECL asio::awaitable<unsigned> session::read_request(request_parser& parser) {
    namespace http = boost::beast::http;
    bool told_to_go_on = false;
    bool has_header = false;
    bool has_body = false;  // some of it
    std::uint64_t size = 0; // of what the parser has taken
    std::optional<canned_answer> cut;
    std::array<char, 16 * 1024> piece;
    for (;;) {
        error_code ec;
        const bool has_to_wait = has_header && !has_body && parser.chunked() &&
                                 langexport::detail::is_part_of_short_body(in_);
        if (!in_.empty() && !has_to_wait) {
            parser.eager(has_header); // the header alone first
            const std::size_t taken = parser.put(asio::buffer(in_), ec);
            in_.erase(0, taken);
            size += taken;
            has_body = has_header && (has_body || taken > 0);
            if (ec == http::error::header_limit)
                co_return 431;
            if (ec == http::error::body_limit)
                co_return 413;
            if (ec && ec != http::error::need_more)
                co_return 400;
            const bool begins_body = parser.is_header_done() && !std::exchange(has_header, true);
            if (begins_body)
                cut = state_->cut_off(header_of(parser));
            if (cut && (parser.is_done() || size + in_.size() >= *cut->request_cut)) {
                fault_ = std::move(*cut);
                co_return is_cut;
            }
            if (parser.is_done())
                co_return is_whole;
            if (begins_body && !in_.empty())
                continue;
        }
        if (parser.is_header_done() && !told_to_go_on) {
            const std::string_view expect = parser.get()[http::field::expect];
            if (!expect.empty() && !same_name(expect, "100-continue"))
                co_return 417;
            told_to_go_on = true;
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

LANGEXPORT_DECL service_request session::header_of(const request_parser& parser) const {
    service_request request;
    request.method = std::string(parser.get().method_string());
    request.target = std::string(parser.get().target());
    for (const auto& field : parser.get())
        request.headers.emplace_back(field.name_string(), field.value());
    request.connection = number_;
    return request;
}

LANGEXPORT_DECL asio::awaitable<bool> session::serve_one() {
    request_parser parser;
    parser.header_limit(state_->options.max_request_header);
    parser.body_limit(state_->options.max_request_body);
    const unsigned outcome = co_await read_request(parser);
    if (outcome == is_over)
        co_return false;
    if (outcome == is_cut) {
        co_await end_early();
        co_return false;
    }
    fault_ = canned_answer();
    if (outcome != is_whole) {
        state_->count_malformed();
        service_response refusal;
        refusal.status = outcome;
        refusal.headers.emplace_back("Date", http_date(state_->now()));
        co_await answer(refusal, false, false);
        co_return false;
    }
    service_request request = header_of(parser);
    request.body = std::move(parser.get().body());
    const bool is_old = parser.get().version() < 11;
    const bool keep = parser.keep_alive();

    service_response response = state_->handle(request);
    if (response.fault)
        fault_ = std::move(*response.fault);
    if (!fault_.trailers.empty())
        response.framing = body_framing::chunked;
    // HTTP/1.0 knows no chunks.
    if ((is_old || fault_.http_version == "HTTP/1.0") && response.framing == body_framing::chunked)
        response.framing = body_framing::until_close;
    const bool kept = co_await answer(response, keep, request.method == "HEAD");
    co_return kept;
}

// Whether the connection goes on.
LANGEXPORT_DECL asio::awaitable<bool> session::answer(service_response& response, bool keep,
                                                      bool head) {
    const bool bodiless = response.status < 200 || response.status == 204 || response.status == 304;
    const bool framed =
        !response.header("Content-Length").empty() || !response.header("Transfer-Encoding").empty();
    const body_framing framing =
        framed || bodiless ? body_framing::content_length : response.framing;
    if (framing == body_framing::until_close || fault_.http_version == "HTTP/1.0" ||
        same_name(response.header("Connection"), "close"))
        keep = false;

    std::string text = fault_.http_version + " " + std::to_string(response.status) + " ";
    text += reason_phrase(response.status);
    text += "\r\n";
    if (framing == body_framing::chunked)
        text += "Transfer-Encoding: chunked\r\n";
    else if (framing == body_framing::content_length && !framed && !bodiless)
        text += "Content-Length: " +
                std::to_string(response.stream ? response.stream->size() : response.body.size()) +
                "\r\n";
    for (const auto& field : response.headers)
        text += field.first + ": " + field.second + "\r\n";
    if (!keep && response.header("Connection").empty())
        text += "Connection: close\r\n";
    text += "\r\n";
    const std::size_t header_size = fault_.prefix.size() + text.size();
    if (!response.stream && !head && !bodiless) {
        if (framing != body_framing::chunked)
            text += response.body;
        else if (!response.body.empty())
            append_chunk(text, response.body);
        if (framing == body_framing::chunked)
            text += last_chunk();
    }
    if (fault_.raw)
        text = *fault_.raw;
    text.insert(0, fault_.prefix);
    const bool has_stream = response.stream && !head && !bodiless && !fault_.raw;
    if (!has_stream)
        text += fault_.suffix;

    left_ = (std::numeric_limits<std::uint64_t>::max)();
    if (fault_.cut)
        left_ = *fault_.cut + (fault_.cut_in_body ? header_size : 0);
    co_await pause(fault_.delay);
    bool sent = co_await send(text);
    response.framing = framing;
    if (sent && has_stream)
        sent = co_await send_stream(response);
    if (!sent) {
        if (left_ == 0)
            co_await end_early();
        co_return false;
    }
    keep = keep && !fault_.close_when_sent;
    if (!keep)
        co_await close_gently();
    co_return keep;
}

LANGEXPORT_DECL std::string session::last_chunk() const {
    std::string text = "0\r\n";
    for (const auto& field : fault_.trailers)
        text += field.first + ": " + field.second + "\r\n";
    return text + "\r\n";
}

// Whether all of it was sent.
LANGEXPORT_DECL asio::awaitable<bool> session::send(std::string_view bytes) {
    while (!bytes.empty()) {
        std::size_t size = bytes.size();
        if (fault_.drip_bytes != 0)
            size = (std::min)(size, fault_.drip_bytes);
        size = static_cast<std::size_t>(std::min<std::uint64_t>(size, left_));
        if (size == 0)
            co_return false;
        error_code ec;
        co_await write_all(bytes.substr(0, size), ec);
        if (ec)
            co_return false;
        left_ -= size;
        bytes.remove_prefix(size);
        if (fault_.drip_bytes != 0)
            co_await pause(fault_.drip_pause);
    }
    co_return true;
}

LANGEXPORT_DECL asio::awaitable<bool> session::send_stream(service_response& response) {
    constexpr std::size_t size = 64 * 1024;
    std::string piece;
    std::string chunk;
    bool sent = true;
    for (;;) {
        piece.resize(size);
        std::size_t count = 0;
        std::size_t more = 1;
        while (count < size && more != 0) {
            more = response.stream->read(piece.data() + count, size - count);
            count += more;
        }
        piece.resize(count);
        if (response.framing != body_framing::chunked) {
            sent = co_await send(piece);
        } else {
            chunk.clear();
            if (count != 0)
                append_chunk(chunk, piece);
            if (count < size)
                chunk += last_chunk();
            sent = co_await send(chunk);
        }
        if (sent && count < size)
            sent = co_await send(fault_.suffix);
        if (!sent || count < size)
            co_return sent;
    }
}

LANGEXPORT_DECL asio::awaitable<void> session::end_early() {
    error_code ignored;
    if (fault_.ending == early_end::stall)
        co_await discard_until_closed();
    if (fault_.ending == early_end::reset)
        socket_.set_option(asio::socket_base::linger(true, 0), ignored);
    close();
}

LANGEXPORT_DECL asio::awaitable<void> session::discard_until_closed() {
    std::array<char, 4096> ignored;
    error_code ec;
    while (!ec)
        co_await socket_.async_read_some(asio::buffer(ignored),
                                         asio::redirect_error(asio::use_awaitable, ec));
}

// Closes so that the client gets the whole answer: a socket closed with unread bytes in it resets
// the connection. A client that does not close its side is left after a second.
LANGEXPORT_DECL asio::awaitable<void> session::close_gently() {
    error_code ec;
    const std::weak_ptr<session> weak = weak_from_this();
    timer_.expires_after(std::chrono::seconds(1));
    timer_.async_wait([weak](const error_code& cancelled) {
        const std::shared_ptr<session> self = weak.lock();
        if (self && !cancelled)
            self->close();
    });
    if (tls_ && !fault_.without_goodbye)
        co_await tls_->async_shutdown(asio::redirect_error(asio::use_awaitable, ec));
    socket_.shutdown(asio::socket_base::shutdown_send, ec);
    std::array<char, 4096> ignored;
    ec.clear();
    while (!ec)
        co_await socket_.async_read_some(asio::buffer(ignored),
                                         asio::redirect_error(asio::use_awaitable, ec));
    close();
}

} // namespace detail
} // namespace testing
} // namespace v0
} // namespace langexport

#endif
