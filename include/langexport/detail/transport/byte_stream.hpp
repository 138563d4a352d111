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
#include <utility>

namespace langexport {
inline namespace v0 {

namespace asio = boost::asio;

namespace detail {

using strand_type = asio::strand<asio::any_io_executor>;
template <class T>
using task = asio::awaitable<T, strand_type>;

// A connected stream of bytes. Behind one type stand TCP, TLS and, in tests, anything: all that reads
// and writes is compiled once. At most one read and one write at a time, on the strand.
class byte_stream {
public:
    using transfer_handler = asio::any_completion_handler<void(error_code, std::size_t)>;

    byte_stream() = default;
    byte_stream(const byte_stream&) = delete;
    byte_stream& operator=(const byte_stream&) = delete;
    virtual ~byte_stream() = default;

    // Reads at least one byte.
    virtual void read_some(asio::mutable_buffer into, transfer_handler handler) = 0;
    // Writes all of it; the count says how much the layer below took, should it fail.
    virtual void write(asio::const_buffer from, transfer_handler handler) = 0;
    // Whether nothing has come since the last read, not even an end.
    virtual bool is_quiet() noexcept = 0;
    // Ends everything that is pending.
    virtual void close() noexcept = 0;

    template <class Token>
    auto async_read_some(asio::mutable_buffer into, const Token& token) {
        return asio::async_initiate<const Token&, void(error_code, std::size_t)>(
            [](auto handler, byte_stream* self, asio::mutable_buffer buffer) {
                self->read_some(buffer, std::move(handler));
            },
            token, this, into);
    }

    template <class Token>
    auto async_write(asio::const_buffer from, const Token& token) {
        return asio::async_initiate<const Token&, void(error_code, std::size_t)>(
            [](auto handler, byte_stream* self, asio::const_buffer buffer) {
                self->write(buffer, std::move(handler));
            },
            token, this, from);
    }
};

// The token of everything awaited in here: failures are values.
inline constexpr asio::as_tuple_t<asio::deferred_t> as_values{asio::deferred};

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
