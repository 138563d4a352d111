#ifndef LANGEXPORT_DETAIL_TRANSPORT_WATCHDOG_HPP
#define LANGEXPORT_DETAIL_TRANSPORT_WATCHDOG_HPP

#include <langexport/detail/policy/alarm.hpp>
#include <langexport/error.hpp>

#include <algorithm>
#include <optional>

namespace langexport {
inline namespace v0 {
namespace detail {

// The one place in the rings that reads the clock of deadlines.
inline steady_time steady_now() noexcept {
    return std::chrono::steady_clock::now();
}

// The one coarse deadline of a connection: the least of what the current phase and the whole attempt
// are allowed. To move it later costs two stores: its alarm stays where it is and, when it rings, sees
// whether time is really up.
class watchdog : public alarm {
public:
    explicit watchdog(alarm_set& alarms) noexcept : alarms_(alarms) {}
    virtual ~watchdog() = default;

    // An attempt starts; a `code` is what running out of time will be called.
    void begin_attempt(steady_time end, errc code) {
        attempt_end_ = end;
        attempt_code_ = code;
        expired_.reset();
        held_since_.reset();
        expect_by(end, code);
    }

    // Within the attempt, something has to happen before `at`.
    void expect_by(steady_time at, errc code) {
        const bool attempt_is_first = attempt_end_ <= at;
        due_ = attempt_is_first ? attempt_end_ : at;
        code_ = attempt_is_first ? attempt_code_ : code;
        if (!is_set() || due_ < rings_at())
            alarms_.set(*this, round_up(due_));
    }

    // From here until `go_on`, time does not count.
    void hold(steady_time now) noexcept {
        held_since_ = now;
        due_ = (steady_time::max)();
    }
    void go_on(steady_time now) noexcept {
        if (held_since_ && attempt_end_ != (steady_time::max)())
            attempt_end_ += now - *held_since_;
        held_since_.reset();
    }

    void rest() noexcept {
        clear();
        held_since_.reset();
        attempt_end_ = due_ = (steady_time::max)();
    }

    // For what else has to be done in time.
    alarm_set& alarms() const noexcept { return alarms_; }

    // What ran out, if something did since the attempt began.
    std::optional<errc> expired() const noexcept { return expired_; }

    void ring(steady_time now) final {
        if (now < due_)
            return alarms_.set(*this, round_up(due_));
        expired_ = code_;
        due_ = (steady_time::max)();
        time_is_up();
    }

private:
    // Ends what is pending, so that whoever waits for it comes back and asks `expired`.
    virtual void time_is_up() = 0;

    alarm_set& alarms_;
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
