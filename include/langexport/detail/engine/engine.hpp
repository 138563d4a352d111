#ifndef LANGEXPORT_DETAIL_ENGINE_ENGINE_HPP
#define LANGEXPORT_DETAIL_ENGINE_ENGINE_HPP

#include <langexport/client_params.hpp>
#include <langexport/client_stats.hpp>
#include <langexport/detail/base/random_source.hpp>
#include <langexport/detail/engine/connection.hpp>
#include <langexport/detail/engine/connection_pool.hpp>
#include <langexport/detail/engine/counters.hpp>
#include <langexport/detail/engine/notifier.hpp>
#include <langexport/detail/engine/record.hpp>
#include <langexport/detail/engine/registry.hpp>
#include <langexport/detail/engine/shared_budget.hpp>
#include <langexport/detail/engine/token_manager.hpp>
#include <langexport/detail/policy/alarm.hpp>
#include <langexport/detail/policy/interpret.hpp>
#include <langexport/detail/policy/pool_planner.hpp>
#include <langexport/detail/policy/request_scheduler.hpp>
#include <langexport/detail/policy/retry_budget.hpp>
#include <langexport/detail/protocol/request_writer.hpp>
#include <langexport/drain_summary.hpp>
#include <langexport/endpoint.hpp>
#include <langexport/observer.hpp>
#include <langexport/version.hpp>

#include <boost/asio/any_completion_executor.hpp>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/intrusive/list.hpp>

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace langexport {
inline namespace v0 {
namespace detail {

// The state behind a client: records that wait, connections that serve them, one timer. All of it is
// touched on the strand only, but for what is said to be fixed.
class engine final : public std::enable_shared_from_this<engine>,
                     public shutdown_listener,
                     public budget_listener {
public:
    // `budget` may be null: then it is that of the origin on the executor's context.
    LANGEXPORT_DECL static std::shared_ptr<engine> make(asio::any_io_executor executor,
                                                        client_params params,
                                                        std::shared_ptr<shared_budget> budget);

    // Fixed after construction: any thread may ask.
    const asio::any_io_executor& executor() const noexcept { return base_; }
    const client_params& params() const noexcept { return params_; }
    const endpoint& at() const noexcept { return endpoint_; }
    const std::vector<origin>& backends() const noexcept { return backends_; }

    // The calls to a sink; where its executor is null, on the client's.
    LANGEXPORT_DECL std::shared_ptr<sink_calls> calls_to(std::shared_ptr<result_sink> sink,
                                                         asio::any_io_executor executor) const;

    // From any thread. The operation begins, and completes, later.
    LANGEXPORT_DECL void start(std::shared_ptr<record> r);
    LANGEXPORT_DECL void close();
    LANGEXPORT_DECL void set_observer(std::shared_ptr<observer> who);
    LANGEXPORT_DECL void update_credential(credential proof);
    LANGEXPORT_DECL client_stats stats() const;
    // Of how many forks this process is the child, since the engine was made. From any thread.
    std::uint32_t forks() const noexcept { return forks_; }
    // Those of a group that are under way, as if each had been cancelled.
    LANGEXPORT_DECL void cancel_group(std::shared_ptr<const record_group> group);

    // A record's alarm: its time has come, or has run out.
    LANGEXPORT_DECL void rang(record& r, steady_time now);
    LANGEXPORT_DECL void queue_early(record& r, steady_time now);

    // Another client of the resource has left something of the budget.
    LANGEXPORT_DECL void budget_has_changed() override;

    LANGEXPORT_DECL engine(asio::any_io_executor executor, client_params params,
                           std::shared_ptr<shared_budget> budget);

    // For tests, on the strand or before the first operation: connections that are not the network's, and when
    // the timer fires next; max() if it does not.
    void use_opener(std::unique_ptr<stream_opener> opener) noexcept { opener_ = std::move(opener); }
    steady_time next_timer() const noexcept { return alarms_.next(); }

private:
    using record_ptr = std::shared_ptr<record>;
    using connection_ptr = std::shared_ptr<connection>;
    template <list_hook record::*Hook>
    using record_list =
        boost::intrusive::list<record, boost::intrusive::member_hook<record, list_hook, Hook>,
                               boost::intrusive::constant_time_size<false>>;

    // Rings when the engine has something to see to.
    template <void (engine::*See)(steady_time)>
    class reminder final : public alarm {
    public:
        explicit reminder(engine& owner) noexcept : owner_(owner) {}
        void ring(steady_time now) override { (owner_.*See)(now); }

    private:
        engine& owner_;
    };

    // engine.ipp: records come, wait, and go
    void admit(record_ptr r, std::uint32_t begun_after_forks);
    void cancel(const record_ptr& r, asio::cancellation_type type);
    void carry_out(const record_ptr& r, const decision& what);
    void fail(const record_ptr& r, errc code);
    void succeed(const record_ptr& r);
    void complete(const record_ptr& r);
    void detach(record& r);
    void shut_down();
    LANGEXPORT_DECL void context_is_going_down() noexcept override;
    void on_strand(task_function what);
    void set_timer();
    void woke();
    void rest_if_idle();

    // waiting.ipp: until its next request is due, and until that may leave
    void queue(record& r, steady_time at);
    void make_ready(record& r);
    void leave_ready(record& r) noexcept;
    void count_queued() noexcept;
    static record& record_of(scheduled_request& request) noexcept {
        return static_cast<record&>(request);
    }
    bool is_held_by_quota(const record& r, steady_time now) const;

    // fork.ipp: what the child of a fork leaves to its parent
    LANGEXPORT_DECL void context_has_forked(bool is_child) override;
    void leave_to_parent();
    void end_in_child(const record_ptr& r);

    // drain.ipp: how all comes to an end
    void begin_drain(const record_ptr& r);
    void end_by_drain(const record_ptr& r);
    void end_all();
    void see_if_drained();

    bool can_be_kept(std::string_view link) const;

    // delivery.ipp: what they end with, at their sink and their handler
    void commit(const record_ptr& r);
    void commit_failed(const record_ptr& r, const exchange_failure& why);
    void tell(record_ptr r);

    // connections.ipp: who carries the requests that are due
    void pump();
    void try_again(steady_time) { pump(); }
    void wake(const connection_ptr& c);
    static task<void> serve(std::shared_ptr<engine> self, connection_ptr c);
    void served(const connection_ptr& c, const std::exception_ptr& thrown);
    std::size_t free_downloads(steady_time now) const noexcept;
    record* next_ready();
    bool may_sweep() const noexcept;
    void sweep(steady_time now);
    void make_room_for_file();
    void sweep_by(steady_time at);
    void take(connection& c, record& r, steady_time now);
    void opening_failed(connection& c);
    // A record whose request could not leave, and what becomes of it.
    struct charged_record {
        record_ptr who;
        decision next;

        bool will_be_sent() const noexcept {
            return next.what == action::send && happens_at(who->progress, next.at);
        }
    };
    std::vector<record_ptr> take_due();
    std::vector<charged_record> charge(std::vector<record_ptr> due, const exchange_failure& why,
                                       bool can_pass, steady_time not_before);
    void carry_out(const std::vector<charged_record>& charged, errc why);
    void opened(connection& c, steady_time began);
    std::size_t allowed(request_kind kind, steady_time now) const;
    std::size_t number_ready() const;
    void wait_for_budget(steady_time now);
    void leave_lines(const std::array<bool, 2>& but);
    void count_waiting(record& r, bool is_waited_for);
    void see_to_gates(const connection& c, const record& r, const answered_event& event,
                      steady_time now);
    exchange_limits limits_for(const connection& c) const noexcept;

    // tokens.ipp: what requests are authorized with
    bool has_credential() const;
    void request_token_if_needed();
    void token_is_overdue(steady_time now);
    void on_token(std::uint32_t asked_as, const std::exception_ptr& error,
                  const access_token& token);
    bool retry_with_other_credential(const connection& c, record& r);
    void reject_secrets_in_request(record& r) const;

    // answers.ipp: what came back, and what it means
    void answered(connection& c);
    void take_failure(connection& c, const record_ptr& r, bool was_idle, steady_time now);
    void take_answer(connection& c, const record_ptr& r, steady_time now);
    void repeat(record& r, decision& next, request_kind kind, errc why, steady_time now);
    void learn(record& r, connection& c, interpretation& read);
    void learn_job(record& r, connection& c, bool can_be_followed);
    answer_context make_context(const record& r) const;
    result_expectation expectation_of(const record& r) const noexcept;
    void remember_trouble(record& r, const connection& c, std::string detail,
                          service_error service);
    void remember_trouble(record& r, const exchange_failure& why);
    void learn_early(record& r);
    void notify_late_submission(connection& c);
    diagnostics describe(record& r) const;

    const asio::any_io_executor base_;
    const asio::any_completion_executor erased_base_; // to compare with those of handlers
    asio::any_io_executor work_;                      // keeps the base from returning; else empty
    const strand_type strand_;
    const client_params params_;
    const endpoint endpoint_;
    std::vector<origin> backends_;
    const request_writer requests_;

    alarm_set alarms_;
    asio::basic_waitable_timer<std::chrono::steady_clock,
                               asio::wait_traits<std::chrono::steady_clock>, strand_type>
        timer_;
    steady_time timer_set_to_ = (steady_time::max)();
    random_source random_;
    std::atomic<std::uint32_t> forks_ = 0; // of which this process is the child
    retry_budget retries_;
    bool is_closed_ = false;
    std::atomic<bool> is_going_down_ = false; // read by close() on any thread

    counters counters_;
    bool is_draining_ = false;
    drain_summary drained_;
    std::vector<record_ptr> drains_; // who waits for the end

    record_list<&record::pending_hook> pending_;
    std::vector<record_ptr> leaving_; // they have ended, but a call to their sink has not
    request_scheduler scheduler_;
    std::size_t downloads_ = 0;

    std::unique_ptr<stream_opener> opener_;
    reminder<&engine::try_again> reopening_{*this};
    reminder<&engine::sweep> sweeping_{*this}; // of the pool, where connections grow old

    const std::shared_ptr<shared_budget> budget_;
    std::uint32_t unavailable_in_row_ = 0; // answers of 503 that came without another one between
    std::array<bool, 2> stands_in_line_{}; // of the budget: for GETs, for POSTs
    reminder<&engine::try_again> budget_again_{*this};

    token_manager tokens_;
    notifier notify_;
    pool_planner planner_;
    connection_pool pool_;
    reminder<&engine::try_again> asking_again_{*this};
    reminder<&engine::token_is_overdue> token_overdue_{*this};
};

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/engine/impl/answers.ipp>
#include <langexport/detail/engine/impl/connections.ipp>
#include <langexport/detail/engine/impl/delivery.ipp>
#include <langexport/detail/engine/impl/drain.ipp>
#include <langexport/detail/engine/impl/engine.ipp>
#include <langexport/detail/engine/impl/fork.ipp>
#include <langexport/detail/engine/impl/openings.ipp>
#include <langexport/detail/engine/impl/tokens.ipp>
#include <langexport/detail/engine/impl/waiting.ipp>
#endif

#endif
