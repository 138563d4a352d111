#ifndef LANGEXPORT_DETAIL_ENGINE_IMPL_USER_CALLS_IPP
#define LANGEXPORT_DETAIL_ENGINE_IMPL_USER_CALLS_IPP

#include <langexport/detail/engine/user_calls.hpp>

#include <boost/asio/execution/outstanding_work.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>

#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

LANGEXPORT_DECL void user_calls::open(asio::any_io_executor home, strand_type strand) {
    home_ = std::move(home);
    strand_.emplace(std::move(strand));
}

LANGEXPORT_DECL void user_calls::begin() {
    is_busy_ = true;
    work_ = asio::prefer(home_, asio::execution::outstanding_work.tracked);
}

LANGEXPORT_DECL void user_calls::post(task_function function) {
    const std::lock_guard lock(mutex_);
    if (!is_closed_)
        asio::post(*strand_, std::move(function));
}

LANGEXPORT_DECL void user_calls::end() noexcept {
    is_busy_ = false;
    work_ = asio::any_io_executor();
}

LANGEXPORT_DECL void user_calls::when_free(task_function then) {
    if (is_busy_)
        waiting_ = std::move(then);
    else
        then();
}

LANGEXPORT_DECL bool user_calls::run_waiting() {
    if (!waiting_)
        return false;
    std::exchange(waiting_, nullptr)();
    return true;
}

LANGEXPORT_DECL void user_calls::close() noexcept {
    // It is destroyed after the mutex was released, because it may own this object.
    task_function waiting;
    const std::lock_guard lock(mutex_);
    is_closed_ = true;
    waiting.swap(waiting_);
    strand_.reset();
    home_ = work_ = asio::any_io_executor();
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
