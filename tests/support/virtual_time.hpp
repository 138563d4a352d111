#ifndef LANGEXPORT_TESTS_SUPPORT_VIRTUAL_TIME_HPP
#define LANGEXPORT_TESTS_SUPPORT_VIRTUAL_TIME_HPP

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <utility>

namespace langexport_tests {

/// While one exists, both clocks of the process stand still, except when it moves them, and OpenSSL's random
/// numbers are the same in every run. The program must have only one thread.
///
/// virtual_time.cpp defines the clocks' `now` for the whole program, in place of the standard library's.
class virtual_time {
public:
    using time_point = std::chrono::steady_clock::time_point;
    using duration = std::chrono::steady_clock::duration;

    virtual_time();
    ~virtual_time();
    virtual_time(const virtual_time&) = delete;
    virtual_time& operator=(const virtual_time&) = delete;

    time_point now() const noexcept;
    /// Does something when its time has come.
    void at(time_point when, std::function<void()> what) { events_.emplace(when, std::move(what)); }
    void after(duration wait, std::function<void()> what) { at(now() + wait, std::move(what)); }
    /// When the next such thing happens; max() if there is none.
    time_point next() const noexcept;
    /// Moves the clocks forward, runs the due functions, and fires the timers of the context.
    void advance(time_point end, boost::asio::io_context& context);

private:
    std::multimap<time_point, std::function<void()>> events_; // those of one time in their order
};

} // namespace langexport_tests

#endif
