#ifndef LANGEXPORT_TESTS_SUPPORT_PAUSE_POINT_HPP
#define LANGEXPORT_TESTS_SUPPORT_PAUSE_POINT_HPP

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <stdexcept>
#include <string>
#include <utility>

namespace langexport_tests {

/// Where a coroutine waits until the test resumes it. Both run on one thread.
class pause_point {
public:
    bool is_reached = false;

    boost::asio::awaitable<void> wait() {
        auto executor = co_await boost::asio::this_coro::executor;
        boost::asio::steady_timer timer(executor, boost::asio::steady_timer::time_point::max());
        const reached here(*this, timer);
        try {
            co_await timer.async_wait(boost::asio::use_awaitable);
        } catch (const boost::system::system_error&) {
            // That is how it is resumed.
        }
        if (!failure_.empty())
            throw std::runtime_error(failure_);
    }

    void resume() {
        if (timer_)
            timer_->cancel();
    }
    void fail(std::string why) {
        failure_ = std::move(why);
        resume();
    }

private:
    class reached {
    public:
        reached(pause_point& point, boost::asio::steady_timer& timer) : point_(point) {
            point_.timer_ = &timer;
            point_.is_reached = true;
        }
        ~reached() { point_.timer_ = nullptr; }

    private:
        pause_point& point_;
    };

    boost::asio::steady_timer* timer_ = nullptr;
    std::string failure_;
};

} // namespace langexport_tests

#endif
