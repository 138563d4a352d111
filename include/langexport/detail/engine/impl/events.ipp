#ifndef LANGEXPORT_DETAIL_ENGINE_IMPL_EVENTS_IPP
#define LANGEXPORT_DETAIL_ENGINE_IMPL_EVENTS_IPP

#include <langexport/detail/engine/engine.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

LANGEXPORT_DECL client_stats engine::stats() const {
    client_stats result = meter_.read();
    const steady_time now = steady_now();
    result.submissions = budget_->look_at(request_kind::submission, now);
    result.reads = budget_->look_at(request_kind::status, now);
    return result;
}

LANGEXPORT_DECL void engine::tell_queued(const record& r) {
    const request_kind kind = r.progress.next;
    if (observer_ && r.progress.aim != goal::projects)
        observer_->on_queued(
            queued_event{r.project_name(), kind, ready_[static_cast<std::size_t>(kind)].size()});
}

LANGEXPORT_DECL void engine::tell_finished(const record& r) {
    if (!observer_)
        return;
    const export_progress& progress = r.progress;
    observer_->on_finished(finished_event{r.project_name(), r.job, r.result_size(),
                                          steady_now() - r.started, r.first_sent - r.started,
                                          progress.submits, progress.polls, progress.failures});
}

// Jobs are polled often: of a status that is not known one warning is enough.
LANGEXPORT_DECL void engine::tell_warning(record& r, request_kind kind,
                                          const service_error& warning) {
    const bool is_of_status = kind == request_kind::status;
    if (warning.empty() || (is_of_status && r.has_warned))
        return;
    r.has_warned = r.has_warned || is_of_status;
    if (!observer_)
        return;
    const std::string code = redacted(warning.code), message = redacted(warning.message);
    observer_->on_warning(warning_event{r.project_name(), code, message, !is_of_status});
}

// A request of that kind failed, and its record is due again at `at`.
LANGEXPORT_DECL void engine::tell_retry(const record& r, request_kind kind, errc why,
                                        steady_time at, steady_time now) {
    ++meter_.retries;
    if (!observer_ || !will_happen(r, at))
        return;
    const trouble* last = r.last_trouble.get();
    const std::string detail = last ? redacted(last->detail) : std::string();
    observer_->on_retried(retried_event{r.project_name(), kind, r.progress.failures, why,
                                        last ? last->http_status : 0, detail,
                                        (std::max)(at - now, steady_duration::zero())});
}

LANGEXPORT_DECL std::string engine::redacted(std::string_view text) const {
    std::string result(text);
    tokens_.redact(result);
    return result;
}

// Targets and ids come from the service, which could echo what it was sent.
LANGEXPORT_DECL void engine::tell_exchange(const connection& c, steady_time now) {
    if (!observer_)
        return;
    const std::string shown = redacted(c.x.request.target());
    exchange_event event{};
    event.connection = c.number;
    event.project_name = c.work ? std::string_view(c.work->project_name()) : c.late_project;
    event.request = c.kind;
    event.method = c.x.request.method;
    event.target = shown;
    event.http_status = c.x.reply.status;
    const std::string request_id = redacted(c.x.reply.request_id);
    event.request_id = request_id;
    event.client_request_id = c.client_request_id;
    event.bytes_sent = c.x.bytes_sent;
    event.bytes_received = c.x.bytes_received;
    event.duration = now - c.slot.sent_at();
    const std::string detail = c.x.failure ? redacted(c.x.failure->detail) : std::string();
    if (c.x.failure)
        event.failure = c.x.failure->code;
    event.detail = detail;
    observer_->on_exchange(event);
}

LANGEXPORT_DECL void engine::tell_opened(const connection& c, steady_time began) {
    if (observer_)
        observer_->on_connection_opened(
            connection_opened_event{c.number, c.link.peer, endpoint_.origin().is_secure,
                                    c.link.is_resumed, c.opened_at - began});
}

// `next`: when the first operation that waits for a connection tries again, if one does.
LANGEXPORT_DECL void engine::tell_opening_failed(const exchange_failure& why,
                                                 std::optional<steady_time> next, steady_time now) {
    if (!observer_)
        return;
    const std::string detail = redacted(why.detail);
    const steady_duration wait = (std::max)(next.value_or(now) - now, steady_duration::zero());
    observer_->on_connection_failed(connection_failed_event{
        why.code, detail, why.cause, openings_failed_, wait, next.has_value()});
}

LANGEXPORT_DECL void engine::close_stream(connection& c, close_reason why) {
    if (!c.link.stream)
        return;
    c.drop_stream();
    --meter_.connections_open;
    if (observer_)
        observer_->on_connection_closed(
            connection_closed_event{c.number, why, c.exchanges, steady_now() - c.opened_at});
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
