#ifndef LANGEXPORT_DETAIL_TRANSPORT_BYTE_STREAM_HPP
#define LANGEXPORT_DETAIL_TRANSPORT_BYTE_STREAM_HPP

#include <langexport/error.hpp>

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/strand.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <utility>

namespace langexport {
inline namespace v0 {

namespace asio = boost::asio;

namespace detail {

using strand_type = asio::strand<asio::any_io_executor>;
template <class T>
using task = asio::awaitable<T, strand_type>;

// The completion handler of an I/O operation: called once, on the strand, with an error or a byte count.
using io_handler = asio::any_completion_handler<void(error_code, std::size_t)>;

// Asio compiles its templates once for each type of handler; rare operations share this one.
using done_function = std::function<void(error_code)>;
using task_function = std::function<void()>;

// Converts a handler to a copyable function, which may be called once.
inline done_function ending(io_handler handler) {
    auto shared = std::make_shared<io_handler>(std::move(handler));
    return [shared](error_code ec) { std::move (*shared)(ec, 0); };
}

// An asynchronous step that has not started. Everything that the library awaits has this one type, so that Asio's
// templates are compiled only once.
struct io_step {
    void* object;
    asio::mutable_buffer with;
    void (*begin)(const io_step& self, io_handler handler);
};

// Awaiting does not throw: it returns a tuple of the error and the count.
inline auto async_io(const io_step& step) {
    constexpr auto begin = [](auto handler, const io_step& self) {
        self.begin(self, io_handler(std::move(handler)));
    };
    constexpr asio::as_tuple_t<asio::deferred_t> as_values{asio::deferred};
    return asio::async_initiate<const asio::as_tuple_t<asio::deferred_t>&,
                                void(error_code, std::size_t)>(begin, as_values, step);
}

// A connected stream of bytes: TCP, TLS or, in tests, a script. Reads and writes do what is possible without waiting.
// `wait` is the only asynchronous function, so that only it needs Asio's templates. Used on the strand.
class byte_stream {
public:
    byte_stream() = default;
    byte_stream(const byte_stream&) = delete;
    byte_stream& operator=(const byte_stream&) = delete;
    virtual ~byte_stream() = default;

    // Reads at least one byte, or sets an error: would_block if nothing has arrived. It accesses the network at most
    // once between two waits, so that other work on the strand can run.
    virtual std::size_t read_now(asio::mutable_buffer into, error_code& ec) noexcept = 0;
    // Writes at least one byte, or sets an error: would_block if there is no room for a byte, or for the TLS record
    // that it needs. The next call then has the same bytes.
    virtual std::size_t write_now(asio::const_buffer from, error_code& ec) noexcept = 0;
    // Waits until the last blocked operation can be repeated. One wait at a time.
    virtual void wait(io_handler handler) = 0;
    // Lets a read be pending beside the writes that follow, so that a response is noticed before a request was sent to
    // its end. Returns false if something has arrived already, which `read_now` returns.
    virtual bool read_ahead() { return true; }
    // After a write that blocked: waits until it can be repeated, or until something has arrived.
    virtual void wait_for_either(io_handler handler) { wait(std::move(handler)); }
    // Whether a read or wait of these two functions is still pending.
    virtual bool is_reading_ahead() const noexcept { return false; }
    // Whether nothing has arrived since the last read, neither data nor the end of the stream.
    virtual bool is_idle() noexcept = 0;
    // Whether this error means that the peer rejected the connection itself and processed no byte that was sent.
    virtual bool was_rejected(error_code) const noexcept { return false; }
    // Cancels all waits.
    virtual void close() noexcept = 0;

    io_step waiting() noexcept {
        return io_step{this, {}, [](const io_step& self, io_handler handler) {
                           static_cast<byte_stream*>(self.object)->wait(std::move(handler));
                       }};
    }
    io_step waiting_for_either() noexcept {
        return io_step{
            this, {}, [](const io_step& self, io_handler handler) {
                static_cast<byte_stream*>(self.object)->wait_for_either(std::move(handler));
            }};
    }
};

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
