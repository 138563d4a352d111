#ifndef LANGEXPORT_DETAIL_ENGINE_IMPL_ENGINE_PARTS_IPP
#define LANGEXPORT_DETAIL_ENGINE_IMPL_ENGINE_PARTS_IPP

#include <langexport/detail/engine/engine.hpp>
#include <langexport/detail/engine/engine_parts.hpp>

#include <boost/asio/execution/outstanding_work.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>

#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

LANGEXPORT_TEMPLATE_DECL
engine_parts::engine_parts(engine& owner_of_parts, const engine_settings& fixed,
                           const client_params& params, engine_environment with)
    : owner(owner_of_parts), settings(fixed), timers(std::move(with.time)), random(with.random),
      requests(fixed.endpoint.origin(), fixed.params.application_id, fixed.params.proxy),
      tokens(fixed.params.credential, fixed.params.retry, fixed.params.proxy),
      notify(params.observer, counts, tokens),
      quota(std::move(with.budget), owner, timers, fixed.params.retry), retries(fixed.params.retry),
      planner(fixed.params.max_connections, fixed.params.retry), opener(std::move(with.opener)),
      pool(connection_staleness(fixed.params, fixed.endpoint.origin()), notify),
      responses(fixed.params, fixed.endpoint, fixed.backends, tokens), assigner(*this) {}

LANGEXPORT_DECL std::shared_ptr<engine> engine_parts::keep_alive() const {
    return owner.shared_from_this();
}

LANGEXPORT_DECL std::weak_ptr<engine> engine_parts::weak() const {
    return owner.weak_from_this();
}

LANGEXPORT_DECL std::shared_ptr<budget_listener> engine_parts::quota_listener() const {
    return owner.shared_from_this();
}

LANGEXPORT_DECL void engine_parts::post(task_function function) const {
    asio::post(settings.strand, std::move(function));
}

LANGEXPORT_DECL decision_moment engine_parts::moment(steady_time now) {
    return decision_moment{now, timers.system_now(), random.fraction()};
}

LANGEXPORT_DECL void engine_parts::hold_work() {
    work = asio::prefer(settings.executor, asio::execution::outstanding_work.tracked);
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
