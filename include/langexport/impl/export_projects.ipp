#ifndef LANGEXPORT_IMPL_EXPORT_PROJECTS_IPP
#define LANGEXPORT_IMPL_EXPORT_PROJECTS_IPP

#include <langexport/detail/base/shortage.hpp>
#include <langexport/export_project.hpp>
#include <langexport/export_projects.hpp>
#include <langexport/impl/export_projects_batch.hpp>

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

// The number of items that are taken before other events are handled.
inline constexpr int most_taken_at_once = 64;

inline void batch::begin() {
    auto slot = asio::get_associated_cancellation_slot(*handler_);
    if (slot.is_connected())
        slot.assign([to = weak_from_this()](asio::cancellation_type type) {
            const auto self = to.lock();
            if (!self)
                return;
            self->add([at = self.get(), type] { at->cancel(type); }, true);
            self->post_work();
        });
    add([this] {
        try {
            validate(options_);
        } catch (const export_error& error) {
            detail_ = error.diagnostics().detail;
            stop(errc::invalid_configuration);
        }
        take_some();
    });
    post_work();
}

inline void batch::add(event next, bool is_urgent) {
    const std::lock_guard lock(mutex_);
    events_.insert(is_urgent ? events_.begin() : events_.end(), std::move(next));
}

// Posted to the client's executor first, because not every handler's executor can be posted to.
inline void batch::post_work() {
    asio::post(engine_->settings().executor, [self = shared_from_this()] {
        asio::dispatch(self->executor_, [self] { self->work_off(); });
    });
}

inline void batch::work_off() {
    const auto keep = shared_from_this();
    std::unique_lock lock(mutex_);
    if (is_working_)
        return;
    is_working_ = true;
    while (!events_.empty()) {
        const event next = std::move(events_.front());
        events_.pop_front();
        lock.unlock();
        {
            const std::lock_guard calls(calls_);
            next();
        }
        lock.lock();
    }
    is_working_ = false;
    if (has_ended_ || takes_more_ || in_flight_ > 0)
        return;
    has_ended_ = true;
    lock.unlock();
    complete();
}

inline void batch::take_some() {
    if (is_left_to_parent())
        stop(errc::client_closed);
    for (int i = 0; takes_more_ && in_flight_ < options_.max_in_flight; ++i) {
        if (i == most_taken_at_once) {
            add([this] { take_some(); });
            return post_work();
        }
        if (!take_one())
            return;
    }
}

inline bool batch::take_one() {
    std::optional<batch_item> item;
    call("reading the range", [&] { item = source_->next(); });
    if (!item) {
        summary_.is_exhausted = takes_more_;
        takes_more_ = false;
        return false;
    }
    const auto outcome = std::make_shared<batch_outcome>(std::move(*item), summary_.taken++);
    if (options_.checkpoint) {
        std::optional<batch_item> rest;
        call("the checkpoint's taken",
             [&] { rest = options_.checkpoint->taken(std::move(outcome->item)); });
        if (!rest) {
            ++(takes_more_ ? summary_.skipped : summary_.unfinished);
            return takes_more_;
        }
        outcome->item = std::move(*rest);
    }
    ++in_flight_;
    start(outcome);
    return true;
}

inline std::shared_ptr<result_sink> batch::make_sink(const batch_item& item) {
    try {
        return options_.sink_for ? options_.sink_for(item) : nullptr;
    } catch (...) {
        if (!is_shortage(sink_failure(std::current_exception()).cause))
            throw;
        return std::make_shared<late_sink>(shared_from_this(), item);
    }
}

inline std::shared_ptr<result_sink> batch::make_late(const batch_item& item) {
    const std::lock_guard calls(calls_);
    auto sink = options_.sink_for(item);
    if (!sink)
        throw std::logic_error("sink_for returned no sink when it was called again");
    return sink;
}

inline bound_target batch::make_target(const batch_item& item) {
    auto sink = make_sink(item);
    bound_target target =
        sink ? bound_target(operation_target(std::move(sink))) : operation_kind::document;
    target.executor = call_executor_;
    return target;
}

inline std::exception_ptr sink_error(const batch_item& item, std::exception_ptr cause) {
    diagnostics known;
    known.project_name = item.request.project_name;
    known.tag = item.request.tag;
    known.doing = "exporting project";
    known.cause = std::move(cause);
    if (!item.job.empty()) {
        known.job = std::make_shared<const export_job>(item.job);
        known.submission = submission_state::confirmed;
    }
    known.detail = message_of(known.cause);
    return std::make_exception_ptr(
        export_error(make_error_code(errc::sink_failed), std::move(known)));
}

inline void batch::start(const outcome_ptr& outcome) {
    export_request request = outcome->item.request;
    if (outcome->run_time > steady_duration::zero()) { // it is the second time
        if (!request.deadline)
            request.deadline = engine_->params().deadline;
        if (request.deadline)
            request.deadline = std::max<steady_duration>(*request.deadline - outcome->queue_time -
                                                             outcome->run_time,
                                                         std::chrono::milliseconds(1));
    }
    bound_target target = operation_kind::document;
    try {
        target = make_target(outcome->item);
    } catch (...) {
        outcome->error = sink_error(outcome->item, std::current_exception());
        return finish(*outcome);
    }
    start_in_group(engine_, operation_handler(export_ended(shared_from_this(), outcome)),
                   std::move(target), request, outcome->item.job, shared_from_this());
}

// On the client's strand. Called before the result of the job, which is added later.
inline void batch::submitted(const export_job& job) {
    if (!options_.checkpoint)
        return;
    add([this, job] {
        if (is_left_to_parent())
            return;
        call("the checkpoint's submitted", [&] { options_.checkpoint->submitted(job); });
    });
    post_work();
}

// Fills an outcome from the error or the result of an export.
inline void fill(batch_outcome& outcome, operation_result& result) {
    outcome.error = std::move(result.error);
    if (const export_error* known = get_export_error(outcome.error)) {
        const diagnostics& all = known->diagnostics();
        if (all.job && all.submission == submission_state::confirmed) // else it is over
            outcome.item.job = *all.job;
        if (all.status)
            outcome.status = *all.status;
        // A name or tag that contains a secret was rejected, and this outcome goes into logs and reports.
        // (A job may have another one than its request.)
        const std::string& asked = outcome.item.request.project_name;
        const bool is_its_own =
            outcome.item.job.empty() || outcome.item.job.project_name() == asked;
        if (known->code() == make_error_code(errc::invalid_request) && !all.project_name.empty() &&
            is_its_own)
            outcome.item.request.project_name = all.project_name;
        if (known->code() == make_error_code(errc::invalid_request))
            outcome.item.request.tag = all.tag;
        outcome.operation_id = all.operation_id;
        outcome.submits += all.submits;
        outcome.polls += all.polls;
        outcome.queue_time += all.queue_time;
        outcome.run_time += all.run_time;
    } else if (!outcome.error) {
        outcome.item.job = result.job ? result.job->job : export_job();
        outcome.status = std::move(result.status);
        outcome.content_type = std::move(result.content_type);
        outcome.bytes = result.bytes;
        outcome.operation_id = result.operation_id;
        outcome.document = std::move(result.document);
        outcome.submits += result.submits;
        outcome.polls += result.polls;
        outcome.queue_time += result.queue_time;
        outcome.run_time += result.run_time;
    }
}

// Whether a job of an earlier run cannot be used: the service has deleted it, or the client does not
// follow its link.
inline bool is_job_lost(const std::exception_ptr& error) {
    const export_error* known = get_export_error(error);
    if (!known)
        return false;
    const auto is = [&](errc code) { return known->code() == make_error_code(code); };
    const bool was_sent = known->diagnostics().http_status != 0;
    return is(errc::job_not_found) || is(errc::job_expired) ||
           (!was_sent && (is(errc::foreign_origin) || is(errc::invalid_request)));
}

// Whether other exports would fail in the same way, because of the program's settings or actions.
inline bool is_callers(const std::exception_ptr& error) {
    const error_code code = code_of(error);
    return (code == condition::caller && code != make_error_code(errc::deadline_exceeded)) ||
           code == make_error_code(errc::unauthorized) || code == make_error_code(errc::forbidden);
}

inline void batch::ended(const outcome_ptr& outcome, operation_result& result) {
    const bool was_resumed = !outcome->item.job.empty() && outcome->submits == 0;
    fill(*outcome, result);
    const bool is_lost =
        outcome->error && was_resumed && outcome->submits == 0 && is_job_lost(outcome->error);
    if (is_lost && !why_ && !is_left_to_parent()) {
        outcome->item.job = export_job();
        outcome->status = export_status();
        outcome->error = nullptr;
        start(outcome);
    } else
        finish(*outcome);
    take_some();
}

inline void batch::finish(batch_outcome& outcome) {
    --in_flight_;
    count(outcome);
    if (options_.checkpoint && !is_left_to_parent())
        call("the checkpoint's finished", [&] { options_.checkpoint->finished(outcome); });
    if (options_.on_finished)
        call("on_finished", [&] { options_.on_finished(std::move(outcome)); });
}

inline void batch::count(const batch_outcome& outcome) {
    summary_.bytes += outcome.bytes;
    if (!outcome.error) {
        const bool is_partial = outcome.status.status == job_status::partially_completed;
        ++(is_partial ? summary_.partial : summary_.exported);
        return;
    }
    if (outcome.is_unfinished()) {
        ++summary_.unfinished;
        if (!outcome.item.job.empty())
            summary_.unfinished_jobs.push_back(outcome.item.job);
        if (code_of(outcome.error) == make_error_code(errc::client_closed))
            stop(errc::client_closed);
        return;
    }
    ++summary_.failed;
    if (!summary_.first_failure) {
        summary_.first_failure = outcome.error;
        summary_.first_failed = outcome.item.request.project_name;
    }
    if (options_.policy == failure_policy::stop_on_first ||
        (options_.policy == failure_policy::stop_on_caller_errors && is_callers(outcome.error)))
        takes_more_ = false;
}

inline void batch::cancel(asio::cancellation_type type) {
    using asio::cancellation_type;
    const bool is_total = (type & (cancellation_type::terminal | cancellation_type::partial)) ==
                          cancellation_type::none;
    if (is_total && summary_.taken > 0)
        return;
    if (takes_more_)
        stop(errc::cancelled);
    if ((type & cancellation_type::terminal) != cancellation_type::none)
        engine_->cancel_group(shared_from_this());
}

// Takes nothing more. Only the first reason is kept.
inline void batch::stop(errc why, std::exception_ptr cause) {
    takes_more_ = false;
    if (why_)
        return;
    why_ = why;
    cause_ = std::move(cause);
}

// Destroying the caller's objects may throw.
template <class Call>
void batch::call(const char* callee, Call function) {
    try {
        function();
    } catch (...) {
        auto thrown = std::current_exception();
        if (!why_)
            detail_ = std::string(callee) + ": " + message_of(thrown);
        stop(errc::callback_failed, std::move(thrown));
    }
}

inline std::exception_ptr batch::make_error() {
    // If the batch is cancelled after everything was taken, this is an error only if it stopped exports.
    if (!why_ && summary_.unfinished > 0)
        why_ = errc::cancelled;
    if (!why_)
        return nullptr;
    diagnostics known;
    known.doing = "exporting " + std::to_string(summary_.taken) +
                  (summary_.taken == 1 ? " project" : " projects");
    known.detail = std::move(detail_);
    known.cause = std::move(cause_);
    return std::make_exception_ptr(batch_error(make_error_code(*why_), std::move(known), summary_));
}

inline void batch::complete() {
    batch_handler handler = std::move(*handler_);
    handler_.reset();
    auto slot = asio::get_associated_cancellation_slot(handler);
    if (slot.is_connected())
        slot.clear();
    summary_.elapsed = engine_->now() - started_;
    std::exception_ptr error = make_error();
    work_ = {};
    client_work_ = {};
    // Only the checkpoint waits for the response to a submission in flight. The batch releases the
    // caller's other objects.
    source_ = nullptr;
    options_.on_finished = nullptr;
    options_.sink_for = nullptr;
    std::move(handler)(std::move(error), std::move(summary_));
}

LANGEXPORT_DECL void start_batch(const std::shared_ptr<engine>& owner, batch_handler handler,
                                 asio::any_io_executor calls, std::unique_ptr<batch_source> source,
                                 batch_options options) {
    std::make_shared<batch>(owner, std::move(handler), std::move(calls), std::move(source),
                            std::move(options))
        ->begin();
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
