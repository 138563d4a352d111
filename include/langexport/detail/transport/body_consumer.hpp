#ifndef LANGEXPORT_DETAIL_TRANSPORT_BODY_CONSUMER_HPP
#define LANGEXPORT_DETAIL_TRANSPORT_BODY_CONSUMER_HPP

#include <langexport/detail/transport/byte_stream.hpp>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace langexport {
inline namespace v0 {
namespace detail {

// Receives the body of a response piece by piece, so that it is not kept in memory.
class body_consumer {
public:
    body_consumer() = default;
    body_consumer(const body_consumer&) = delete;
    body_consumer& operator=(const body_consumer&) = delete;
    virtual ~body_consumer() = default;

    // The first `size` bytes of `buffer_` are the next piece. The consumer calls `handler` when it has processed the
    // piece, or with an error if it cannot. Until then, only the consumer uses the buffer.
    virtual void take(std::size_t size, io_handler handler) = 0;

    // Called by the exchange, before the first piece.
    void set_content_type(std::string_view type) { content_type_ = type; }
    void set_expected_size(std::optional<std::uint64_t> size) { expected_size_ = size; }

    // Called by the exchange: lends its buffer and waits for the consumer. The buffer is empty if the consumer did
    // not return it.
    io_step take_operation(std::vector<char>& buffer, std::size_t size) noexcept {
        buffer_ = std::move(buffer);
        return io_step{this, asio::mutable_buffer(buffer_.data(), size),
                       [](const io_step& self, io_handler handler) {
                           static_cast<body_consumer*>(self.object)
                               ->take(self.with.size(), std::move(handler));
                       }};
    }
    std::vector<char> release_buffer() noexcept {
        return std::exchange(buffer_, std::vector<char>());
    }

    // The exception of the consumer for the last piece, if there was one.
    const std::exception_ptr& thrown() const noexcept { return thrown_; }

protected:
    std::string content_type_;
    std::optional<std::uint64_t> expected_size_;
    std::vector<char> buffer_;
    std::exception_ptr thrown_;
};

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
