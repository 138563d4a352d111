#ifndef LANGEXPORT_DETAIL_ENGINE_IMPL_ASSIGNER_IPP
#define LANGEXPORT_DETAIL_ENGINE_IMPL_ASSIGNER_IPP

#include <langexport/detail/engine/assigner.hpp>
#include <langexport/detail/engine/engine_parts.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

LANGEXPORT_TEMPLATE_DECL assigner::assigner(engine_parts& parts) noexcept
    : parts_(parts), start_connection_(&assigner::start_connection) {}

// Downloads must not use all connections, because they take long. One connection is left for polls and submissions.
LANGEXPORT_DECL std::size_t assigner::sendable(request_kind kind, steady_time now) const {
    std::size_t connections = parts_.settings.params.max_connections;
    if (kind == request_kind::result) {
        const std::size_t most = parts_.planner.most_downloads(now);
        connections = most - (std::min)(most, downloads_);
    }
    return (std::min)(connections, parts_.quota.free(kind, now));
}

LANGEXPORT_DECL std::size_t assigner::number_sendable() const {
    if (!parts_.token_requester.has_credential())
        return 0;
    const steady_time now = parts_.timers.now();
    const std::size_t number =
        parts_.scheduler.number_sendable([&](request_kind kind) { return sendable(kind, now); });
    return (std::min)(number, parts_.settings.params.max_connections);
}

LANGEXPORT_DECL void assigner::assign_requests() {
    must_assign_again_ = true;
    if (std::exchange(is_assigning_, true))
        return; // the loop below started a connection that ran at once and called this function again
    while (std::exchange(must_assign_again_, false) && !parts_.shutdown.is_closed())
        start_connections();
    is_assigning_ = false;
}

LANGEXPORT_DECL void assigner::start_connections() {
    parts_.token_requester.request_token_if_needed();
    wait_for_permits();
    const pool_plan plan =
        parts_.planner.plan(parts_.pool.state(), number_sendable(), parts_.timers.now());
    for (std::size_t started = 0; started < plan.start && !must_assign_again_; ++started)
        if (const connection_ptr idle = parts_.pool.idle_connection())
            (this->*start_connection_)(idle, connection::activity::starting);
    if (must_assign_again_)
        return; // the loop above changed what the plan is based on; the next pass makes another plan
    if (plan.plan_again != (steady_time::max)())
        parts_.timers.set(opening_timer_, plan.plan_again);
    if (!plan.opens)
        return;
    const auto added = std::make_shared<connection>(parts_.timers.queue(), *parts_.opener);
    parts_.pool.add(added);
    (this->*start_connection_)(added, connection::activity::opening);
}

// A quota source keeps no execution context at work for a client without operations.
LANGEXPORT_DECL void assigner::wait_for_permits() {
    const steady_time now = parts_.timers.now();
    const std::shared_ptr<quota_refiller>& refiller = parts_.quota.refiller();
    if (!refiller)
        return parts_.quota.wait_for_permits(parts_.scheduler, parts_.quota_listener(),
                                             permit_timer_, now);
    if (parts_.operations.empty())
        return;
    if (parts_.quota.wait_for_refill(parts_.scheduler, parts_.quota_listener(), permit_timer_, now))
        asio::post(parts_.settings.executor, [refiller, now, random = parts_.random.fraction()] {
            refiller->start(now, random);
        });
    if (const auto problem = parts_.quota.next_problem())
        parts_.notify.quota_failed(*problem, now);
}

LANGEXPORT_TEMPLATE_DECL void assigner::start_connection(const connection_ptr& c,
                                                         connection::activity begins_with) {
    c->doing = begins_with;
    auto keep = parts_.keep_alive();
    asio::co_spawn(parts_.settings.strand, run_connection(keep, parts_, c),
                   [this, keep, c](std::exception_ptr thrown) { on_connection_idle(c, thrown); });
}

// The coroutine of a connection. It sends one request after the other and ends when no request is due.
LANGEXPORT_TEMPLATE_DECL task<void>
assigner::run_connection([[maybe_unused]] std::shared_ptr<engine> keep, engine_parts& parts,
                         connection_ptr c) {
    assigner& self = parts.assigner;
    for (export_operation* next = self.next_operation(); next; next = self.next_operation()) {
        const steady_time now = parts.timers.now();
        const request_kind kind = next->progress().next;
        if (!parts.pool.is_usable_for(*c, kind, now)) {
            if (parts.pool.is_opening_other_than(c.get()))
                break; // one connection opens at a time; assign_requests starts the next one afterwards
            c->doing = connection::activity::opening;
            co_await parts.opener->open(*c, c->open_result);
            if (c->open_result.is_cancelled) {
                c->doing = connection::activity::starting;
                continue; // this is not a network failure, and another operation may need a stream now
            }
            if (c->open_result.failure) {
                parts.effects.on_opening_failed(*c);
                break;
            }
            self.on_opened(*c, now);
            continue; // the operation that needed this connection may have ended while it opened
        }
        std::optional<quota_permit> permit = parts.quota.acquire(kind, now);
        if (!permit)
            continue; // another client has acquired the last permit
        self.start_exchange(*c, *next, std::move(*permit));
        co_await run_exchange(*c->open_result.stream, *c, c->exchange, self.limits_for(*c));
        parts.effects.on_exchange_done(*c);
        if (parts.pool.all().size() > parts.planner.most(c->last_used))
            break; // the pool closes this connection, so that another one can use its descriptor
    }
}

LANGEXPORT_DECL void assigner::on_opened(connection& c, steady_time began) {
    parts_.planner.opened();
    c.doing = connection::activity::starting;
    c.last_used = c.opened_at = parts_.timers.now();
    c.exchanges = 0;
    parts_.notify.opened(c, began, parts_.settings.endpoint.origin().is_secure);
    assign_requests(); // the next connection can open now, if one is needed
}

// The connection's coroutine has ended. If the stream can be used again, it stays in the pool.
LANGEXPORT_DECL void assigner::on_connection_idle(const connection_ptr& c,
                                                  const std::exception_ptr& thrown) {
    c->disarm();
    const steady_time now = parts_.timers.now();
    const auto did = std::exchange(c->doing, connection::activity::idle);
    c->has_been_idle = true;
    c->permit.release(now);
    // The exception means that memory is exhausted or that this library has a defect. The caller receives it in both
    // cases.
    if (thrown && did == connection::activity::opening) {
        c->open_result.stream.reset();
        c->open_result.failure = exchange_failure{
            errc::connection_failed, "an exception inside the library", code_of(thrown), thrown};
        parts_.effects.on_opening_failed(*c);
        c->doing = connection::activity::idle;
    } else if (thrown) {
        if (did == connection::activity::busy)
            --parts_.counts.in_flight;
        parts_.pool.close(*c, close_reason::after_failure, now);
        if (const auto operation = c->active_operation) {
            parts_.responses.note_failure(*operation,
                                          sent_request{c->kind, c->client_request_id, c->exchange},
                                          "an exception inside the library");
            parts_.completion.fail(operation, errc::connection_failed);
        }
    }
    if (parts_.shutdown.is_closed())
        parts_.pool.close(*c, close_reason::client_closed, now);
    if (parts_.pool.put_back(c, parts_.planner.most(now), now))
        parts_.pool_cleaner.schedule_sweep(parts_.pool.stale_at(*c));
    assign_requests();
    parts_.shutdown.release_if_idle();
}

LANGEXPORT_DECL export_operation* assigner::next_operation() {
    if (!parts_.token_requester.has_credential())
        return nullptr;
    const steady_time now = parts_.timers.now();
    const auto most = [&](request_kind kind) { return sendable(kind, now); };
    while (scheduled_request* next = parts_.scheduler.next(most)) {
        export_operation& operation = operation_of(*next);
        if (operation.due <= now)
            return &operation;
        // The request was scheduled early, so that it could wait for the quota, and has its permit before it is due.
        parts_.operations.unschedule(operation);
        parts_.operations.schedule(operation, operation.due);
    }
    return nullptr;
}

LANGEXPORT_DECL void assigner::start_exchange(connection& c, export_operation& operation,
                                              quota_permit permit) {
    const steady_time now = permit.sent_at();
    const request_kind kind = operation.progress().next;
    const bool is_result = kind == request_kind::result;
    source_runner* const source = kind == request_kind::submission ? operation.source() : nullptr;
    parts_.scheduler.start(operation);
    parts_.operations.count_queued();
    if (operation.first_sent == steady_time())
        operation.first_sent = now;
    ++parts_.counts.in_flight;
    ++parts_.counts.sent[static_cast<std::size_t>(kind)];
    if (kind == request_kind::status)
        parts_.counts.poll_left((std::max)(now - operation.due, steady_duration::zero()));
    c.doing = connection::activity::busy;
    c.permit = std::move(permit);
    c.active_operation = operation.self;
    operation.active_connection = &c;
    operation.lacked_secret = false;
    c.kind = kind;
    c.exchange.reset();
    if (is_result) {
        ++downloads_;
        c.exchange.expected = parts_.responses.expectation_of(operation);
        c.exchange.consumer = operation.parts().sink;
        if (operation.sink())
            operation.sink()->begin_attempt();
        if (function_runner* const functions = operation.functions())
            functions->update(update_kind::downloading, [](export_update& news) {
                news.bytes = 0;
                news.total.reset();
            });
    }
    c.exchange.is_secure = parts_.settings.endpoint.origin().is_secure;
    parts_.random.write_uuid(c.client_request_id);
    c.secret_shown = parts_.tokens.generation();
    request_parts request{kind, operation.target(), view(parts_.tokens.header_line()),
                          c.client_request_id};
    if (source) {
        source->begin_attempt();
        c.exchange.source = source->shared_from_this();
        request.streamed = streamed_body{source->document().size(), operation.submission()->body};
    } else if (kind == request_kind::submission)
        request.body = operation.submission()->body;
    parts_.requests.write(c.exchange.request, request);
    const client_params& params = parts_.settings.params;
    c.begin_attempt(now + (is_result ? params.result_timeout
                           : source  ? params.upload_timeout
                                     : params.attempt_timeout),
                    errc::attempt_timeout);
    if (kind == request_kind::submission)
        parts_.notify.submitting(operation);
}

LANGEXPORT_DECL exchange_limits assigner::limits_for(const connection& c) const noexcept {
    const client_params& params = parts_.settings.params;
    exchange_limits limits{params.response_timeout, params.read_timeout, params.max_header_size,
                           params.max_message_size, "max_message_size",  params.max_message_size};
    if (c.kind == request_kind::result)
        limits.min_download_rate = params.min_download_rate;
    if (c.exchange.source)
        limits.min_upload_rate = params.min_upload_rate;
    if (c.exchange.consumer) {
        limits.max_body_size = params.max_streamed_size;
        limits.body_limit_name = "max_streamed_size";
    } else if (c.kind == request_kind::result) {
        limits.max_body_size = params.max_result_size;
        limits.body_limit_name = "max_result_size";
    }
    return limits;
}

LANGEXPORT_DECL void assigner::stop_timers() {
    opening_timer_.clear();
    leave_quota_queues();
    const std::shared_ptr<quota_refiller>& refiller = parts_.quota.refiller();
    if (refiller && refiller->must_rest())
        asio::post(parts_.settings.executor,
                   [refiller, now = parts_.timers.now()] { refiller->rest(now); });
}

LANGEXPORT_DECL void assigner::leave_quota_queues() {
    parts_.quota.leave_queues(permit_timer_);
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
