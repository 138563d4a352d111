#ifndef LANGEXPORT_DETAIL_ENGINE_ASSIGNER_HPP
#define LANGEXPORT_DETAIL_ENGINE_ASSIGNER_HPP

#include <langexport/detail/engine/connection.hpp>
#include <langexport/detail/engine/export_operation.hpp>
#include <langexport/detail/policy/timer_queue.hpp>
#include <langexport/version.hpp>

#include <cstddef>
#include <exception>
#include <memory>

namespace langexport {
inline namespace v0 {
namespace detail {

class engine;
struct engine_parts;

// Assigns due requests to connections, and opens as many connections as they need. The only caller of
// `request_scheduler::next`.
class assigner {
public:
    using connection_ptr = std::shared_ptr<connection>;

    LANGEXPORT_TEMPLATE_DECL explicit assigner(engine_parts& parts) noexcept;

    // Starts connections for the requests that can be sent now. Every change that may affect which requests these are
    // ends with this call.
    LANGEXPORT_DECL void assign_requests();
    // Returns how many requests could be sent now, limited to the maximum number of connections.
    LANGEXPORT_DECL std::size_t number_sendable() const;
    void download_ended() noexcept { --downloads_; }
    // Stops the timers, because no operation is pending.
    LANGEXPORT_DECL void stop_timers();
    // Leaves the queues for permits, because the client sends no more requests.
    LANGEXPORT_DECL void leave_quota_queues();

private:
    void try_again(steady_time) { assign_requests(); }
    std::size_t sendable(request_kind kind, steady_time now) const;
    void start_connections();
    void wait_for_permits();
    // The connection's coroutine may run to its end within this call.
    LANGEXPORT_TEMPLATE_DECL void start_connection(const connection_ptr& c,
                                                   connection::activity begins_with);
    LANGEXPORT_TEMPLATE_DECL static task<void>
    run_connection(std::shared_ptr<engine> keep, engine_parts& parts, connection_ptr c);
    void on_opened(connection& c, steady_time began);
    void on_connection_idle(const connection_ptr& c, const std::exception_ptr& thrown);
    export_operation* next_operation();
    void start_exchange(connection& c, export_operation& operation, quota_permit permit);
    exchange_limits limits_for(const connection& c) const noexcept;

    engine_parts& parts_;
    void (assigner::*const start_connection_)(const connection_ptr&, connection::activity);
    std::size_t downloads_ = 0; // requests for results that are in progress
    bool is_assigning_ = false;
    bool must_assign_again_ = false;
    member_timer<assigner, &assigner::try_again> opening_timer_{*this};
    member_timer<assigner, &assigner::try_again> permit_timer_{*this};
};

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
