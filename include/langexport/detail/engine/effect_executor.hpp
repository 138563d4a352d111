#ifndef LANGEXPORT_DETAIL_ENGINE_EFFECT_EXECUTOR_HPP
#define LANGEXPORT_DETAIL_ENGINE_EFFECT_EXECUTOR_HPP

#include <langexport/detail/engine/connection.hpp>
#include <langexport/detail/engine/export_operation.hpp>
#include <langexport/detail/engine/response_handler.hpp>
#include <langexport/version.hpp>

#include <memory>
#include <optional>
#include <vector>

namespace langexport {
inline namespace v0 {
namespace detail {

struct engine_parts;

// Executes the effects of responses and failures: notifies the observer, uses the retry budget, and lets operations
// wait, succeed or fail. It makes no decisions: `response_handler` and `export_state` have made them.
class effect_executor {
public:
    using operation_ptr = std::shared_ptr<export_operation>;

    explicit effect_executor(engine_parts& parts) noexcept : parts_(parts) {}

    // Called when an exchange has ended, with a response or with a failure.
    LANGEXPORT_DECL void on_exchange_done(connection& c);
    LANGEXPORT_DECL void execute(const operation_ptr& operation, const decision& next);
    // Notifies the observer that the request will be sent again, and delays it if the retry budget is spent. A retry
    // after a 429 does not use that budget, because the quota already limits it.
    LANGEXPORT_DECL void schedule_retry(const export_operation& operation, decision& next,
                                        request_kind kind, errc why);

    // Separates the operation from the exchange in progress, whose response it no longer needs.
    LANGEXPORT_DECL void release_connection(export_operation& operation);
    // Called before an operation ends. If the header of the response to its submission has already reported a job, the
    // operation adopts that job.
    LANGEXPORT_DECL void adopt_early_job(export_operation& operation);

    // Called when a connection could not be opened. The failure counts as an attempt of every operation that waits for
    // a connection, because no single operation caused it. If other connections are open, the operations wait for one
    // of these instead.
    LANGEXPORT_DECL void on_opening_failed(connection& c);
    // Called when the token source has failed. While the previous token is valid, operations are not affected.
    LANGEXPORT_DECL void on_token_failed(const exchange_failure& why, steady_time not_before);
    // Counts a failed attempt of each of these operations. They have been removed from the scheduler.
    LANGEXPORT_DECL void on_token_failed(std::vector<operation_ptr> operations,
                                         const exchange_failure& why, steady_time not_before);

private:
    // An operation whose request could not be sent, and the decision about its next step.
    struct unsent_operation {
        operation_ptr operation;
        decision next;

        bool will_be_sent() const noexcept {
            return next.what == action::send && happens_at(operation->progress(), next.at);
        }
    };
    enum class due_set { as_quota_allows, all };
    std::vector<operation_ptr> take_due(due_set wanted);
    std::vector<unsent_operation> decide_unsent(std::vector<operation_ptr> operations,
                                                const exchange_failure& why, bool can_pass,
                                                steady_time not_before);
    // Returns the earliest time at which one of the operations retries, or `first` if that is earlier.
    static std::optional<steady_time> next_try(const std::vector<unsent_operation>& all,
                                               std::optional<steady_time> first);
    void execute(const std::vector<unsent_operation>& all, errc why);

    void on_response(connection& c, const operation_ptr& operation, steady_time now);
    void on_attempt_failed(connection& c, const operation_ptr& operation, bool was_idle,
                           steady_time now);
    bool retry_with_other_credential(const connection& c, export_operation& operation);
    void store_job(const operation_ptr& operation, const decision& next);
    void on_job_stored(const operation_ptr& operation, decision next, steady_time began,
                       const std::exception_ptr& thrown);
    void notify_job(const export_operation& operation, const std::string& request_id);
    void notify_late_submission(connection& c);

    engine_parts& parts_;
};

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
