#ifndef LANGEXPORT_DETAIL_ENGINE_IMPL_ENGINE_IPP
#define LANGEXPORT_DETAIL_ENGINE_IMPL_ENGINE_IPP

#include <langexport/detail/engine/engine.hpp>
#include <langexport/detail/transport/network_opener.hpp>
#include <langexport/detail/transport/tls_context.hpp>

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/execution/context.hpp>
#include <boost/asio/execution/outstanding_work.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>

#include <algorithm>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

// The rest of an answer that nobody waits for has so long to come; then the connection is closed.
inline constexpr std::chrono::seconds longest_drain{1};

LANGEXPORT_DECL void record::ring(steady_time now) {
    owner_->rang(*this, now);
}

// A poll that comes due while none can leave joins those that are due already; no wake-up of its own.
LANGEXPORT_DECL void record::ring_early(steady_time now) {
    const bool waits_for_poll = progress.next == request_kind::status && !carrier &&
                                !is_waiting() && due < expiry(progress);
    if (waits_for_poll)
        owner_->queue_early(*this, now);
}

// From 0 to a day: what is older is just old, and may be so old that it cannot be counted.
inline steady_duration age_of(const export_job& job) {
    const auto now = std::chrono::system_clock::now();
    const auto oldest = now - std::chrono::hours(24);
    return std::chrono::duration_cast<steady_duration>(now -
                                                       std::clamp(job.submitted(), oldest, now));
}

inline std::vector<origin> parse_backends(const client_params& params) {
    std::vector<origin> result;
    for (const std::string& backend : params.gateway_backends) {
        split_url parts;
        std::string why;
        if (parse_url(backend, parts, why))
            result.push_back(std::move(parts.origin));
    }
    return result;
}

// Without the observer, who may own the client, and may be replaced: it is kept in one place alone.
inline client_params checked(client_params params) {
    validate(params);
    params.observer.reset();
    return params;
}

LANGEXPORT_DECL engine::engine(asio::any_io_executor executor, client_params params,
                               std::shared_ptr<shared_budget> budget)
    : base_(std::move(executor)), erased_base_(base_), strand_(asio::make_strand(base_)),
      params_(checked(params)),
      endpoint_(endpoint::parse(params.endpoint, params.allow_insecure_http)),
      backends_(parse_backends(params)),
      requests_(endpoint_.origin().authority(), params_.application_id),
      alarms_([this] { set_timer(); }), timer_(strand_), retries_(params_.retry),
      budget_(std::move(budget)), tokens_(params_.credential, params_.retry),
      notify_(params.observer, counters_, tokens_),
      planner_(params_.max_connections, params_.retry), pool_(params_, notify_) {
    std::shared_ptr<tls_context> tls;
    if (endpoint_.origin().is_secure && !params_.ca_file.empty()) {
        std::string why;
        error_code shortage; // then the first connection tries again
        tls = make_tls_context(params_.ca_file, why, shortage);
        if (!tls && !shortage)
            throw_error(errc::invalid_configuration, "client_params::ca_file: " + why);
    }
    const opening_timeouts timeouts{params_.resolve_timeout, params_.connect_timeout,
                                    params_.handshake_timeout};
    opener_ = std::make_unique<network_opener>(strand_, endpoint_.origin(), timeouts,
                                               std::move(tls), params_.ca_file);
}

LANGEXPORT_DECL std::shared_ptr<engine> engine::make(asio::any_io_executor executor,
                                                     client_params params,
                                                     std::shared_ptr<shared_budget> budget) {
    if (!executor)
        throw_error(errc::invalid_configuration, "the executor of the client is empty");
    auto& context = asio::query(executor, asio::execution::context);
    if (!budget) {
        validate(params);
        const std::string origin =
            endpoint::parse(params.endpoint, params.allow_insecure_http).origin().to_string();
        budget = asio::use_service<budget_registry>(context).find_or_make(origin, params.quota);
    }
    auto made = std::make_shared<engine>(executor, std::move(params), budget);
    asio::use_service<shutdown_registry>(context).add(made);
    return made;
}

LANGEXPORT_DECL void engine::start(record_ptr r) {
    // The slot's handler runs where the caller cancels, at any time: it holds on to nothing.
    auto slot = asio::get_associated_cancellation_slot(r->handler);
    if (slot.is_connected())
        slot.assign([to = weak_from_this(),
                     which = std::weak_ptr<record>(r)](asio::cancellation_type type) {
            const auto self = to.lock();
            if (!self)
                return;
            self->on_strand([self, which, type] {
                if (const auto found = which.lock())
                    self->cancel(found, type);
            });
        });
    // As a rule it is the client's own, which the client keeps from running out of work.
    const asio::any_completion_executor where = asio::get_associated_executor(r->handler, base_);
    if (where != erased_base_)
        r->work = std::make_unique<asio::any_completion_executor>(
            asio::prefer(where, asio::execution::outstanding_work.tracked));
    on_strand([self = shared_from_this(), r = std::move(r), forks = forks_.load()] {
        self->admit(r, forks);
    });
}

LANGEXPORT_DECL void engine::close() {
    if (!is_going_down_)
        on_strand([self = shared_from_this()] { self->shut_down(); });
}

LANGEXPORT_DECL void engine::set_observer(std::shared_ptr<observer> who) {
    on_strand([self = shared_from_this(), who = std::move(who)] { self->notify_.replace(who); });
}

LANGEXPORT_DECL void engine::on_strand(task_function what) {
    asio::post(strand_, std::move(what));
}

LANGEXPORT_DECL void engine::admit(record_ptr r, std::uint32_t begun_after_forks) {
    if (is_going_down_)
        return;
    const steady_time now = steady_now();
    r->started = now;
    r->self = r;
    pending_.push_back(*r);
    ++counters_.pending;
    if (counters_.pending.get() == 1) {
        work_ = asio::prefer(base_, asio::execution::outstanding_work.tracked);
        sweep(now);
    }
    if (r->progress.aim == goal::drained)
        return begin_drain(r);
    reject_secrets_in_request(*r);
    export_progress& progress = r->progress;
    if (!r->job.empty())
        begin_with_job(progress, progress.next, now, age_of(r->job));
    if (r->has_failed())
        return complete(r);
    if (r->last_trouble && r->last_trouble->refused)
        return fail(r, *r->last_trouble->refused);
    if (begun_after_forks != forks_)
        return end_in_child(r);
    if (is_closed_ || is_draining_)
        return fail(r, errc::client_closed);
    if (counters_.pending.get() > params_.max_pending)
        return fail(r, errc::queue_full);
    if (progress.deadline != (steady_time::max)())
        progress.deadline = now + progress.deadline.time_since_epoch();
    notify_.queued(*r, scheduler_.size(r->progress.next));
    queue(*r, now);
    pump();
}

LANGEXPORT_DECL void engine::carry_out(const record_ptr& r, const decision& what) {
    switch (what.what) {
    case action::send:
        if (is_draining_ && r->progress.next == request_kind::submission)
            return end_by_drain(r);
        return queue(*r, what.at);
    case action::succeed:
        return succeed(r);
    case action::fail:
        return fail(r, what.code);
    }
}

LANGEXPORT_DECL void engine::cancel(const record_ptr& r, asio::cancellation_type type) {
    if (!r->self)
        return; // it has ended meanwhile
    if (r->is_committing) {
        r->must_not_retry = true;
        return; // it ends with the commit
    }
    if (r->progress.aim == goal::drained)
        return end_all();
    // Total: only as long as nothing can have happened at the service.
    const bool at_once =
        (type & (asio::cancellation_type::terminal | asio::cancellation_type::partial)) !=
        asio::cancellation_type::none;
    const bool submits = r->progress.next == request_kind::submission;
    const bool nothing_sent =
        submits ? !r->carrier && r->progress.submission == submission_state::not_sent
                : r->progress.submits == 0;
    if (!at_once && !nothing_sent)
        return;
    fail(r, errc::cancelled);
    pump(); // it may have stood in the way of another one's download
}

// The record leaves the connection that carries its request.
LANGEXPORT_DECL void engine::detach(record& r) {
    learn_early(r);
    connection* c = std::exchange(r.carrier, nullptr);
    if (!c)
        return;
    if (c->kind == request_kind::result)
        --downloads_;
    c->x.is_abandoned = true;
    if (r.sink)
        r.sink->let_go();
    if (c->kind == request_kind::submission) {
        // In the air: its answer is read to the end, for it may tell of a job.
        c->late_project = r.project_name();
        c->late_group = r.group;
        if (r.progress.submission != submission_state::confirmed)
            r.progress.submission = submission_state::unconfirmed;
        ++r.progress.submits;
    }
    if (c->kind != request_kind::submission || r.progress.submission == submission_state::confirmed)
        c->begin_attempt(steady_now() + longest_drain, errc::attempt_timeout);
    c->work.reset();
}

LANGEXPORT_DECL void engine::fail(const record_ptr& r, errc code) {
    const record_ptr keep = r;
    detach(*keep);
    const export_error error(make_error_code(code), describe(*keep));
    if (is_draining_ && code != errc::client_closed)
        ++drained_.failed;
    notify_.failed(*keep, error);
    keep->result().error = std::make_exception_ptr(error);
    complete(keep);
}

LANGEXPORT_DECL void engine::succeed(const record_ptr& r) {
    if (r->sink && !r->is_committing)
        return commit(r);
    if (is_draining_)
        ++drained_.finished;
    notify_.finished(*r, steady_now());
    if (r->progress.aim == goal::projects)
        r->result().projects = std::move(r->listing->projects);
    if (r->known_status())
        r->result().status = std::move(r->status());
    r->result().job = std::move(r->job);
    r->result().submits = r->progress.submits;
    r->result().polls = r->progress.polls;
    r->result().queue_time = r->first_sent - r->started;
    r->result().run_time = steady_now() - r->first_sent;
    complete(r);
}

// The record leaves the engine.
LANGEXPORT_DECL void engine::complete(const record_ptr& r) {
    record_ptr leaving = std::move(r->self);
    leaving->clear();
    leave_ready(*leaving);
    leaving->pending_hook.unlink();
    count_waiting(*leaving, false);
    --counters_.pending;
    if (!leaving->sink || !leaving->sink->is_busy())
        tell(std::move(leaving));
    else {
        leaving_.push_back(leaving);
        leaving->sink->when_free([self = shared_from_this(), leaving] {
            std::erase(self->leaving_, leaving);
            self->tell(leaving);
        });
    }
    see_if_drained();
    rest_if_idle();
}

LANGEXPORT_DECL void engine::shut_down() {
    is_closed_ = true;
    end_all();
    leave_lines({}); // what is still committing needs no request
    sweep(steady_now());
    rest_if_idle();
}

LANGEXPORT_DECL void engine::context_is_going_down() noexcept {
    is_going_down_ = is_closed_ = true;
    std::vector<record_ptr> all = std::move(leaving_);
    for (record& r : pending_)
        all.push_back(std::move(r.self));
    drains_.clear();
    for (const connection_ptr& c : pool_.all())
        c->late_group.reset();
    for (const record_ptr& r : all) {
        count_waiting(*r, false);
        r->clear();
        leave_ready(*r);
        r->pending_hook.unlink();
    }
    leave_lines({}); // clients on other contexts may stand behind
    // May destroy callers, and with them clients, and so come back here: nothing is half done.
    for (const record_ptr& r : all) {
        if (r->sink)
            r->sink->abandon();
        r->handler = nullptr;
        r->group.reset();
    }
    opener_->forget();
    work_ = asio::any_io_executor();
}

LANGEXPORT_DECL void engine::set_timer() {
    const steady_time next = alarms_.next();
    if (next >= timer_set_to_)
        return; // it will ring before, and look again
    timer_set_to_ = next;
    timer_.expires_at(next);
    timer_.async_wait(done_function([weak = weak_from_this()](error_code ec) {
        const auto self = weak.lock();
        if (self && !ec)
            self->woke();
    }));
}

LANGEXPORT_DECL void engine::woke() {
    ++counters_.wake_ups;
    timer_set_to_ = (steady_time::max)();
    alarms_.ring_due(steady_now());
    pump();
    if (alarms_.next() != (steady_time::max)())
        set_timer();
}

LANGEXPORT_DECL void engine::budget_has_changed() {
    if (!is_going_down_)
        on_strand([self = shared_from_this()] { self->pump(); });
}

LANGEXPORT_DECL client_stats engine::stats() const {
    client_stats result = counters_.read();
    const steady_time now = steady_now();
    result.submissions = budget_->look_at(request_kind::submission, now);
    result.reads = budget_->look_at(request_kind::status, now);
    return result;
}

// An idle client holds no work: its context may return from run().
LANGEXPORT_DECL void engine::rest_if_idle() {
    if (counters_.pending.get() == 0) {
        work_ = asio::any_io_executor();
        for (const connection_ptr& c : pool_.all()) {
            const bool is_drained = c->doing == connection::activity::busy && c->x.is_abandoned &&
                                    c->kind != request_kind::submission;
            if (is_drained || c->doing == connection::activity::opening)
                c->give_up();
        }
        reopening_.clear();
        asking_again_.clear();
        token_overdue_.clear();
        leave_lines({});
        if (!may_sweep())
            sweeping_.clear();
    }
    if (alarms_.next() == (steady_time::max)() && timer_set_to_ != (steady_time::max)()) {
        timer_set_to_ = (steady_time::max)();
        timer_.cancel();
    }
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
