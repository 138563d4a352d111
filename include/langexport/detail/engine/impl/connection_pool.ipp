#ifndef LANGEXPORT_DETAIL_ENGINE_IMPL_CONNECTION_POOL_IPP
#define LANGEXPORT_DETAIL_ENGINE_IMPL_CONNECTION_POOL_IPP

#include <langexport/detail/engine/connection_pool.hpp>

#include <algorithm>
#include <chrono>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

// A server closes connections that were idle for long, and a request may cross its close. The client can repeat a
// GET; a submission therefore needs a connection that was used a moment ago.
inline constexpr std::chrono::seconds freshness_for_submission{1};

// Some proxies close each connection after its response without a word, so a submission in plain HTTP never shares a
// connection with them. Within a tunnel, the origin decides.
inline bool is_closed_by_proxy(const client_params& params) {
    return !params.proxy.empty() && !endpoint::parse(params.endpoint, true).origin().is_secure;
}

LANGEXPORT_DECL connection_pool::connection_pool(const client_params& params, notifier& notify)
    : max_idle_time_(params.max_idle_time), max_age_(params.max_connection_age),
      submits_on_new_ones_(is_closed_by_proxy(params)), notify_(notify) {}

LANGEXPORT_DECL void connection_pool::add(connection_ptr c) {
    connections_.push_back(std::move(c));
}

LANGEXPORT_DECL connection_pool::connection_ptr connection_pool::idle_connection() const noexcept {
    const auto found =
        std::find_if(connections_.rbegin(), connections_.rend(), [](const connection_ptr& c) {
            return c->doing == connection::activity::idle;
        });
    return found == connections_.rend() ? nullptr : *found;
}

LANGEXPORT_DECL bool connection_pool::put_back(const connection_ptr& c, std::size_t most,
                                               steady_time now) {
    const auto place = std::find(connections_.begin(), connections_.end(), c);
    if (place == connections_.end())
        return false;
    const connection_ptr kept = *place;
    connections_.erase(place);
    if (connections_.size() >= most)
        close(*kept, close_reason::aged, now);
    if (!kept->open_result.stream)
        return false;
    connections_.push_back(kept);
    return true;
}

LANGEXPORT_DECL steady_time connection_pool::stale_at(const connection& c) const noexcept {
    return (std::min)(c.last_used + max_idle_time_, c.opened_at + max_age_);
}

LANGEXPORT_DECL bool connection_pool::is_stale(const connection& c, request_kind kind,
                                               steady_time now) const noexcept {
    const bool submits = kind == request_kind::submission;
    const bool is_fresh =
        submits_on_new_ones_ ? !c.was_used : now - c.last_used <= freshness_for_submission;
    return now >= stale_at(c) || (submits && !is_fresh);
}

LANGEXPORT_DECL bool connection_pool::is_usable_for(connection& c, request_kind kind,
                                                    steady_time now) {
    if (!c.open_result.stream)
        return false;
    if (!c.was_used && !c.has_rested)
        return true;
    const bool submits = kind == request_kind::submission;
    if (is_stale(c, kind, now))
        close(c, close_reason::aged, now);
    else if ((submits || c.has_rested) && !c.open_result.stream->is_idle())
        close(c, close_reason::by_peer, now);
    return c.open_result.stream != nullptr;
}

LANGEXPORT_DECL void connection_pool::close(connection& c, close_reason why, steady_time now) {
    if (!c.open_result.stream)
        return;
    c.drop_stream();
    notify_.closed(c, why, now);
}

LANGEXPORT_DECL steady_time connection_pool::close_stale(steady_time now) {
    steady_time next = (steady_time::max)();
    std::erase_if(connections_, [&](const connection_ptr& c) {
        if (c->doing != connection::activity::idle)
            return false; // checked when it returns to the pool
        const steady_time end = stale_at(*c);
        if (end <= now) {
            close(*c, close_reason::aged, now);
            return true;
        }
        next = (std::min)(next, end);
        return false;
    });
    return next;
}

LANGEXPORT_DECL void connection_pool::close_idle(close_reason why, steady_time now) {
    std::erase_if(connections_, [&](const connection_ptr& c) {
        const bool is_idle = c->doing == connection::activity::idle;
        if (is_idle)
            close(*c, why, now);
        return is_idle;
    });
}

LANGEXPORT_DECL pool_state connection_pool::state() const noexcept {
    using activity = connection::activity;
    pool_state result;
    result.connections = connections_.size();
    for (const connection_ptr& c : connections_) {
        result.idle += c->doing == activity::idle;
        result.starting += c->doing == activity::starting || c->doing == activity::opening;
        result.is_opening = result.is_opening || c->doing == activity::opening;
    }
    return result;
}

LANGEXPORT_DECL bool connection_pool::is_opening_other_than(const connection* than) const noexcept {
    return std::any_of(connections_.begin(), connections_.end(), [than](const connection_ptr& c) {
        return c->doing == connection::activity::opening && c.get() != than;
    });
}

LANGEXPORT_DECL std::size_t connection_pool::number_open() const noexcept {
    return static_cast<std::size_t>(
        std::count_if(connections_.begin(), connections_.end(),
                      [](const connection_ptr& c) { return c->open_result.stream != nullptr; }));
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
