#ifndef LANGEXPORT_DETAIL_ENGINE_IMPL_DRAIN_IPP
#define LANGEXPORT_DETAIL_ENGINE_IMPL_DRAIN_IPP

#include <langexport/detail/engine/engine.hpp>

#include <memory>
#include <utility>
#include <vector>

namespace langexport {
inline namespace v0 {
namespace detail {

// Whoever drains waits as a record, whose alarm is the end of its patience.
LANGEXPORT_DECL void engine::begin_drain(const record_ptr& r) {
    is_draining_ = true;
    drains_.push_back(r);
    const auto within = r->progress.deadline.time_since_epoch();
    alarms_.set(*r, round_up(r->started + within));
    std::vector<record_ptr> unsent;
    for (record& other : pending_)
        if (other.progress.aim != goal::drained && !other.carrier &&
            other.progress.next == request_kind::submission)
            unsent.push_back(other.self);
    for (const record_ptr& other : unsent)
        end_by_drain(other);
    see_if_drained();
}

LANGEXPORT_DECL void engine::end_by_drain(const record_ptr& r) {
    learn_early(*r);
    const bool is_in_the_air = r->carrier && r->progress.next == request_kind::submission;
    if (r->progress.submission == submission_state::confirmed)
        drained_.unfinished.push_back(r->job);
    else if (is_in_the_air || r->progress.submission != submission_state::not_sent)
        ++drained_.unconfirmed;
    else
        ++drained_.not_sent;
    fail(r, errc::client_closed);
}

// Time is up, or the last handle is gone.
LANGEXPORT_DECL void engine::end_all() {
    std::vector<record_ptr> all;
    for (record& r : pending_) {
        if (r.is_committing)
            r.must_not_retry = true;
        else if (r.progress.aim != goal::drained)
            all.push_back(r.self);
    }
    for (const record_ptr& r : all)
        end_by_drain(r);
    see_if_drained();
}

// Nothing is under way but the wait for that.
LANGEXPORT_DECL void engine::see_if_drained() {
    if (drains_.empty() || counters_.pending.get() > drains_.size())
        return;
    is_closed_ = true;
    const drain_summary summary = std::exchange(drained_, drain_summary());
    for (const record_ptr& r : std::exchange(drains_, {})) {
        r->result().drained = std::make_shared<drain_summary>(summary);
        complete(r);
    }
    sweep(steady_now());
    rest_if_idle();
}

LANGEXPORT_DECL void engine::cancel_group(std::shared_ptr<const record_group> group) {
    on_strand([self = shared_from_this(), group = std::move(group)] {
        std::vector<record_ptr> found;
        for (const record& r : self->pending_)
            if (r.group == group)
                found.push_back(r.self);
        for (const record_ptr& r : found)
            self->cancel(r, asio::cancellation_type::terminal);
    });
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
