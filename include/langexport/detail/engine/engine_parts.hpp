#ifndef LANGEXPORT_DETAIL_ENGINE_ENGINE_PARTS_HPP
#define LANGEXPORT_DETAIL_ENGINE_ENGINE_PARTS_HPP

#include <langexport/detail/base/random_source.hpp>
#include <langexport/detail/engine/assigner.hpp>
#include <langexport/detail/engine/completion.hpp>
#include <langexport/detail/engine/connection_pool.hpp>
#include <langexport/detail/engine/counters.hpp>
#include <langexport/detail/engine/effect_executor.hpp>
#include <langexport/detail/engine/engine_settings.hpp>
#include <langexport/detail/engine/notifier.hpp>
#include <langexport/detail/engine/operation_table.hpp>
#include <langexport/detail/engine/pool_cleaner.hpp>
#include <langexport/detail/engine/quota_client.hpp>
#include <langexport/detail/engine/response_handler.hpp>
#include <langexport/detail/engine/shutdown.hpp>
#include <langexport/detail/engine/source_checker.hpp>
#include <langexport/detail/engine/token_manager.hpp>
#include <langexport/detail/engine/token_requester.hpp>
#include <langexport/detail/policy/pool_planner.hpp>
#include <langexport/detail/policy/request_scheduler.hpp>
#include <langexport/detail/policy/retry_budget.hpp>
#include <langexport/detail/policy/timer_service.hpp>
#include <langexport/detail/protocol/request_writer.hpp>
#include <langexport/observer.hpp>
#include <langexport/version.hpp>

#include <memory>

namespace langexport {
inline namespace v0 {
namespace detail {

class engine;

// The parts of an engine. They run on its strand and call each other through this class. They own no strand, and no
// timer except entries of `timers`, and they hold no owning pointer to the engine. A part that can destroy its caller
// (because it invokes a handler, a sink or the observer) is called last.
struct engine_parts {
    // `owner` is the engine that has these parts.
    LANGEXPORT_TEMPLATE_DECL engine_parts(engine& owner, const engine_settings& settings,
                                          const client_params& params, engine_environment with);

    // Returns a pointer that each posted function and each coroutine holds, so that the parts exist when it runs.
    LANGEXPORT_DECL std::shared_ptr<engine> keep_alive() const;
    LANGEXPORT_DECL std::weak_ptr<engine> weak() const;
    LANGEXPORT_DECL std::shared_ptr<budget_listener> quota_listener() const;
    LANGEXPORT_DECL void post(task_function function) const;
    // Keeps `run()` of the execution context from returning while operations are pending.
    LANGEXPORT_DECL void hold_work();
    // Returns the times of both clocks and a random number: the arguments of the next decision.
    LANGEXPORT_DECL decision_moment moment(steady_time now);
    void release_work() { work = asio::any_io_executor(); }

    engine& owner;
    const engine_settings& settings;
    asio::any_io_executor work; // empty: no work is held

    timer_service timers;
    random_source random;
    counters counts;
    request_writer requests;
    token_manager tokens;
    notifier notify;
    quota_client quota;
    request_scheduler scheduler;
    retry_budget retries;
    pool_planner planner;
    std::unique_ptr<stream_opener> opener;
    connection_pool pool;
    response_handler responses;

    detail::token_requester token_requester{*this};
    detail::pool_cleaner pool_cleaner{*this};
    operation_table operations{*this};
    detail::completion completion{*this};
    effect_executor effects{*this};
    detail::source_checker source_checker{*this};
    detail::assigner assigner;
    detail::shutdown shutdown{*this};
};

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/engine/engine.hpp>
#include <langexport/detail/engine/impl/assigner.ipp>
#include <langexport/detail/engine/impl/completion.ipp>
#include <langexport/detail/engine/impl/effect_executor.ipp>
#include <langexport/detail/engine/impl/function_runner.ipp>
#include <langexport/detail/engine/impl/operation_table.ipp>
#include <langexport/detail/engine/impl/pool_cleaner.ipp>
#include <langexport/detail/engine/impl/shutdown.ipp>
#include <langexport/detail/engine/impl/source_checker.ipp>
#include <langexport/detail/engine/impl/token_requester.ipp>
#endif

#endif
