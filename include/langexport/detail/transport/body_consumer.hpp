#ifndef LANGEXPORT_DETAIL_TRANSPORT_BODY_CONSUMER_HPP
#define LANGEXPORT_DETAIL_TRANSPORT_BODY_CONSUMER_HPP

#include <langexport/detail/transport/byte_stream.hpp>

#include <cstddef>
#include <exception>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace langexport {
inline namespace v0 {
namespace detail {

// Takes the body of a response piece by piece, where it is not to be kept in memory.
class body_consumer {
public:
    body_consumer() = default;
    body_consumer(const body_consumer&) = delete;
    body_consumer& operator=(const body_consumer&) = delete;
    virtual ~body_consumer() = default;

    // The front of `buffer_`, so many bytes, is the next piece: `handler` is called when it was taken, or
    // with an error when it was not. Until then the buffer is the taker's alone.
    virtual void take(std::size_t size, io_handler handler) = 0;

    // For the exchange, before the first piece: what the body is.
    void set_content_type(std::string_view type) { content_type_ = type; }

    // For the exchange: lends its buffer, waits, has it back. It is empty where it was not given back.
    io_step taking(std::vector<char>& buffer, std::size_t size) noexcept {
        buffer_ = std::move(buffer);
        return io_step{this, asio::mutable_buffer(buffer_.data(), size),
                       [](const io_step& self, io_handler handler) {
                           static_cast<body_consumer*>(self.object)
                               ->take(self.with.size(), std::move(handler));
                       }};
    }
    std::vector<char> take_back() noexcept { return std::exchange(buffer_, std::vector<char>()); }

    // What was thrown over the last piece, if that is why it was not taken.
    const std::exception_ptr& thrown() const noexcept { return thrown_; }

protected:
    std::string content_type_;
    std::vector<char> buffer_;
    std::exception_ptr thrown_;
};

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
