#ifndef LANGEXPORT_IMPL_COMPLETED_AWAITABLE_HPP
#define LANGEXPORT_IMPL_COMPLETED_AWAITABLE_HPP

#include <boost/asio/awaitable.hpp>

namespace langexport {
inline namespace v0 {
namespace detail {

// What a sink returns that has done its work already: one coroutine for all of them, which is cheaper to
// compile than one for each.
inline boost::asio::awaitable<void> completed_awaitable() {
    co_return;
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
