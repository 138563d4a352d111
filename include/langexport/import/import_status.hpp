#ifndef LANGEXPORT_IMPORT_IMPORT_STATUS_HPP
#define LANGEXPORT_IMPORT_IMPORT_STATUS_HPP

#include <langexport/export_status.hpp>
#include <langexport/import/import_job.hpp>
#include <langexport/service_error.hpp>
#include <langexport/version.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace langexport {
inline namespace v0 {

/// What the service says about an import job that has ended.
///
/// A plain value. Thread safety: as the standard library's types.
class import_status {
public:
    /// The service's clock.
    using time_point = std::chrono::system_clock::time_point;

    /// The status of no job.
    import_status() = default;
    /// The status of `job`, of which nothing else is known yet.
    explicit import_status(import_job job) : job_(std::move(job)) {}
    /// The status in an error or event.
    ///
    /// @param from  The status. Its job is an import job.
    /// @throws export_error (errc::invalid_request) if it is not.
    LANGEXPORT_DECL explicit import_status(export_status from);

    /// The job.
    const import_job& job() const noexcept { return job_; }

    job_status status = job_status::unknown; ///< The status of the job.
    std::string status_text;                 ///< The status as the service wrote it.
    std::vector<service_error> warnings;     ///< The job's warnings; usually none.
    std::vector<service_error> errors;       ///< Why a job failed or is only partially complete.
    std::optional<time_point> created;       ///< When the service accepted the job, by its clock.
    std::optional<time_point>
        last_updated;                  ///< When its state last changed, by the service's clock.
    std::optional<time_point> expires; ///< When the service deletes the job, by its clock.

private:
    import_job job_;
};

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/import/impl/import_status.ipp>
#endif

#endif
