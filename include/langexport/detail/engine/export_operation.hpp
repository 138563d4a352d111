#ifndef LANGEXPORT_DETAIL_ENGINE_EXPORT_OPERATION_HPP
#define LANGEXPORT_DETAIL_ENGINE_EXPORT_OPERATION_HPP

#include <langexport/detail/engine/compact_status.hpp>
#include <langexport/detail/engine/operation_extras.hpp>
#include <langexport/detail/engine/sink_runner.hpp>
#include <langexport/detail/engine/source_runner.hpp>
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
    // Called on the strand as soon as the service has confirmed a job, even if the operation of that job has ended.
    virtual void submitted(const export_job& job) = 0;

protected:
    ~operation_group() = default;
};

// The last failure of an operation, for the diagnostics of its error. Allocated on the first failure.
struct last_failure {
    std::optional<errc> rejected; // why the library sent nothing
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

// The parts of a submission. Released after the 202, unless the export may need a second submission.
struct submission_parts {
    std::string project_name;
    std::string target;
    std::string body; // of an import: the media type of its document
};

// One operation: its plan, its state and its handler. A waiting operation is this object only: it has no coroutine, no
// timer and no connection. Used on the engine's strand until it is completed.
class export_operation : public timer_entry, public scheduled_request {
    // The smallest members come first, because they fit into the padding of the base classes.
public:
    result_forms forms = result_forms::any; // the forms that the result may have
    bool is_polling : 1 = false;            // the quota client counts its job among the polled ones
    unsigned char secrets_tried : 3 = 0;    // how many further secrets were tried after a 401
    bool lacked_secret : 1 = false;         // there was no token when its request was due
    bool has_warned : 1 = false;            // its unknown status was reported to the observer
    // The sink has the whole result, and its commit decides how the operation ends.
    bool is_committing : 1 = false;
    bool must_not_retry : 1 = false; // it was cancelled or its client closed during the commit

private:
    std::uint32_t target_size_ = 0;

public:
    // `table` may be null as long as no timer entry of the operation fires.
    export_operation(operation_table* table, operation_handler on_completion)
        : handler(std::move(on_completion)), table_(table) {}

    LANGEXPORT_DECL void fire(steady_time now) override; // in operation_table.ipp
    LANGEXPORT_DECL void fire_early(steady_time now) override;

    // The document of an import; null if the operation submits none.
    virtual source_runner* source() const noexcept { return nullptr; }

    const export_progress& progress() const noexcept { return state.progress(); }

    // The last known status of the job. Created on first use.
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
    // Stores the status in less memory until its next use.
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

    // The target of the next request. Usually it is the end of the job's link, so that it is not stored twice.
    std::string_view target() const noexcept {
        if (progress().next == request_kind::submission)
            return submission ? std::string_view(submission->target) : std::string_view();
        if (target_)
            return *target_;
        const std::string_view link = job.operation_location();
        return link.substr(link.size() - std::min<std::size_t>(link.size(), target_size_));
    }
    void set_target(std::string target) {
        const bool is_end_of_link = job.operation_location().ends_with(target);
        target_size_ = static_cast<std::uint32_t>(target.size());
        target_ = is_end_of_link ? nullptr : std::make_unique<std::string>(std::move(target));
    }

    // Follows a redirect of the current request. If it is not lasting, the next request has the original target.
    void follow_redirect(std::string new_target, bool is_lasting) {
        if (!is_lasting && !(extras_ && extras_->original_target))
            extras().original_target = std::string(target());
        set_target(std::move(new_target));
    }
    // Restores the original target for the next request after a temporary redirect.
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
    // The caller's name for the operation; empty if there is none.
    std::string_view tag() const noexcept {
        return extras_ ? std::string_view(extras_->tag) : std::string_view();
    }
    // The object that calls the functions of the request. Null if the request has none.
    function_runner* functions() const noexcept {
        return extras_ && !extras_->given().empty() ? extras_.get() : nullptr;
    }

    std::uint64_t id = 0; // unique in its client and at least 1; 0 before it is admitted
    export_state state;
    steady_time started{};
    steady_time first_sent{};
    std::unique_ptr<submission_parts> submission;
    export_job job;                           // empty before the 202
    std::unique_ptr<project_listing> listing; // only for an operation that lists projects
    std::unique_ptr<last_failure> failure;    // null if the last response was successful
    std::shared_ptr<operation_group> group;   // null if it belongs to no group
    connection* active_connection = nullptr;  // the connection of the request in progress

    operation_handler handler;
    // The handler's executor, with outstanding work. Null if it is the client's executor, which has outstanding work
    // already.
    std::unique_ptr<asio::any_completion_executor> work;
    std::shared_ptr<sink_runner> sink; // null if the result is returned instead of written

    std::shared_ptr<export_operation> self; // keeps the operation alive while it is pending
    list_hook pending_hook;

private:
    operation_table* table_;
    std::unique_ptr<std::string> target_; // null: the last `target_size_` bytes of the job's link
    compact_status folded_;
    std::unique_ptr<export_status> status_;
    std::unique_ptr<operation_result> result_;
    boost::intrusive_ptr<operation_extras> extras_; // null until the first use
};

// An operation that imports a project, or waits for an import.
class import_operation final : public export_operation {
public:
    using export_operation::export_operation;

    source_runner* source() const noexcept override { return source_.get(); }
    // Before the operation starts.
    void set_source(std::shared_ptr<source_runner> source) noexcept { source_ = std::move(source); }

private:
    std::shared_ptr<source_runner> source_; // null if it waits for a job that exists
};

// Whether a call of its sink, of its source or of a function of its request is running.
inline bool is_calling(const export_operation& operation) noexcept {
    const source_runner* const source = operation.source();
    const function_runner* const functions = operation.functions();
    return (operation.sink && operation.sink->is_busy()) || (functions && functions->is_busy()) ||
           (source && source->is_busy());
}

// Returns the operation that contains an entry of the scheduler.
inline export_operation& operation_of(scheduled_request& request) noexcept {
    return static_cast<export_operation&>(request);
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
