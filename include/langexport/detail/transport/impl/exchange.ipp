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
// then refuses the certificate, it has not processed the request.
inline void note_refusal(exchange& x, response_reader& reader, error_code alert) {
    x.was_written = false;
    reader.set_failure(
        errc::tls_failed,
        "the server refused the connection after the TLS handshake; it may require a "
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

LANGEXPORT_DECL exchange_failure sink_failure(const std::exception_ptr& thrown) {
    exchange_failure failure{errc::sink_failed, {}, {}, thrown};
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

LANGEXPORT_TEMPLATE_DECL task<void> run_exchange(byte_stream& stream, watchdog& watch, exchange& x,
                                                 exchange_limits limits) {
    watch.expect_by(watch.now() + limits.response_timeout, errc::response_timeout);
    response_reader reader(x, limits);
    error_code write_error;
    std::size_t sent = 0;
    while (sent < x.request.bytes.size() && !write_error) {
        // From here on, the request may arrive …
        x.was_written = true;
        auto rest = asio::buffer(x.request.bytes.data() + sent, x.request.bytes.size() - sent);
        sent += stream.write_now(rest, write_error);
        if (write_error == asio::error::would_block) {
            auto waited = co_await async_io(stream.waiting());
            write_error = std::get<0>(waited);
        }
        x.bytes_sent = sent;
    }
    // … unless the lowest layer sent no byte. (The peer cannot process a part of a TLS record.)
    x.was_written = sent > 0;

    if (x.received.size() < small_read)
        x.received.resize(small_read);
    download_pace pace(limits.min_download_rate, watch.now());
    bool is_pace_due = false; // for the next piece
    std::size_t gathered = 0; // bytes at the front of `received` for the consumer
    std::size_t pending = 0;  // … and after them, bytes that the reader has not used
    // After a failed write, a response may still arrive: servers reject large or late requests in this way.
    const bool can_read = !write_error || x.was_written;
    while (can_read && !reader.is_done() && !x.failure) {
        const std::size_t used = gathered + pending;
        auto space = asio::buffer(x.received.data() + used, x.received.size() - used);
        error_code read_error;
        std::size_t got = stream.read_now(space, read_error);
        while (read_error == asio::error::would_block) {
            auto waited = co_await async_io(stream.waiting());
            read_error = std::get<0>(waited);
            if (!read_error)
                got = stream.read_now(space, read_error);
        }
        if (!x.response_began) // the minute begins with the first byte
            pace = download_pace(limits.min_download_rate, watch.now());
        x.bytes_received += got;
        x.response_began = x.bytes_received > 0;
        if (got > 0) {
            pace.add(got, watch.now());
            char* const begin = x.received.data() + gathered;
            pending += got;
            const std::size_t taken = reader.take(begin, pending);
            pending -= taken;
            gathered += reader.gathered();
            std::copy_n(begin + taken, pending, x.received.data() + gathered);
        }
        if (stream.was_refused(read_error))
            note_refusal(x, reader, read_error);
        else if (!x.failure && !reader.is_done())
            look_at_end(x, reader, watch, read_error, write_error);
        if (x.is_abandoned)
            gathered = 0;
        if (x.failure || (reader.is_done() && gathered == 0))
            break;
        if (x.received.size() < reader.best_buffer())
            x.received.resize(reader.best_buffer());
        const std::size_t left = x.received.size() - gathered - pending;
        if (gathered > 0 && (reader.is_done() || left < x.received.size() / 16)) {
            if (const auto found = reader.objection()) {
                reader.set_failure(found->code, found->detail, {});
                break;
            }
            watch.hold(watch.now());
            pace.hold(watch.now());
            auto took = co_await async_io(x.consumer->take_operation(x.received, gathered));
            watch.resume(watch.now());
            pace.resume(watch.now());
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
        const steady_time piece_due = watch.now() + limits.read_timeout;
        is_pace_due = pace.too_slow_at() < piece_due;
        watch.expect_by((std::min)(piece_due, pace.too_slow_at()), errc::read_timeout);
    }
    if (!can_read) {
        // Nothing could be sent: received bytes may give the reason.
        char byte = 0;
        error_code reason;
        stream.read_now(asio::buffer(&byte, 1), reason);
        if (stream.was_refused(reason))
            note_refusal(x, reader, reason);
        else
            reader.set_failure(errc::connection_failed, "while the request was sent", write_error);
    }
    if (x.failure && watch.expired()) {
        x.failure->code = *watch.expired();
        x.failure->cause = make_error_code(x.failure->code); // not the cancellation by the watchdog
        if (x.failure->code == errc::read_timeout && is_pace_due)
            x.failure->detail += "; it was slower than " +
                                 std::to_string(limits.min_download_rate) +
                                 " bytes a second for a minute";
    }
    // Bytes after a response belong to no request.
    x.can_continue = x.can_continue && !x.failure && pending == 0 && !write_error;
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
