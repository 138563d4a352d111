#ifndef LANGEXPORT_EXPORT_JOB_HPP
#define LANGEXPORT_EXPORT_JOB_HPP

#include <langexport/detail/base/name_table.hpp>
#include <langexport/version.hpp>

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace langexport {
inline namespace v0 {

/// What a job does.
enum class job_kind : unsigned char {
    exporting, ///< It exports a project.
    importing  ///< It imports a project: see `import_job`.
};

namespace detail {
inline constexpr named_value<job_kind> job_kind_names[] = {{job_kind::exporting, "export"},
                                                           {job_kind::importing, "import"}};
} // namespace detail

/// The word for a kind: "export" or "import".
constexpr std::string_view to_string(job_kind kind) noexcept {
    return detail::name_in(detail::job_kind_names, kind);
}

/// A job that the service accepted: usually an export.
///
/// An import job appears as an object of this class in events, diagnostics and summaries, with
/// `job_kind::importing`. The operations of exports reject it. `import_job` is made from it.
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
    /// @param kind                What the job does.
    export_job(std::string project_name, std::string operation_location, time_point submitted,
               job_kind kind = job_kind::exporting)
        : project_name_(std::move(project_name)),
          operation_location_(std::move(operation_location)), submitted_(submitted), kind_(kind) {}

    /// The name of the project that is exported or imported.
    const std::string& project_name() const noexcept { return project_name_; }
    /// The URL of the job's status. The client follows it literally and gives no meaning to its parts.
    const std::string& operation_location() const noexcept { return operation_location_; }
    /// When the job was accepted, by this machine's clock.
    time_point submitted() const noexcept { return submitted_; }
    /// What the job does.
    job_kind kind() const noexcept { return kind_; }
    /// Whether there is no job in here.
    bool empty() const noexcept { return operation_location_.empty(); }

    /// The job as a resume token: one line of letters, digits, `-` and `_`, safe in shells, file
    /// names and JSON. The token of an import job begins with other letters than that of an export job.
    ///
    /// @return  The token; a few hundred characters.
    /// @throws  export_error (errc::invalid_request) if the job is empty or its link is not a URL.
    LANGEXPORT_DECL std::string to_token() const;

    /// Parses a token that `to_token` of an export job wrote, in this or an older version of the library.
    ///
    /// @param token  The token; white space around it is ignored.
    /// @return       The job.
    /// @throws       export_error (errc::invalid_request), which says whether the text is not a token
    ///               at all, damaged or truncated, of an import job, or from a newer version.
    LANGEXPORT_DECL static export_job from_token(std::string_view token);

    /// Whether name, link, time and kind are equal.
    friend bool operator==(const export_job&, const export_job&) = default;

private:
    std::string project_name_;
    std::string operation_location_;
    time_point submitted_{};
    job_kind kind_ = job_kind::exporting;
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
