#ifndef LANGEXPORT_DETAIL_TRANSPORT_REQUEST_BODY_HPP
#define LANGEXPORT_DETAIL_TRANSPORT_REQUEST_BODY_HPP

#include <langexport/detail/transport/byte_stream.hpp>
#include <langexport/version.hpp>

#include <exception>
#include <string_view>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

// Delivers the body of a request piece by piece, so that it is not kept in memory. The size of the body is known
// before.
class request_body {
public:
    request_body() = default;
    request_body(const request_body&) = delete;
    request_body& operator=(const request_body&) = delete;
    virtual ~request_body() = default;

    // Prepares the next piece. `handler` is called when `piece` has it, or with an error if there is none.
    virtual void prepare(io_handler handler) = 0;
    // The piece, until the next call of `prepare`. It is not empty.
    virtual std::string_view piece() const noexcept = 0;
    // Whether the body ends with this piece.
    virtual bool is_last() const noexcept = 0;

    io_step next_piece() noexcept {
        return io_step{this, {}, [](const io_step& self, io_handler handler) {
                           static_cast<request_body*>(self.object)->prepare(std::move(handler));
                       }};
    }

    // The exception of the source for the last piece, if there was one.
    const std::exception_ptr& thrown() const noexcept { return thrown_; }

protected:
    std::exception_ptr thrown_;
};

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
