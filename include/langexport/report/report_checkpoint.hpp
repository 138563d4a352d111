#ifndef LANGEXPORT_REPORT_REPORT_CHECKPOINT_HPP
#define LANGEXPORT_REPORT_REPORT_CHECKPOINT_HPP

#include <langexport/batch_options.hpp>
#include <langexport/report/export_report.hpp>
#include <langexport/version.hpp>

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace langexport {
inline namespace v0 {

/// Returns the line of a report about an export of a batch that has just ended.
///
/// @param outcome  The result of the export.
/// @param file     The file of the result, if there is one; may be empty.
/// @param when     The time of the line.
/// @return         The line.
LANGEXPORT_DECL report_line
make_report_line(const batch_outcome& outcome, std::string file,
                 report_line::time_point when = std::chrono::system_clock::now());

/// A `batch_checkpoint` that writes a report (see report_line) to a file. A batch that was killed at any
/// moment can be resumed from it.
///
/// Each line is fsynced before the batch acts on it: at each 202, and at each end. A batch with the same
/// range and the same report skips exported projects and waits for submitted jobs. It submits a job
/// again if the service has deleted it or its token cannot be used, and it retries failed exports. It
/// cuts off an incomplete last line, which a crash may leave.
///
/// Lines identify projects by their names. If a range contains a project twice (in two formats, of two
/// surfaces), each needs a report of its own.
///
/// Only one batch at a time may use a report. See `folder_lock` to exclude a second run. Thread safety:
/// as a batch requires.
class report_checkpoint final : public batch_checkpoint {
public:
    /// Continues the report in a file, or creates it. Blocks.
    ///
    /// @param report  The file.
    /// @throws file_error  It cannot be read or written.
    /// @throws export_error (errc::invalid_request) if the file is not a report.
    LANGEXPORT_DECL explicit report_checkpoint(const std::filesystem::path& report);
    /// Continues a report that the caller has read and opened. Other batches may write to it, too.
    ///
    /// @param writer  Receives the lines; not null.
    /// @param before  The relevant content of the report.
    LANGEXPORT_DECL report_checkpoint(std::shared_ptr<report_writer> writer,
                                      export_report before = export_report());

    /// Writes a line for each planned export, so that the report is sufficient to resume. For programs
    /// that know the plan before the batch begins.
    LANGEXPORT_DECL void planned(const std::vector<planned_export>& plan);

    /// The report as it was before this batch; see `export_report::submissions` for the quota.
    const export_report& before() const noexcept { return before_; }

    /// Returns the line of an export that has ended: that of `make_report_line`, after `file_of` and
    /// `rewrite`.
    LANGEXPORT_DECL report_line line_of(const batch_outcome& outcome) const;

    /// Rewrites the message of a failure for the program's users. Default: unchanged.
    std::function<std::string(std::string)> rewrite;
    /// Returns the file of a result, for its line. Default: none.
    std::function<std::string(const batch_item&)> file_of;
    /// Returns whether the file of a result has the same content as before. Default: it has not.
    std::function<bool(const batch_item&)> is_unchanged;
    /// Returns the time of a line. Default: the system's clock.
    std::function<report_line::time_point()> now = [] { return std::chrono::system_clock::now(); };
    std::string endpoint; ///< The resource in lines, for reports of several resources.
    std::string surface;  ///< The surface in lines.
    std::string format;   ///< The format of results in lines.

    LANGEXPORT_DECL std::optional<batch_item> taken(batch_item item) override;
    LANGEXPORT_DECL void submitted(const export_job& job) override;
    LANGEXPORT_DECL void finished(const batch_outcome& outcome) override;

private:
    void append(std::vector<report_line> lines);

    std::shared_ptr<report_writer> to_;
    export_report before_;
};

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/report/impl/report_checkpoint.ipp>
#endif

#endif
