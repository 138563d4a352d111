#ifndef LANGEXPORT_OBSERVER_HPP
#define LANGEXPORT_OBSERVER_HPP

#include <langexport/error.hpp>
#include <langexport/export_job.hpp>
#include <langexport/export_status.hpp>

#include <chrono>
#include <cstdint>
#include <string_view>

namespace langexport {
inline namespace v0 {

/// A submission was confirmed by a 202: there is a job now. Store its token here and nothing is lost.
struct submitted_event {
    const export_job& job;       ///< The job.
    std::string_view request_id; ///< The service's id of the submission.
    /// Whether the operation that asked for it has ended meanwhile (cancelled, timed out): nobody
    /// else will hear of this job.
    bool is_late;
};

/// A status request was answered.
struct polled_event {
    const export_status& status;                   ///< What the service said.
    std::uint32_t polls;                           ///< Answers so far, this one included.
    std::chrono::steady_clock::duration next_poll; ///< Until the next question; 0 after the last.
};

/// An operation has ended well.
struct finished_event {
    std::string_view project_name;               ///< The project.
    const export_job& job;                       ///< Its job.
    std::uint64_t bytes;                         ///< Size of the result; 0 if none was fetched.
    std::chrono::steady_clock::duration elapsed; ///< From the operation's start.
};

/// An operation has failed, or was cancelled.
struct failed_event {
    const export_error& error; ///< What its caller gets.
};

/// Is told what happens to the operations of a client: for logs, metrics, progress, tokens.
///
/// Derive from it and override what is of interest. All calls are made one at a time, on the client's
/// strand, between two steps of its work: be brief, do not block, do not throw. Arguments live as long
/// as the call. The observer may start and cancel operations, and replace itself.
class observer {
public:
    observer() = default;
    observer(const observer&) = delete;
    observer& operator=(const observer&) = delete;
    virtual ~observer() = default;

    virtual void on_submitted(const submitted_event&) noexcept {} ///< There is a job.
    virtual void on_polled(const polled_event&) noexcept {}       ///< A job's status came.
    virtual void on_finished(const finished_event&) noexcept {}   ///< An operation ended well.
    virtual void on_failed(const failed_event&) noexcept {}       ///< An operation failed.
};

} // namespace v0
} // namespace langexport

#endif
