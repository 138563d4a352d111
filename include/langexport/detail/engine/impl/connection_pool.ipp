#ifndef LANGEXPORT_DETAIL_ENGINE_IMPL_CONNECTION_POOL_IPP
#define LANGEXPORT_DETAIL_ENGINE_IMPL_CONNECTION_POOL_IPP

#include <langexport/detail/engine/connection_pool.hpp>

#include <algorithm>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

inline connection_use use_of(const connection& c) noexcept {
    return {c.opened_at, c.last_used, c.was_used};
}

LANGEXPORT_DECL connection_pool::connection_pool(const connection_staleness& staleness,
                                                 notifier& notify)
    : staleness_(staleness), notify_(notify) {}

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
    return staleness_.stale_at(use_of(c));
}

LANGEXPORT_DECL bool connection_pool::is_usable_for(connection& c, request_kind kind,
                                                    steady_time now) {
    if (!c.open_result.stream)
        return false;
    if (!c.was_used && !c.has_been_idle)
        return true;
    const bool submits = kind == request_kind::submission;
    if (staleness_.is_stale(use_of(c), kind, now))
        close(c, close_reason::aged, now);
    else if ((submits || c.has_been_idle) && !c.open_result.stream->is_idle())
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
            return false; // a connection in use is checked when it returns to the pool
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
