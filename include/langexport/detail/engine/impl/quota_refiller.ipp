#ifndef LANGEXPORT_DETAIL_ENGINE_IMPL_QUOTA_REFILLER_IPP
#define LANGEXPORT_DETAIL_ENGINE_IMPL_QUOTA_REFILLER_IPP

#include <langexport/detail/engine/quota_refiller.hpp>
#include <langexport/detail/policy/poll_schedule.hpp>

#include <algorithm>
#include <atomic>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

// The response of the source to one refill. A source that destroys it without a call has failed.
class quota_refiller::response {
public:
    explicit response(std::weak_ptr<quota_refiller> to) noexcept : to_(std::move(to)) {}
    response(const response&) = delete;
    response& operator=(const response&) = delete;
    ~response() { deliver(nullptr, quota_grant(), true); }

    // Further calls have no effect.
    void deliver(const std::exception_ptr& problem, const quota_grant& grant, bool is_dropped) {
        if (was_delivered_.exchange(true))
            return;
        if (const auto refiller = to_.lock())
            refiller->on_response(problem, grant, is_dropped || problem);
    }

private:
    const std::weak_ptr<quota_refiller>
        to_; // the source, which the refiller owns, may keep this object forever
    std::atomic<bool> was_delivered_ = false;
};

LANGEXPORT_DECL quota_refiller::quota_refiller(const quota_params& quota,
                                               std::shared_ptr<quota_source> source)
    : quota_(quota),
      source_(std::move(source)), ledgers_{permit_ledger(quota_class::submissions,
                                                         quota.submissions, quota.window),
                                           permit_ledger(quota_class::reads, quota.reads,
                                                         quota.window)} {
    last_.submissions.rate = quota.submissions;
    last_.reads.rate = quota.reads;
}

LANGEXPORT_DECL std::size_t quota_refiller::free(request_kind kind, steady_time now) {
    const std::lock_guard lock(mutex_);
    return ledger_of(kind).free(now);
}

LANGEXPORT_DECL budget_stats quota_refiller::usage(request_kind kind, steady_time now) {
    const std::lock_guard lock(mutex_);
    permit_ledger& ledger = ledger_of(kind);
    budget_stats result;
    if (ledger.limit() > 0) {
        result.rate = last_.of(quota_class_of(kind)).rate;
        result.left = ledger.held(now);
    }
    result.throttled_for = (std::max)(ledger.throttled_until() - now, steady_duration::zero());
    return result;
}

LANGEXPORT_DECL std::optional<permit_id> quota_refiller::acquire(request_kind kind,
                                                                 steady_time now) {
    const std::lock_guard lock(mutex_);
    return ledger_of(kind).take(now);
}

LANGEXPORT_DECL void quota_refiller::give_back(request_kind kind, const permit_id& permit,
                                               steady_time now) {
    const std::lock_guard lock(mutex_);
    ledger_of(kind).ended(permit, now);
}

LANGEXPORT_DECL void quota_refiller::throttle_until(request_kind kind, steady_time until) {
    const std::lock_guard lock(mutex_);
    ledger_of(kind).throttle_until(until);
    must_tell_ = true;
}

LANGEXPORT_DECL void quota_refiller::add_waiting(int number) {
    const std::lock_guard lock(mutex_);
    waiting_ += static_cast<std::size_t>(number);
}

// As in request_budget::pace. The jobs of other processes are those of the last grant.
LANGEXPORT_DECL steady_duration quota_refiller::pace(steady_time now) {
    const std::lock_guard lock(mutex_);
    if (quota_.reads == 0)
        return steady_duration::zero();
    const std::size_t gets = last_.reads.rate;
    const std::size_t elsewhere =
        last_.waiting_jobs - (std::min)(last_.waiting_jobs, sent_.waiting_jobs);
    const steady_duration pace =
        poll_pace(elsewhere + waiting_, gets, last_.submissions.rate, quota_.window);
    const std::size_t left =
        (std::min)(gets, last_.reads.left) + ledger_of(request_kind::status).held(now);
    const auto used = static_cast<double>(gets - (std::min)(gets, left));
    return scaled(pace, used / static_cast<double>(gets));
}

LANGEXPORT_DECL refill_step quota_refiller::update(const std::shared_ptr<budget_listener>& listener,
                                                   const due_requests& due, steady_time now) {
    const std::lock_guard lock(mutex_);
    std::erase_if(users_, [](const user& each) { return each.reach.expired(); });
    auto place = std::find_if(users_.begin(), users_.end(),
                              [&](const user& each) { return each.listener == listener.get(); });
    if (place == users_.end())
        place = users_.insert(place, user{listener.get(), listener, {}});
    place->due = due;
    must_rest_ = false;
    if (is_refilling_)
        return {(steady_time::max)()};
    const steady_time at = refill_at(now);
    if (at > now)
        return {at};
    // The client that was told to call `start` may be on an execution context that no longer runs.
    const steady_duration patience = quota_.window;
    if (requested_at_ && now < *requested_at_ + patience)
        return {*requested_at_ + patience};
    requested_at_ = now;
    return {now + patience, true};
}

LANGEXPORT_DECL steady_time quota_refiller::refill_at(steady_time now) {
    quota_demand all;
    for (const user& each : users_)
        for (std::size_t kind = 0; kind < request_kinds; ++kind)
            for (std::size_t line = 0; line < request_priorities; ++line)
                all.due[kind][line] += each.due[kind][line];
    steady_time at = must_tell_ ? now : (steady_time::max)();
    for (const quota_class each : {quota_class::submissions, quota_class::reads}) {
        permit_ledger& ledger = ledgers_[static_cast<std::size_t>(each)];
        const std::size_t due = all.due_of(each);
        at = (std::min)(at, ledger.refill_at(due, now));
        if (due == 0)
            continue;
        // Requests that wait for a connection may lose their permits, and throttling ends.
        at = (std::min)(at, ledger.expires_at(now));
        if (ledger.throttled_until() > now)
            at = (std::min)(at, ledger.throttled_until());
    }
    // Polls leave permits for results, which therefore need not wait as long as polls do.
    const std::size_t urgent = all.due_of(request_kind::result) + all.due_of(request_kind::listing);
    permit_ledger& reads = ledger_of(request_kind::result);
    if (last_.reads.left > 0 && urgent > reads.held(now))
        at = (std::min)(at,
                        (std::max)({now, sent_at_ + quota_.window / 100, reads.throttled_until()}));
    return (std::max)(at, problem_.next);
}

LANGEXPORT_DECL quota_demand quota_refiller::take_demand(steady_time now) {
    must_tell_ = false;
    sent_ = quota_demand();
    sent_.quota = quota_;
    sent_.waiting_jobs = waiting_;
    for (const user& each : users_)
        for (std::size_t kind = 0; kind < request_kinds; ++kind)
            for (std::size_t line = 0; line < request_priorities; ++line)
                sent_.due[kind][line] += each.due[kind][line];
    quota_demand demand = sent_;
    for (std::size_t each = 0; each < quota_classes; ++each) {
        permit_ledger& ledger = ledgers_[each];
        if (ledger.limit() > 0)
            sent_.held[each] = demand.held[each] = ledger.held(now);
        demand.throttled_for[each] =
            (std::max)(ledger.throttled_until() - now, steady_duration::zero());
        ledger.report(demand.returned, now);
    }
    return demand;
}

LANGEXPORT_DECL void quota_refiller::start(steady_time now, double random) {
    quota_demand demand;
    {
        const std::lock_guard lock(mutex_);
        requested_at_.reset();
        if (is_refilling_ || users_.empty())
            return;
        is_refilling_ = true;
        sent_at_ = now;
        random_ = random;
        demand = take_demand(now);
    }
    const auto done = std::make_shared<response>(weak_from_this());
    source_->start_refill(std::move(demand),
                          [done](const std::exception_ptr& problem, const quota_grant& grant) {
                              done->deliver(problem, grant, false);
                          });
}

LANGEXPORT_DECL void quota_refiller::on_response(const std::exception_ptr& problem,
                                                 const quota_grant& grant, bool has_failed) {
    std::vector<std::shared_ptr<budget_listener>> listeners;
    {
        const std::lock_guard lock(mutex_);
        is_refilling_ = false;
        apply(grant);
        if (has_failed)
            note_failure(problem, grant);
        else
            problem_ = refill_problem();
        for (const user& each : users_)
            if (auto listener = each.reach.lock())
                listeners.push_back(std::move(listener));
    }
    for (const auto& each : listeners)
        each->budget_has_changed();
}

// A source that gives less than was due, and says nothing about the time, is called again after a hundredth of the
// window. If it gave all that was due, requests that are due since then wait for a thousandth, so that those of a moment
// are demanded together.
LANGEXPORT_DECL void quota_refiller::apply(const quota_grant& grant) {
    last_ = grant;
    const auto use = [&](quota_class each, class_grant& granted, std::size_t limit) {
        permit_ledger& ledger = ledgers_[static_cast<std::size_t>(each)];
        if (granted.rate == 0 || granted.rate > limit)
            granted.rate = limit;
        ledger.add(grant.id, granted, grant.valid_for, sent_at_);
        const std::size_t wanted = sent_.due_of(each);
        const std::size_t has = sent_.held[static_cast<std::size_t>(each)] + granted.permits;
        const steady_duration wait =
            has < wanted ? (std::max)(bounded(granted.more_after), quota_.window / 100)
                         : quota_.window / 1000;
        ledger.refill_not_before(sent_at_ + wait);
    };
    use(quota_class::submissions, last_.submissions, quota_.submissions);
    use(quota_class::reads, last_.reads, quota_.reads);
}

LANGEXPORT_DECL void quota_refiller::note_failure(const std::exception_ptr& problem,
                                                  const quota_grant& grant) {
    for (permit_ledger& ledger : ledgers_) {
        ledger.take_back();
        must_tell_ = must_tell_ || ledger.throttled_until() > sent_at_;
    }
    const std::uint32_t failures = problem_.failures + 1;
    steady_duration wait =
        bounded((std::max)(grant.submissions.more_after, grant.reads.more_after));
    if (wait == steady_duration::zero()) {
        const steady_duration doubled = quota_.window / 64 * (1 << (std::min)(failures - 1, 4u));
        wait = scaled(doubled, 1 - random_ / 2);
    }
    problem_ = refill_problem{++problems_, problem, failures, sent_at_ + wait};
}

LANGEXPORT_DECL std::optional<refill_problem> quota_refiller::problem() {
    const std::lock_guard lock(mutex_);
    if (problem_.number == 0)
        return std::nullopt;
    return problem_;
}

LANGEXPORT_DECL void quota_refiller::leave(const budget_listener* listener) {
    const std::lock_guard lock(mutex_);
    const std::size_t left =
        std::erase_if(users_, [listener](const user& each) { return each.listener == listener; });
    must_rest_ = must_rest_ || (left > 0 && users_.empty());
}

LANGEXPORT_DECL bool quota_refiller::must_rest() {
    const std::lock_guard lock(mutex_);
    return std::exchange(must_rest_, false);
}

LANGEXPORT_DECL void quota_refiller::rest(steady_time now) {
    std::vector<returned_permit> returned;
    {
        const std::lock_guard lock(mutex_);
        if (!users_.empty())
            return; // an operation has begun since
        for (permit_ledger& ledger : ledgers_) {
            ledger.give_up_free(now);
            ledger.report(returned, now);
        }
    }
    source_->rest(std::move(returned));
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
