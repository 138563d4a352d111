#ifndef LANGEXPORT_DETAIL_ENGINE_IMPL_FORK_IPP
#define LANGEXPORT_DETAIL_ENGINE_IMPL_FORK_IPP

#include <langexport/detail/engine/engine.hpp>

#include <utility>
#include <vector>

namespace langexport {
inline namespace v0 {
namespace detail {

LANGEXPORT_DECL void engine::context_has_forked(bool is_child) {
    if (is_going_down_)
        return;
    opener_->forked(is_child);
    if (is_child)
        leave_to_parent();
}

// Nothing runs, so this needs no strand. What was posted before the fork runs later in both processes.
LANGEXPORT_DECL void engine::leave_to_parent() {
    ++forks_;
    random_.draw_again();
    tokens_.forget_question();
    token_overdue_.clear();
    // First the streams, so that nothing is said on them, whatever ends now.
    for (const connection_ptr& c : pool_.all()) {
        c->late_group.reset();
        if (c->link.stream)
            c->link.stream->close();
    }
    std::vector<record_ptr> all;
    for (record& r : pending_)
        if (r.progress.aim != goal::drained)
            all.push_back(r.self);
    for (const record_ptr& r : all)
        end_in_child(r);
    // Their calls to sinks end in the parent.
    for (const record_ptr& r : std::exchange(leaving_, {})) {
        r->sink->disown();
        tell(r);
    }
    for (const connection_ptr& c : pool_.all()) {
        c->late_group.reset();
        if (c->doing != connection::activity::idle)
            c->give_up();
    }
    pool_.close_idle(close_reason::client_closed, steady_now());
    see_if_drained();
    rest_if_idle();
}

LANGEXPORT_DECL void engine::end_in_child(const record_ptr& r) {
    if (r->sink)
        r->sink->disown();
    remember_trouble(*r, exchange_failure{errc::client_closed,
                                          "the process has forked; the operation continues in the "
                                          "parent process",
                                          {}});
    if (is_draining_)
        end_by_drain(r);
    else
        fail(r, errc::client_closed);
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
