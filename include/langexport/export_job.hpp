#ifndef LANGEXPORT_EXPORT_JOB_HPP
#define LANGEXPORT_EXPORT_JOB_HPP

#include <langexport/version.hpp>

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace langexport {
inline namespace v0 {

/// An export job that the service accepted.
///
/// The job exists at the service for days, independently of this process. Its resume token is a
/// line of text with all that is needed to wait for it and fetch its result later, or from
/// another process. A token contains no secret: using it still requires a key of the resource.
///
/// A plain value. Thread safety: as the standard library's types.
class export_job {
public:
    /// The clock of the submission.
    using time_point = std::chrono::system_clock::time_point;

    /// An empty job, to assign to.
    export_job() = default;

    /// A job known by its link.
    ///
    /// @param project_name        The project that is exported; for messages only.
    /// @param operation_location  The absolute URL that the service sent with its 202.
    /// @param submitted           When it was accepted, by this machine's clock.
    export_job(std::string project_name, std::string operation_location, time_point submitted)
        : project_name_(std::move(project_name)),
          operation_location_(std::move(operation_location)), submitted_(submitted) {}

    /// The name of the project that is exported.
    const std::string& project_name() const noexcept { return project_name_; }
    /// The URL of the job's status. The client follows it literally and gives no meaning to its parts.
    const std::string& operation_location() const noexcept { return operation_location_; }
    /// When the job was accepted, by this machine's clock.
    time_point submitted() const noexcept { return submitted_; }
    /// Whether there is no job in here.
    bool empty() const noexcept { return operation_location_.empty(); }

    /// The job as a resume token: one line of letters, digits, `-` and `_`, safe in shells, file
    /// names and JSON.
    ///
    /// @return  The token; a few hundred characters.
    /// @throws  export_error (errc::invalid_request) if the job is empty or its link is not a URL.
    LANGEXPORT_DECL std::string to_token() const;

    /// Parses a token that `to_token` wrote, in this or an older version of the library.
    ///
    /// @param token  The token; white space around it is ignored.
    /// @return       The job.
    /// @throws       export_error (errc::invalid_request), which says whether the text is not a token
    ///               at all, damaged or truncated, or from a newer version.
    LANGEXPORT_DECL static export_job from_token(std::string_view token);

    /// Whether name, link and time are equal.
    friend bool operator==(const export_job&, const export_job&) = default;

private:
    std::string project_name_;
    std::string operation_location_;
    time_point submitted_{};
};

namespace detail {
// The links that a token can contain.
inline constexpr std::size_t longest_job_link = 16 * 1024;
LANGEXPORT_DECL bool is_job_link(std::string_view link) noexcept;
} // namespace detail

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/impl/export_job.ipp>
#endif

#endif
