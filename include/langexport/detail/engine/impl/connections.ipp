#ifndef LANGEXPORT_DETAIL_ENGINE_IMPL_CONNECTIONS_IPP
#define LANGEXPORT_DETAIL_ENGINE_IMPL_CONNECTIONS_IPP

#include <langexport/detail/engine/engine.hpp>

#include <boost/asio/co_spawn.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

// Downloads never take all connections: polls and submissions keep going.
LANGEXPORT_DECL std::size_t engine::free_downloads(steady_time now) const noexcept {
    const std::size_t most = planner_.most_downloads(now);
    return most - (std::min)(most, downloads_);
}

// How many requests of a kind could leave now, were they all due.
LANGEXPORT_DECL std::size_t engine::allowed(request_kind kind, steady_time now) const {
    const std::size_t connections =
        kind == request_kind::result ? free_downloads(now) : params_.max_connections;
    return (std::min)(connections, budget_->free(kind, now));
}

// How many requests that are due could leave now; no more are counted than there may be connections.
LANGEXPORT_DECL std::size_t engine::number_ready() const {
    if (!has_credential())
        return 0;
    const steady_time now = steady_now();
    const std::size_t number =
        scheduler_.number_sendable([&](request_kind kind) { return allowed(kind, now); });
    return (std::min)(number, params_.max_connections);
}

// Where requests are due that the budget holds back, it is looked again when it may let one go.
LANGEXPORT_DECL void engine::wait_for_budget(steady_time now) {
    steady_time next = (steady_time::max)();
    std::array<bool, 2> is_held{}; // GETs, POSTs
    for (const request_kind which : every_request_kind) {
        if (scheduler_.size(which) == 0 || budget_->free(which, now) > 0)
            continue;
        const steady_time free = budget_->wait(which, now, shared_from_this());
        stands_in_line_[which == request_kind::submission] = true;
        is_held[which == request_kind::submission] = true;
        if (which == request_kind::status && free != (steady_time::max)())
            alarms_.ring_early(now, free);
        next = (std::min)(next, free);
    }
    leave_lines(is_held);
    alarms_.set(budget_again_, next == (steady_time::max)() ? next : round_up(next));
}

// Of the budget, but for those in which it still has to stand.
LANGEXPORT_DECL void engine::leave_lines(const std::array<bool, 2>& but) {
    budget_again_.clear();
    for (const auto which : {request_kind::status, request_kind::submission}) {
        const std::size_t line = which == request_kind::submission;
        if (!but[line] && std::exchange(stands_in_line_[line], false))
            budget_->leave(which, this);
    }
}

// Jobs that are waited for share the polls that the quota leaves.
LANGEXPORT_DECL void engine::count_waiting(record& r, bool is_waited_for) {
    if (r.is_waited_for != is_waited_for)
        budget_->add_waiting(is_waited_for ? 1 : -1);
    r.is_waited_for = is_waited_for;
}

// Sees to it that requests that are due have connections on their way to them, and no more than that.
LANGEXPORT_DECL void engine::pump() {
    if (is_closed_)
        return;
    request_token_if_needed();
    wait_for_budget(steady_now());
    const pool_plan plan = planner_.plan(pool_.state(), number_ready(), steady_now());
    for (std::size_t started = 0; started < plan.start; ++started)
        wake(pool_.idle_connection());
    if (plan.plan_again != (steady_time::max)())
        alarms_.set(reopening_, plan.plan_again);
    if (!plan.opens)
        return;
    const auto opened = std::make_shared<connection>(alarms_, *opener_);
    pool_.add(opened);
    wake(opened);
    opened->doing = connection::activity::opening;
}

LANGEXPORT_DECL void engine::wake(const connection_ptr& c) {
    c->doing = connection::activity::woken;
    auto self = shared_from_this();
    asio::co_spawn(strand_, serve(self, c),
                   [self, c](std::exception_ptr thrown) { self->served(c, thrown); });
}

// One connection at work: as long as requests are due it carries one after the other.
LANGEXPORT_DECL task<void> engine::serve(std::shared_ptr<engine> self, connection_ptr c) {
    for (record* next = self->next_ready(); next; next = self->next_ready()) {
        const steady_time now = steady_now();
        if (!self->pool_.is_usable_for(*c, next->progress.next, now)) {
            if (self->pool_.is_opening_other_than(c.get()))
                break; // one at a time; when that has ended it is seen who else needs one
            c->doing = connection::activity::opening;
            co_await self->opener_->open(*c, c->link);
            if (c->link.is_given_up) {
                c->doing = connection::activity::woken;
                continue; // no fault of the network's, and by now somebody else may need it
            }
            if (c->link.failure) {
                self->opening_failed(*c);
                break;
            }
            self->opened(*c, now);
            continue; // whom it was opened for may be gone
        }
        if (!self->budget_->take(next->progress.next, now, self.get()))
            continue; // another client was quicker
        self->take(*c, *next, now);
        co_await run_exchange(*c->link.stream, *c, c->x, self->limits_for(*c));
        self->answered(*c);
        if (self->pool_.all().size() > self->planner_.most(steady_now()))
            break; // another one can have its descriptor
    }
}

// The coroutine has ended; the stream, if it is good for more, lies in the pool.
LANGEXPORT_DECL void engine::served(const connection_ptr& c, const std::exception_ptr& thrown) {
    c->rest();
    const auto did = std::exchange(c->doing, connection::activity::idle);
    c->has_rested = true;
    // Out of memory, or a mistake of ours: the caller has to hear of it either way.
    if (thrown && did == connection::activity::opening) {
        c->link.stream.reset();
        c->link.failure = exchange_failure{
            errc::connection_failed, "an exception inside the library", code_of(thrown), thrown};
        opening_failed(*c);
        c->doing = connection::activity::idle;
    } else if (thrown) {
        if (did == connection::activity::busy)
            --counters_.in_flight;
        pool_.close(*c, close_reason::after_failure, steady_now());
        if (const record_ptr r = c->work) {
            remember_trouble(*r, *c, "an exception inside the library", {});
            fail(r, errc::connection_failed);
        }
    }
    const steady_time now = steady_now();
    if (is_closed_)
        pool_.close(*c, close_reason::client_closed, now);
    if (pool_.put_back(c, planner_.most(now), now))
        sweep_by(pool_.stale_at(*c));
    pump();
    rest_if_idle();
}

// Without work the timer of an idle client would keep its context from returning.
LANGEXPORT_DECL bool engine::may_sweep() const noexcept {
    return !is_closed_ && (counters_.pending.get() > 0 || params_.watch_idle_connections);
}

LANGEXPORT_DECL void engine::sweep(steady_time now) {
    sweeping_.clear();
    if (is_closed_)
        pool_.close_idle(close_reason::client_closed, now);
    else
        sweep_by(pool_.close_stale(now));
}

// A sink has no descriptor left for its file: those of idle connections are needed, and one more.
LANGEXPORT_DECL void engine::make_room_for_file() {
    const steady_time now = steady_now();
    planner_.lacked_descriptor(pool_.number_open(), false, now);
    pool_.close_idle(close_reason::aged, now);
}

LANGEXPORT_DECL void engine::sweep_by(steady_time at) {
    at = round_up(at);
    if (may_sweep() && (!sweeping_.is_set() || at < sweeping_.rings_at()))
        alarms_.set(sweeping_, at);
}

// The next request that is due and allowed: results, then submissions, then polls.
LANGEXPORT_DECL record* engine::next_ready() {
    if (!has_credential())
        return nullptr;
    const steady_time now = steady_now();
    const auto most = [&](request_kind kind) { return allowed(kind, now); };
    while (scheduled_request* next = scheduler_.next(most)) {
        record& r = record_of(*next);
        if (r.due <= steady_now())
            return &r;
        // It was to wait for the quota here until then, which has come free before.
        leave_ready(r);
        queue(r, r.due);
    }
    return nullptr;
}

LANGEXPORT_DECL void engine::take(connection& c, record& r, steady_time now) {
    const auto kind = static_cast<std::size_t>(r.progress.next);
    scheduler_.start(r);
    count_queued();
    if (r.first_sent == steady_time())
        r.first_sent = now;
    ++counters_.in_flight;
    ++counters_.sent[kind];
    if (r.progress.next == request_kind::status)
        counters_.poll_left((std::max)(now - r.due, steady_duration::zero()));
    c.doing = connection::activity::busy;
    c.slot = budget_slot(budget_, r.progress.next, now);
    c.work = r.self;
    r.carrier = &c;
    r.lacked_secret = false;
    c.kind = r.progress.next;
    c.x.reset();
    if (c.kind == request_kind::result) {
        ++downloads_;
        c.x.expected = expectation_of(r);
        c.x.taker = r.sink;
        if (r.sink)
            r.sink->begin_attempt();
    }
    c.x.is_secure = endpoint_.origin().is_secure;
    c.client_request_id = random_.uuid();
    c.secret_shown = tokens_.generation();
    request_parts parts{c.kind, r.target(), view(tokens_.header_line()), c.client_request_id};
    if (c.kind == request_kind::submission)
        parts.body = r.submission->body;
    requests_.write(c.x.request, parts);
    const bool is_result = c.kind == request_kind::result;
    c.begin_attempt(now + (is_result ? params_.result_timeout : params_.attempt_timeout),
                    errc::attempt_timeout);
}

LANGEXPORT_DECL exchange_limits engine::limits_for(const connection& c) const noexcept {
    exchange_limits limits{params_.response_timeout, params_.read_timeout,
                           params_.max_header_size,  params_.max_message_size,
                           "max_message_size",       params_.max_message_size};
    if (c.kind == request_kind::result)
        limits.min_download_rate = params_.min_download_rate;
    if (c.x.taker) {
        limits.max_body_size = params_.max_streamed_size;
        limits.body_limit_name = "max_streamed_size";
    } else if (c.kind == request_kind::result) {
        limits.max_body_size = params_.max_result_size;
        limits.body_limit_name = "max_result_size";
    }
    return limits;
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
