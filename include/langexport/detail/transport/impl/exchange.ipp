#ifndef LANGEXPORT_DETAIL_TRANSPORT_IMPL_EXCHANGE_IPP
#define LANGEXPORT_DETAIL_TRANSPORT_IMPL_EXCHANGE_IPP

#include <langexport/detail/transport/exchange.hpp>
#include <langexport/detail/transport/impl/response_reader.hpp>

#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>

#include <algorithm>
#include <chrono>
#include <system_error>
#include <tuple>

namespace langexport {
inline namespace v0 {
namespace detail {

// If no operation waits for a response, its rest is read only if it is shorter than this.
inline constexpr std::size_t most_to_drain = 64 * 1024;

// A regular end of the stream: for TLS, close_notify.
inline bool is_end_of_stream(error_code ec) noexcept {
    return ec == asio::error::eof || ec == asio::ssl::error::stream_truncated;
}

// The response is incomplete: the reason, from the result of the last read.
inline void look_at_end(exchange& x, response_reader& reader, const watchdog& watch,
                        error_code read_error, error_code write_error) {
    if (read_error && is_end_of_stream(read_error) && x.response_began && !watch.expired())
        reader.end(x.is_secure && read_error == asio::error::eof, read_error);
    else if (read_error && x.response_began)
        reader.set_failure(errc::response_truncated, reader.how_far(), read_error);
    else if (read_error)
        reader.set_failure(errc::connection_failed,
                           "before a response came" + how_ended(read_error) +
                               (x.is_secure ? "" : "; if the server expects TLS, use https"),
                           write_error ? write_error : read_error);
    else if (x.is_abandoned && x.response.body_size > most_to_drain)
        reader.set_failure(errc::cancelled, "no operation needs the rest", {});
}

// TLS 1.3: the client completes the handshake before the server has checked the client's certificate. If the server
// then rejects the certificate, it has not processed the request.
inline void note_rejection(exchange& x, response_reader& reader, error_code alert) {
    x.was_written = false;
    reader.set_failure(
        errc::tls_failed,
        "the server rejected the connection after the TLS handshake; it may require a "
        "client certificate, or another one (client_params::tls.certificate_file)",
        alert);
}

// A piece of the body was not consumed: the operation has ended, or the sink failed.
inline void note_consumer_error(exchange& x, response_reader& reader, error_code why) {
    if (why == make_error_code(errc::sink_failed))
        x.failure = sink_failure(x.consumer->thrown());
    else if (!reader.is_done())
        reader.set_failure(errc::cancelled, "no operation needs the rest", {});
}

LANGEXPORT_DECL exchange_failure sink_failure(const std::exception_ptr& thrown, errc code) {
    exchange_failure failure{code, {}, {}, thrown};
    try {
        std::rethrow_exception(thrown);
    } catch (const boost::system::system_error& error) {
        failure.detail = error.what();
        failure.cause = error.code();
    } catch (const std::system_error& error) {
        failure.detail = error.what();
        failure.cause = error.code();
    } catch (const std::exception& error) {
        failure.detail = error.what();
    } catch (...) {
        failure.detail = "an exception that is not a std::exception";
    }
    return failure;
}

// The bytes that were read and that the reader of the response has not used.
struct unread_bytes {
    std::size_t gathered = 0; // bytes at the front of `received` for the consumer
    std::size_t pending = 0;  // … and behind them, bytes that the reader has not used

    std::size_t size() const noexcept { return gathered + pending; }
    asio::mutable_buffer space(exchange& x) const {
        return asio::buffer(x.received.data() + size(), x.received.size() - size());
    }
};

// Passes `got` new bytes, which follow the unread ones, to the reader.
inline void take_bytes(exchange& x, response_reader& reader, unread_bytes& unread,
                       std::size_t got) {
    x.bytes_received += got;
    x.response_began = x.bytes_received > 0;
    if (got == 0)
        return;
    char* const begin = x.received.data() + unread.gathered;
    unread.pending += got;
    const std::size_t taken = reader.take(begin, unread.pending);
    unread.pending -= taken;
    unread.gathered += reader.gathered();
    std::copy_n(begin + taken, unread.pending, x.received.data() + unread.gathered);
}

inline void look_after_read(byte_stream& stream, exchange& x, response_reader& reader,
                            const watchdog& watch, error_code read_error, error_code write_error) {
    if (stream.was_rejected(read_error))
        note_rejection(x, reader, read_error);
    else if (!x.failure && !reader.is_done())
        look_at_end(x, reader, watch, read_error, write_error);
}

// Looks for a response while a body is being sent. Returns whether the sending ends: the final response has begun, or
// the stream has ended.
inline bool has_ended_early(byte_stream& stream, exchange& x, response_reader& reader,
                            unread_bytes& unread, const watchdog& watch, error_code write_error) {
    if (!write_error && stream.read_ahead())
        return false;
    if (unread.space(x).size() == 0)
        x.received.resize(2 * x.received.size()); // the reader limits the size of a header
    error_code read_error;
    const std::size_t got = stream.read_now(unread.space(x), read_error);
    const bool has_come = read_error != asio::error::would_block;
    if (has_come) {
        take_bytes(x, reader, unread, got);
        look_after_read(stream, x, reader, watch, read_error, write_error);
    }
    if (x.failure || x.has_header || reader.is_done() || (write_error && !has_come))
        return true;
    stream.read_ahead(); // it was only a part of a response, or of TLS
    return false;
}

// Sends the body of a request from its source. Meanwhile a read is pending, because the service may reject the request
// before it has the whole body: the final response ends the sending. Time that the source needs does not count.
LANGEXPORT_TEMPLATE_DECL task<void> send_body(byte_stream& stream, watchdog& watch, exchange& x,
                                              exchange_limits limits, response_reader& reader,
                                              unread_bytes& unread, error_code& write_error) {
    download_pace pace(limits.min_upload_rate, watch.now());
    const std::shared_ptr<request_body> source = x.source;
    std::string_view piece;
    while (!x.was_written && !has_ended_early(stream, x, reader, unread, watch, write_error)) {
        if (piece.empty()) {
            watch.hold(watch.now());
            pace.hold(watch.now());
            auto prepared = co_await async_io(source->next_piece());
            watch.resume(watch.now());
            pace.resume(watch.now());
            const error_code source_error = std::get<0>(prepared);
            if (source_error == make_error_code(errc::source_failed))
                x.failure = sink_failure(source->thrown(), errc::source_failed);
            else if (source_error)
                reader.set_failure(errc::cancelled, "no operation needs the response", {});
            if (source_error)
                co_return;
            piece = source->piece();
        }
        const std::size_t sent =
            stream.write_now(asio::buffer(piece.data(), piece.size()), write_error);
        piece.remove_prefix(sent);
        x.bytes_sent += sent;
        x.was_written = piece.empty() && source->is_last();
        pace.add(sent, watch.now());
        watch.expect_by(pace.too_slow_at(), errc::write_timeout);
        if (write_error == asio::error::would_block) {
            auto waited = co_await async_io(stream.waiting_for_either());
            write_error = std::get<0>(waited);
        }
    }
    const steady_duration allowed =
        x.response_began ? limits.read_timeout : limits.response_timeout;
    watch.expect_by(watch.now() + allowed,
                    x.response_began ? errc::read_timeout : errc::response_timeout);
}

// A limit of time has passed: its code, and the rate that was not reached.
inline void note_expiry(exchange& x, errc expired, const exchange_limits& limits,
                        bool was_slow_download) {
    x.failure->code = expired;
    x.failure->cause = make_error_code(expired); // not the cancellation by the watchdog
    const bool was_slow_upload = expired == errc::write_timeout;
    if (was_slow_upload)
        x.failure->detail = "after " + std::to_string(x.bytes_sent) + " bytes";
    if (was_slow_upload || (expired == errc::read_timeout && was_slow_download))
        x.failure->detail +=
            "; it was slower than " +
            std::to_string(was_slow_upload ? limits.min_upload_rate : limits.min_download_rate) +
            " bytes a second for a minute";
}

// Nothing could be sent: received bytes may give the reason.
inline void look_after_failed_write(byte_stream& stream, exchange& x, response_reader& reader,
                                    error_code write_error) {
    char byte = 0;
    error_code reason;
    stream.read_now(asio::buffer(&byte, 1), reason);
    if (stream.was_rejected(reason))
        note_rejection(x, reader, reason);
    else
        reader.set_failure(errc::connection_failed, "while the request was sent", write_error);
}

// Returns whether the bytes that were read show that the body is not the expected one.
inline bool note_objection(response_reader& reader) {
    const auto found = reader.objection();
    if (found)
        reader.set_failure(found->code, found->detail, {});
    return found.has_value();
}

// Each local variable takes memory of the coroutine's frame. Asio reuses the memory of frames of up to 1,020 bytes; a
// larger frame is allocated for each request.
LANGEXPORT_TEMPLATE_DECL task<void> run_exchange(byte_stream& stream, watchdog& watch, exchange& x,
                                                 exchange_limits limits) {
    steady_time now = watch.now();
    watch.expect_by(now + limits.response_timeout, errc::response_timeout);
    response_reader reader(x, limits);
    error_code write_error;
    std::size_t sent = 0;
    while (sent < x.request.bytes.size() && !write_error) {
        // From here on, the request may arrive …
        x.was_written = !x.source;
        auto rest = asio::buffer(x.request.bytes.data() + sent, x.request.bytes.size() - sent);
        sent += stream.write_now(rest, write_error);
        if (write_error == asio::error::would_block) {
            auto waited = co_await async_io(stream.waiting());
            write_error = std::get<0>(waited);
        }
        x.bytes_sent = sent;
    }
    // … unless the lowest layer sent no byte. (The peer cannot process a part of a TLS record.)
    x.was_written = sent > 0 && !x.source;

    if (x.received.size() < small_read)
        x.received.resize(small_read);
    unread_bytes unread;
    if (x.source && !write_error) {
        co_await send_body(stream, watch, x, limits, reader, unread, write_error);
        now = watch.now();
    }
    x.pace.begin(limits.min_download_rate, now);
    bool is_pace_due = false; // for the next piece
    std::size_t& gathered = unread.gathered;
    std::size_t& pending = unread.pending;
    // After a failed write, a response may still arrive: servers reject large or late requests in this way.
    const bool can_read = !write_error || x.bytes_sent > 0;
    while (can_read && !reader.is_done() && !x.failure) {
        auto space = unread.space(x);
        error_code read_error;
        std::size_t got = stream.read_now(space, read_error);
        while (read_error == asio::error::would_block) {
            auto waited = co_await async_io(stream.waiting());
            read_error = std::get<0>(waited);
            if (!read_error)
                got = stream.read_now(space, read_error);
        }
        now = watch.now();
        if (!x.response_began) // the minute begins with the first byte
            x.pace.begin(limits.min_download_rate, now);
        if (got > 0)
            x.pace.add(got, now);
        take_bytes(x, reader, unread, got);
        look_after_read(stream, x, reader, watch, read_error, write_error);
        if (x.is_abandoned)
            gathered = 0;
        if (x.failure || (reader.is_done() && gathered == 0))
            break;
        if (x.received.size() < reader.best_buffer())
            x.received.resize(reader.best_buffer());
        const std::size_t left = x.received.size() - gathered - pending;
        if (gathered > 0 && (reader.is_done() || left < x.received.size() / 16)) {
            if (note_objection(reader))
                break;
            watch.hold(now);
            x.pace.hold(now);
            auto took = co_await async_io(x.consumer->take_operation(x.received, gathered));
            now = watch.now();
            watch.resume(now);
            x.pace.resume(now);
            const error_code consumer_error = std::get<0>(took);
            if (consumer_error) {
                note_consumer_error(x, reader, consumer_error);
                break;
            }
            x.received = x.consumer->release_buffer();
            std::copy_n(x.received.data() + gathered, pending, x.received.data());
            gathered = 0;
        } else if (left == 0 && pending < limits.max_header_size + small_read)
            x.received.resize(pending * 2);
        else if (left == 0)
            reader.set_failure(errc::response_too_large,
                               "its header exceeds client_params::max_header_size (" +
                                   std::to_string(limits.max_header_size) + " bytes)",
                               {});
        const steady_time piece_due = now + limits.read_timeout;
        is_pace_due = x.pace.too_slow_at() < piece_due;
        watch.expect_by((std::min)(piece_due, x.pace.too_slow_at()), errc::read_timeout);
    }
    if (!can_read && !x.failure)
        look_after_failed_write(stream, x, reader, write_error);
    if (x.failure && watch.expired())
        note_expiry(x, *watch.expired(), limits, is_pace_due);
    // A service that has not read the whole request takes its rest for the next one.
    const bool is_whole = !x.is_uploading() && !stream.is_reading_ahead();
    // Bytes after a response belong to no request.
    x.can_continue = x.can_continue && !x.failure && pending == 0 && !write_error && is_whole;
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
