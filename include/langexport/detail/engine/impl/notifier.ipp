#ifndef LANGEXPORT_DETAIL_ENGINE_IMPL_NOTIFIER_IPP
#define LANGEXPORT_DETAIL_ENGINE_IMPL_NOTIFIER_IPP

#include <langexport/detail/engine/notifier.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

LANGEXPORT_DECL notifier::notifier(std::shared_ptr<observer> first, counters& counts,
                                   const token_manager& tokens)
    : observer_(std::move(first)), counts_(counts), tokens_(tokens) {}

// Adds the members that every event of an operation has.
template <class Event>
Event event_of(const export_operation& operation, Event event) {
    event.operation_id = operation.id;
    event.tag = operation.tag();
    if constexpr (requires { event.kind; })
        event.kind = operation.progress().plan.job;
    return event;
}

// Reports news to `on_update` of the operation's request.
template <class Fill>
void update(const export_operation& operation, update_kind kind, Fill fill) {
    if (function_runner* const functions = operation.functions())
        functions->update(kind, fill);
}

LANGEXPORT_DECL void notifier::queued(const export_operation& operation, std::size_t position) {
    update(operation, update_kind::queued, [](export_update&) {});
    if (observer_ && operation.progress().plan.kind != operation_kind::projects)
        observer_->on_queued(
            event_of(operation,
                     queued_event{operation.project_name(), operation.progress().next, position}));
}

LANGEXPORT_DECL void notifier::submitting(const export_operation& operation) {
    if (observer_)
        observer_->on_submitting(event_of(operation, submitting_event{operation.project_name()}));
}

LANGEXPORT_DECL void notifier::submitted(const export_operation& operation,
                                         std::string_view request_id) {
    if (!observer_)
        return;
    const std::string shown = tokens_.redacted(std::string(request_id));
    observer_->on_submitted(event_of(operation, submitted_event{operation.job(), shown, false}));
}

LANGEXPORT_DECL void notifier::submitted_late(const late_submission& late, const export_job& job,
                                              std::string_view request_id) {
    if (!observer_)
        return;
    const std::string shown = tokens_.redacted(std::string(request_id));
    observer_->on_submitted(submitted_event{job, shown, true, late.operation_id, late.tag});
}

LANGEXPORT_DECL void notifier::stored(const export_operation& operation) {
    update(operation, update_kind::submitted,
           [&](export_update& news) { news.job = operation.job(); });
}

LANGEXPORT_DECL void notifier::polled(export_operation& operation, steady_duration next_poll) {
    update(operation, update_kind::status, [&](export_update& news) {
        const export_status& status = operation.status();
        news.status = status.status;
        news.status_text = status.status_text;
        news.polls = operation.progress().polls;
    });
    if (observer_)
        observer_->on_polled(event_of(
            operation, polled_event{operation.status(), operation.progress().polls, next_poll}));
}

LANGEXPORT_DECL void notifier::throttled(const export_operation& operation, request_kind kind,
                                         unsigned http_status, steady_duration pause,
                                         std::size_t rate) {
    if (observer_)
        observer_->on_throttled(event_of(
            operation, throttled_event{operation.project_name(), kind, http_status, pause, rate}));
}

LANGEXPORT_DECL void notifier::retried(const export_operation& operation, request_kind kind,
                                       errc why, steady_time next_attempt, steady_time now) {
    ++counts_.retries;
    if (!happens_at(operation.progress(), next_attempt))
        return;
    const steady_duration wait = (std::max)(next_attempt - now, steady_duration::zero());
    update(operation, update_kind::retrying, [&](export_update& news) {
        news.failures = operation.progress().failures;
        news.why = why;
        news.wait = wait;
    });
    if (!observer_)
        return;
    const last_failure* last = operation.failure();
    const std::string detail = last ? tokens_.redacted(last->detail) : std::string();
    observer_->on_retried(event_of(
        operation, retried_event{operation.project_name(), kind, operation.progress().failures, why,
                                 last ? last->http_status : 0, detail, wait}));
}

LANGEXPORT_DECL void notifier::warned(export_operation& operation, request_kind kind,
                                      const service_error& warning) {
    const bool is_of_status = kind == request_kind::status;
    if (warning.empty() || (is_of_status && operation.has_warned))
        return;
    operation.has_warned = operation.has_warned || is_of_status;
    if (!observer_)
        return;
    const std::string code = tokens_.redacted(warning.code),
                      message = tokens_.redacted(warning.message);
    observer_->on_warning(
        event_of(operation, warning_event{operation.project_name(), code, message, !is_of_status}));
}

LANGEXPORT_DECL void notifier::update_failed(const export_update& news,
                                             const std::exception_ptr& thrown) {
    if (!observer_)
        return;
    const std::string message = tokens_.redacted("on_update threw: " + message_of(thrown));
    observer_->on_warning(warning_event{news.project_name, "UpdateFailed", message, false,
                                        news.operation_id, news.tag});
}

inline std::uint64_t size_of_document(const export_operation& operation) noexcept {
    if (const source_runner* const source = operation.source())
        return source->document().size();
    const operation_parts* const parts = operation.known_parts();
    return parts && parts->result ? parts->result->bytes : 0;
}

LANGEXPORT_DECL void notifier::finished(const export_operation& operation, steady_time now) {
    ++counts_.finished;
    if (!observer_ || operation.progress().plan.kind == operation_kind::projects)
        return;
    const export_progress& progress = operation.progress();
    observer_->on_finished(
        event_of(operation, finished_event{operation.project_name(), operation.job(),
                                           size_of_document(operation), now - operation.started,
                                           operation.first_sent - operation.started,
                                           progress.submits, progress.polls, progress.failures}));
}

LANGEXPORT_DECL void notifier::failed(const export_operation& operation,
                                      const export_error& error) {
    ++counts_.failed;
    if (observer_ && operation.progress().plan.kind != operation_kind::projects)
        observer_->on_failed(event_of(operation, failed_event{error}));
}

LANGEXPORT_DECL void notifier::opened(connection& c, steady_time began, bool is_secure) {
    ++counts_.connections_open;
    ++counts_.connections_opened;
    if (c.open_result.is_resumed)
        ++counts_.connections_resumed;
    c.number = counts_.connections_opened.get();
    if (observer_)
        observer_->on_connection_opened(connection_opened_event{c.number, c.open_result.peer,
                                                                is_secure, c.open_result.is_resumed,
                                                                c.opened_at - began});
}

LANGEXPORT_DECL void notifier::opening_failed(const exchange_failure& why, std::uint32_t failures,
                                              std::optional<steady_time> next, steady_time now) {
    ++counts_.connections_failed;
    if (!observer_)
        return;
    const std::string detail = tokens_.redacted(why.detail);
    const steady_duration wait = (std::max)(next.value_or(now) - now, steady_duration::zero());
    observer_->on_connection_failed(
        connection_failed_event{why.code, detail, why.cause, failures, wait, next.has_value()});
}

// Returns the text of a failed token source. If the exception is an error of this library, the text is its detail,
// because the rest of its message is the same for every such error.
inline std::string_view words_of(const exchange_failure& why) {
    const export_error* const error = get_export_error(why.thrown);
    if (!error || error->code() != why.code)
        return why.detail;
    const std::string_view text = error->what();
    const std::size_t detail = text.find(why.detail);
    return detail == std::string_view::npos ? text : text.substr(detail);
}

LANGEXPORT_DECL void notifier::token_failed(const exchange_failure& why, std::uint32_t failures,
                                            std::optional<steady_time> next, bool has_token,
                                            steady_time now) {
    if (!observer_)
        return;
    const std::string detail = tokens_.redacted(std::string(words_of(why)));
    const steady_duration wait = (std::max)(next.value_or(now) - now, steady_duration::zero());
    const error_code cause = why.cause == make_error_code(why.code) ? error_code() : why.cause;
    observer_->on_token_failed(
        token_failed_event{detail, cause, failures, wait, next.has_value(), has_token});
}

LANGEXPORT_DECL void notifier::quota_failed(const refill_problem& problem, steady_time now) {
    if (!observer_)
        return;
    const std::string detail = tokens_.redacted(
        problem.why ? message_of(problem.why) : "the quota source destroyed its receiver");
    const steady_duration wait = (std::max)(problem.next - now, steady_duration::zero());
    observer_->on_quota_failed(quota_failed_event{detail, problem.failures, wait});
}

LANGEXPORT_DECL void notifier::closed(const connection& c, close_reason why, steady_time now) {
    --counts_.connections_open;
    if (observer_)
        observer_->on_connection_closed(
            connection_closed_event{c.number, why, c.exchanges, now - c.opened_at});
}

LANGEXPORT_DECL void notifier::exchanged(const connection& c, steady_time now) {
    --counts_.in_flight;
    counts_.bytes_sent.add(c.exchange.bytes_sent);
    counts_.bytes_received.add(c.exchange.bytes_received);
    if (!observer_)
        return;
    const std::string target = tokens_.redacted(std::string(c.exchange.request.target()));
    const std::string request_id = tokens_.redacted(c.exchange.response.request_id);
    const std::string detail =
        c.exchange.failure ? tokens_.redacted(c.exchange.failure->detail) : std::string();
    exchange_event event{};
    event.connection = c.number;
    if (const export_operation* const active = c.active_operation.get()) {
        event.project_name = active->project_name();
        event.operation_id = active->id;
        event.tag = active->tag();
        event.kind = active->progress().plan.job;
    } else if (c.kind == request_kind::submission) {
        event.project_name = c.late.project_name;
        event.operation_id = c.late.operation_id;
        event.tag = c.late.tag;
        event.kind = c.late.kind;
    }
    event.request = c.kind;
    event.method = c.exchange.request.method;
    event.target = target;
    event.http_status = c.exchange.response.status;
    if (c.exchange.failure)
        event.failure = c.exchange.failure->code;
    event.detail = detail;
    event.request_id = request_id;
    event.client_request_id = c.client_request_id;
    event.bytes_sent = c.exchange.bytes_sent;
    event.bytes_received = c.exchange.bytes_received;
    event.duration = now - c.permit.sent_at();
    observer_->on_exchange(event);
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
