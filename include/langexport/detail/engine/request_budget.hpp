#ifndef LANGEXPORT_DETAIL_ENGINE_REQUEST_BUDGET_HPP
#define LANGEXPORT_DETAIL_ENGINE_REQUEST_BUDGET_HPP

#include <langexport/client_params.hpp>
#include <langexport/client_stats.hpp>
#include <langexport/detail/policy/classify_status.hpp>
#include <langexport/detail/policy/rate_window.hpp>
#include <langexport/file/impl/request_journal.hpp>
#include <langexport/version.hpp>

#include <boost/asio/execution_context.hpp>

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace langexport {
inline namespace v0 {

namespace asio = boost::asio;

namespace detail {

// Wants to hear that requests may leave which could not before. Called on any thread.
class budget_listener {
public:
    virtual void budget_has_changed() = 0;

protected:
    ~budget_listener() = default;
};

// The request quota of one resource, shared by all clients that use it. Thread-safe.
class request_budget : public std::enable_shared_from_this<request_budget> {
public:
    LANGEXPORT_DECL explicit request_budget(const quota_params& params);

    // How many requests of a kind may leave now. Polls leave alone what results will need.
    LANGEXPORT_DECL std::size_t free(request_kind kind, steady_time now);
    // When one of that kind may leave; max() if only a response to another one can tell.
    LANGEXPORT_DECL steady_time next_free(request_kind kind, steady_time now);
    // What is left of its class, for people.
    LANGEXPORT_DECL budget_stats look_at(request_kind kind, steady_time now);
    // The same for one of several clients that wait: they stand in line, each for a slot of its own, so
    // that a slot wakes one of them. Who asks stands there until it takes a slot or leaves. Returns when
    // to look again, unless told before.
    LANGEXPORT_DECL steady_time wait(request_kind kind, steady_time now,
                                     const std::shared_ptr<budget_listener>& who);
    LANGEXPORT_DECL void leave(request_kind kind, const budget_listener* who);
    // Takes a slot if there is one.
    LANGEXPORT_DECL bool acquire(request_kind kind, steady_time now,
                                 const budget_listener* who = nullptr);
    // Gives it back: it is free again one window from now.
    LANGEXPORT_DECL void give_back(request_kind kind, steady_time now);
    // A 429 to a request that left at `sent_at`; none of its class leaves before `until`.
    LANGEXPORT_DECL void throttled(request_kind kind, steady_time sent_at, steady_time now,
                                   steady_time until);
    // None of its class leaves before `until`.
    LANGEXPORT_DECL void close(request_kind kind, steady_time until);
    // One that an earlier process made.
    LANGEXPORT_DECL void remember(request_kind kind, steady_time ended_at);
    // Whether it is as good as a new one.
    LANGEXPORT_DECL bool is_unspent(steady_time now);
    // From now on requests are written down. Before the first one.
    LANGEXPORT_DECL void keep_journal(std::unique_ptr<request_journal> journal);

    // Jobs that are waited for, here and in other clients, and the least time between two polls of one.
    LANGEXPORT_DECL void add_waiting(int number);
    LANGEXPORT_DECL steady_duration pace(steady_time now);

private:
    struct waiter {
        const budget_listener* who;
        std::weak_ptr<budget_listener> reach;
        bool has_time; // when to look again; else somebody has to tell it
    };
    using line = std::vector<waiter>;

    rate_window& window_of(request_kind kind) noexcept {
        return kind == request_kind::submission ? posts_ : gets_;
    }
    line& line_of(request_kind kind) noexcept {
        return kind == request_kind::submission ? wait_for_post_ : wait_for_get_;
    }
    std::size_t kept_for_results(steady_time now);
    static line::iterator find(line& in, const budget_listener* who) noexcept;

    std::mutex mutex_;
    std::unique_ptr<request_journal> journal_; // null: none is kept
    rate_window posts_;
    rate_window gets_;
    std::size_t waiting_ = 0;
    line wait_for_post_;
    line wait_for_get_;
};

// The permission to send one request, while that request is in progress.
class quota_permit {
public:
    quota_permit() noexcept = default;
    quota_permit(std::shared_ptr<request_budget> from, request_kind kind,
                 steady_time sent_at) noexcept
        : from_(std::move(from)), kind_(kind), sent_at_(sent_at) {}

    steady_time sent_at() const noexcept { return sent_at_; }
    // The request has ended. It is counted for one window from now on. The holder calls this before it
    // destroys the permit: a permit that is not released counts for ever.
    void release(steady_time now) {
        if (const auto from = std::exchange(from_, nullptr))
            from->give_back(kind_, now);
    }

private:
    std::shared_ptr<request_budget> from_;
    request_kind kind_ = request_kind::status;
    steady_time sent_at_{};
};

// The budgets of an execution context, by origin: clients of one resource find each other here, also one
// after the other. What nobody uses is forgotten when there is nothing in it to remember.
class budget_registry final : public asio::execution_context::service {
public:
    inline static asio::execution_context::id id;

    explicit budget_registry(asio::execution_context& context) : service(context) {}

    LANGEXPORT_DECL std::shared_ptr<request_budget>
    find_or_make(const std::string& origin, const quota_params& params, steady_time now);

private:
    void shutdown() override {}

    std::mutex mutex_;
    std::map<std::string, std::shared_ptr<request_budget>> budgets_;
};

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/engine/impl/request_budget.ipp>
#endif

#endif
