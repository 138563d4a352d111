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

// A connected stream of bytes. Behind one type stand TCP, TLS and, in tests, anything: all that reads
// and writes is compiled once. At most one read and one write at a time, on the strand.
class byte_stream {
public:
    byte_stream() = default;
    byte_stream(const byte_stream&) = delete;
    byte_stream& operator=(const byte_stream&) = delete;
    virtual ~byte_stream() = default;

    // Reads at least one byte.
    virtual void read_some(asio::mutable_buffer into, io_handler handler) = 0;
    // Writes at least one byte.
    virtual void write_some(asio::const_buffer from, io_handler handler) = 0;
    // Writes what leaves without waiting, if the stream can tell: a request nearly always does.
    virtual std::size_t write_now(asio::const_buffer, error_code&) noexcept { return 0; }
    // Whether nothing has come since the last read, not even an end.
    virtual bool is_quiet() noexcept = 0;
    // Ends everything that is pending.
    virtual void close() noexcept = 0;

    io_step reading(asio::mutable_buffer into) noexcept {
        return io_step{
            this, into, [](const io_step& self, io_handler handler) {
                static_cast<byte_stream*>(self.object)->read_some(self.with, std::move(handler));
            }};
    }

    io_step writing(asio::const_buffer from) noexcept {
        // The buffer comes out as it went in: nothing is written to it.
        const asio::mutable_buffer same(const_cast<void*>(from.data()), from.size());
        return io_step{
            this, same, [](const io_step& self, io_handler handler) {
                static_cast<byte_stream*>(self.object)->write_some(self.with, std::move(handler));
            }};
    }
};

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
