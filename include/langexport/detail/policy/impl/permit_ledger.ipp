#ifndef LANGEXPORT_DETAIL_POLICY_IMPL_PERMIT_LEDGER_IPP
#define LANGEXPORT_DETAIL_POLICY_IMPL_PERMIT_LEDGER_IPP

#include <langexport/detail/policy/permit_ledger.hpp>

#include <algorithm>
#include <limits>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

inline constexpr std::size_t most_permits_in_grant = 1'000'000;

LANGEXPORT_DECL void permit_ledger::add(std::uint64_t grant, const class_grant& granted,
                                        steady_duration valid_for, steady_time sent_at) {
    throttle_until(sent_at + bounded(granted.throttled_for));
    if (limit_ == 0)
        return;
    const steady_time valid_until = sent_at + bounded(valid_for);
    auto number = static_cast<std::uint32_t>((std::min)(granted.permits, most_permits_in_grant));
    if (number > 0)
        add_block({grant, 0, number, valid_until});
    const std::size_t later = (std::min)(granted.later.size(), most_permits_in_grant);
    for (std::size_t i = 0; i < later; ++i, ++number)
        arrived_.push_back({bounded(granted.later[i]), {grant, number, number + 1, valid_until}});
}

LANGEXPORT_DECL void permit_ledger::add_block(const block& added) {
    const auto place =
        std::upper_bound(blocks_.begin(), blocks_.end(), added, [](const block& a, const block& b) {
            return a.valid_until < b.valid_until;
        });
    blocks_.insert(place, added);
}

LANGEXPORT_DECL void permit_ledger::drop(block& unused, steady_time now) {
    if (unused_.empty())
        unused_since_ = now;
    for (; unused.next != unused.end; ++unused.next)
        unused_.push_back({permit_id(unused.grant, unused.next), std::nullopt});
}

// The delays of a grant begin with the first call after its arrival, which is never too early.
LANGEXPORT_DECL void permit_ledger::advance(steady_time now) {
    if (!arrived_.empty()) {
        for (const arrived_permit& each : std::exchange(arrived_, {}))
            later_.push_back({now + each.delay, each.permit});
        std::stable_sort(
            later_.begin(), later_.end(),
            [](const later_permit& a, const later_permit& b) { return a.from < b.from; });
    }
    for (; !later_.empty() && later_.front().from <= now; later_.pop_front())
        add_block(later_.front().permit);
    for (; !blocks_.empty() && blocks_.front().valid_until <= now; blocks_.pop_front())
        drop(blocks_.front(), now);
}

LANGEXPORT_DECL void permit_ledger::give_up_free(steady_time now) {
    advance(now);
    for (block& each : blocks_)
        drop(each, now);
    blocks_.clear();
    for (later_permit& each : later_)
        drop(each.permit, now);
    later_.clear();
}

LANGEXPORT_DECL std::size_t permit_ledger::held(steady_time now) {
    if (limit_ == 0)
        return (std::numeric_limits<std::size_t>::max)();
    advance(now);
    std::size_t sum = 0;
    for (const block& each : blocks_)
        sum += each.end - each.next;
    return sum;
}

LANGEXPORT_DECL std::size_t permit_ledger::coming(steady_time now) {
    advance(now);
    return later_.size();
}

LANGEXPORT_DECL steady_time permit_ledger::next_at(steady_time now) {
    advance(now);
    return later_.empty() ? (steady_time::max)() : later_.front().from;
}

LANGEXPORT_DECL std::size_t permit_ledger::free(steady_time now) {
    return now < throttled_until_ ? 0 : held(now);
}

LANGEXPORT_DECL std::optional<permit_id> permit_ledger::take(steady_time now) {
    if (free(now) == 0)
        return std::nullopt;
    if (limit_ == 0)
        return permit_id();
    block& first = blocks_.front();
    const permit_id taken(first.grant, first.next++);
    if (first.next == first.end)
        blocks_.pop_front();
    return taken;
}

LANGEXPORT_DECL void permit_ledger::ended(const permit_id& permit, steady_time now) {
    if (limit_ == 0)
        return;
    ended_.push_back({permit, now});
}

// Half of the quota is reported together, or all permits if they are fewer. The requests of the next permits then
// begin, and often end, together as well, so that a report for each request is not needed. The hundredth of a window
// is for requests that end shortly afterwards.
LANGEXPORT_DECL steady_time permit_ledger::report_at() const noexcept {
    steady_time at = (steady_time::max)();
    if (!ended_.empty()) {
        const std::size_t together = std::clamp<std::size_t>(limit_ / 2, 1, ended_.size());
        at = *ended_[together - 1].ended + window_ + window_ / 100;
    }
    return unused_.empty() ? at : (std::min)(at, unused_since_ + window_);
}

LANGEXPORT_DECL steady_time permit_ledger::refill_at(std::size_t due, steady_time now) {
    if (limit_ == 0)
        return (steady_time::max)();
    const bool lacks = held(now) + coming(now) < due;
    const steady_time report = report_at();
    if (!lacks)
        return report;
    return (std::max)((std::min)(report, not_before_), (std::max)(now, throttled_until_));
}

LANGEXPORT_DECL steady_time permit_ledger::expires_at(steady_time now) {
    advance(now);
    return blocks_.empty() ? (steady_time::max)() : blocks_.front().valid_until;
}

LANGEXPORT_DECL void permit_ledger::report(std::vector<returned_permit>& returned,
                                           steady_time now) {
    advance(now);
    std::vector<old_permit> all = std::exchange(ended_, {});
    all.insert(all.end(), unused_.begin(), unused_.end());
    unused_.clear();
    for (const old_permit& each : all) {
        returned_permit& added = returned.emplace_back();
        added.request = class_;
        added.id = each.id;
        if (each.ended)
            added.ended = (std::max)(now - *each.ended, steady_duration::zero());
    }
    reported_.insert(reported_.end(), all.begin(), all.end());
}

LANGEXPORT_DECL void permit_ledger::take_back() {
    const auto first_unused =
        std::stable_partition(reported_.begin(), reported_.end(),
                              [](const old_permit& each) { return each.ended.has_value(); });
    ended_.insert(ended_.begin(), reported_.begin(), first_unused);
    unused_.insert(unused_.begin(), first_unused, reported_.end());
    reported_.clear();
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
