#ifndef LANGEXPORT_DETAIL_POLICY_POOL_PLANNER_HPP
#define LANGEXPORT_DETAIL_POLICY_POOL_PLANNER_HPP

#include <langexport/client_params.hpp>
#include <langexport/detail/policy/backoff.hpp>
#include <langexport/detail/policy/connection_limit.hpp>
#include <langexport/version.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace langexport {
inline namespace v0 {
namespace detail {

// The connections of a pool, counted.
struct pool_state {
    std::size_t connections = 0; // including those in use
    std::size_t idle = 0;
    std::size_t starting = 0; // they look for a request next, or are being opened
    bool is_opening = false;  // one of them is being opened
};

// The next steps of a pool, so that requests can be sent.
struct pool_plan {
    std::size_t start = 0;                         // idle connections that search for a request
    bool opens = false;                            // opens a new connection
    steady_time plan_again = (steady_time::max)(); // max(): no further plan is needed
};

// Decides how many connections a client opens. It opens one at a time, as many as there are requests that can be
// sent, and waits after a failure. It uses fewer while file descriptors are scarce.
class pool_planner {
public:
    // `most` is the maximum number of connections, at least 1.
    pool_planner(std::size_t most, const retry_params& retry) noexcept
        : limit_(most), retry_(retry) {}

    // `requests`: how many requests could be sent now if there were enough connections.
    pool_plan plan(const pool_state& pool, std::size_t requests, steady_time now) const noexcept {
        const std::size_t lacking = requests - (std::min)(requests, pool.starting);
        pool_plan result;
        result.start = (std::min)(lacking, pool.idle);
        if (result.start == lacking || pool.is_opening)
            return result;
        const steady_time allowed =
            (std::max)(limit_.next_allowed(pool.connections, now), not_before_);
        result.opens = allowed <= now;
        if (!result.opens)
            result.plan_again = allowed;
        return result;
    }

    // How many connections the pool may have.
    std::size_t most(steady_time now) const noexcept { return limit_.most(now); }
    // How many of them may download: polls and submissions keep one.
    std::size_t most_downloads(steady_time now) const noexcept {
        return std::max<std::size_t>(1, most(now) - 1);
    }

    void opened() noexcept { failures_ = 0; }
    // Called after a failure: the next connection is opened after a wait. `random`, between 0 and 1, spreads the
    // waits.
    void opening_failed(steady_time now, double random) noexcept {
        not_before_ = round_up(now + backoff(retry_, ++failures_, random));
    }
    // Called when no descriptor was free for a connection or a file, while `open` connections were open.
    void lacked_descriptor(std::size_t open, bool for_connection, steady_time now) noexcept {
        limit_.lacked(open, for_connection, now);
    }

    std::uint32_t failures() const noexcept { return failures_; } // in a row
    steady_time not_before() const noexcept { return not_before_; }

private:
    connection_limit limit_;
    retry_params retry_;
    std::uint32_t failures_ = 0;
    steady_time not_before_{};
};

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
