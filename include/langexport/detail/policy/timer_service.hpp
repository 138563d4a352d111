#ifndef LANGEXPORT_DETAIL_POLICY_TIMER_SERVICE_HPP
#define LANGEXPORT_DETAIL_POLICY_TIMER_SERVICE_HPP

#include <langexport/detail/policy/time_source.hpp>
#include <langexport/detail/policy/timer_queue.hpp>
#include <langexport/version.hpp>

#include <memory>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

// One timer for everything that waits in a client, and the client's only access to the clocks.
class timer_service {
public:
    explicit timer_service(std::unique_ptr<time_source> source)
        : source_(std::move(source)), queue_(*source_, [this] { arm(); }) {}

    // Sets the receiver of the timer's event. Called before the first entry is set.
    void set_listener(std::weak_ptr<timer_listener> listener) { listener_ = std::move(listener); }

    // May be called from any thread.
    steady_time now() const noexcept { return source_->now(); }
    system_time system_now() const noexcept { return source_->system_now(); }

    timer_queue& queue() noexcept { return queue_; }
    void set(timer_entry& entry, steady_time due) { queue_.set(entry, due); }
    void fire_early(steady_time now, steady_time until) { queue_.fire_early(now, until); }
    // When the first entry fires; max() if there is none.
    steady_time next() const noexcept { return queue_.next(); }

    // Called when the timer has fired. The caller then calls `arm` after all effects.
    void on_timer() {
        armed_for_ = (steady_time::max)();
        queue_.fire_due(now());
    }
    // A timer that is armed too early stays armed, and finds nothing due when it fires.
    void arm() {
        const steady_time at = next();
        if (at >= armed_for_)
            return;
        armed_for_ = at;
        source_->arm(at, listener_);
    }
    // Without entries, the timer would keep the execution context from returning.
    void disarm_if_unused() {
        if (next() != (steady_time::max)() || armed_for_ == (steady_time::max)())
            return;
        armed_for_ = (steady_time::max)();
        source_->disarm();
    }

private:
    std::unique_ptr<time_source> source_;
    timer_queue queue_;
    std::weak_ptr<timer_listener> listener_;
    steady_time armed_for_ = (steady_time::max)();
};

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
