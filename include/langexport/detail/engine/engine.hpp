#ifndef LANGEXPORT_DETAIL_ENGINE_ENGINE_HPP
#define LANGEXPORT_DETAIL_ENGINE_ENGINE_HPP

#include <langexport/client_params.hpp>
#include <langexport/client_stats.hpp>
#include <langexport/detail/engine/engine_parts.hpp>
#include <langexport/detail/engine/engine_settings.hpp>
#include <langexport/detail/engine/export_operation.hpp>
#include <langexport/detail/engine/request_budget.hpp>
#include <langexport/detail/operation/shutdown_service.hpp>
#include <langexport/detail/policy/time_source.hpp>
#include <langexport/observer.hpp>
#include <langexport/version.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <cstdint>
#include <memory>

namespace langexport {
inline namespace v0 {
namespace detail {

// The state behind a client: its strand, its settings and its parts. The parts run on the strand. The functions of
// this class may be called from any thread, unless their comments say otherwise.
class engine final : public std::enable_shared_from_this<engine>,
                     public shutdown_listener,
                     public budget_listener,
                     public timer_listener {
public:
    // `budget` may be null: the engine then uses the budget of the endpoint's origin on the execution context.
    LANGEXPORT_TEMPLATE_DECL static std::shared_ptr<engine>
    make(const asio::any_io_executor& executor, const client_params& params,
         std::shared_ptr<request_budget> budget);
    // Creates an engine with other clocks, connections or random numbers. All members of `with` must be set.
    LANGEXPORT_TEMPLATE_DECL static std::shared_ptr<engine>
    make(const asio::any_io_executor& executor, const strand_type& strand,
         const client_params& params, engine_environment with);
    LANGEXPORT_TEMPLATE_DECL engine(const asio::any_io_executor& executor,
                                    const strand_type& strand, const client_params& params,
                                    engine_environment with);

    const engine_settings& settings() const noexcept { return settings_; }
    const client_params& params() const noexcept { return settings_.params; }
    steady_time now() const noexcept { return parts_.timers.now(); }
    std::uint32_t forks() const noexcept { return parts_.shutdown.forks(); }

    // Creates an operation that has not started. The caller sets its plan, which includes the kind of operation.
    // One of the kind `importing` is an `import_operation`.
    LANGEXPORT_DECL std::shared_ptr<export_operation>
    make_operation(operation_handler handler, job_kind kind = job_kind::exporting);
    // Creates the object that calls the sink of an operation. A null `executor` means that of the client.
    LANGEXPORT_DECL std::shared_ptr<sink_runner> make_sink_runner(std::shared_ptr<result_sink> sink,
                                                                  asio::any_io_executor executor);
    // Sets the functions of an operation's request. A null `functions.executor` means that of the client.
    LANGEXPORT_DECL void set_functions(export_operation& operation, request_functions functions);
    // Starts an operation, which begins after this call has returned. A `time_limit` of max() means none.
    LANGEXPORT_DECL void start(std::shared_ptr<export_operation> operation,
                               steady_duration time_limit);
    // Cancels the operations of a group.
    LANGEXPORT_DECL void cancel_group(std::shared_ptr<const operation_group> group);
    LANGEXPORT_DECL void set_observer(std::shared_ptr<observer> next);
    LANGEXPORT_DECL void update_credential(credential next);
    LANGEXPORT_DECL client_stats stats() const;
    // Called when the last handle of the client is destroyed. Ends all operations.
    LANGEXPORT_DECL void close();

    // The events of the quota, of the timer and of the execution context.
    LANGEXPORT_DECL void budget_has_changed() override;
    LANGEXPORT_DECL void on_timer() override; // on the strand
    LANGEXPORT_DECL void context_is_going_down() noexcept override;
    LANGEXPORT_DECL void context_has_forked(bool is_child) override;

private:
    const sink_runner::call_starter start_sink_call_;
    const engine_settings settings_;
    engine_parts parts_;
};

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/engine/impl/engine.ipp>
#include <langexport/detail/engine/impl/engine_parts.ipp>
#endif

#endif
