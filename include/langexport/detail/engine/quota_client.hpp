#ifndef LANGEXPORT_DETAIL_ENGINE_QUOTA_CLIENT_HPP
#define LANGEXPORT_DETAIL_ENGINE_QUOTA_CLIENT_HPP

#include <langexport/client_params.hpp>
#include <langexport/client_stats.hpp>
#include <langexport/detail/engine/export_operation.hpp>
#include <langexport/detail/engine/request_budget.hpp>
#include <langexport/detail/policy/export_state.hpp>
#include <langexport/detail/policy/request_scheduler.hpp>
#include <langexport/detail/policy/throttling.hpp>
#include <langexport/detail/policy/timer_service.hpp>
#include <langexport/version.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

namespace langexport {
inline namespace v0 {
namespace detail {

// The use of a quota by one client; several clients may share the quota. Acquires permits, waits in the queues for
// permits, counts the jobs that this client polls, and reacts to 429 and 503.
class quota_client {
public:
    // `client` identifies the client in the quota. `timers` outlives this object.
    quota_client(std::shared_ptr<request_budget> budget, const budget_listener& client,
                 timer_service& timers, const retry_params& retry)
        : budget_(std::move(budget)), client_(client), timers_(timers), throttling_(retry) {}

    // How many requests of that kind may be sent now.
    std::size_t free(request_kind kind, steady_time now) const { return budget_->free(kind, now); }
    // Acquires the permission to send one request. Null if another client has acquired the last one.
    LANGEXPORT_DECL std::optional<quota_permit> acquire(request_kind kind, steady_time now);
    // Returns what the quota allows for polls.
    poll_supply supply(steady_time now) {
        poll_supply result = budget_->supply(now);
        result.shortest_run_time = run_times_.shortest();
        return result;
    }
    // Called when a poll has reported the end of a job, so long after its 202.
    void job_ended(steady_duration run_time) noexcept { run_times_.add(run_time); }
    budget_stats usage(request_kind kind, steady_time now) const {
        return budget_->usage(kind, now);
    }
    // Whether the quota is the only reason why the operation's request, which is due, has not been sent.
    LANGEXPORT_DECL bool holds_back(const export_operation& operation,
                                    const request_scheduler& scheduler, steady_time now) const;

    // Joins the queues for the permits that due requests need. `wake_up` fires when a permit may be free. `listener` is
    // called if one is free before.
    LANGEXPORT_DECL void wait_for_permits(const request_scheduler& scheduler,
                                          const std::shared_ptr<budget_listener>& listener,
                                          timer_entry& wake_up, steady_time now);
    // The same if a source shares the quota, while operations are in progress. If it returns true, the caller lets
    // `refiller()->start` run on the client's executor.
    LANGEXPORT_DECL bool wait_for_refill(const request_scheduler& scheduler,
                                         const std::shared_ptr<budget_listener>& listener,
                                         timer_entry& wake_up, steady_time now);
    // Leaves the queues, so that clients behind this one move up.
    LANGEXPORT_DECL void leave_queues(timer_entry& wake_up);
    // Null if no source shares the quota with other processes.
    const std::shared_ptr<quota_refiller>& refiller() const noexcept { return budget_->refiller(); }
    // The failure of the source that this function has not returned yet, if there is one.
    LANGEXPORT_DECL std::optional<refill_problem> next_problem();

    // Starts or stops counting the operation's job among the polled jobs, which share the polls of the quota.
    LANGEXPORT_DECL void track_polling(export_operation& operation, bool is_polling);

    // Throttles the quota if a response demands it. Returns how long no request of that class is sent; null if the
    // response does not demand it. `random` is between 0 and 1.
    LANGEXPORT_DECL std::optional<steady_duration> apply_throttling(request_kind kind,
                                                                    steady_time sent_at,
                                                                    const response_event& event,
                                                                    steady_time now, double random);

private:
    using queues = std::array<bool, 2>; // for GETs, for POSTs
    void leave_queues_except(const queues& kept, timer_entry& wake_up);

    const std::shared_ptr<request_budget> budget_;
    const budget_listener& client_;
    timer_service& timers_;
    throttling throttling_;
    recent_run_times run_times_;
    queues is_queued_{};
    std::uint64_t last_problem_ = 0;
};

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/engine/impl/quota_client.ipp>
#endif

#endif
