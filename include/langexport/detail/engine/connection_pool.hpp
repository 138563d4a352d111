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

// The connections of a client, with the most recently used one at the end. Selects the idle connection for a request
// and closes stale connections. `pool_planner` decides how many connections there should be, and
// `connection_staleness` decides which of them are stale.
class connection_pool {
public:
    using connection_ptr = std::shared_ptr<connection>;

    // `notify` outlives the pool and receives an event for every stream that is closed.
    LANGEXPORT_DECL connection_pool(const connection_staleness& staleness, notifier& notify);

    LANGEXPORT_DECL void add(connection_ptr c);
    // Returns the idle connection that was used most recently, because the server is least likely to have closed it.
    // Null if no connection is idle.
    LANGEXPORT_DECL connection_ptr idle_connection() const noexcept;
    // Keeps a connection whose coroutine has ended, if it has a stream and the pool has at most `most` connections.
    // Otherwise removes it. Returns whether it was kept.
    LANGEXPORT_DECL bool put_back(const connection_ptr& c, std::size_t most, steady_time now);

    // Returns whether the stream of `c` can carry a request of that kind. Closes the stream if it cannot.
    LANGEXPORT_DECL bool is_usable_for(connection& c, request_kind kind, steady_time now);

    LANGEXPORT_DECL void close(connection& c, close_reason why, steady_time now);
    // Closes the idle connections that are stale. Returns when the next one becomes stale; max() if none will.
    LANGEXPORT_DECL steady_time close_stale(steady_time now);
    LANGEXPORT_DECL void close_idle(close_reason why, steady_time now);

    LANGEXPORT_DECL pool_state state() const noexcept;
    LANGEXPORT_DECL bool is_opening_other_than(const connection* c) const noexcept;
    // Returns how many connections have a stream.
    LANGEXPORT_DECL std::size_t number_open() const noexcept;
    const std::vector<connection_ptr>& all() const noexcept { return connections_; }
    // Returns when the stream of `c` becomes stale if no request uses it before.
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
