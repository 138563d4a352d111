#ifndef LANGEXPORT_DETAIL_ENGINE_IMPL_OPERATION_TABLE_IPP
#define LANGEXPORT_DETAIL_ENGINE_IMPL_OPERATION_TABLE_IPP

#include <langexport/detail/engine/engine_parts.hpp>
#include <langexport/detail/engine/operation_table.hpp>

#include <algorithm>
#include <chrono>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

LANGEXPORT_DECL void export_operation::fire(steady_time now) {
    table_->on_entry_due(*this, now);
}

// Called when the poll will be due soon and the quota allows none before. The poll is scheduled together with those
// that are already due, which saves a wake-up.
LANGEXPORT_DECL void export_operation::fire_early(steady_time now) {
    const bool waits_for_poll = progress().next == request_kind::status && !active_connection &&
                                !is_waiting() && due < expiry(progress());
    if (waits_for_poll)
        table_->schedule_early(*this, now);
}

// Returns the age of a job, limited to the range from 0 to a day. Longer ages have the same effect, and a wrong clock
// could produce one that exceeds the range of a duration.
inline steady_duration age_of(const export_job& job, system_time now) {
    const auto oldest = now - std::chrono::hours(24);
    return std::chrono::duration_cast<steady_duration>(now -
                                                       std::clamp(job.submitted(), oldest, now));
}

LANGEXPORT_DECL void operation_table::admit(operation_ptr operation, steady_duration time_limit,
                                            std::uint32_t begun_after_forks) {
    if (parts_.shutdown.is_shutting_down())
        return;
    if (operation->progress().plan.kind == operation_kind::operations)
        return list(operation, begun_after_forks);
    export_operation& o = *operation;
    const steady_time now = parts_.timers.now();
    o.started = now;
    o.self = operation;
    operations_.push_back(o);
    ++parts_.counts.pending;
    if (parts_.counts.pending.get() == 1) {
        parts_.hold_work();
        parts_.pool_cleaner.sweep(now);
    }
    if (o.progress().plan.kind == operation_kind::drained)
        return parts_.shutdown.begin_drain(operation, time_limit);
    ++parts_.counts.started;
    o.id = parts_.counts.started.get();
    parts_.token_requester.reject_secrets_in_request(o);
    if (function_runner* const functions = o.functions())
        functions->begin(o, parts_);
    std::optional<steady_duration> job_age;
    if (!o.job().empty())
        job_age = age_of(o.job(), parts_.timers.system_now());
    o.state.admit(now, time_limit, job_age);
    if (o.has_failed()) {
        ++parts_.counts.failed;
        return parts_.completion.complete(operation);
    }
    if (o.failure() && o.failure()->rejected)
        return parts_.completion.fail(operation, *o.failure()->rejected);
    if (begun_after_forks != parts_.shutdown.forks())
        return parts_.shutdown.end_in_child(operation);
    if (parts_.shutdown.is_closed() || parts_.shutdown.is_draining())
        return parts_.completion.fail(operation, errc::client_closed);
    if (parts_.counts.pending.get() > parts_.settings.params.max_pending)
        return parts_.completion.fail(operation, errc::queue_full);
    parts_.notify.queued(o, parts_.scheduler.size(o.progress().next));
    if (o.source())
        return parts_.source_checker.begin(operation);
    schedule(o, now);
    parts_.assigner.assign_requests();
}

inline operation_state state_of(const export_operation& operation) noexcept {
    const function_runner* const functions = operation.functions();
    if (functions && functions->is_storing())
        return operation_state::storing;
    switch (operation.progress().next) {
    case request_kind::listing:
        return operation_state::listing;
    case request_kind::result:
        return operation_state::downloading;
    case request_kind::submission:
        return operation.active_connection ? operation_state::submitting : operation_state::queued;
    case request_kind::status:
        break;
    }
    const bool was_sent = operation.first_sent != steady_time();
    return was_sent ? operation_state::running : operation_state::queued;
}

LANGEXPORT_DECL operation_table::pending_list::const_iterator
operation_table::first_after(std::uint64_t id) const {
    auto it = operations_.begin();
    if (const operation_ptr last = last_listed_.lock(); last && last->self && last->id <= id)
        it = operations_.iterator_to(*last);
    while (it != operations_.end() && it->id <= id)
        ++it;
    return it;
}

LANGEXPORT_DECL void operation_table::list(const operation_ptr& listing,
                                           std::uint32_t begun_after_forks) {
    operation_result& result = listing->result();
    if (begun_after_forks == parts_.shutdown.forks())
        result.page = page_of(result.query);
    else
        result.error = std::make_exception_ptr(
            export_error(make_error_code(errc::client_closed), diagnostics()));
    parts_.completion.invoke_handler(listing);
}

LANGEXPORT_DECL operation_page operation_table::page_of(const operation_query& query) {
    const steady_time now = parts_.timers.now();
    operation_page page;
    for (auto it = first_after(query.after); it != operations_.end(); ++it) {
        if (it->id == 0)
            continue; // drains are not listed
        page.has_more = page.operations.size() == query.limit;
        if (page.has_more)
            break;
        operation_info& info = page.operations.emplace_back();
        info.id = it->id;
        info.tag = it->tag();
        info.state = state_of(*it);
        info.job = it->copy_of_job();
        info.project_name =
            it->submission() ? it->submission()->project_name : info.job.project_name();
        info.kind = it->progress().plan.job;
        info.age = now - it->started;
        last_listed_ = it->self;
    }
    return page;
}

LANGEXPORT_DECL operation_table::operation_ptr
operation_table::remove(const operation_ptr& operation) {
    operation_ptr leaving = std::move(operation->self);
    leaving->clear();
    unschedule(*leaving);
    leaving->pending_hook.unlink();
    parts_.quota.track_polling(*leaving, false);
    --parts_.counts.pending;
    return leaving;
}

LANGEXPORT_DECL void operation_table::cancel(const operation_ptr& operation,
                                             asio::cancellation_type type) {
    export_operation& o = *operation;
    if (!o.self)
        return; // it ended before this function was called
    if (o.is_committing) {
        o.must_not_retry = true;
        return; // the commit decides how the operation ends
    }
    const export_progress& progress = o.progress();
    if (progress.plan.kind == operation_kind::drained)
        return parts_.shutdown.end_all();
    // Total cancellation promises that the service has done nothing, so it is ignored once a submission may have been
    // sent.
    const bool at_once =
        (type & (asio::cancellation_type::terminal | asio::cancellation_type::partial)) !=
        asio::cancellation_type::none;
    const bool submits = progress.next == request_kind::submission;
    const bool nothing_sent = submits ? !may_be_submitted(o) : progress.submits == 0;
    if (!at_once && !nothing_sent)
        return;
    parts_.completion.fail(operation, errc::cancelled);
    parts_.assigner.assign_requests(); // a download may have ended, so that another one can start
}

LANGEXPORT_DECL void operation_table::cancel_group(const operation_group* group) {
    const auto found = find([&](const export_operation& o) { return o.group() == group; });
    for (const operation_ptr& operation : found)
        cancel(operation, asio::cancellation_type::terminal);
}

LANGEXPORT_DECL void operation_table::schedule(export_operation& operation, steady_time due) {
    const steady_time now = parts_.timers.now();
    const steady_time end = expiry(operation.progress());
    const steady_time rounded_end = end == (steady_time::max)() ? end : round_up(end);
    const request_kind next = operation.progress().next;
    parts_.quota.track_polling(operation, next == request_kind::status);
    operation.due = due;
    if (due <= now) {
        parts_.scheduler.add(operation, next);
        count_queued();
        parts_.timers.set(operation, rounded_end);
    } else {
        // Packing and unpacking takes time, too.
        constexpr std::chrono::milliseconds short_wait(50);
        if (due - now > short_wait)
            operation.pack(link_pattern_);
        parts_.timers.set(operation, (std::min)(due, rounded_end));
    }
}

LANGEXPORT_DECL void operation_table::schedule_early(export_operation& operation, steady_time now) {
    const steady_time due = operation.due;
    schedule(operation, now);
    operation.due = due;
}

LANGEXPORT_DECL void operation_table::unschedule(export_operation& operation) noexcept {
    parts_.scheduler.remove(operation);
    count_queued();
}

LANGEXPORT_DECL void operation_table::schedule_those_without_token() {
    const steady_time now = parts_.timers.now();
    for (export_operation& operation : operations_)
        if (operation.lacked_secret && !operation.is_waiting())
            schedule(operation, now);
}

LANGEXPORT_DECL void operation_table::count_queued() noexcept {
    for (const request_kind kind : every_request_kind)
        parts_.counts.queued[static_cast<std::size_t>(kind)].set(parts_.scheduler.size(kind));
}

LANGEXPORT_DECL void operation_table::on_entry_due(export_operation& operation, steady_time now) {
    const export_progress& progress = operation.progress();
    if (progress.plan.kind == operation_kind::drained)
        return parts_.shutdown.end_all();
    if (now >= progress.deadline)
        return parts_.completion.fail(operation.self, errc::deadline_exceeded);
    if (now >= progress.job_deadline) {
        // As long as only the quota delays the poll, the job's time limit does not end the operation.
        if (!parts_.quota.holds_back(operation, parts_.scheduler, now))
            return parts_.completion.fail(operation.self, errc::job_timed_out);
        return parts_.timers.set(operation, round_up(progress.deadline));
    }
    if (!operation.is_waiting())
        schedule(operation, operation.due);
}

LANGEXPORT_DECL void operation_table::await_calls(const operation_ptr& operation) {
    awaiting_calls_.push_back(operation);
}

LANGEXPORT_DECL void operation_table::calls_have_returned(const operation_ptr& operation) {
    std::erase(awaiting_calls_, operation);
}

LANGEXPORT_DECL std::vector<operation_table::operation_ptr>
operation_table::take_awaiting_calls() noexcept {
    return std::exchange(awaiting_calls_, {});
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
