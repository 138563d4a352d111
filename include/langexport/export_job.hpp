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
/// The job lives at the service for days, whatever becomes of this process. Its resume token is a
/// line of text that holds all that is needed to wait for it and fetch its result later, or from
/// another process. Tokens contain no secret: whoever has one still needs a key of the resource.
///
/// A plain value. Thread safety: as the standard library's types.
class export_job {
public:
    using time_point = std::chrono::system_clock::time_point;

    /// An empty job, of use only to be assigned to.
    export_job() = default;

    /// A job known by its link.
    ///
    /// @param project_name        The project that is exported; for messages only.
    /// @param operation_location  The absolute URL that the service gave with its 202.
    /// @param submitted           When it was accepted, by this machine's clock.
    export_job(std::string project_name, std::string operation_location, time_point submitted)
        : project_name_(std::move(project_name)),
          operation_location_(std::move(operation_location)), submitted_(submitted) {}

    /// The name of the project that is exported.
    const std::string& project_name() const noexcept { return project_name_; }
    /// Where the job's status is asked for. Followed literally; its parts mean nothing to us.
    const std::string& operation_location() const noexcept { return operation_location_; }
    /// When the job was accepted, by this machine's clock.
    time_point submitted() const noexcept { return submitted_; }
    /// Whether there is no job in here.
    bool empty() const noexcept { return operation_location_.empty(); }

    /// The job as a resume token: one line of letters, digits, `-` and `_`, safe in shells, file
    /// names and JSON.
    ///
    /// @return  The token; a few hundred characters.
    /// @throws  export_error (errc::invalid_request) if the job is empty or its link is no URL.
    LANGEXPORT_DECL std::string to_token() const;

    /// Reads what `to_token` wrote, in this or an older version of the library.
    ///
    /// @param token  The token; white space around it is ignored.
    /// @return       The job.
    /// @throws       export_error (errc::invalid_request), which tells whether the text is no token
    ///               at all, damaged or cut short, or from a newer version.
    LANGEXPORT_DECL static export_job from_token(std::string_view token);

    friend bool operator==(const export_job&, const export_job&) = default;

private:
    std::string project_name_;
    std::string operation_location_;
    time_point submitted_{};
};

namespace detail {
// What a link may be so that a token can hold it.
inline constexpr std::size_t longest_job_link = 16 * 1024;
LANGEXPORT_DECL bool is_job_link(std::string_view link) noexcept;
} // namespace detail

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/impl/export_job.ipp>
#endif

#endif
