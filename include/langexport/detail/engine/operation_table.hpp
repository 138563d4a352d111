#ifndef LANGEXPORT_DETAIL_ENGINE_OPERATION_TABLE_HPP
#define LANGEXPORT_DETAIL_ENGINE_OPERATION_TABLE_HPP

#include <langexport/detail/engine/export_operation.hpp>
#include <langexport/version.hpp>

#include <boost/asio/cancellation_type.hpp>
#include <boost/intrusive/list.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace langexport {
inline namespace v0 {
namespace detail {

struct engine_parts;

// The operations of a client from their admission to their end. Schedules them, enforces their time limits, and
// cancels them.
class operation_table {
public:
    using operation_ptr = std::shared_ptr<export_operation>;

    explicit operation_table(engine_parts& parts) noexcept : parts_(parts) {}

    // Begins an operation. A `time_limit` of max() means none. `begun_after_forks` is the value of `forks()` when the
    // caller started the operation: the process may have forked since then.
    LANGEXPORT_DECL void admit(operation_ptr operation, steady_duration time_limit,
                               std::uint32_t begun_after_forks);
    // Removes an operation that has ended. Returns the pointer that kept it alive.
    LANGEXPORT_DECL operation_ptr remove(const operation_ptr& operation);
    // Completes an operation that lists the client's operations.
    LANGEXPORT_DECL void list(const operation_ptr& listing, std::uint32_t begun_after_forks);
    LANGEXPORT_DECL void cancel(const operation_ptr& operation, asio::cancellation_type type);
    LANGEXPORT_DECL void cancel_group(const operation_group* group);

    // Passes the operation's next request to the scheduler at the time `due`.
    LANGEXPORT_DECL void schedule(export_operation& operation, steady_time due);
    // Passes the request to the scheduler now, before it is due, so that it can wait for the quota.
    LANGEXPORT_DECL void schedule_early(export_operation& operation, steady_time now);
    LANGEXPORT_DECL void unschedule(export_operation& operation) noexcept;
    // Schedules the operations again that had no token when their requests were due, because a new token may be
    // available.
    LANGEXPORT_DECL void schedule_those_without_token();
    // Counts the requests in the scheduler for client_stats.
    LANGEXPORT_DECL void count_queued() noexcept;

    // Called by the operation's timer entry: its request is due, or a time limit has passed.
    LANGEXPORT_DECL void on_entry_due(export_operation& operation, steady_time now);

    bool empty() const noexcept { return operations_.empty(); }
    // Returns the operations for which `is` returns true. It is a copy, so the caller may complete them.
    template <class Predicate>
    std::vector<operation_ptr> find(Predicate is) const {
        std::vector<operation_ptr> found;
        for (const export_operation& operation : operations_)
            if (is(operation))
                found.push_back(operation.self);
        return found;
    }

    // Keeps the operations that have ended while a call of their sink or of a function is still running.
    LANGEXPORT_DECL void await_calls(const operation_ptr& operation);
    LANGEXPORT_DECL void calls_have_returned(const operation_ptr& operation);
    LANGEXPORT_DECL std::vector<operation_ptr> take_awaiting_calls() noexcept;

private:
    using pending_list = boost::intrusive::list<
        export_operation,
        boost::intrusive::member_hook<export_operation, list_hook, &export_operation::pending_hook>,
        boost::intrusive::constant_time_size<false>>;

    operation_page page_of(const operation_query& query);
    pending_list::const_iterator first_after(std::uint64_t id) const;

    engine_parts& parts_;
    pending_list operations_;                     // in the order of their ids; drains have no id
    std::weak_ptr<export_operation> last_listed_; // the next page usually begins after it
    std::vector<operation_ptr> awaiting_calls_;
    link_pattern_ptr link_pattern_; // the links of the jobs are like this one
};

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
