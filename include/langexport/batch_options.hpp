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

/// One export of a batch: what to export and, if it was submitted before, the job to go on with.
/// A plain value. Thread safety: as the standard library's types.
class batch_item {
public:
    /// Is to be submitted.
    batch_item(export_request what) : request(std::move(what)) {}
    /// Resumes `known`, with the deadlines and priority of `what`. If the service no longer knows the job, or
    /// the client cannot follow its link (another origin, or no URL), the export is submitted again.
    batch_item(export_request what, export_job known)
        : request(std::move(what)), job(std::move(known)) {}
    /// The same, on the client's terms.
    batch_item(export_job known) : request(known.project_name()), job(std::move(known)) {}

    export_request request; ///< What to export, and how long to try.
    export_job job;         ///< Its job; empty: there is none yet.
};

/// How one export of a batch ended. A plain value.
class batch_outcome {
public:
    using duration = std::chrono::steady_clock::duration;

    /// Of what was taken from the range as number `place`.
    batch_outcome(batch_item what, std::uint64_t place) : item(std::move(what)), index(place) {}

    /// Whether the batch or the program stopped it: it was cancelled, or the client was closed.
    LANGEXPORT_DECL bool is_unfinished() const noexcept;
    /// Whether there is a result.
    bool is_exported() const noexcept { return !error; }

    batch_item item;           ///< What was to be exported; `job` is the job that it came to.
    std::uint64_t index;       ///< Its place in the range, from 0.
    std::exception_ptr error;  ///< Why it failed, as export_project reports it; null: it did not.
    export_status status;      ///< The job's last known status; its warnings are worth a look.
    std::string content_type;  ///< The result's.
    std::string document;      ///< The result; empty if it went into a sink.
    std::uint64_t bytes = 0;   ///< The result's size.
    std::uint32_t submits = 0; ///< Submissions that left.
    std::uint32_t polls = 0;   ///< Status requests that were answered.
    duration queue_time{};     ///< From when it was taken until the first byte was sent.
    duration run_time{};       ///< From then until it ended.
};

/// What a batch remembers beyond the life of its process, so that another run goes on with it.
///
/// All functions are called on the operation's executor, one at a time, and may block it; what they throw
/// stops the batch (errc::callback_failed). See report_checkpoint.hpp for one that keeps a report.
class batch_checkpoint {
public:
    batch_checkpoint() = default;
    batch_checkpoint(const batch_checkpoint&) = delete;
    batch_checkpoint& operator=(const batch_checkpoint&) = delete;
    virtual ~batch_checkpoint() = default;

    /// Something was taken from the range. Returns it, with its job if an earlier run submitted it; or
    /// nothing: it is done already, and is passed over.
    virtual std::optional<batch_item> taken(batch_item item) = 0;
    /// There is a job. Comes before anything else is known of it; it may come after the batch has ended,
    /// if it was cancelled while the submission was in the air.
    virtual void submitted(const export_job& job) = 0;
    /// An export has ended. Comes before `batch_options::on_finished`.
    virtual void finished(const batch_outcome& outcome) = 0;
};

/// What a failed export does to the others.
enum class failure_policy {
    collect,       ///< Nothing: failures are counted.
    stop_on_first, ///< Nothing more is taken from the range; what is under way goes on to its end.
    /// The same, but only if the failure lies with the program and would be that of the others, too: a
    /// credential that is refused, a setting or request that cannot be used, a full queue.
    stop_on_caller_errors
};

/// How a batch goes about its work. The functions are called on the operation's executor, one at a time.
class batch_options {
public:
    batch_options() {}

    /// Is told how each export ended, in the order in which they end. May be empty.
    std::function<void(batch_outcome)> on_finished;
    /// Is asked for where a result is to go, once for each export that begins (and again if a forgotten job
    /// is submitted again). Empty, or null: into memory, and to `on_finished`. If it throws, that export
    /// fails with errc::sink_failed before anything is sent. Only if it throws for lack of descriptors or
    /// memory (see `result_sink`), the export begins, and the function is called again for the result, as
    /// often as the sink itself would be; then it has to return a sink.
    std::function<std::shared_ptr<result_sink>(const batch_item&)> sink_for;
    failure_policy policy = failure_policy::collect; ///< What a failed export does to the others.
    std::shared_ptr<batch_checkpoint> checkpoint;    ///< Remembers; null: nobody does.
    /// Exports under way at the same time, those that wait for the quota included. Results in memory are
    /// as many at most. 1 to 1,000,000. With a quota of 10 submissions a minute, 64 keep it used up as
    /// long as jobs take less than six minutes.
    std::size_t max_in_flight = 64;
};

/// Checks every field.
///
/// @throws export_error (errc::invalid_configuration) naming the field, its range and the value.
LANGEXPORT_DECL void validate(const batch_options& options);

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/impl/batch_options.ipp>
#endif

#endif
