#ifndef LANGEXPORT_DETAIL_ENGINE_QUOTA_REFILLER_HPP
#define LANGEXPORT_DETAIL_ENGINE_QUOTA_REFILLER_HPP

#include <langexport/client_stats.hpp>
#include <langexport/detail/engine/budget_listener.hpp>
#include <langexport/detail/policy/shared_permits.hpp>
#include <langexport/quota_source.hpp>
#include <langexport/version.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace langexport {
inline namespace v0 {
namespace detail {

// A failure of the source. Each has a number, so that each client reports it once.
struct refill_problem {
    std::uint64_t number = 0;   // from 1; 0: there is none
    std::exception_ptr why;     // null: the source dropped its receiver
    std::uint32_t failures = 0; // consecutive failures
    steady_time next{};         // when the next refill starts
};

// What a client does after it has said what it needs.
struct refill_step {
    steady_time
        call_again; // the client says again what it needs, unless the listener is called before
    bool must_start = false; // the client calls `start` on its executor
};

// The permits of a resource that a quota source refills, shared by the clients of this process. Thread-safe. It has no
// clock and no timer: its clients call it in time.
class quota_refiller : public std::enable_shared_from_this<quota_refiller> {
public:
    LANGEXPORT_DECL quota_refiller(const quota_params& quota, std::shared_ptr<quota_source> source);

    // The same as those of `request_budget`.
    LANGEXPORT_DECL std::size_t free(request_kind kind, steady_time now);
    LANGEXPORT_DECL budget_stats usage(request_kind kind, steady_time now);
    LANGEXPORT_DECL std::optional<permit_id> acquire(request_kind kind, steady_time now);
    LANGEXPORT_DECL void give_back(request_kind kind, const permit_id& permit, steady_time now);
    LANGEXPORT_DECL void throttle_until(request_kind kind, steady_time until);
    LANGEXPORT_DECL void throttled(request_kind kind, steady_time until);
    LANGEXPORT_DECL void add_waiting(int number);
    LANGEXPORT_DECL poll_supply supply(steady_time now);

    // A client with operations in progress says which of its requests are due. `listener` is called after each refill.
    LANGEXPORT_DECL refill_step update(const std::shared_ptr<budget_listener>& listener,
                                       const due_requests& due, steady_time now);
    // Calls the source, unless a refill is in progress. Not called on a strand. `random`, between 0 and 1, spreads
    // refills after failures.
    LANGEXPORT_DECL void start(steady_time now, double random);
    // The client has no operation in progress.
    LANGEXPORT_DECL void leave(const budget_listener* listener);
    // Whether the last client has left. True once; then the client calls `rest` on its executor.
    LANGEXPORT_DECL bool must_rest();
    LANGEXPORT_DECL void rest(steady_time now);
    // The last failure; null if the last refill succeeded.
    LANGEXPORT_DECL std::optional<refill_problem> problem();

private:
    struct user {
        const budget_listener* listener;
        std::weak_ptr<budget_listener> reach;
        due_requests due;
    };
    class response; // of a refill

    due_requests all_due() const noexcept;
    void on_response(const std::exception_ptr& problem, const quota_grant& grant, bool has_failed);
    void note_failure(const std::exception_ptr& problem, const quota_grant& grant);

    const quota_params quota_;
    const std::shared_ptr<quota_source> source_;

    std::mutex mutex_;
    shared_permits permits_;
    std::vector<user> users_;
    double random_ = 0;
    bool is_refilling_ = false;
    std::optional<steady_time>
        requested_at_; // when a client was told to call `start`, and it has not run
    bool must_rest_ = false;
    refill_problem problem_;
    std::uint64_t problems_ = 0;
};

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/engine/impl/quota_refiller.ipp>
#endif

#endif
