#ifndef LANGEXPORT_DETAIL_ENGINE_IMPL_POOL_CLEANER_IPP
#define LANGEXPORT_DETAIL_ENGINE_IMPL_POOL_CLEANER_IPP

#include <langexport/detail/engine/engine_parts.hpp>
#include <langexport/detail/engine/pool_cleaner.hpp>

namespace langexport {
inline namespace v0 {
namespace detail {

LANGEXPORT_DECL bool pool_cleaner::may_sweep() const noexcept {
    return !parts_.shutdown.is_closed() &&
           (!parts_.operations.empty() || parts_.settings.params.watch_idle_connections);
}

LANGEXPORT_DECL void pool_cleaner::sweep(steady_time now) {
    timer_.clear();
    if (parts_.shutdown.is_closed())
        parts_.pool.close_idle(close_reason::client_closed, now);
    else
        schedule_sweep(parts_.pool.close_stale(now));
}

LANGEXPORT_DECL void pool_cleaner::schedule_sweep(steady_time due) {
    due = round_up(due);
    if (may_sweep() && (!timer_.is_set() || due < timer_.fires_at()))
        parts_.timers.set(timer_, due);
}

LANGEXPORT_DECL void pool_cleaner::make_room_for_file() {
    const steady_time now = parts_.timers.now();
    parts_.planner.lacked_descriptor(parts_.pool.number_open(), false, now);
    parts_.pool.close_idle(close_reason::aged, now);
}

LANGEXPORT_DECL void pool_cleaner::stop_timer_if_idle() {
    if (!may_sweep())
        timer_.clear();
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
