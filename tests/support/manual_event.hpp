#ifndef LANGEXPORT_TESTS_SUPPORT_MANUAL_EVENT_HPP
#define LANGEXPORT_TESTS_SUPPORT_MANUAL_EVENT_HPP

#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <chrono>
#include <optional>
#include <utility>

namespace langexport_tests {

/// An event for which a coroutine waits until a test sets it. Used in the thread of its context.
class manual_event {
public:
    explicit manual_event(boost::asio::io_context& context)
        : timer_(std::in_place, context, (std::chrono::steady_clock::time_point::max)()) {}

    void set() {
        is_set_ = true;
        timer_->cancel();
    }
    /// To be called before the context is destroyed. The coroutine is not resumed any more.
    void release_context() { timer_.reset(); }
    bool is_waited_for() const { return is_waited_for_; }

    /// Waits until it is set. Throws if the coroutine is cancelled.
    boost::asio::awaitable<void> wait() {
        namespace this_coro = boost::asio::this_coro;
        is_waited_for_ = true;
        boost::system::error_code ignored;
        if (!is_set_)
            co_await timer_->async_wait(
                boost::asio::redirect_error(boost::asio::use_awaitable, ignored));
        is_waited_for_ = false;
        const auto state = co_await this_coro::cancellation_state;
        if (state.cancelled() != boost::asio::cancellation_type::none)
            throw boost::system::system_error(
                make_error_code(boost::asio::error::operation_aborted));
    }

private:
    std::optional<boost::asio::steady_timer> timer_;
    bool is_set_ = false;
    bool is_waited_for_ = false;
};

} // namespace langexport_tests

#endif
