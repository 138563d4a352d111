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

// Something that ends once, with an error or a count, on the strand.
using io_handler = asio::any_completion_handler<void(error_code, std::size_t)>;

// Asio compiles its machinery once for each type of handler; what happens rarely shares these.
using done_function = std::function<void(error_code)>;
using task_function = std::function<void()>;

// A function that ends a step; it may be copied, and is called once.
inline done_function ending(io_handler handler) {
    auto shared = std::make_shared<io_handler>(std::move(handler));
    return [shared](error_code ec) { std::move (*shared)(ec, 0); };
}

// The beginning of one such thing, as a value. All that is awaited in here takes this one form, so that
// Asio's machinery for it is compiled once.
struct io_step {
    void* object;
    asio::mutable_buffer with;
    void (*begin)(const io_step& self, io_handler handler);
};

// Failures are values: awaiting it gives a tuple of the error and the count.
inline auto async_io(const io_step& what) {
    constexpr auto begin = [](auto handler, const io_step& self) {
        self.begin(self, io_handler(std::move(handler)));
    };
    constexpr asio::as_tuple_t<asio::deferred_t> as_values{asio::deferred};
    return asio::async_initiate<const asio::as_tuple_t<asio::deferred_t>&,
                                void(error_code, std::size_t)>(begin, as_values, what);
}

// A connected stream of bytes. Behind one type stand TCP, TLS and, in tests, anything. It does at once what it
// can, and waits for the rest: the wait is all that is asynchronous, and is compiled once. On the strand.
class byte_stream {
public:
    byte_stream() = default;
    byte_stream(const byte_stream&) = delete;
    byte_stream& operator=(const byte_stream&) = delete;
    virtual ~byte_stream() = default;

    // Reads at least one byte, or there is an error: would_block if nothing has come. It does not look at
    // the network more than once between two waits, so that others on the strand have their turn.
    virtual std::size_t read_now(asio::mutable_buffer into, error_code& ec) noexcept = 0;
    // Writes at least one byte, or there is an error: would_block if there is no room, or not for all that
    // TLS wants to send along; the next call then has the same bytes.
    virtual std::size_t write_now(asio::const_buffer from, error_code& ec) noexcept = 0;
    // Until what would have blocked last is worth another try. One wait at a time.
    virtual void wait(io_handler handler) = 0;
    // Whether nothing has come since the last read, not even an end.
    virtual bool is_idle() noexcept = 0;
    // Whether this error means that the peer refused the connection as such: it has handled nothing of what was
    // sent.
    virtual bool was_refused(error_code) const noexcept { return false; }
    // Ends the wait, if there is one.
    virtual void close() noexcept = 0;

    io_step waiting() noexcept {
        return io_step{this, {}, [](const io_step& self, io_handler handler) {
                           static_cast<byte_stream*>(self.object)->wait(std::move(handler));
                       }};
    }
};

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
