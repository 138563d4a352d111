#ifndef LANGEXPORT_TESTING_IMPL_SESSION_RESPONSES_IPP
#define LANGEXPORT_TESTING_IMPL_SESSION_RESPONSES_IPP

#include <langexport/testing/impl/session.hpp>
#include <langexport/testing/impl/wire_format.hpp>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/socket_base.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <openssl/ssl.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace testing {
namespace detail {

// Returns whether the connection can be used again.
LANGEXPORT_DECL asio::awaitable<bool> session::send_response(service_response& response, bool keep,
                                                             bool head) {
    const bool bodiless = response.status < 200 || response.status == 204 || response.status == 304;
    const bool framed =
        !response.header("Content-Length").empty() || !response.header("Transfer-Encoding").empty();
    const body_framing framing =
        framed || bodiless ? body_framing::content_length : response.framing;
    if (framing == body_framing::until_close || fault_.http_version == "HTTP/1.0" ||
        equal_ignoring_case(response.header("Connection"), "close"))
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
        co_await close_gracefully();
    co_return keep;
}

LANGEXPORT_DECL std::string session::last_chunk() const {
    std::string text = "0\r\n";
    for (const auto& field : fault_.trailers)
        text += field.first + ": " + field.second + "\r\n";
    return text + "\r\n";
}

// Returns whether all bytes were sent.
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

// Closes so that the client receives the complete response. (A socket that is closed with unread bytes resets
// the connection.) If the client does not close its side within a second, the session ends.
LANGEXPORT_DECL asio::awaitable<void> session::close_gracefully() {
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
