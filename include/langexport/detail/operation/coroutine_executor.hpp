#ifndef LANGEXPORT_DETAIL_OPERATION_COROUTINE_EXECUTOR_HPP
#define LANGEXPORT_DETAIL_OPERATION_COROUTINE_EXECUTOR_HPP

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_executor.hpp>

#include <type_traits>

namespace boost {
namespace asio {
namespace detail {
template <typename T, typename Blocking>
class promise_executor; // of asio::use_future
}
} // namespace asio
} // namespace boost

namespace langexport {
inline namespace v0 {
namespace detail {

// The handler behind a future has no executor of its own. The one that Asio associates with it is the system
// executor, which starts threads.
template <class Executor>
struct is_of_future : std::false_type {};
template <class T, class Blocking>
struct is_of_future<boost::asio::detail::promise_executor<T, Blocking>> : std::true_type {};

// A handler's own executor, for coroutines that run before the handler is called; null if it has none, or if
// coroutines cannot use it.
template <class Handler>
boost::asio::any_io_executor coroutine_executor_of(const Handler& handler) {
    const auto executor =
        boost::asio::get_associated_executor(handler, boost::asio::any_io_executor());
    using type = std::remove_const_t<decltype(executor)>;
    if constexpr (std::is_convertible_v<type, boost::asio::any_io_executor> &&
                  !is_of_future<type>::value)
        return executor;
    else
        return boost::asio::any_io_executor();
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
