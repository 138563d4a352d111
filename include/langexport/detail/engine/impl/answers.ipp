#ifndef LANGEXPORT_DETAIL_ENGINE_IMPL_ANSWERS_IPP
#define LANGEXPORT_DETAIL_ENGINE_IMPL_ANSWERS_IPP

#include <langexport/detail/base/shortage.hpp>
#include <langexport/detail/base/text.hpp>
#include <langexport/detail/engine/engine.hpp>
#include <langexport/detail/json/whole_json.hpp>
#include <langexport/detail/policy/judge.hpp>
#include <langexport/detail/protocol/api_version.hpp>

#include <algorithm>
#include <chrono>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

inline const char* words_for(request_kind next) noexcept {
    switch (next) {
    case request_kind::submission:
        return "submitting the export of project";
    case request_kind::status:
        return "waiting for the export of project";
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

// A body that ended with its connection. Over TLS that is the end only if the peer said so; TCP has no
// word for it, but JSON shows its own.
inline void check_end(exchange& x, request_kind kind) {
    if (x.failure || !x.reply.may_be_cut || kind == request_kind::submission ||
        x.reply.status != 200)
        return;
    const bool is_whole =
        x.reply.gone ? x.reply.gone->is_whole_json() : is_whole_json(x.reply.body);
    if (is_whole && !x.is_secure)
        return;
    x.failure = exchange_failure{
        errc::response_truncated,
        "after " + std::to_string(x.reply.body_size) + " bytes of its body" +
            (x.is_secure ? "; TLS ended without close_notify" : "; the connection ended"),
        {}};
}

// What succeeded may have started a job, even where the status is not the one that a job has.
inline bool is_success(const answer& reply) noexcept {
    return reply.status >= 200 && reply.status < 300;
}

// The header of a submission's answer says that there is a job, and where: whatever becomes of its body.
inline bool tells_of_job(const connection& c) noexcept {
    return c.kind == request_kind::submission && c.x.has_header && is_success(c.x.reply) &&
           !c.x.reply.operation_location.empty();
}

// The status of an error counts, whatever becomes of its body. Where the answer is a final "no", the body
// may say why: then a failure that may pass is worth another try.
inline bool says_enough(const exchange& x) noexcept {
    const unsigned status = x.reply.status;
    if (!x.failure || !x.has_header || status < 300)
        return false;
    const bool may_pass = status == 408 || status == 429 || status >= 500;
    return may_pass || !is_worth_another_try(x.failure->code);
}

// An exchange has ended, one way or another.
LANGEXPORT_DECL void engine::answered(connection& c) {
    const steady_time now = steady_now();
    c.last_used = now;
    const bool was_idle = std::exchange(c.was_used, true) || c.has_rested;
    c.has_rested = false;
    c.slot.release();
    check_end(c.x, c.kind);
    ++c.exchanges;
    notify_.exchanged(c, now);
    const bool was_last = !c.x.failure && !c.x.can_continue;
    if (tells_of_job(c) || says_enough(c.x))
        c.x.failure.reset();
    if (const record_ptr r = std::move(c.work)) {
        c.work.reset();
        r->carrier = nullptr;
        if (c.kind == request_kind::result)
            --downloads_;
        if (c.x.failure)
            take_failure(c, r, was_idle, now);
        else if (retry_with_other_credential(c, *r))
            carry_out(r, decision{action::send, now, errc::unauthorized});
        else
            take_answer(c, r, now);
    } else if (c.kind == request_kind::submission)
        notify_late_submission(c);
    c.x.taker.reset();
    if (!c.x.can_continue)
        pool_.close(c, was_last ? close_reason::after_answer : close_reason::after_failure, now);
}

LANGEXPORT_DECL void engine::take_failure(connection& c, const record_ptr& r, bool was_idle,
                                          steady_time now) {
    const exchange_failure& why = *c.x.failure;
    const bool was_stale = was_idle && !c.x.was_answered && why.code == errc::connection_failed;
    const bool was_refused = why.code == errc::tls_failed;
    if (was_refused)
        opener_->refused(c.link, why);
    if (!was_stale) {
        remember_trouble(*r, c, why.detail, {});
        r->return_from_detour();
    }
    const bool is_lack = why.code == errc::sink_failed && is_shortage(why.cause);
    if (is_lack)
        make_room_for_file();
    const bool can_pass = is_lack || (was_refused && c.link.has_other_address);
    decision next =
        step(r->progress, failed_attempt{why.code, c.x.was_written, was_stale, can_pass}, now,
             random_.fraction(), params_.polling, params_.retry);
    if (next.what == action::send)
        repeat(*r, next, c.kind, why.code, now);
    carry_out(r, next);
}

LANGEXPORT_DECL void engine::take_answer(connection& c, const record_ptr& r, steady_time now) {
    answer_context context = make_context(*r);
    if (c.kind == request_kind::submission || c.kind == request_kind::listing)
        context.api_version = version_in(r->target());
    interpretation read = interpret(c.kind, c.x.reply, context, r->status(), r->listing.get());
    if (!params_.retry.honour_retry_after)
        read.event.retry_after.reset();
    see_to_gates(c, *r, read.event, now);
    read.event.pace = budget_->pace(now);
    learn(*r, c, read);
    decision next =
        step(r->progress, read.event, now, random_.fraction(), params_.polling, params_.retry);
    // What makes no sense may be the answer to something else; then what follows it is, too.
    if (next.what == action::fail &&
        (next.code == errc::malformed_response || next.code == errc::unexpected_response))
        c.x.can_continue = false;
    if (next.what == action::fail && !r->last_trouble) {
        // A good answer, but it tells of a bad end.
        const bool goes_round = read.event.judged.what == meaning::redirected;
        remember_trouble(*r, c, goes_round ? too_many_redirects() : std::string(), {});
    }
    const bool was_polled =
        c.kind == request_kind::status && read.event.judged.what == meaning::accepted;
    const bool asks_again = next.what == action::send && happens_at(r->progress, next.at);
    if (was_polled)
        notify_.polled(*r, asks_again ? next.at - now : steady_duration::zero());
    notify_.warned(*r, c.kind, read.warning);
    const meaning what = read.event.judged.what;
    if (what == meaning::accepted)
        retries_.succeeded();
    else if (next.what == action::send && what != meaning::redirected)
        repeat(*r, next, c.kind, read.event.judged.code, now);
    if (c.kind == request_kind::status && r->progress.next == request_kind::submission)
        // Its job failed for a reason that passes. Until there is another one it is the last known.
        repeat(*r, next, request_kind::submission, errc::job_failed, now);
    carry_out(r, next);
}

// A request will be made again. Answers of 429 have a budget of their own: that of the quota.
LANGEXPORT_DECL void engine::repeat(record& r, decision& next, request_kind kind, errc why,
                                    steady_time now) {
    if (why != errc::throttled)
        next.at = retries_.admit(now, next.at);
    notify_.retried(r, kind, why, next.at, now);
}

// "Not now" is said to all jobs of the resource, not to the one that asked. One 503 without a time may be
// bad luck; two in a row are a state.
LANGEXPORT_DECL void engine::see_to_gates(const connection& c, const record& r,
                                          const answered_event& event, steady_time now) {
    const meaning what = event.judged.what;
    if (what == meaning::throttled)
        ++counters_.throttled;
    if (what == meaning::unavailable)
        ++counters_.unavailable;
    unavailable_in_row_ = what == meaning::unavailable ? unavailable_in_row_ + 1 : 0;
    const steady_duration pause = event.retry_after.value_or(backoff(
        params_.retry, std::max<std::uint32_t>(1, unavailable_in_row_), random_.fraction()));
    if (what == meaning::throttled)
        budget_->throttled(c.kind, c.slot.sent_at(), now, round_up(now + pause));
    else if (what == meaning::unavailable && (event.retry_after || unavailable_in_row_ >= 2))
        budget_->close(c.kind, round_up(now + pause));
    else
        return;
    notify_.throttled(r, c.kind, c.x.reply.status, pause, budget_->look_at(c.kind, now).rate);
}

// Takes out of an answer what outlives it.
LANGEXPORT_DECL void engine::learn(record& r, connection& c, interpretation& read) {
    const meaning what = read.event.judged.what;
    const bool is_good = what == meaning::accepted || what == meaning::redirected;
    r.tried_other_secret = r.tried_other_secret && !is_good;
    const bool is_plain = is_good && read.service.empty() && read.detail.empty();
    if (what == meaning::redirected)
        r.go_elsewhere(std::move(read.target), is_lasting_redirect(c.x.reply.status));
    else
        r.return_from_detour();
    if (c.kind == request_kind::submission && is_success(c.x.reply))
        learn_job(r, c, is_good);
    if (what == meaning::accepted && !read.target.empty())
        r.set_target(std::move(read.target));
    if (c.kind == request_kind::result && what == meaning::accepted) {
        r.result().bytes = c.x.reply.body_size;
        r.result().document = std::move(c.x.reply.body);
        r.result().content_type = std::move(c.x.reply.content_type);
    }
    if (is_plain)
        r.last_trouble.reset();
    else
        remember_trouble(r, c, std::move(read.detail), std::move(read.service));
}

// Whether a resume token can be made of a job's link. A token is stored and printed: none has a secret in it.
LANGEXPORT_DECL bool engine::can_be_kept(std::string_view link) const {
    return is_job_link(link) && !tokens_.is_secret_in(link);
}

// There is a job, even if its link leads to where we do not go: then its token is for people to read.
LANGEXPORT_DECL void engine::learn_job(record& r, connection& c, bool can_be_followed) {
    const std::string& link =
        c.x.reply.operation_location; // where to ask was taken from it already
    if (!can_be_followed) {
        const bool is_known = can_be_kept(link);
        r.progress.submission =
            is_known ? submission_state::confirmed : submission_state::unconfirmed;
        if (!is_known)
            return;
    }
    r.job = export_job(r.project_name(), link, std::chrono::system_clock::now());
    r.forget_status();
    r.has_warned = false;
    if (!r.progress.can_resubmit)
        r.submission.reset();
    notify_.submitted(r.job, c.x.reply.request_id, false);
    if (r.group)
        r.group->submitted(r.job);
}

// The record leaves while the answer is under way that tells of its job.
LANGEXPORT_DECL void engine::learn_early(record& r) {
    if (!r.carrier || !tells_of_job(*r.carrier))
        return;
    learn_job(r, *r.carrier, false);
    r.carrier->x.reply.operation_location.clear(); // it is told once
}

// A submission was answered whose caller has left. If there is a job, somebody should know.
LANGEXPORT_DECL void engine::notify_late_submission(connection& c) {
    const auto group = std::exchange(c.late_group, nullptr);
    const answer& reply = c.x.reply;
    if (c.x.failure || !is_success(reply) || !can_be_kept(reply.operation_location))
        return; // nobody could make anything of it
    const export_job job(c.late_project, reply.operation_location,
                         std::chrono::system_clock::now());
    notify_.submitted(job, reply.request_id, true);
    if (group)
        group->submitted(job);
}

LANGEXPORT_DECL void engine::remember_trouble(record& r, const connection& c, std::string detail,
                                              service_error service) {
    auto noted = std::make_unique<trouble>();
    noted->detail = std::move(detail);
    noted->service = std::move(service);
    noted->client_request_id = c.client_request_id;
    if (c.x.failure) {
        noted->cause = c.x.failure->cause;
        noted->thrown = c.x.failure->thrown;
    }
    noted->http_status = c.x.reply.status;
    noted->request_id = notify_.redacted(c.x.reply.request_id);
    r.last_trouble = std::move(noted);
}

// No answer is to blame.
LANGEXPORT_DECL void engine::remember_trouble(record& r, const exchange_failure& why) {
    r.last_trouble = std::make_unique<trouble>();
    r.last_trouble->detail = why.detail;
    r.last_trouble->cause = why.cause;
    r.last_trouble->thrown = why.thrown;
}

LANGEXPORT_DECL result_expectation engine::expectation_of(const record& r) const noexcept {
    return result_expectation{r.forms, params_.check_result_structure};
}

LANGEXPORT_DECL answer_context engine::make_context(const record& r) const {
    answer_context context{endpoint_,
                           backends_,
                           params_.max_json_depth,
                           params_.retry.max_gate,
                           std::chrono::system_clock::now(),
                           [this](std::string& text) { tokens_.redact(text); },
                           expectation_of(r)};
    context.has_secret = [this](std::string_view text) { return tokens_.is_secret_in(text); };
    return context;
}

LANGEXPORT_DECL diagnostics engine::describe(record& r) const {
    const steady_time now = steady_now();
    const export_progress& progress = r.progress;
    const bool was_sent = r.first_sent != steady_time();
    diagnostics known;
    known.project_name = r.project_name();
    known.doing = words_for(progress.next);
    known.submission = progress.submission;
    known.submits = progress.submits;
    known.polls = progress.polls;
    if (r.listing)
        known.pages = r.listing->pages_read();
    known.failures = progress.failures;
    known.queue_time = (was_sent ? r.first_sent : now) - r.started;
    known.run_time = now - r.started - known.queue_time;
    if (!r.job.empty())
        known.job = std::make_shared<const export_job>(r.job);
    if (const export_status* status = r.known_status(); status && !status->status_text.empty())
        known.status = std::make_shared<const export_status>(*status);
    if (const trouble* last = r.last_trouble.get()) {
        known.detail = last->detail;
        known.http_status = last->http_status;
        known.service = last->service;
        known.request_id = last->request_id;
        known.client_request_id = last->client_request_id;
        known.cause_code = last->cause;
        known.cause = last->thrown;
    }
    tokens_.redact(known.detail);
    return known;
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
