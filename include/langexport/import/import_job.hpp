#ifndef LANGEXPORT_IMPORT_IMPORT_JOB_HPP
#define LANGEXPORT_IMPORT_IMPORT_JOB_HPP

#include <langexport/export_job.hpp>
#include <langexport/version.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace langexport {
inline namespace v0 {

class import_job;

namespace detail {
const export_job& job_of(const import_job& job) noexcept;
}

/// An import job that the service accepted.
///
/// Its resume token is a line of text with all that is needed to wait for it later, or from another process. The
/// tokens of export jobs and import jobs are different: `from_token` rejects the other kind. A token contains no
/// secret.
///
/// A plain value. Thread safety: as the standard library's types.
class import_job {
public:
    /// The clock of the submission.
    using time_point = export_job::time_point;

    /// An empty job, to assign to.
    import_job() = default;

    /// A job known by its link.
    ///
    /// @param project_name        The project that is imported; for messages only.
    /// @param operation_location  The absolute URL that the service sent with its 202.
    /// @param submitted           When it was accepted, by this machine's clock.
    import_job(std::string project_name, std::string operation_location, time_point submitted)
        : job_(std::move(project_name), std::move(operation_location), submitted,
               job_kind::importing) {}

    /// A job of an event, an error or a summary.
    ///
    /// @param job  The job. Its kind is `job_kind::importing`.
    /// @throws export_error (errc::invalid_request) if it is an export job, or empty.
    LANGEXPORT_DECL explicit import_job(export_job job);

    /// The name of the project that is imported.
    const std::string& project_name() const noexcept { return job_.project_name(); }
    /// The URL of the job's status. The client follows it literally and gives no meaning to its parts.
    const std::string& operation_location() const noexcept { return job_.operation_location(); }
    /// When the job was accepted, by this machine's clock.
    time_point submitted() const noexcept { return job_.submitted(); }
    /// Whether there is no job in here.
    bool empty() const noexcept { return job_.empty(); }

    /// The job as a resume token: one line of letters, digits, `-` and `_`, safe in shells, file names and JSON.
    ///
    /// @return  The token; a few hundred characters.
    /// @throws  export_error (errc::invalid_request) if the job is empty or its link is not a URL.
    std::string to_token() const { return job_.to_token(); }

    /// Parses a token that `to_token` wrote, in this or an older version of the library.
    ///
    /// @param token  The token; white space around it is ignored.
    /// @return       The job.
    /// @throws       export_error (errc::invalid_request), which says whether the text is not a token at all,
    ///               damaged or truncated, of an export job, or from a newer version.
    LANGEXPORT_DECL static import_job from_token(std::string_view token);

    /// Whether name, link and time are equal.
    friend bool operator==(const import_job&, const import_job&) = default;

private:
    friend const export_job& detail::job_of(const import_job& job) noexcept;

    export_job job_;
};

namespace detail {
// The form in which the engine has it.
inline const export_job& job_of(const import_job& job) noexcept {
    return job.job_;
}
} // namespace detail

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/import/impl/import_job.ipp>
#endif

#endif
