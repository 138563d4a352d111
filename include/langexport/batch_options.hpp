#ifndef LANGEXPORT_BATCH_OPTIONS_HPP
#define LANGEXPORT_BATCH_OPTIONS_HPP

#include <langexport/export_job.hpp>
#include <langexport/export_request.hpp>
#include <langexport/export_status.hpp>
#include <langexport/result_sink.hpp>
#include <langexport/version.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace langexport {
inline namespace v0 {

/// One export of a batch: what to export and, if it was submitted before, the job to resume.
/// A plain value. Thread safety: as the standard library's types.
class batch_item {
public:
    /// Submits `new_request`.
    batch_item(export_request new_request) : request(std::move(new_request)) {}
    /// Resumes `known`, with the deadlines and priority of `settings`. If the service no longer knows the job, or
    /// the client cannot follow its link (another origin, or not a URL), the export is submitted again.
    batch_item(export_request settings, export_job known)
        : request(std::move(settings)), job(std::move(known)) {}
    /// Resumes `known`, with the deadlines of the client and normal priority.
    batch_item(export_job known) : request(known.project_name()), job(std::move(known)) {}

    export_request request; ///< What to export, and the time limits.
    export_job job;         ///< Its job; empty: not submitted yet.
};

/// The outcome of one export of a batch. A plain value.
class batch_outcome {
public:
    /// The type of all times.
    using duration = std::chrono::steady_clock::duration;

    /// @param source    The item.
    /// @param position  Its position in the range, from 0.
    batch_outcome(batch_item source, std::uint64_t position)
        : item(std::move(source)), index(position) {}

    /// Whether the batch or the program stopped it: it was cancelled, or the client was closed.
    LANGEXPORT_DECL bool is_unfinished() const noexcept;
    /// Whether there is a result.
    bool is_exported() const noexcept { return !error; }

    batch_item item; ///< What was to be exported, with its tag; `job` is its job, if there is one.
    std::uint64_t index; ///< Its position in the range, from 0.
    /// The operation, as in the events of `observer`. 0: it failed before it could begin.
    std::uint64_t operation_id = 0;
    std::exception_ptr error;  ///< Why it failed, as export_project reports it; null: it did not.
    export_status status;      ///< The last known status of the job; look at its warnings.
    std::string content_type;  ///< The content type of the result.
    std::string document;      ///< The result; empty if it went into a sink.
    std::uint64_t bytes = 0;   ///< The size of the result in bytes.
    std::uint32_t submits = 0; ///< Submissions that were sent.
    std::uint32_t polls = 0;   ///< Status requests that received a response.
    duration
        queue_time{}; ///< From the time when the batch took the item until its first byte was sent.
    duration run_time{}; ///< From the first byte until the end.
};

/// The persistent state of a batch, so that another process can resume it.
///
/// All functions are called on the operation's executor, one at a time, and may block it. If one throws, the
/// batch stops (errc::callback_failed). See report_checkpoint for an implementation that keeps a report.
class batch_checkpoint {
public:
    /// For derived classes.
    batch_checkpoint() = default;
    /// Not copyable: derived classes are used by pointer.
    batch_checkpoint(const batch_checkpoint&) = delete;
    /// Not copyable.
    batch_checkpoint& operator=(const batch_checkpoint&) = delete;
    /// Destroys the derived class.
    virtual ~batch_checkpoint() = default;

    /// The batch has taken an item from the range.
    ///
    /// @param item  The item.
    /// @return      The item, with its job if an earlier run submitted it. Nothing: an earlier run exported
    ///              it, and the batch skips it.
    virtual std::optional<batch_item> taken(batch_item item) = 0;
    /// The service has accepted a job. Called before anything else is known of the job. If the batch was
    /// cancelled while the submission was in flight, this may be called after the batch has ended.
    virtual void submitted(const export_job& job) = 0;
    /// An export has ended. Called before `batch_options::on_finished`.
    virtual void finished(const batch_outcome& outcome) = 0;
};

/// The effect of a failed export on the others.
enum class failure_policy {
    collect,       ///< Nothing: the summary counts failures.
    stop_on_first, ///< Nothing more is taken from the range; exports in progress finish.
    /// The same, but only if the program has to change something that affects the other exports, too: a
    /// rejected credential, a setting or request that cannot be used, a full queue.
    stop_on_caller_errors
};

/// How a batch works. The functions are called on the operation's executor, one at a time.
class batch_options {
public:
    /// The defaults.
    batch_options() {}

    /// Receives the outcome of each export, in the order in which they end. May be empty.
    std::function<void(batch_outcome)> on_finished;
    /// Returns the sink of a result. Called once for each export that begins, and again if a forgotten job is
    /// submitted again. If it is empty or returns null, the result is kept in memory and passed to
    /// `on_finished`. If it throws, that export fails with errc::sink_failed before anything is sent. An
    /// exception for lack of descriptors or memory (see `result_sink`) is different: the export begins, and
    /// the function is called again for the result, as often as the sink itself would be; then it must return
    /// a sink.
    std::function<std::shared_ptr<result_sink>(const batch_item&)> sink_for;
    failure_policy policy =
        failure_policy::collect;                  ///< The effect of a failed export on the others.
    std::shared_ptr<batch_checkpoint> checkpoint; ///< Remembers what was done; may be null.
    /// Exports in progress at the same time, including those that wait for the quota. At most as many results
    /// are in memory. 1 to 1,000,000. With a quota of 10 submissions a minute, 64 keep it used up if jobs
    /// take less than six minutes.
    std::size_t max_in_flight = 64;
};

/// Validates every field.
///
/// @param options  The options.
/// @throws export_error (errc::invalid_configuration) naming the field, its range and the value.
LANGEXPORT_DECL void validate(const batch_options& options);

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/impl/batch_options.ipp>
#endif

#endif
