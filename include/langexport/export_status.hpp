#ifndef LANGEXPORT_EXPORT_STATUS_HPP
#define LANGEXPORT_EXPORT_STATUS_HPP

#include <langexport/export_job.hpp>
#include <langexport/service_error.hpp>
#include <langexport/version.hpp>

#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace langexport {
inline namespace v0 {

/// The status of a job, in the service's own words, in any case (`Succeeded`). The set is
/// open: a word that is not listed here is `unknown`, and `export_status::status_text` holds it as
/// received.
enum class job_status {
    unknown,     ///< A word that this version does not know: the client polls until a time limit.
    not_started, ///< `notStarted`: accepted, waits to be started.
    running,     ///< `running`: in progress.
    succeeded,   ///< `succeeded`: ended; the result can be fetched.
    failed,      ///< `failed`: ended without a result; `export_status::errors` says why.
    cancelled,   ///< `cancelled` (or `canceled`): ended, because it was cancelled at the service.
    cancelling,  ///< `cancelling`: its cancellation is in progress.
    partially_completed ///< `partiallyCompleted`: ended; some assets are missing from the result.
};

/// Whether a job in this status will never change again.
constexpr bool is_terminal(job_status status) noexcept {
    return status == job_status::succeeded || status == job_status::failed ||
           status == job_status::cancelled || status == job_status::partially_completed;
}

/// The service's word for a status (`notStarted`, …); "unknown" for `job_status::unknown`.
LANGEXPORT_DECL std::string_view to_string(job_status status) noexcept;

namespace detail {

// The status that a word of the service denotes, in any case, because the spelling differs between services:
// Succeeded, CANCELED, … `unknown` for any other word.
LANGEXPORT_DECL job_status job_status_of(std::string_view word) noexcept;

// A job that several objects share: an operation, and copies of its status.
struct shared_job : boost::intrusive_ref_counter<shared_job> {
    explicit shared_job(export_job shared) : job(std::move(shared)) {}

    const export_job job;
};
using shared_job_ptr = boost::intrusive_ptr<const shared_job>;

class operation_content;

} // namespace detail

/// What the service says about a job: one response to a status request.
///
/// A plain value. Thread safety: as the standard library's types.
class export_status {
public:
    /// The service's clock.
    using time_point = std::chrono::system_clock::time_point;

    /// The status of no job.
    LANGEXPORT_DECL export_status() noexcept;
    /// The status of `job`, of which nothing else is known yet.
    LANGEXPORT_DECL explicit export_status(export_job job);
    /// Copies all members.
    LANGEXPORT_DECL export_status(const export_status&);
    /// Moves all members.
    LANGEXPORT_DECL export_status(export_status&&) noexcept;
    /// Copies all members.
    LANGEXPORT_DECL export_status& operator=(const export_status&);
    /// Moves all members.
    LANGEXPORT_DECL export_status& operator=(export_status&&) noexcept;
    LANGEXPORT_DECL ~export_status();

    /// The job. (The response may name another id: links count, not ids.)
    const export_job& job() const noexcept {
        static const export_job none;
        return job_ ? job_->job : none;
    }

    job_status status = job_status::unknown; ///< The status of the job.
    std::string status_text;                 ///< The status as the service wrote it.
    std::string result_url;                  ///< The URL of the result; empty until there is one.
    /// The job's warnings; usually none. If the document that was fetched names another project than the
    /// one that was exported, the library adds a warning with the code `ProjectNameDiffers`.
    std::vector<service_error> warnings;
    std::vector<service_error> errors; ///< Why a job failed or is only partially complete.
    std::optional<time_point> created; ///< When the service accepted the job, by its clock.
    std::optional<time_point>
        last_updated;                  ///< When its state last changed, by the service's clock.
    std::optional<time_point> expires; ///< When the service deletes job and result, by its clock.

private:
    friend class detail::operation_content;

    detail::shared_job_ptr job_; // copies share it: a waiting coroutine may hold several
};

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/impl/export_status.ipp>
#endif

#endif
