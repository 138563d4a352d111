#ifndef LANGEXPORT_IMPL_COMPLETED_AWAITABLE_HPP
#define LANGEXPORT_IMPL_COMPLETED_AWAITABLE_HPP

#include <boost/asio/awaitable.hpp>

namespace langexport {
inline namespace v0 {
namespace detail {

// The result of a sink function that is already finished: one coroutine for all of them, which compiles
// faster than one for each.
inline boost::asio::awaitable<void> completed_awaitable() {
    co_return;
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
