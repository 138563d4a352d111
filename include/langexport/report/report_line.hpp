#ifndef LANGEXPORT_REPORT_REPORT_LINE_HPP
#define LANGEXPORT_REPORT_REPORT_LINE_HPP

#include <langexport/error.hpp>
#include <langexport/export_job.hpp>
#include <langexport/export_status.hpp>
#include <langexport/service_error.hpp>
#include <langexport/version.hpp>

#include <chrono>
#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace langexport {
inline namespace v0 {

/// The state of an export, or of an import.
enum class export_outcome {
    submitted,  ///< There is a job; nothing else is known yet.
    exported,   ///< Its result is in the file.
    partial,    ///< Its result is in the file; the job ended as `partiallyCompleted`.
    failed,     ///< It failed; `report_line::error` says why.
    unfinished, ///< Not started, or stopped by this program.
    imported,   ///< The service has the project, from the file.
    skipped     ///< Not imported, because the resource had a project of its name.
};
/// The enumerator's name, as it is written in reports.
LANGEXPORT_DECL std::string_view to_string(export_outcome outcome) noexcept;

/// The reason why an export failed, in a report. A plain value.
class report_error {
public:
    /// Empty.
    report_error() {}

    std::string code;         ///< The name of the `errc`, e.g. "project_not_found".
    std::string message;      ///< One line for people.
    unsigned http_status = 0; ///< Of the decisive response; 0 without one.
    std::string service_code; ///< The service's most specific error code; may be empty.
    std::string request_id;   ///< The service's id of that request; may be empty.

    /// Whether all members are equal.
    friend bool operator==(const report_error&, const report_error&) = default;
};

/// One line of a report: the state of one export at one time. Empty members do not apply and are not
/// written. A plain value. Thread safety: as the standard library's types.
class report_line {
public:
    /// The clock of reports.
    using time_point = std::chrono::system_clock::time_point;

    /// @param project_name  The project.
    /// @param state         The state of its export.
    /// @param when          The time.
    report_line(std::string project_name, export_outcome state, time_point when)
        : project(std::move(project_name)), outcome(state), at(when) {}

    /// Returns the line of a job that the service accepted.
    LANGEXPORT_DECL static report_line of_job(const export_job& job, time_point when);
    /// Returns the line of a result in a file.
    ///
    /// @param project_name  The project.
    /// @param last_status   The last status of its job.
    /// @param file          The file.
    /// @param bytes         The size of the file in bytes.
    /// @param when          The time.
    /// @return              The line.
    LANGEXPORT_DECL static report_line of_result(std::string project_name,
                                                 const export_status& last_status, std::string file,
                                                 std::uint64_t bytes, time_point when);
    /// Returns the line of an export that failed. The outcome is `unfinished` if this program cancelled
    /// or closed it.
    ///
    /// @param project_name  The project.
    /// @param failure       The exception of its operation; not null.
    /// @param when          The time.
    /// @param job           Its job, if there is one that the failure does not contain: the result may
    ///                      have been received but not stored.
    /// @return              The line.
    LANGEXPORT_DECL static report_line of_failure(std::string project_name,
                                                  const std::exception_ptr& failure,
                                                  time_point when,
                                                  const export_job& job = export_job());

    /// Whether there is a job that may be running or have a result. Its token is in `resume_token`.
    LANGEXPORT_DECL bool has_job() const;
    /// The job of `resume_token`.
    ///
    /// @throws export_error (errc::invalid_request) if the token cannot be read or belongs to another
    ///                      project.
    LANGEXPORT_DECL export_job job() const;
    /// Whether `resume_token` is empty or can be read.
    LANGEXPORT_DECL bool is_usable() const;
    /// A text for people, without project and outcome: "12.3 KB in 0.4 s to backup/p.json", or the
    /// error.
    LANGEXPORT_DECL std::string text() const;
    /// The line in JSON, without its line end: `{"v":1,"project":…}`.
    LANGEXPORT_DECL std::string to_json() const;
    /// Parses a line. Unknown fields are ignored.
    ///
    /// @param line  The line, without its end.
    /// @return      The line as a value.
    /// @throws export_error (errc::invalid_request). The detail names the error.
    LANGEXPORT_DECL static report_line from_json(std::string_view line);

    std::string project;                  ///< The project's name.
    std::string endpoint;                 ///< Its resource, if the report has several.
    std::string surface;                  ///< Its part of the service, if not the default one.
    std::string format;                   ///< The format of its result, if not the default one.
    export_outcome outcome;               ///< The state of its export.
    std::string file;                     ///< The file of the result.
    std::optional<std::uint64_t> bytes;   ///< The size of the result in bytes.
    bool unchanged = false;               ///< Whether the file had the same content before.
    std::string status;                   ///< The job's last status, as the service named it.
    std::vector<service_error> warnings;  ///< The job's; code, message and target are kept.
    std::optional<report_error> error;    ///< Why it failed.
    std::string resume_token;             ///< The job's token, while it can be used.
    std::optional<std::uint32_t> submits; ///< Submissions that were sent.
    std::optional<std::uint32_t> polls;   ///< Status requests that received a response.
    std::optional<std::chrono::milliseconds> queue;   ///< From the start to the first byte sent.
    std::optional<std::chrono::milliseconds> elapsed; ///< From the start to the end.
    time_point at;                                    ///< The time, to the millisecond.
};

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/report/impl/report_line.ipp>
#endif

#endif
