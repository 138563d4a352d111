#ifndef LANGEXPORT_DETAIL_POLICY_CONNECTION_STALENESS_HPP
#define LANGEXPORT_DETAIL_POLICY_CONNECTION_STALENESS_HPP

#include <langexport/client_params.hpp>
#include <langexport/detail/policy/backoff.hpp>
#include <langexport/endpoint.hpp>
#include <langexport/request_kind.hpp>
#include <langexport/version.hpp>

#include <algorithm>
#include <chrono>

namespace langexport {
inline namespace v0 {
namespace detail {

// The previous use of a connection.
struct connection_use {
    steady_time opened_at;
    steady_time last_used;
    bool was_used; // for a request
};

// Decides when a connection is too old to be used again.
class connection_staleness {
public:
    // Some proxies close each connection after its response without announcing it. Therefore a submission over plain
    // HTTP through a proxy always uses a new connection. In a tunnel, the origin decides.
    connection_staleness(const client_params& params, const origin& service)
        : max_idle_time_(params.max_idle_time), max_age_(params.max_connection_age),
          submits_on_new_ones_(!params.proxy.empty() && !service.is_secure) {}

    // The time from which the connection is not used again, unless it is used before.
    steady_time stale_at(const connection_use& c) const noexcept {
        return (std::min)(c.last_used + max_idle_time_, c.opened_at + max_age_);
    }

    // Whether the connection is too old for a request of that kind.
    bool is_stale(const connection_use& c, request_kind kind, steady_time now) const noexcept {
        const bool submits = kind == request_kind::submission;
        const bool is_fresh =
            submits_on_new_ones_ ? !c.was_used : now - c.last_used <= freshness_for_submission;
        return now >= stale_at(c) || (submits && !is_fresh);
    }

private:
    // A server closes connections that were idle for long, perhaps while a request is being sent. The client can
    // repeat a GET, but not a submission. Therefore a submission needs a connection that was used this recently.
    static constexpr std::chrono::seconds freshness_for_submission{1};

    steady_duration max_idle_time_;
    steady_duration max_age_;
    bool submits_on_new_ones_; // whether submissions need new connections
};

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
