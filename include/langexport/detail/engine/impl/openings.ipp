#ifndef LANGEXPORT_DETAIL_ENGINE_IMPL_OPENINGS_IPP
#define LANGEXPORT_DETAIL_ENGINE_IMPL_OPENINGS_IPP

#include <langexport/detail/base/shortage.hpp>
#include <langexport/detail/engine/engine.hpp>

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

namespace langexport {
inline namespace v0 {
namespace detail {

LANGEXPORT_DECL void engine::opened(connection& c, steady_time began) {
    planner_.opened();
    c.doing = connection::activity::woken;
    c.last_used = c.opened_at = steady_now();
    c.exchanges = 0;
    notify_.opened(c, began, endpoint_.origin().is_secure);
    pump(); // the next one may be opened now, if it is needed
}

// No fault of one record, so it counts for all that wait for a connection. Where other connections are open,
// they wait for one of these instead.
LANGEXPORT_DECL void engine::opening_failed(connection& c) {
    c.doing = connection::activity::woken;
    const exchange_failure& why = *c.link.failure;
    const std::size_t others = pool_.number_open();
    if (is_shortage(why.cause) && others > 0) {
        // Those that are open can carry the requests: none has failed.
        planner_.lacked_descriptor(others, true, steady_now());
        ++counters_.connections_failed;
        return;
    }
    planner_.opening_failed(steady_now(), random_.fraction());
    const bool keeps_all_back = counters_.connections_open.get() == 0;
    const std::vector<charged_record> charged =
        charge(keeps_all_back ? take_due() : std::vector<record_ptr>(), why,
               c.link.has_other_address, planner_.not_before());
    std::optional<steady_time> next;
    if (!keeps_all_back && number_ready() > 0)
        next = planner_.not_before();
    for (const charged_record& one : charged)
        if (one.will_be_sent())
            next = (std::min)(next.value_or(one.next.at), one.next.at);
    notify_.opening_failed(why, planner_.failures(), next, steady_now());
    carry_out(charged, why.code);
}

// What keeps every request from leaving counts as a failed attempt of each that could leave otherwise;
// those that wait for the quota would wait anyhow.
LANGEXPORT_DECL std::vector<engine::record_ptr> engine::take_due() {
    const steady_time now = steady_now();
    std::vector<record_ptr> due;
    for (const request_kind kind : every_request_kind) {
        std::size_t most = budget_->free(kind, now);
        for (; most > 0 && scheduler_.size(kind) > 0; --most) {
            due.push_back(record_of(*scheduler_.first(kind)).self);
            leave_ready(*due.back());
        }
    }
    return due;
}

// Counts a failed attempt of each. What follows from it is not carried out yet.
LANGEXPORT_DECL std::vector<engine::charged_record> engine::charge(std::vector<record_ptr> due,
                                                                   const exchange_failure& why,
                                                                   bool can_pass,
                                                                   steady_time not_before) {
    const steady_time now = steady_now();
    std::vector<charged_record> charged;
    for (record_ptr& r : due) {
        remember_trouble(*r, why);
        r->return_from_detour();
        decision next = step(r->progress, failed_attempt{why.code, false, false, can_pass}, now,
                             random_.fraction(), params_.polling, params_.retry);
        next.at = (std::max)(next.at, not_before);
        r->lacked_secret = why.code == errc::credential_unavailable;
        charged.push_back({std::move(r), next});
    }
    return charged;
}

LANGEXPORT_DECL void engine::carry_out(const std::vector<charged_record>& charged, errc why) {
    const steady_time now = steady_now();
    for (const charged_record& one : charged) {
        if (!one.who->self)
            continue; // ended by what another one's end led to
        if (one.next.what == action::send)
            notify_.retried(*one.who, one.who->progress.next, why, one.next.at, now);
        carry_out(one.who, one.next);
    }
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
