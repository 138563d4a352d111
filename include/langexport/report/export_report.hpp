#ifndef LANGEXPORT_REPORT_EXPORT_REPORT_HPP
#define LANGEXPORT_REPORT_EXPORT_REPORT_HPP

#include <langexport/export_job.hpp>
#include <langexport/file/journal_file.hpp>
#include <langexport/report/report_line.hpp>
#include <langexport/report/report_run.hpp>
#include <langexport/version.hpp>

#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace langexport {
inline namespace v0 {

/// What a run has to do for one project. A plain value.
class planned_export {
public:
    /// @param project_name  The project.
    /// @param known         Its job; empty: submit one.
    planned_export(std::string project_name, export_job known)
        : project(std::move(project_name)), job(std::move(known)) {}

    /// The line that says that the export is planned. A report that begins with these lines is enough to
    /// resume, and the lines of older runs about these projects do not count.
    LANGEXPORT_DECL report_line line(report_line::time_point when) const;

    std::string project;   ///< The project's name.
    export_job job;        ///< The job to wait for; empty: submit one.
    std::string file_name; ///< The file of the result: see file_names_of.
};

/// A whole report: for each project of its last run the line that counts, which is its last one.
///
/// A run starts with a line of its own (see report_run); a report without such lines is one run. A run
/// that resumes another one is a part of it.
class export_report {
public:
    /// Parses a report. A last line that a crash tore is ignored; it may be zeros, which is what some
    /// file systems have after a power failure.
    ///
    /// @param text  The whole report; a line ends with a line feed.
    /// @return      The report.
    /// @throws      export_error (errc::invalid_request), which names the line by its number.
    LANGEXPORT_DECL static export_report parse(std::string_view text);

    /// Reads and parses a file.
    ///
    /// @param path  The file.
    /// @return      The report.
    /// @throws file_error  It cannot be read.
    /// @throws export_error (errc::invalid_request), which names the line by its number.
    LANGEXPORT_DECL static export_report read(const std::filesystem::path& path);

    /// The lines of the last run that count, in the order in which their projects appeared first.
    const std::vector<report_line>& lines() const noexcept { return lines_; }
    /// Whether the last run covered all projects of this scope, whatever its lines are.
    LANGEXPORT_DECL bool has_scope(const report_scope& scope) const;
    /// Whether the last run covers no project and no scope.
    bool empty() const noexcept { return lines_.empty() && scopes_.empty(); }
    /// The line of a project; null if there is none.
    LANGEXPORT_DECL const report_line* find(std::string_view project) const noexcept;

    /// The remaining work: unfinished projects of this report, and those of `projects` that it does not have.
    ///
    /// The plan waits for a job that may be running or have a result. It submits a project again if its job
    /// failed for good at the service, or if there never was a job. File names are distinct among all
    /// projects of the report and of `projects`, and stay the same when the run is resumed.
    ///
    /// @param projects   More projects to export, without duplicates. Those in the report keep its state.
    /// @param extension  Of the files, see file_names_of.
    /// @return           The remaining exports.
    /// @throws export_error (errc::invalid_request) for a project that is named twice, and for a token that
    ///         cannot be read or belongs to another project.
    LANGEXPORT_DECL std::vector<planned_export> plan(const std::vector<std::string>& projects,
                                                     std::string_view extension = ".json") const;

    /// The lines of one resource, if the last run has several. Lines that name no resource belong to each. If
    /// results were exported in several forms, the lines of one form.
    ///
    /// @param endpoint  As in `report_line::endpoint`.
    /// @param surface   As in `report_line::surface`.
    /// @param format    As in `report_line::format`.
    /// @return          A report with these lines.
    LANGEXPORT_DECL export_report of(std::string_view endpoint, std::string_view surface,
                                     std::string_view format = {}) const;

    /// The last run of one resource, for reports that several resources share: the newest run that has
    /// a line or scope of one of these surfaces of the resource, with all its lines of any resource.
    ///
    /// @param endpoint  As in `report_line::endpoint`.
    /// @param surfaces  As in `report_line::surface`.
    /// @return          A report with this run.
    LANGEXPORT_DECL export_report last_run_of(std::string_view endpoint,
                                              const std::vector<std::string>& surfaces) const;

    /// For each file with a result the newest line about it, whatever run the line belongs to.
    LANGEXPORT_DECL std::vector<report_line> results() const;

    /// Removes lines.
    LANGEXPORT_DECL void remove_if(const std::function<bool(const report_line&)>& is_unwanted);

    /// Makes `plan` start exports again, as if nothing was done for their lines.
    ///
    /// @param is_void  Whether a line is useless, for example because its file does not exist any more.
    LANGEXPORT_DECL void restart_if(const std::function<bool(const report_line&)>& is_void);

    /// When jobs were submitted, at most a millisecond late, each once. Pass them to
    /// `request_quota::remember_submissions`, so that a new process keeps the quota together with the
    /// previous one.
    const std::vector<report_line::time_point>& submissions() const noexcept {
        return submissions_;
    }

    /// How many bytes of the text are whole lines.
    std::size_t whole_size() const noexcept { return whole_size_; }
    /// Whether the whole lines are followed by a torn one.
    bool is_torn() const noexcept { return is_torn_; }
    /// Whether the last whole line lacks only its line feed.
    bool lacks_line_end() const noexcept { return lacks_line_end_; }

private:
    class reader;
    // The lines and scopes of one run, those of the runs that resumed it included.
    class run_part {
    public:
        std::vector<report_line> lines;
        std::vector<report_scope> scopes;
    };

    std::vector<report_line> lines_;
    std::vector<report_scope> scopes_;
    std::vector<run_part> runs_; // without the last one, which is in the two above
    std::vector<report_line::time_point> submissions_;
    std::size_t whole_size_ = 0;
    bool is_torn_ = false;
    bool lacks_line_end_ = false;
};

/// Writes a report: each line is on the disk when `append` returns. Blocks.
///
/// The writer skips a line of a project whose name is empty or not UTF-8: a report with such a line could not
/// be read, and such a project is rejected before anything is sent, now and in the next run.
///
/// Before `open`, the writer keeps its lines in memory. It also keeps lines that could not be written, and
/// writes them with the next line. Thread safety: none; one thread at a time.
class report_writer {
public:
    /// Not open: keeps lines in memory.
    report_writer() = default;

    /// Continues the report in a file, or creates it, and writes the lines that were kept. Cuts off a last
    /// line that a crash tore.
    ///
    /// @param path  The file.
    /// @throws file_error  It cannot be written.
    /// @throws export_error (errc::invalid_request) if the file is not a report.
    LANGEXPORT_DECL void open(const std::filesystem::path& path);
    /// Whether there is a file.
    bool is_open() const noexcept { return file_.has_value(); }

    /// Writes the start of a run. Throws file_error.
    LANGEXPORT_DECL void append(const report_run& run);
    /// Writes a line. Throws file_error.
    LANGEXPORT_DECL void append(const report_line& line);
    /// Writes several lines at once. Throws file_error.
    LANGEXPORT_DECL void append(const std::vector<report_line>& lines);

    /// The lines that are in no file.
    const std::string& kept() const noexcept { return kept_; }

    /// Instructions for people after a run was stopped: first the lines that are in no file, if there are
    /// any, then the command that resumes the run.
    ///
    /// @param command  The program and its arguments, as a shell takes them, without `--resume`.
    /// @return         The text.
    LANGEXPORT_DECL std::string resume_advice(const std::string& command) const;

private:
    void append_text(const std::string& text);

    std::optional<journal_file> file_;
    std::string kept_;
};

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/report/impl/export_report.ipp>
#endif

#endif
