#ifndef LANGEXPORT_DETAIL_POLICY_IMPL_SHARED_PERMITS_IPP
#define LANGEXPORT_DETAIL_POLICY_IMPL_SHARED_PERMITS_IPP

#include <langexport/detail/policy/shared_permits.hpp>

#include <algorithm>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

LANGEXPORT_DECL shared_permits::shared_permits(const quota_params& quota)
    : quota_(quota), ledgers_{
                         permit_ledger(quota_class::submissions, quota.submissions, quota.window),
                         permit_ledger(quota_class::reads, quota.reads, quota.window)} {
    last_.submissions.rate = quota.submissions;
    last_.reads.rate = quota.reads;
}

LANGEXPORT_DECL std::size_t shared_permits::free(request_kind kind, steady_time now) {
    const std::size_t free = ledger_of(kind).free(now);
    if (kind != request_kind::status || quota_.reads == 0)
        return free;
    return free - (std::min)(free, results_soon());
}

LANGEXPORT_DECL std::optional<permit_id> shared_permits::acquire(request_kind kind,
                                                                 steady_time now) {
    if (free(kind, now) == 0)
        return std::nullopt;
    return ledger_of(kind).take(now);
}

LANGEXPORT_DECL void shared_permits::throttle_until(request_kind kind, steady_time until) {
    ledger_of(kind).throttle_until(until);
    must_tell_ = true;
}

LANGEXPORT_DECL void shared_permits::throttled(request_kind kind, steady_time until) {
    throttle_until(kind, until);
    if (quota_class_of(kind) == quota_class::reads)
        throttled_lately_until_ = (std::max)(throttled_lately_until_, until + quota_.window);
}

LANGEXPORT_DECL budget_stats shared_permits::usage(request_kind kind, steady_time now) {
    permit_ledger& ledger = ledger_of(kind);
    budget_stats result;
    result.throttled_for = (std::max)(ledger.throttled_until() - now, steady_duration::zero());
    if (ledger.limit() == 0)
        return result;
    result.rate = last_.of(quota_class_of(kind)).rate;
    result.left = ledger.held(now);
    if (result.left == 0 && ledger.coming(now) > 0)
        result.next_in = ledger.next_at(now) - now;
    return result;
}

// The jobs of other processes are those of the last grant.
LANGEXPORT_DECL std::size_t shared_permits::jobs_elsewhere() const noexcept {
    return last_.waiting_jobs - (std::min)(last_.waiting_jobs, sent_.waiting_jobs);
}

// The last grant says nothing about the time at which GETs leave the window, so they are assumed to leave it evenly.
LANGEXPORT_DECL poll_supply shared_permits::supply(steady_time now) {
    poll_supply result;
    result.jobs = jobs_elsewhere() + waiting_;
    result.window = quota_.window;
    result.was_throttled = now < throttled_lately_until_;
    if (quota_.reads == 0)
        return result;
    result.gets = last_.reads.rate;
    result.posts = last_.submissions.rate;
    result.left = (std::min)(result.gets, (std::min)(result.gets, last_.reads.left) +
                                              ledger_of(request_kind::status).held(now));
    result.soon = (result.gets - result.left) / 3;
    return result;
}

// Jobs end at most as fast as they can start. This process keeps permits for its part of those that may end in half a
// window, so that a result needs no refill of its own.
LANGEXPORT_DECL std::size_t shared_permits::results_soon() const noexcept {
    if (quota_.reads == 0)
        return 0;
    const std::size_t posts =
        quota_.submissions == 0 ? last_.reads.rate / 2 : last_.submissions.rate;
    const std::size_t all = 2 * (std::max<std::size_t>)(1, jobs_elsewhere() + waiting_);
    return (std::min)({waiting_, quota_.reads / 2, (posts * waiting_ + all - 1) / all});
}

LANGEXPORT_DECL quota_demand shared_permits::with_results(const due_requests& due) const {
    quota_demand made;
    made.quota = quota_;
    made.waiting_jobs = waiting_;
    made.due = due;
    const std::size_t results = made.due_of(request_kind::result);
    const std::size_t soon = results_soon();
    if (soon > results)
        made.due[static_cast<std::size_t>(request_kind::result)]
                [static_cast<std::size_t>(request_priority::normal)] += soon - results;
    return made;
}

LANGEXPORT_DECL steady_time shared_permits::refill_at(const due_requests& due, steady_time now) {
    const quota_demand all = with_results(due);
    steady_time at = must_tell_ ? now : (steady_time::max)();
    for (const quota_class each : {quota_class::submissions, quota_class::reads}) {
        permit_ledger& ledger = ledgers_[static_cast<std::size_t>(each)];
        const std::size_t number = all.due_of(each);
        at = (std::min)(at, ledger.refill_at(number, now));
        if (number == 0)
            continue;
        // Requests that wait for a connection may lose their permits, and throttling ends.
        at = (std::min)(at, ledger.expires_at(now));
        if (ledger.throttled_until() > now)
            at = (std::min)(at, ledger.throttled_until());
    }
    // The source has permits for results, which therefore need not wait as long as polls do.
    quota_demand now_due;
    now_due.due = due;
    const std::size_t urgent =
        now_due.due_of(request_kind::result) + now_due.due_of(request_kind::listing);
    permit_ledger& reads = ledger_of(request_kind::result);
    if (last_.reads.left > 0 && urgent > reads.held(now))
        at = (std::min)(at,
                        (std::max)({now, sent_at_ + quota_.window / 100, reads.throttled_until()}));
    return at;
}

LANGEXPORT_DECL steady_time shared_permits::next_at(const due_requests& due, steady_time now) {
    const quota_demand all = with_results(due);
    steady_time at = (steady_time::max)();
    for (const quota_class each : {quota_class::submissions, quota_class::reads}) {
        permit_ledger& ledger = ledgers_[static_cast<std::size_t>(each)];
        if (ledger.held(now) < all.due_of(each))
            at = (std::min)(at, (std::max)(ledger.next_at(now), ledger.throttled_until()));
    }
    return at;
}

LANGEXPORT_DECL quota_demand shared_permits::demand(const due_requests& due, steady_time now) {
    must_tell_ = false;
    sent_ = with_results(due);
    sent_at_ = now;
    for (std::size_t each = 0; each < quota_classes; ++each)
        if (ledgers_[each].limit() > 0)
            sent_.held[each] = ledgers_[each].held(now) + ledgers_[each].coming(now);
    quota_demand made = sent_;
    for (std::size_t each = 0; each < quota_classes; ++each) {
        made.throttled_for[each] =
            (std::max)(ledgers_[each].throttled_until() - now, steady_duration::zero());
        ledgers_[each].report(made.returned, now);
    }
    return made;
}

// A source that gives less than was due, and says nothing about the time, is called again after a hundredth of the
// window. If it gave all that was due, requests that are due since then wait for a thousandth, so that those of a moment
// are demanded together.
LANGEXPORT_DECL void shared_permits::apply(const quota_grant& grant) {
    constexpr std::size_t most_jobs = 1'000'000'000; // for calculations
    last_ = grant;
    last_.waiting_jobs = (std::min)(last_.waiting_jobs, most_jobs);
    if (grant.reads.throttled_for > steady_duration::zero())
        throttled_lately_until_ = (std::max)(
            throttled_lately_until_, sent_at_ + bounded(grant.reads.throttled_for) + quota_.window);
    const auto use = [&](quota_class each, class_grant& granted, std::size_t limit) {
        permit_ledger& ledger = ledgers_[static_cast<std::size_t>(each)];
        if (granted.rate == 0 || granted.rate > limit)
            granted.rate = limit;
        ledger.add(grant.id, granted, grant.valid_for, sent_at_);
        const std::size_t wanted = sent_.due_of(each);
        const std::size_t has =
            sent_.held[static_cast<std::size_t>(each)] + granted.permits + granted.later.size();
        const steady_duration wait =
            has < wanted ? (std::max)(bounded(granted.more_after), quota_.window / 100)
                         : quota_.window / 1000;
        ledger.refill_not_before(sent_at_ + wait);
    };
    use(quota_class::submissions, last_.submissions, quota_.submissions);
    use(quota_class::reads, last_.reads, quota_.reads);
}

LANGEXPORT_DECL void shared_permits::take_back() {
    for (permit_ledger& ledger : ledgers_) {
        ledger.take_back();
        must_tell_ = must_tell_ || ledger.throttled_until() > sent_at_;
    }
}

LANGEXPORT_DECL std::vector<returned_permit> shared_permits::give_up(steady_time now) {
    std::vector<returned_permit> returned;
    for (permit_ledger& ledger : ledgers_) {
        ledger.give_up_free(now);
        ledger.report(returned, now);
    }
    return returned;
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
