#ifndef LANGEXPORT_DETAIL_OPERATION_OPERATION_AWAITABLE_HPP
#define LANGEXPORT_DETAIL_OPERATION_OPERATION_AWAITABLE_HPP

#include <langexport/version.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <type_traits>
#include <utility>

namespace langexport {
inline namespace v0 {

namespace asio = boost::asio;

/// The return type of an operation with the default completion token: an `asio::awaitable<Result>`, which it replaces
/// everywhere. A coroutine whose executor has another type cannot await it; the compiler then reports which token to
/// use.
template <class Result>
class [[nodiscard]] operation_awaitable : public asio::awaitable<Result> {
public:
    /// @param operation  The operation.
    operation_awaitable(asio::awaitable<Result> operation) noexcept
        : asio::awaitable<Result>(std::move(operation)) {}

    // Asio's coroutines can await functions that take the coroutine's frame. Therefore the compiler checks this one
    // before it rejects the operation or selects the base class.
    template <class Executor>
    auto operator()(asio::detail::awaitable_frame_base<Executor>*) const {
        static_assert(
            std::is_same_v<Executor, asio::any_io_executor>,
            "this coroutine is an asio::awaitable<T, Executor> whose executor is not "
            "any_io_executor: pass the operation asio::use_awaitable_t<Executor>() as its "
            "last argument");
    }
};

} // namespace v0
} // namespace langexport

#endif
