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

// Ends a client: by a drain, when its last handle is destroyed, when its execution context is destroyed, and in the
// child of a fork. Also releases the client's outstanding work while no operation is pending.
class shutdown {
public:
    using operation_ptr = std::shared_ptr<export_operation>;

    explicit shutdown(engine_parts& parts) noexcept : parts_(parts) {}

    bool is_closed() const noexcept { return is_closed_; }
    bool is_draining() const noexcept { return is_draining_; }
    // May be called from any thread.
    bool is_shutting_down() const noexcept { return is_shutting_down_; }
    // Returns the number of forks between the process that created the client and this process. May be called from any
    // thread.
    std::uint32_t forks() const noexcept { return forks_; }

    // Begins a drain: an operation that completes when no other operation is pending, or after `time_limit`.
    LANGEXPORT_DECL void begin_drain(const operation_ptr& drain, steady_duration time_limit);
    // Completes an operation with an error, because the client shuts down.
    LANGEXPORT_DECL void end_by_drain(const operation_ptr& operation);
    // Ends all operations except drains.
    LANGEXPORT_DECL void end_all();
    LANGEXPORT_DECL void end_drain_if_done();
    // These count ended operations for the summary of a drain.
    void count_finished() noexcept {
        if (is_draining_)
            ++summary_.finished;
    }
    void count_failed(errc code) noexcept {
        if (is_draining_ && code != errc::client_closed)
            ++summary_.failed;
    }

    // Called when the last handle of the client was destroyed.
    LANGEXPORT_DECL void close();
    // Destroys all operations without invoking their handlers.
    LANGEXPORT_DECL void on_context_destroyed() noexcept;
    LANGEXPORT_DECL void on_fork(bool is_child);
    // Completes an operation with an error in the child of a fork, because it began before the fork and continues in
    // the parent.
    LANGEXPORT_DECL void end_in_child(const operation_ptr& operation);

    // If no operation is pending, releases the outstanding work, so that `run()` of the execution context may return.
    LANGEXPORT_DECL void release_if_idle();

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
