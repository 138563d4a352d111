#ifndef LANGEXPORT_REPORT_REPORT_CHECKPOINT_HPP
#define LANGEXPORT_REPORT_REPORT_CHECKPOINT_HPP

#include <langexport/batch_options.hpp>
#include <langexport/report/export_report.hpp>
#include <langexport/version.hpp>

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace langexport {
inline namespace v0 {

/// The line of a report about an export of a batch that has ended now.
///
/// @param outcome  How it ended.
/// @param file     The file of the result, if there is one; may be empty.
/// @return         The line.
LANGEXPORT_DECL report_line make_report_line(const batch_outcome& outcome, std::string file);

/// A `batch_checkpoint` that keeps a report (see report_line) in a file, so that a batch that was killed at
/// any moment can be resumed.
///
/// Each line is fsynced before the batch acts on it: at each 202, and at each end. A batch
/// with the same range and the same report skips what was exported, waits for the
/// jobs that were submitted, submits jobs again that the service has deleted meanwhile or whose token
/// cannot be used, and retries what failed. It cuts off a last line that a crash tore.
///
/// Lines identify projects by their names: a range that has one project twice (in two forms, of two
/// surfaces) needs a report for each.
///
/// One report is for one batch at a time: see `folder_lock` to exclude a second run.
/// Thread safety: only what a batch needs.
class report_checkpoint final : public batch_checkpoint {
public:
    /// Continues the report in a file, or creates it. Blocks.
    ///
    /// @param report  The file.
    /// @throws file_error  It cannot be read or written.
    /// @throws export_error (errc::invalid_request) if the file is not a report.
    LANGEXPORT_DECL explicit report_checkpoint(const std::filesystem::path& report);
    /// Continues a report that the caller has read and opened: others may write to it, too.
    ///
    /// @param writer  Receives the lines; not null.
    /// @param before  The content of the report that counts.
    LANGEXPORT_DECL report_checkpoint(std::shared_ptr<report_writer> writer,
                                      export_report before = export_report());

    /// Writes a line for each planned export, so that the report alone is enough to resume. For programs that
    /// know the plan before the batch begins.
    LANGEXPORT_DECL void planned(const std::vector<planned_export>& plan);

    /// The report before this batch; see `export_report::submissions` for the quota.
    const export_report& before() const noexcept { return before_; }

    /// The line of an export that has ended: that of `make_report_line`, with `file_of` and `rewrite`
    /// applied.
    LANGEXPORT_DECL report_line line_of(const batch_outcome& outcome) const;

    /// Rewrites the message of a failure in words of the program's users. Default: unchanged.
    std::function<std::string(std::string)> rewrite;
    /// Returns the file of a result, for its line. Default: none.
    std::function<std::string(const batch_item&)> file_of;
    std::string endpoint; ///< The resource in lines; for reports of several.
    std::string surface;  ///< The part of the service in lines.
    std::string format;   ///< The form of results in lines.

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
