#ifndef LANGEXPORT_DETAIL_ENGINE_IMPL_QUOTA_REFILLER_IPP
#define LANGEXPORT_DETAIL_ENGINE_IMPL_QUOTA_REFILLER_IPP

#include <langexport/detail/engine/quota_refiller.hpp>

#include <algorithm>
#include <atomic>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

// The response of the source to one refill. A source that destroys it without a call has failed.
class quota_refiller::response {
public:
    explicit response(std::weak_ptr<quota_refiller> refiller) noexcept
        : refiller_(std::move(refiller)) {}
    response(const response&) = delete;
    response& operator=(const response&) = delete;
    ~response() { deliver(nullptr, quota_grant(), true); }

    // Further calls have no effect.
    void deliver(const std::exception_ptr& problem, const quota_grant& grant, bool is_dropped) {
        if (was_delivered_.exchange(true))
            return;
        if (const auto refiller = refiller_.lock())
            refiller->on_response(problem, grant, is_dropped || problem);
    }

private:
    const std::weak_ptr<quota_refiller>
        refiller_; // the source, which the refiller owns, may keep this object forever
    std::atomic<bool> was_delivered_ = false;
};

LANGEXPORT_DECL quota_refiller::quota_refiller(const quota_params& quota,
                                               std::shared_ptr<quota_source> source)
    : quota_(quota), source_(std::move(source)), permits_(quota) {}

LANGEXPORT_DECL std::size_t quota_refiller::free(request_kind kind, steady_time now) {
    const std::lock_guard lock(mutex_);
    return permits_.free(kind, now);
}

LANGEXPORT_DECL budget_stats quota_refiller::usage(request_kind kind, steady_time now) {
    const std::lock_guard lock(mutex_);
    return permits_.usage(kind, now);
}

LANGEXPORT_DECL std::optional<permit_id> quota_refiller::acquire(request_kind kind,
                                                                 steady_time now) {
    const std::lock_guard lock(mutex_);
    return permits_.acquire(kind, now);
}

LANGEXPORT_DECL void quota_refiller::give_back(request_kind kind, const permit_id& permit,
                                               steady_time now) {
    const std::lock_guard lock(mutex_);
    permits_.give_back(kind, permit, now);
}

LANGEXPORT_DECL void quota_refiller::throttle_until(request_kind kind, steady_time until) {
    const std::lock_guard lock(mutex_);
    permits_.throttle_until(kind, until);
}

LANGEXPORT_DECL void quota_refiller::throttled(request_kind kind, steady_time until) {
    const std::lock_guard lock(mutex_);
    permits_.throttled(kind, until);
}

LANGEXPORT_DECL void quota_refiller::add_waiting(int number) {
    const std::lock_guard lock(mutex_);
    permits_.add_waiting(number);
}

LANGEXPORT_DECL poll_supply quota_refiller::supply(steady_time now) {
    const std::lock_guard lock(mutex_);
    return permits_.supply(now);
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
    const due_requests all = all_due();
    const steady_time next = permits_.next_at(all, now);
    if (is_refilling_)
        return {next};
    const steady_time at = (std::max)(permits_.refill_at(all, now), problem_.next);
    if (at > now)
        return {(std::min)(at, next)};
    // The client that was told to call `start` may be on an execution context that no longer runs.
    const steady_duration patience = quota_.window;
    if (requested_at_ && now < *requested_at_ + patience)
        return {(std::min)(*requested_at_ + patience, next)};
    requested_at_ = now;
    return {(std::min)(now + patience, next), true};
}

LANGEXPORT_DECL due_requests quota_refiller::all_due() const noexcept {
    due_requests all{};
    for (const user& each : users_)
        for (std::size_t kind = 0; kind < request_kinds; ++kind)
            for (std::size_t line = 0; line < request_priorities; ++line)
                all[kind][line] += each.due[kind][line];
    return all;
}

LANGEXPORT_DECL void quota_refiller::start(steady_time now, double random) {
    quota_demand demand;
    {
        const std::lock_guard lock(mutex_);
        requested_at_.reset();
        if (is_refilling_ || users_.empty())
            return;
        is_refilling_ = true;
        random_ = random;
        demand = permits_.demand(all_due(), now);
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
        permits_.apply(grant);
        if (has_failed)
            note_failure(problem, grant);
        else {
            permits_.demand_arrived();
            problem_ = refill_problem();
        }
        for (const user& each : users_)
            if (auto listener = each.reach.lock())
                listeners.push_back(std::move(listener));
    }
    for (const auto& each : listeners)
        each->budget_has_changed();
}

LANGEXPORT_DECL void quota_refiller::note_failure(const std::exception_ptr& problem,
                                                  const quota_grant& grant) {
    permits_.take_back();
    const std::uint32_t failures = problem_.failures + 1;
    steady_duration wait =
        bounded((std::max)(grant.submissions.more_after, grant.reads.more_after));
    if (wait == steady_duration::zero()) {
        const steady_duration doubled = quota_.window / 64 * (1 << (std::min)(failures - 1, 4u));
        wait = scaled(doubled, 1 - random_ / 2);
    }
    problem_ = refill_problem{++problems_, problem, failures, permits_.sent_at() + wait};
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
        returned = permits_.give_up(now);
    }
    source_->rest(std::move(returned));
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
