#ifndef LANGEXPORT_TESTS_SUPPORT_GATE_HPP
#define LANGEXPORT_TESTS_SUPPORT_GATE_HPP

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <stdexcept>
#include <string>
#include <utility>

namespace langexport_tests {

/// Where a coroutine waits until the test lets it pass. Both run on one thread.
class gate {
public:
    bool is_reached = false;

    boost::asio::awaitable<void> pass() {
        auto executor = co_await boost::asio::this_coro::executor;
        boost::asio::steady_timer timer(executor, boost::asio::steady_timer::time_point::max());
        const reached here(*this, timer);
        try {
            co_await timer.async_wait(boost::asio::use_awaitable);
        } catch (const boost::system::system_error&) {
            // That is how it is opened.
        }
        if (!failure_.empty())
            throw std::runtime_error(failure_);
    }

    void open() {
        if (timer_)
            timer_->cancel();
    }
    void fail(std::string why) {
        failure_ = std::move(why);
        open();
    }

private:
    class reached {
    public:
        reached(gate& where, boost::asio::steady_timer& timer) : where_(where) {
            where_.timer_ = &timer;
            where_.is_reached = true;
        }
        ~reached() { where_.timer_ = nullptr; }

    private:
        gate& where_;
    };

    boost::asio::steady_timer* timer_ = nullptr;
    std::string failure_;
};

} // namespace langexport_tests

#endif
