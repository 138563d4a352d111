#ifndef LANGEXPORT_DETAIL_ENGINE_POOL_CLEANER_HPP
#define LANGEXPORT_DETAIL_ENGINE_POOL_CLEANER_HPP

#include <langexport/detail/policy/timer_queue.hpp>
#include <langexport/version.hpp>

namespace langexport {
inline namespace v0 {
namespace detail {

struct engine_parts;

// Closes idle connections: when they become stale, when the client closes, and when file descriptors are scarce.
class pool_cleaner {
public:
    explicit pool_cleaner(engine_parts& parts) noexcept : parts_(parts) {}

    // Closes the connections that are stale. If the client is closed, closes all of them.
    LANGEXPORT_DECL void sweep(steady_time now);
    // Calls `sweep` at the time `due` or earlier.
    LANGEXPORT_DECL void schedule_sweep(steady_time due);
    // Called when a sink has no descriptor for its file. Closes the idle connections, so that their descriptors
    // become free, and reduces the maximum number of connections by one.
    LANGEXPORT_DECL void make_room_for_file();
    // Stops the timer if no operation is pending. A timer alone would keep `run()` of the execution context from
    // returning.
    LANGEXPORT_DECL void stop_timer_if_idle();

private:
    bool may_sweep() const noexcept;

    engine_parts& parts_;
    member_timer<pool_cleaner, &pool_cleaner::sweep> timer_{*this};
};

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
