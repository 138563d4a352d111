#ifndef LANGEXPORT_DETAIL_ENGINE_REQUEST_BUDGET_HPP
#define LANGEXPORT_DETAIL_ENGINE_REQUEST_BUDGET_HPP

#include <langexport/client_params.hpp>
#include <langexport/client_stats.hpp>
#include <langexport/detail/engine/budget_listener.hpp>
#include <langexport/detail/engine/quota_refiller.hpp>
#include <langexport/detail/policy/classify_status.hpp>
#include <langexport/detail/policy/poll_schedule.hpp>
#include <langexport/detail/policy/rate_window.hpp>
#include <langexport/file/impl/request_journal.hpp>
#include <langexport/version.hpp>

#include <cstddef>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace langexport {
inline namespace v0 {

namespace detail {

// The request quota of one resource, shared by all clients that use it. Thread-safe. If a quota source shares it with
// other processes, requests need permits of the refiller, and there are no queues.
class request_budget : public std::enable_shared_from_this<request_budget> {
public:
    LANGEXPORT_DECL explicit request_budget(const quota_params& params);
    LANGEXPORT_DECL request_budget(const quota_params& params,
                                   std::shared_ptr<quota_source> source);

    // Null if no source shares the quota.
    const std::shared_ptr<quota_refiller>& refiller() const noexcept { return refiller_; }

    // Returns how many requests of a kind may be sent now. Polls do not use the permits that results will need.
    LANGEXPORT_DECL std::size_t free(request_kind kind, steady_time now);
    // Returns the state of the kind's class, for client_stats.
    LANGEXPORT_DECL budget_stats usage(request_kind kind, steady_time now);
    // Puts a client into the queue for permits, unless it is in the queue. Each client waits for a permit of its own,
    // so that a free permit wakes one client only. The client stays in the queue until it acquires a permit or leaves.
    // Returns when to call again, unless the listener is called before.
    LANGEXPORT_DECL steady_time wait(request_kind kind, steady_time now,
                                     const std::shared_ptr<budget_listener>& listener);
    LANGEXPORT_DECL void leave(request_kind kind, const budget_listener* listener);
    // Acquires a permit if one is free. Not called if there is a refiller.
    LANGEXPORT_DECL bool acquire(request_kind kind, steady_time now,
                                 const budget_listener* listener = nullptr);
    // Releases a permit, which is free again one window from now. `permit` is that of the refiller.
    LANGEXPORT_DECL void give_back(request_kind kind, steady_time now,
                                   const permit_id& permit = {});
    // A request that was sent at `sent_at` received a 429. No request of its class is sent before `until`.
    LANGEXPORT_DECL void throttled(request_kind kind, steady_time sent_at, steady_time now,
                                   steady_time until);
    // Sends no request of the kind's class before `until`.
    LANGEXPORT_DECL void throttle_until(request_kind kind, steady_time until);
    // Counts a request of an earlier process.
    LANGEXPORT_DECL void remember(request_kind kind, steady_time ended_at);
    // Whether the budget is in the state of a new one, so that it can be removed without consequences.
    LANGEXPORT_DECL bool is_unspent(steady_time now);
    // Writes all further requests to the journal. Must be called before the first request.
    LANGEXPORT_DECL void keep_journal(std::unique_ptr<request_journal> journal);

    // Changes the number of jobs in progress of all clients; `supply` returns what the quota allows for their polls.
    LANGEXPORT_DECL void add_waiting(int number);
    LANGEXPORT_DECL poll_supply supply(steady_time now);

private:
    struct waiter {
        const budget_listener* listener;
        std::weak_ptr<budget_listener> reach;
        bool has_time; // the client knows when a permit will be free; otherwise it needs an event
    };
    using line = std::vector<waiter>;

    rate_window& window_of(request_kind kind) noexcept {
        return kind == request_kind::submission ? posts_ : gets_;
    }
    line& line_of(request_kind kind) noexcept {
        return kind == request_kind::submission ? wait_for_post_ : wait_for_get_;
    }
    std::size_t kept_for_results(steady_time now);
    static line::iterator find(line& in, const budget_listener* listener) noexcept;

    const std::shared_ptr<quota_refiller> refiller_;
    std::mutex mutex_;
    std::unique_ptr<request_journal> journal_; // null: there is no journal
    rate_window posts_;
    rate_window gets_;
    std::size_t waiting_ = 0;
    line wait_for_post_;
    line wait_for_get_;
};

// The permission to send one request. The request counts as in progress until the permit is released.
class quota_permit {
public:
    quota_permit() noexcept = default;
    quota_permit(std::shared_ptr<request_budget> from, request_kind kind, steady_time sent_at,
                 const permit_id& id = {}) noexcept
        : from_(std::move(from)), kind_(kind), sent_at_(sent_at), id_(id) {}

    steady_time sent_at() const noexcept { return sent_at_; }
    // Called when the request has ended; it counts for one more window. The holder must call this before it destroys
    // the permit, because a request that is not released counts forever.
    void release(steady_time now) {
        if (const auto from = std::exchange(from_, nullptr))
            from->give_back(kind_, now, id_);
    }

private:
    std::shared_ptr<request_budget> from_;
    request_kind kind_ = request_kind::status;
    steady_time sent_at_{};
    permit_id id_; // of the refiller
};

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/engine/impl/request_budget.ipp>
#endif

#endif
