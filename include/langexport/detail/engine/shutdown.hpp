#ifndef LANGEXPORT_DETAIL_ENGINE_SHUTDOWN_HPP
#define LANGEXPORT_DETAIL_ENGINE_SHUTDOWN_HPP

#include <langexport/client_stats.hpp>
#include <langexport/detail/engine/export_operation.hpp>
#include <langexport/version.hpp>

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

namespace langexport {
inline namespace v0 {
namespace detail {

struct engine_parts;

// How a client ends: a drain, the last handle, the destruction of its execution context, a fork. And how it rests
// while nothing is pending.
class shutdown {
public:
    using operation_ptr = std::shared_ptr<export_operation>;

    explicit shutdown(engine_parts& parts) noexcept : parts_(parts) {}

    bool is_closed() const noexcept { return is_closed_; }
    bool is_draining() const noexcept { return is_draining_; }
    // From any thread.
    bool is_shutting_down() const noexcept { return is_shutting_down_; }
    // The number of forks between the creation of the client and this process. From any thread.
    std::uint32_t forks() const noexcept { return forks_; }

    // A drain is an operation that completes when no other operation is pending, or after `time_limit`.
    LANGEXPORT_DECL void begin_drain(const operation_ptr& drain, steady_duration time_limit);
    // The operation fails because the client shuts down.
    LANGEXPORT_DECL void end_by_drain(const operation_ptr& operation);
    // Ends all operations except drains.
    LANGEXPORT_DECL void end_all();
    LANGEXPORT_DECL void end_drain_if_done();
    // For the summary of the drain.
    void count_finished() noexcept {
        if (is_draining_)
            ++summary_.finished;
    }
    void count_failed(errc code) noexcept {
        if (is_draining_ && code != errc::client_closed)
            ++summary_.failed;
    }

    // The last handle was destroyed.
    LANGEXPORT_DECL void close();
    // Destroys all operations without invoking their handlers.
    LANGEXPORT_DECL void on_context_destroyed() noexcept;
    LANGEXPORT_DECL void on_fork(bool is_child);
    // The operation began before the fork: it continues in the parent and fails here.
    LANGEXPORT_DECL void end_in_child(const operation_ptr& operation);

    // If nothing is pending, the client holds no work: `run()` of its execution context may return.
    LANGEXPORT_DECL void rest_if_idle();

private:
    void leave_to_parent();
    void release_permits() noexcept;

    engine_parts& parts_;
    bool is_closed_ = false;
    bool is_draining_ = false;
    std::atomic<bool> is_shutting_down_ = false;
    std::atomic<std::uint32_t> forks_ = 0;
    drain_summary summary_;
    std::vector<operation_ptr> drain_waiters_;
};

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
