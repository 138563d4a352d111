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

/// What there is to report of an export of a batch that has ended now.
///
/// @param outcome  How it ended.
/// @param file     Where the result is, if there is one; may be empty.
LANGEXPORT_DECL report_line make_report_line(const batch_outcome& outcome, std::string file);

/// A `batch_checkpoint` that keeps a report (report_line.hpp) in a file, so that a batch that was killed at
/// any moment goes on where it was.
///
/// A line is on the disk before anything comes of what it tells: at each 202, and at each end. A batch
/// that is given the same range and the same report again passes over what was exported, waits for the
/// jobs that were submitted, submits those again that the service has forgotten meanwhile or whose token
/// cannot be used, and tries again what failed. A last line that a crash tore is cut off.
///
/// Lines are about projects by their names: a range that has one project twice (in two forms, of two
/// surfaces) wants a report for each.
///
/// One report is for one batch at a time: see `folder_lock` for how to keep a second run away.
/// Thread safety: none but what a batch needs.
class report_checkpoint final : public batch_checkpoint {
public:
    /// Goes on with the report in a file, or begins one. Blocks.
    ///
    /// @throws file_error; export_error (errc::invalid_request) if the file is something else.
    LANGEXPORT_DECL explicit report_checkpoint(const std::filesystem::path& report);
    /// The same for who has read and opened the report already: others may write to it, too.
    ///
    /// @param to      Where lines go; not null.
    /// @param before  What counts of what is in it.
    LANGEXPORT_DECL report_checkpoint(std::shared_ptr<report_writer> to,
                                      export_report before = export_report());

    /// Says of all that is to be done that it is not, so that the report alone is enough to resume by. For
    /// who knows it before the batch begins.
    LANGEXPORT_DECL void planned(const std::vector<planned_export>& plan);

    /// What the report knew before this batch; see `export_report::submissions` for the quota.
    const export_report& before() const noexcept { return before_; }

    /// The line of an export that has ended: what `make_report_line` makes, with `file_of` and `rewrite`.
    LANGEXPORT_DECL report_line line_of(const batch_outcome& outcome) const;

    /// Rewrites the message of a failure in words of the program's users. Default: it stays as it is.
    std::function<std::string(std::string)> rewrite;
    /// What lines say of where results are. Default: nothing.
    std::function<std::string(const batch_item&)> file_of;
    std::string endpoint; ///< What lines say of the resource; for reports of several.
    std::string surface;  ///< The same of the part of the service.
    std::string format;   ///< The same of the form of results.

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
