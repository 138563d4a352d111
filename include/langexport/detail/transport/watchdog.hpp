#ifndef LANGEXPORT_DETAIL_TRANSPORT_WATCHDOG_HPP
#define LANGEXPORT_DETAIL_TRANSPORT_WATCHDOG_HPP

#include <langexport/detail/policy/timer_queue.hpp>
#include <langexport/error.hpp>

#include <algorithm>
#include <optional>

namespace langexport {
inline namespace v0 {
namespace detail {

// The coarse deadline of a connection: the earlier one of the limits of the current phase and of the whole attempt.
// Postponing it costs two stores, because its timer entry stays in place and checks the time when it fires.
class watchdog : public timer_entry {
public:
    explicit watchdog(timer_queue& timers) noexcept : timers_(timers) {}
    virtual ~watchdog() = default;

    // Starts an attempt; `code` is the error if it does not end before `end`.
    void begin_attempt(steady_time end, errc code) {
        attempt_end_ = end;
        attempt_code_ = code;
        expired_.reset();
        held_since_.reset();
        expect_by(end, code);
    }

    // Within the attempt, the current phase must end before `due`.
    void expect_by(steady_time due, errc code) {
        const bool attempt_is_first = attempt_end_ <= due;
        due_ = attempt_is_first ? attempt_end_ : due;
        code_ = attempt_is_first ? attempt_code_ : code;
        if (!is_set() || due_ < fires_at())
            timers_.set(*this, round_up(due_));
    }

    // Until `resume`, time does not count.
    void hold(steady_time now) noexcept {
        held_since_ = now;
        due_ = (steady_time::max)();
    }
    void resume(steady_time now) noexcept {
        if (held_since_ && attempt_end_ != (steady_time::max)())
            attempt_end_ += now - *held_since_;
        held_since_.reset();
    }

    // Stops the timer. No time limit applies until the next attempt.
    void disarm() noexcept {
        clear();
        held_since_.reset();
        attempt_end_ = due_ = (steady_time::max)();
    }

    // For further timers of the same attempt.
    timer_queue& timers() const noexcept { return timers_; }
    steady_time now() const noexcept { return timers_.now(); }

    // The error of the limit that has passed, if one has since the attempt began.
    std::optional<errc> expired() const noexcept { return expired_; }

    void fire(steady_time now) final {
        if (now < due_)
            return timers_.set(*this, round_up(due_));
        expired_ = code_;
        due_ = (steady_time::max)();
        time_is_up();
    }

private:
    // Cancels pending work, so that its caller continues and checks `expired`.
    virtual void time_is_up() = 0;

    timer_queue& timers_;
    steady_time attempt_end_ = (steady_time::max)();
    steady_time due_ = (steady_time::max)();
    errc attempt_code_ = errc::attempt_timeout;
    errc code_ = errc::attempt_timeout;
    std::optional<errc> expired_;
    std::optional<steady_time> held_since_;
};

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
