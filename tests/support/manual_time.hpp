#ifndef LANGEXPORT_TESTS_SUPPORT_MANUAL_TIME_HPP
#define LANGEXPORT_TESTS_SUPPORT_MANUAL_TIME_HPP

#include <langexport/detail/policy/time_source.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <utility>

namespace langexport_tests {

/// A time that passes only when the test says so. One thread.
class manual_time final : public langexport::detail::time_source {
public:
    using time_point = langexport::detail::steady_time;
    using duration = langexport::detail::steady_duration;

    static constexpr time_point start{std::chrono::hours(1000)};
    static constexpr langexport::detail::system_time system_start{
        std::chrono::seconds(1'770'000'000)}; // in February 2026

    time_point now() const noexcept override { return now_; }
    langexport::detail::system_time system_now() const noexcept override {
        return system_start +
               std::chrono::duration_cast<std::chrono::system_clock::duration>(now_ - start);
    }
    void arm(time_point due, std::weak_ptr<langexport::detail::timer_listener> listener) override {
        armed_for_ = on_arm ? on_arm(due) : due;
        listener_ = std::move(listener);
    }
    void disarm() override { armed_for_ = (time_point::max)(); }

    /// Called when the timer is armed, if set. Returns when the timer fires, which may be earlier or later than due.
    std::function<time_point(time_point due)> on_arm;

    /// When the timer fires; max() if it is not armed.
    time_point armed_for() const noexcept { return armed_for_; }
    /// Moves the clocks forward, and fires the timer if its time has come.
    void advance(time_point end) {
        if (end > now_)
            now_ = end;
        if (armed_for_ > now_)
            return;
        armed_for_ = (time_point::max)();
        if (const auto listener = listener_.lock())
            listener->on_timer();
    }
    void pass(duration time) { advance(now_ + time); }

private:
    time_point now_ = start;
    time_point armed_for_ = (time_point::max)();
    std::weak_ptr<langexport::detail::timer_listener> listener_;
};

inline langexport::detail::steady_time steady_now() noexcept {
    return std::chrono::steady_clock::now();
}

/// The clocks of the system, without a timer.
class clock_only final : public langexport::detail::time_source {
public:
    langexport::detail::steady_time now() const noexcept override {
        return std::chrono::steady_clock::now();
    }
    langexport::detail::system_time system_now() const noexcept override {
        return std::chrono::system_clock::now();
    }
    void arm(langexport::detail::steady_time,
             std::weak_ptr<langexport::detail::timer_listener>) override {}
    void disarm() override {}
};

} // namespace langexport_tests

#endif
