#ifndef LANGEXPORT_DETAIL_POLICY_SHARED_PERMITS_HPP
#define LANGEXPORT_DETAIL_POLICY_SHARED_PERMITS_HPP

#include <langexport/client_params.hpp>
#include <langexport/client_stats.hpp>
#include <langexport/detail/policy/backoff.hpp>
#include <langexport/detail/policy/permit_ledger.hpp>
#include <langexport/detail/policy/poll_schedule.hpp>
#include <langexport/quota_source.hpp>
#include <langexport/request_kind.hpp>
#include <langexport/version.hpp>

#include <array>
#include <cstddef>
#include <optional>
#include <vector>

namespace langexport {
inline namespace v0 {
namespace detail {

// Requests that are due, by kind and priority.
using due_requests = decltype(quota_demand::due);

// The permits of a quota that processes share: what this process has, what it uses, and what it demands when.
class shared_permits {
public:
    LANGEXPORT_DECL explicit shared_permits(const quota_params& quota);

    // How many requests of a kind may be sent now. Polls leave the permits that results will need.
    LANGEXPORT_DECL std::size_t free(request_kind kind, steady_time now);
    LANGEXPORT_DECL std::optional<permit_id> acquire(request_kind kind, steady_time now);
    // The request of a permit has ended.
    void give_back(request_kind kind, const permit_id& permit, steady_time now) {
        ledger_of(kind).ended(permit, now);
    }
    // The service does not accept requests of this kind before `until`.
    LANGEXPORT_DECL void throttle_until(request_kind kind, steady_time until);
    // The same, because a request received a 429.
    LANGEXPORT_DECL void throttled(request_kind kind, steady_time until);
    // More jobs are polled; negative: fewer.
    void add_waiting(int number) { waiting_ += static_cast<std::size_t>(number); }
    // The state of the kind's class, for client_stats.
    LANGEXPORT_DECL budget_stats usage(request_kind kind, steady_time now);
    // What the quota allows for the polls of all processes.
    LANGEXPORT_DECL poll_supply supply(steady_time now);

    // When to demand a refill for these requests: now, later, or max() if none is needed.
    LANGEXPORT_DECL steady_time refill_at(const due_requests& due, steady_time now);
    // When these requests can use the next permit that was granted for later; max() if none is needed.
    LANGEXPORT_DECL steady_time next_at(const due_requests& due, steady_time now);
    // The demand of a refill that begins now.
    LANGEXPORT_DECL quota_demand demand(const due_requests& due, steady_time now);
    // The response to the last demand.
    LANGEXPORT_DECL void apply(const quota_grant& grant);
    // The last demand has arrived; it has not.
    void demand_arrived() noexcept {
        for (permit_ledger& each : ledgers_)
            each.report_arrived();
    }
    LANGEXPORT_DECL void take_back();
    // Gives up all permits that are not in use. They and those that have ended go back.
    LANGEXPORT_DECL std::vector<returned_permit> give_up(steady_time now);

    // When the last demand was made.
    steady_time sent_at() const noexcept { return sent_at_; }

private:
    permit_ledger& ledger_of(request_kind kind) noexcept {
        return ledgers_[static_cast<std::size_t>(quota_class_of(kind))];
    }
    std::size_t jobs_elsewhere() const noexcept;
    std::size_t results_soon() const noexcept;
    quota_demand with_results(const due_requests& due) const;

    const quota_params quota_;
    std::array<permit_ledger, quota_classes> ledgers_; // by quota_class
    std::size_t waiting_ = 0;                          // jobs of this process
    quota_demand sent_; // the last demand, without the permits that go back
    steady_time sent_at_{};
    steady_time throttled_lately_until_{}; // one window after the throttling of reads has ended
    quota_grant last_;                     // the last grant
    bool must_tell_ = false; // the service throttled a class, and the source does not know it yet
};

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/policy/impl/shared_permits.ipp>
#endif

#endif
