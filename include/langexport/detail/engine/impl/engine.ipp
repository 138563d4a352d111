#ifndef LANGEXPORT_DETAIL_ENGINE_IMPL_ENGINE_IPP
#define LANGEXPORT_DETAIL_ENGINE_IMPL_ENGINE_IPP

#include <langexport/detail/engine/engine.hpp>
#include <langexport/detail/engine/shared_quotas.hpp>
#include <langexport/detail/transport/network_opener.hpp>
#include <langexport/detail/transport/strand_time_source.hpp>
#include <langexport/detail/transport/tls_context.hpp>

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/execution/context.hpp>
#include <boost/asio/execution/outstanding_work.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/strand.hpp>

#include <string>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

LANGEXPORT_TEMPLATE_DECL std::unique_ptr<stream_opener>
make_network_opener(const strand_type& strand, const origin& peer, const client_params& params) {
    std::shared_ptr<tls_context> tls;
    tls_settings settings{params.ca_file, params.tls};
    if (peer.is_secure && !settings.is_default()) {
        // After a shortage of memory or descriptors, the first connection tries again.
        tls_problem problem;
        tls = make_tls_context(settings, problem);
        if (!tls && !problem.shortage)
            throw_error(errc::invalid_configuration,
                        std::string("client_params::") + problem.field + ": " + problem.why);
    }
    const opening_timeouts timeouts{params.resolve_timeout, params.connect_timeout,
                                    params.handshake_timeout, params.proxy_timeout};
    return std::make_unique<network_opener>(strand, peer, timeouts, std::move(tls),
                                            std::move(settings), params.proxy);
}

LANGEXPORT_TEMPLATE_DECL std::shared_ptr<engine>
engine::make(const asio::any_io_executor& executor, const client_params& params,
             std::shared_ptr<request_budget> budget) {
    if (!executor)
        throw_error(errc::invalid_configuration, "the executor of the client is empty");
    validate(params);
    const origin peer = endpoint::parse(params.endpoint, params.allow_insecure_http).origin();
    const strand_type strand = asio::make_strand(executor);
    engine_environment with;
    with.time = std::make_unique<strand_time_source>(strand);
    with.opener = make_network_opener(strand, peer, params);
    if (!budget)
        budget = asio::use_service<shared_quotas>(asio::query(executor, asio::execution::context))
                     .find_or_make(peer.to_string(), params.quota, with.time->now());
    with.budget = std::move(budget);
    return make(executor, strand, params, std::move(with));
}

LANGEXPORT_TEMPLATE_DECL std::shared_ptr<engine> engine::make(const asio::any_io_executor& executor,
                                                              const strand_type& strand,
                                                              const client_params& params,
                                                              engine_environment with) {
    auto made = std::make_shared<engine>(executor, strand, params, std::move(with));
    made->parts_.timers.set_listener(made);
    asio::use_service<shutdown_service>(asio::query(executor, asio::execution::context)).add(made);
    return made;
}

LANGEXPORT_TEMPLATE_DECL engine::engine(const asio::any_io_executor& executor,
                                        const strand_type& strand, const client_params& params,
                                        engine_environment with)
    : start_sink_call_(&sink_runner::start_call), settings_(executor, strand, params),
      parts_(*this, settings_, params, std::move(with)) {}

LANGEXPORT_DECL std::shared_ptr<export_operation> engine::make_operation(operation_handler handler,
                                                                         job_kind kind) {
    if (kind == job_kind::importing)
        return std::make_shared<import_operation>(&parts_.operations, std::move(handler));
    return std::make_shared<export_operation>(&parts_.operations, std::move(handler));
}

LANGEXPORT_DECL std::shared_ptr<sink_runner>
engine::make_sink_runner(std::shared_ptr<result_sink> sink, asio::any_io_executor executor) {
    return std::make_shared<sink_runner>(std::move(sink),
                                         executor ? std::move(executor) : settings_.executor,
                                         settings_.executor, settings_.strand, start_sink_call_);
}

LANGEXPORT_DECL void engine::set_functions(export_operation& operation,
                                           request_functions functions) {
    if (!functions.executor)
        functions.executor = settings_.executor;
    operation.extras().set_functions(std::move(functions), settings_.executor, settings_.strand);
}

LANGEXPORT_DECL void engine::start(std::shared_ptr<export_operation> operation,
                                   steady_duration time_limit) {
    // The caller may never cancel, so the function in the cancellation slot must not keep the operation alive.
    auto slot = asio::get_associated_cancellation_slot(operation->handler);
    if (slot.is_connected())
        slot.assign([to = weak_from_this(), which = std::weak_ptr<export_operation>(operation)](
                        asio::cancellation_type type) {
            const auto self = to.lock();
            if (!self)
                return;
            self->parts_.post([self, which, type] {
                if (const auto found = which.lock())
                    self->parts_.operations.cancel(found, type);
            });
        });
    // Usually the handler's executor is the client's, for which the engine holds outstanding work already.
    const asio::any_completion_executor where =
        asio::get_associated_executor(operation->handler, settings_.executor);
    if (where != settings_.erased_executor)
        operation->parts().work = std::make_unique<asio::any_completion_executor>(
            asio::prefer(where, asio::execution::outstanding_work.tracked));
    parts_.post([self = shared_from_this(), operation = std::move(operation), time_limit,
                 forks = forks()] { self->parts_.operations.admit(operation, time_limit, forks); });
}

LANGEXPORT_DECL void engine::cancel_group(std::shared_ptr<const operation_group> group) {
    parts_.post([self = shared_from_this(), group = std::move(group)] {
        self->parts_.operations.cancel_group(group.get());
    });
}

LANGEXPORT_DECL void engine::set_observer(std::shared_ptr<observer> next) {
    parts_.post(
        [self = shared_from_this(), next = std::move(next)] { self->parts_.notify.replace(next); });
}

LANGEXPORT_DECL void engine::update_credential(credential next) {
    parts_.post([self = shared_from_this(), next = std::move(next)] {
        self->parts_.token_requester.replace(next);
    });
}

LANGEXPORT_DECL client_stats engine::stats() const {
    client_stats result = parts_.counts.read();
    const steady_time at = now();
    result.submissions = parts_.quota.usage(request_kind::submission, at);
    result.reads = parts_.quota.usage(request_kind::status, at);
    return result;
}

LANGEXPORT_DECL void engine::close() {
    if (!parts_.shutdown.is_shutting_down())
        parts_.post([self = shared_from_this()] { self->parts_.shutdown.close(); });
}

LANGEXPORT_DECL void engine::budget_has_changed() {
    if (!parts_.shutdown.is_shutting_down())
        parts_.post([self = shared_from_this()] { self->parts_.assigner.assign_requests(); });
}

LANGEXPORT_DECL void engine::on_timer() {
    ++parts_.counts.wake_ups;
    parts_.timers.on_timer();
    parts_.assigner.assign_requests();
    parts_.timers.arm();
}

LANGEXPORT_DECL void engine::context_is_going_down() noexcept {
    parts_.shutdown.on_context_destroyed();
}

LANGEXPORT_DECL void engine::context_has_forked(bool is_child) {
    parts_.shutdown.on_fork(is_child);
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
