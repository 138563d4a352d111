#ifndef LANGEXPORT_DETAIL_ENGINE_IMPL_RESPONSE_HANDLER_IPP
#define LANGEXPORT_DETAIL_ENGINE_IMPL_RESPONSE_HANDLER_IPP

#include <langexport/detail/base/text.hpp>
#include <langexport/detail/engine/response_handler.hpp>
#include <langexport/detail/policy/classify_status.hpp>
#include <langexport/detail/protocol/api_version.hpp>

#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

inline const char* words_for(request_kind next, job_kind job) noexcept {
    const bool imports = job == job_kind::importing;
    switch (next) {
    case request_kind::submission:
        return imports ? "submitting the import of project" : "submitting the export of project";
    case request_kind::status:
        return imports ? "waiting for the import of project" : "waiting for the export of project";
    case request_kind::listing:
        return "listing the projects";
    case request_kind::result:
        break;
    }
    return "fetching the export of project";
}

inline std::string too_many_redirects() {
    return "it was redirected more than " + std::to_string(most_redirects) + " times";
}

// Any 2xx counts, because a response with a status that is not the documented one may still report a job.
inline bool is_success(const response_message& response) noexcept {
    return response.status >= 200 && response.status < 300;
}

// The header of the response to a submission has the job's link, so the job is known even if the body cannot be read.
inline bool is_about_job(const exchange& x, request_kind kind) noexcept {
    return kind == request_kind::submission && x.has_header && is_success(x.response) &&
           !x.response.operation_location.empty();
}

// The status of an error response is sufficient even if its body cannot be read. The exception is a final rejection:
// its body may give the reason, so a transient failure while it is read is worth another attempt.
inline bool status_suffices(const exchange& x) noexcept {
    const unsigned status = x.response.status;
    if (!x.failure || !x.has_header || status < 300)
        return false;
    const bool may_pass = status == 408 || status == 429 || status >= 500;
    // A server that requires a credential has not processed the request, so its status is sufficient. (The proxy
    // tinyproxy resets the connection after the header of a 407.)
    const bool wants_credential = status == 401 || status == 407;
    return may_pass || wants_credential || !is_worth_another_try(x.failure->code);
}

LANGEXPORT_DECL void disregard_failure(exchange& ended, request_kind kind) {
    if (is_about_job(ended, kind) || status_suffices(ended))
        ended.failure.reset();
}

LANGEXPORT_DECL response_effects
response_handler::on_response(export_operation& operation, const sent_request& request,
                              const poll_supply& supply, const decision_moment& moment) const {
    // The job that a submission creates is not known yet, so it has no status.
    export_status none;
    export_status& status = request.kind == request_kind::submission ? none : operation.status();
    classified_response read = classify_response(
        request.kind, request.exchange.response,
        make_context(operation, request, moment.system_now), status, operation.listing());
    if (!params_.retry.honor_retry_after)
        read.event.retry_after.reset();
    read.event.supply = supply;
    read.event.request_was_whole = !request.exchange.is_uploading();
    response_effects effects;
    effects.has_new_job = apply(operation, request, read, moment.system_now);
    effects.next =
        operation.state.on(read.event, moment.now, moment.random, params_.polling, params_.retry);
    effects.event = read.event;
    if (!read.warning.empty())
        effects.warning = std::make_unique<service_error>(std::move(read.warning));
    const decision& next = effects.next;
    const bool fails = next.what == action::fail;
    effects.must_close =
        fails && (next.code == errc::malformed_response || next.code == errc::unexpected_response);
    const status_class category = read.event.outcome.category;
    // The response was readable and reports that the job failed, so no failure has been stored yet.
    if (fails && !operation.failure())
        note_failure(operation, request,
                     category == status_class::redirected ? too_many_redirects() : std::string());
    effects.has_succeeded = category == status_class::accepted;
    effects.was_polled = request.kind == request_kind::status && category == status_class::accepted;
    if (next.what == action::send && category != status_class::redirected &&
        category != status_class::accepted)
        effects.retry = read.event.outcome.code;
    effects.is_resubmitted = request.kind == request_kind::status &&
                             operation.progress().next == request_kind::submission;
    return effects;
}

LANGEXPORT_DECL response_effects response_handler::on_failure(export_operation& operation,
                                                              const sent_request& request,
                                                              bool connection_was_stale,
                                                              bool can_pass,
                                                              const decision_moment& moment) const {
    const exchange_failure& why = *request.exchange.failure;
    if (!connection_was_stale) {
        note_failure(operation, request, why.detail);
        operation.return_to_target();
    }
    response_effects effects;
    effects.next = operation.state.on(
        failed_attempt{why.code, request.exchange.was_written, connection_was_stale, can_pass},
        moment.now, moment.random, params_.polling, params_.retry);
    if (effects.next.what == action::send)
        effects.retry = why.code;
    return effects;
}

LANGEXPORT_DECL decision response_handler::on_unsent(export_operation& operation,
                                                     const exchange_failure& why, bool can_pass,
                                                     const decision_moment& moment) const {
    note_failure(operation, why);
    operation.return_to_target();
    return operation.state.on(
        failed_attempt{why.code, false, false, can_pass, operation.failure()->is_permanent},
        moment.now, moment.random, params_.polling, params_.retry);
}

// Moves the data that must outlive the response into the operation. Returns whether there is a new job.
LANGEXPORT_DECL bool response_handler::apply(export_operation& operation,
                                             const sent_request& request, classified_response& read,
                                             system_time now) const {
    response_message& response = request.exchange.response;
    const status_class category = read.event.outcome.category;
    const bool is_good = category == status_class::accepted || category == status_class::redirected;
    if (is_good)
        operation.secrets_tried = 0;
    const bool is_plain = is_good && read.service.empty() && read.detail.empty();
    if (category == status_class::redirected)
        operation.follow_redirect(std::move(read.target), is_lasting_redirect(response.status));
    else
        operation.return_to_target();
    bool has_new_job = false;
    if (request.kind == request_kind::submission && is_success(response))
        has_new_job = adopt_job(operation, request, is_good, now);
    if (category == status_class::accepted && !read.target.empty())
        operation.set_target(std::move(read.target));
    if (request.kind == request_kind::result && category == status_class::accepted) {
        operation.result().bytes = response.body_size;
        operation.result().document = std::move(response.body);
        operation.result().content_type = std::move(response.content_type);
    }
    if (!is_plain)
        note_failure(operation, request, std::move(read.detail), std::move(read.service));
    else if (operation.failure())
        operation.parts().failure.reset();
    return has_new_job;
}

// Whether a job's link can become a resume token. Programs store and print tokens, so the link must have no secret.
LANGEXPORT_DECL bool response_handler::can_be_kept(std::string_view link) const {
    return is_job_link(link) && !tokens_.is_secret_in(link);
}

// Adopts the job of a response. `can_be_followed` is false if it is not known whether the client may send requests to
// the address in the job's link. Then the job is kept only if its link can become a resume token.
LANGEXPORT_DECL bool response_handler::adopt_job(export_operation& operation,
                                                 const sent_request& request, bool can_be_followed,
                                                 system_time now) const {
    const std::string& link = request.exchange.response.operation_location;
    if (!can_be_followed) {
        const bool is_known = can_be_kept(link);
        operation.state.on_job_created(is_known);
        if (!is_known)
            return false;
    }
    operation.set_job(
        export_job(operation.project_name(), link, now, operation.progress().plan.job));
    operation.has_warned = false;
    if (!operation.progress().plan.can_resubmit)
        operation.parts().submission.reset();
    return true;
}

LANGEXPORT_DECL bool response_handler::adopt_early_job(export_operation& operation,
                                                       const sent_request& request,
                                                       system_time now) const {
    if (!is_about_job(request.exchange, request.kind))
        return false;
    const bool has_new_job = adopt_job(operation, request, false, now);
    request.exchange.response.operation_location.clear(); // so that the job is not reported again
    return has_new_job;
}

LANGEXPORT_DECL std::optional<export_job>
response_handler::late_job(const std::string& project_name, const detail::exchange& exchange,
                           system_time now, job_kind kind) const {
    const response_message& response = exchange.response;
    if (exchange.failure || !is_success(response) || !can_be_kept(response.operation_location))
        return std::nullopt;
    return export_job(project_name, response.operation_location, now, kind);
}

LANGEXPORT_DECL void response_handler::note_failure(export_operation& operation,
                                                    const sent_request& request, std::string detail,
                                                    service_error service) const {
    auto noted = std::make_unique<last_failure>();
    noted->detail = std::move(detail);
    noted->service = std::move(service);
    noted->client_request_id = request.client_request_id;
    const detail::exchange& x = request.exchange;
    if (x.failure) {
        noted->cause = x.failure->cause;
        noted->thrown = x.failure->thrown;
    }
    noted->http_status = x.response.status;
    noted->request_id = x.response.request_id;
    noted->request_id = tokens_.redacted(std::move(noted->request_id));
    operation.parts().failure = std::move(noted);
}

LANGEXPORT_DECL void response_handler::note_failure(export_operation& operation,
                                                    const exchange_failure& why) const {
    operation.parts().failure = std::make_unique<last_failure>();
    operation.failure()->detail = why.detail;
    operation.failure()->cause = why.cause;
    operation.failure()->thrown = why.thrown;
    if (why.code == errc::credential_unavailable)
        adopt_words(why.thrown, *operation.failure());
}

// Copies what a token source reports about its failure.
LANGEXPORT_DECL void response_handler::adopt_words(const std::exception_ptr& thrown,
                                                   last_failure& into) const {
    const export_error* const error = get_export_error(thrown);
    if (!error)
        return;
    const diagnostics& known = error->diagnostics();
    into.service.code = known.service.code;
    into.service.message = known.service.message;
    into.http_status = known.http_status;
    into.request_id = known.request_id;
    into.advice = known.advice;
    into.is_permanent = known.is_permanent;
    for (std::string* text :
         {&into.service.code, &into.service.message, &into.request_id, &into.advice})
        *text = tokens_.redacted(std::move(*text));
}

LANGEXPORT_DECL response_context response_handler::make_context(const export_operation& operation,
                                                                const sent_request& request,
                                                                system_time now) const {
    response_context context{
        endpoint_,
        backends_,
        params_.max_json_depth,
        params_.retry.max_retry_after,
        now,
        [this](std::string& text) { text = tokens_.redacted(std::move(text)); },
        expectation_of(operation)};
    context.has_secret = [this](std::string_view text) { return tokens_.is_secret_in(text); };
    if (request.kind == request_kind::submission || request.kind == request_kind::listing)
        context.api_version = version_in(operation.target());
    context.job = operation.progress().plan.job;
    if (!params_.proxy.empty() && !endpoint_.origin().is_secure)
        context.proxy = &params_.proxy;
    return context;
}

LANGEXPORT_DECL diagnostics response_handler::describe(export_operation& operation,
                                                       steady_time now) const {
    const export_progress& progress = operation.progress();
    const bool was_sent = operation.first_sent != steady_time();
    diagnostics known;
    known.project_name = operation.project_name();
    known.operation_id = operation.id;
    known.tag = operation.tag();
    known.kind = progress.plan.job;
    known.doing = words_for(progress.next, progress.plan.job);
    known.submission = progress.submission;
    known.submits = progress.submits;
    known.polls = progress.polls;
    if (operation.listing())
        known.pages = operation.listing()->pages_read();
    known.failures = progress.failures;
    known.queue_time = (was_sent ? operation.first_sent : now) - operation.started;
    known.run_time = now - operation.started - known.queue_time;
    if (!operation.job().empty())
        known.job = std::make_shared<const export_job>(operation.job());
    if (const export_status* status = operation.known_status();
        status && !status->status_text.empty())
        known.status = std::make_shared<const export_status>(*status);
    if (const last_failure* last = operation.failure()) {
        known.detail = last->detail;
        known.http_status = last->http_status;
        known.service = last->service;
        known.request_id = last->request_id;
        known.client_request_id = last->client_request_id;
        known.cause_code = last->cause;
        known.cause = last->thrown;
        known.advice = last->advice;
        known.is_permanent = last->is_permanent;
    }
    known.detail = tokens_.redacted(std::move(known.detail));
    return known;
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
