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

/// What an operation returns for the default token: an `asio::awaitable<Result>` that can be used as one
/// everywhere. A coroutine with an executor of another type cannot await it, and the error of the compiler says
/// what to do.
template <class Result>
class [[nodiscard]] operation_awaitable : public asio::awaitable<Result> {
public:
    /// The operation.
    operation_awaitable(asio::awaitable<Result> operation) noexcept
        : asio::awaitable<Result>(std::move(operation)) {}

    // Asio's coroutines can await functions that take the coroutine's frame. So they look at this one before they
    // reject the operation, or choose the base class.
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
