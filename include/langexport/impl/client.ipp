#ifndef LANGEXPORT_IMPL_CLIENT_IPP
#define LANGEXPORT_IMPL_CLIENT_IPP

#include <langexport/client.hpp>
#include <langexport/detail/engine/engine.hpp>
#include <langexport/request_quota.hpp>

#include <algorithm>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

LANGEXPORT_DECL client_state::~client_state() {
    engine_->close();
}

LANGEXPORT_DECL asio::any_io_executor executor_of(const std::shared_ptr<engine>& owner) noexcept {
    return owner->settings().executor;
}

LANGEXPORT_DECL void start_drain(const std::shared_ptr<engine>& owner, operation_handler handler,
                                 bound_target target, std::chrono::steady_clock::duration within) {
    auto operation = owner->make_operation(std::move(handler));
    export_plan plan;
    plan.kind = target.kind;
    operation->state.prepare(plan);
    constexpr steady_duration most = std::chrono::hours(24 * 366);
    owner->start(std::move(operation), std::clamp(within, steady_duration::zero(), most));
}

#if !defined(LANGEXPORT_HEADER_ONLY)
template class awaited_start<drain_summary, &start_drain, std::chrono::steady_clock::duration>;
#endif

} // namespace detail

LANGEXPORT_TEMPLATE_DECL client::client(asio::any_io_executor executor, client_params params)
    : state_(std::make_shared<const detail::client_state>(detail::engine::make(
          std::move(executor), params,
          params.shared_quota ? detail::budget_of(*params.shared_quota) : nullptr))) {}

LANGEXPORT_DECL void client::update_credential(credential new_credential) {
    detail::client_state::engine_of(*this)->update_credential(std::move(new_credential));
}

LANGEXPORT_DECL void client::set_observer(std::shared_ptr<observer> next_observer) {
    detail::client_state::engine_of(*this)->set_observer(std::move(next_observer));
}

LANGEXPORT_DECL client_stats client::stats() const {
    return detail::client_state::engine_of(*this)->stats();
}

LANGEXPORT_DECL asio::any_io_executor client::get_executor() const noexcept {
    return detail::executor_of(detail::client_state::engine_of(*this));
}

} // namespace v0
} // namespace langexport

#endif
