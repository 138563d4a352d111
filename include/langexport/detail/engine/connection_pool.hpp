#ifndef LANGEXPORT_DETAIL_ENGINE_CONNECTION_POOL_HPP
#define LANGEXPORT_DETAIL_ENGINE_CONNECTION_POOL_HPP

#include <langexport/client_params.hpp>
#include <langexport/detail/engine/connection.hpp>
#include <langexport/detail/engine/notifier.hpp>
#include <langexport/detail/policy/connection_staleness.hpp>
#include <langexport/detail/policy/pool_planner.hpp>
#include <langexport/version.hpp>

#include <cstddef>
#include <memory>
#include <vector>

namespace langexport {
inline namespace v0 {
namespace detail {

// The connections of a client, the most recently used last. Knows which idle one to use, and closes the stale ones. How
// many connections there should be is decided by pool_planner, and which are stale by connection_staleness.
class connection_pool {
public:
    using connection_ptr = std::shared_ptr<connection>;

    // `notify` outlives the pool and receives an event for every stream that is closed.
    LANGEXPORT_DECL connection_pool(const connection_staleness& staleness, notifier& notify);

    LANGEXPORT_DECL void add(connection_ptr c);
    // The idle connection that was used most recently: its stream is the least likely to be closed. Null if there is
    // none.
    LANGEXPORT_DECL connection_ptr idle_connection() const noexcept;
    // The work of a connection has ended. Keeps it for the next request if it has a stream and the pool has at most
    // `most` connections. Returns whether it was kept.
    LANGEXPORT_DECL bool put_back(const connection_ptr& c, std::size_t most, steady_time now);

    // Whether the stream of `c` can carry a request of that kind; closes a stream that cannot.
    LANGEXPORT_DECL bool is_usable_for(connection& c, request_kind kind, steady_time now);

    LANGEXPORT_DECL void close(connection& c, close_reason why, steady_time now);
    // Closes the idle connections that are stale. Returns when the next one becomes stale; max() if there is none.
    LANGEXPORT_DECL steady_time close_stale(steady_time now);
    LANGEXPORT_DECL void close_idle(close_reason why, steady_time now);

    LANGEXPORT_DECL pool_state state() const noexcept;
    LANGEXPORT_DECL bool is_opening_other_than(const connection* c) const noexcept;
    LANGEXPORT_DECL std::size_t number_open() const noexcept; // that have a stream
    const std::vector<connection_ptr>& all() const noexcept { return connections_; }
    // The time from which the stream of `c` is not used again, unless it is used before.
    LANGEXPORT_DECL steady_time stale_at(const connection& c) const noexcept;

private:
    connection_staleness staleness_;
    notifier& notify_;
    std::vector<connection_ptr> connections_;
};

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/engine/impl/connection_pool.ipp>
#endif

#endif
