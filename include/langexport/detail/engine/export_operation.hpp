#ifndef LANGEXPORT_DETAIL_ENGINE_EXPORT_OPERATION_HPP
#define LANGEXPORT_DETAIL_ENGINE_EXPORT_OPERATION_HPP

#include <langexport/detail/engine/compact_status.hpp>
#include <langexport/detail/engine/operation_extras.hpp>
#include <langexport/detail/engine/sink_runner.hpp>
#include <langexport/detail/operation/operation.hpp>
#include <langexport/detail/policy/export_state.hpp>
#include <langexport/detail/policy/request_scheduler.hpp>
#include <langexport/detail/policy/timer_queue.hpp>
#include <langexport/detail/protocol/project_listing.hpp>
#include <langexport/detail/protocol/result_form.hpp>
#include <langexport/error.hpp>
#include <langexport/export_job.hpp>

#include <boost/asio/any_completion_executor.hpp>
#include <boost/intrusive/list.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

class connection;
class operation_table;

using list_hook =
    boost::intrusive::list_member_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

// Operations that belong together: the group receives their jobs, and can be cancelled as a whole.
class operation_group {
public:
    // On the strand, as soon as there is a job, also if its operation has ended.
    virtual void submitted(const export_job& job) = 0;

protected:
    ~operation_group() = default;
};

// The last failure of an operation, for its diagnostics. Most operations never have one.
struct last_failure {
    std::optional<errc> refused; // nothing was sent, for this reason
    unsigned http_status = 0;
    std::string detail;
    std::string request_id;
    std::string client_request_id;
    service_error service;
    error_code cause;
    std::exception_ptr thrown;
    std::string advice;
    bool is_permanent = false;
};

// The parts of a submission. Released after the 202, unless the job may have to be submitted again.
struct submission_parts {
    std::string project_name;
    std::string target;
    std::string body;
};

// One operation: its plan, its state, and its handler. A waiting operation is this object only: no coroutine frame,
// no timer, no connection. Used on the engine's strand until it is completed.
class export_operation final : public timer_entry, public scheduled_request {
    // The smallest members first: there is room for them behind the base classes.
public:
    result_forms forms = result_forms::any; // the forms that the result may have
    bool is_polling : 1 = false;            // counted among the jobs that share the polls
    unsigned char secrets_tried : 3 = 0;    // more after a 401 to the current request
    bool lacked_secret : 1 = false;         // there was no token when its request was due
    bool has_warned : 1 = false;            // of an unknown status
    bool is_committing : 1 =
        false; // the sink has the whole result: the operation ends with its commit
    bool must_not_retry : 1 = false; // it was cancelled, or its client closed, during the commit

private:
    std::uint32_t target_size_ = 0;

public:
    // `table` may be null as long as no timer entry of the operation fires.
    export_operation(operation_table* table, operation_handler on_completion)
        : handler(std::move(on_completion)), table_(table) {}

    LANGEXPORT_DECL void fire(steady_time now) override; // in operation_table.ipp
    LANGEXPORT_DECL void fire_early(steady_time now) override;

    const export_progress& progress() const noexcept { return state.progress(); }

    // The job's last known status. Created on first use.
    export_status& status() {
        if (!status_) {
            status_ = std::make_unique<export_status>(job);
            folded_.unfold(*status_);
        }
        return *status_;
    }
    const export_status* known_status() {
        return status_ || folded_.has_status() ? &status() : nullptr;
    }
    void forget_status() noexcept {
        status_.reset();
        folded_ = compact_status();
    }
    // Stores the status in less space until the next use.
    void fold_status() {
        if (status_ && folded_.fold(*status_))
            status_.reset();
    }

    // The result of the operation, as far as it is known.
    operation_result& result() {
        if (!result_)
            result_ = std::make_unique<operation_result>();
        return *result_;
    }
    bool has_failed() const noexcept { return result_ && result_->error; }
    std::uint64_t result_size() const noexcept { return result_ ? result_->bytes : 0; }

    const std::string& project_name() const noexcept {
        return submission ? submission->project_name : job.project_name();
    }

    // The target of the next request. As a rule it is the end of the job's link and is not stored twice.
    std::string_view target() const noexcept {
        if (progress().next == request_kind::submission)
            return submission ? std::string_view(submission->target) : std::string_view();
        if (target_)
            return *target_;
        const std::string_view link = job.operation_location();
        return link.substr(link.size() - std::min<std::size_t>(link.size(), target_size_));
    }
    void set_target(std::string to) {
        const bool is_end_of_link = job.operation_location().ends_with(to);
        target_size_ = static_cast<std::uint32_t>(to.size());
        target_ = is_end_of_link ? nullptr : std::make_unique<std::string>(std::move(to));
    }

    // The current request was redirected: permanently, or for this request only.
    void follow_redirect(std::string where, bool is_lasting) {
        if (!is_lasting && !(extras_ && extras_->original_target))
            extras().original_target = std::string(target());
        set_target(std::move(where));
    }
    // The next request is another one. It goes to the original target after a temporary redirect.
    void return_to_target() noexcept {
        if (extras_ && extras_->original_target)
            set_target(*std::exchange(extras_->original_target, std::nullopt));
    }

    // Created on first use.
    operation_extras& extras() {
        if (!extras_)
            extras_ = new operation_extras;
        return *extras_;
    }
    // The caller's own name for the operation.
    std::string_view tag() const noexcept {
        return extras_ ? std::string_view(extras_->tag) : std::string_view();
    }
    // Calls the functions of the request. Null if it has none.
    function_runner* functions() const noexcept {
        return extras_ && extras_->has_functions() ? extras_.get() : nullptr;
    }
    // A call to its sink or to a function of its request is running.
    bool is_calling() const noexcept {
        return (sink && sink->is_busy()) || (extras_ && extras_->is_busy());
    }

    std::uint64_t id = 0; // in its client, from 1; 0 before the admission
    export_state state;
    steady_time started{};
    steady_time first_sent{};
    std::unique_ptr<submission_parts> submission;
    export_job job;                           // empty before the 202
    std::unique_ptr<project_listing> listing; // of an operation that lists projects
    std::unique_ptr<last_failure> failure;    // null: the last response was a good one
    std::shared_ptr<operation_group> group;   // most operations belong to none
    connection* active_connection = nullptr;  // the connection of the request in progress

    operation_handler handler;
    // The handler's executor, with outstanding work.
    std::unique_ptr<asio::any_completion_executor>
        work;                          // null: the client's executor has the outstanding work
    std::shared_ptr<sink_runner> sink; // null: the result is returned

    std::shared_ptr<export_operation> self; // while it is pending
    list_hook pending_hook;

private:
    operation_table* table_;
    std::unique_ptr<std::string> target_; // null: `target_size_` bytes at the end of the job's link
    compact_status folded_;
    std::unique_ptr<export_status> status_;
    std::unique_ptr<operation_result> result_;
    boost::intrusive_ptr<operation_extras> extras_; // most operations have none
};

// The operation that a scheduler's entry is part of.
inline export_operation& operation_of(scheduled_request& request) noexcept {
    return static_cast<export_operation&>(request);
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
