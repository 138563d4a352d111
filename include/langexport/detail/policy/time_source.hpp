#ifndef LANGEXPORT_DETAIL_POLICY_TIME_SOURCE_HPP
#define LANGEXPORT_DETAIL_POLICY_TIME_SOURCE_HPP

#include <langexport/detail/policy/backoff.hpp>

#include <chrono>
#include <memory>

namespace langexport {
inline namespace v0 {
namespace detail {

using system_time = std::chrono::system_clock::time_point;

// Receives the event of the one timer of a client.
class timer_listener {
public:
    virtual void on_timer() = 0;

protected:
    ~timer_listener() = default;
};

// The clocks of a client, and its one timer. A test replaces it by one with a manual clock.
class time_source {
public:
    time_source() = default;
    time_source(const time_source&) = delete;
    time_source& operator=(const time_source&) = delete;
    virtual ~time_source() = default;

    // May be called from any thread.
    virtual steady_time now() const noexcept = 0;
    virtual system_time system_now() const noexcept = 0;

    // Calls `listener` once, at `due`, if it still exists. Replaces the previous call.
    virtual void arm(steady_time due, std::weak_ptr<timer_listener> listener) = 0;
    virtual void disarm() = 0;
};

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
