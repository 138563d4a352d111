#ifndef LANGEXPORT_TESTS_INTEGRATION_SLOW_OFFICE_HPP
#define LANGEXPORT_TESTS_INTEGRATION_SLOW_OFFICE_HPP

#include <langexport/credential.hpp>

#include "integration/client_bench.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <memory>

namespace langexport_tests {

/// A token source that responds to all calls when a test says so, and counts them.
class slow_office {
public:
    explicit slow_office(client_bench& bench)
        : door_(std::make_shared<boost::asio::steady_timer>(bench.context, std::chrono::hours(1))) {
    }

    boost::asio::awaitable<langexport::access_token> operator()() const {
        const auto door = door_;
        ++*asked_;
        boost::system::error_code ignored;
        co_await door->async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, ignored));
        co_return langexport::access_token("late", std::chrono::system_clock::now() +
                                                       std::chrono::hours(1));
    }

    void response() { door_->cancel(); }
    int asked() const { return *asked_; }

private:
    std::shared_ptr<boost::asio::steady_timer> door_;
    std::shared_ptr<int> asked_ = std::make_shared<int>(0);
};

} // namespace langexport_tests

#endif
