#ifndef LANGEXPORT_REPORT_EXPORT_REPORT_HPP
#define LANGEXPORT_REPORT_EXPORT_REPORT_HPP

#include <langexport/export_job.hpp>
#include <langexport/file/journal_file.hpp>
#include <langexport/report/report_line.hpp>
#include <langexport/report/report_run.hpp>
#include <langexport/version.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace langexport {
inline namespace v0 {

/// The remaining work for one project. A plain value.
class planned_export {
public:
    /// @param project_name  The project.
    /// @param known         Its job. Empty: submit a new one.
    planned_export(std::string project_name, export_job known)
        : project(std::move(project_name)), job(std::move(known)) {}

    /// Returns a line that marks the export as planned. A report that begins with these lines is
    /// sufficient to resume. Lines of older runs about these projects are then ignored.
    LANGEXPORT_DECL report_line line(report_line::time_point when) const;

    std::string project;   ///< The project's name.
    export_job job;        ///< The job to wait for. Empty: submit a new one.
    std::string file_name; ///< The file of the result: see file_names_of.
};

/// A whole report. For each project of the last run it has the last line.
///
/// A run starts with a line of its own (see report_run). A report without such lines is one run. A run
/// that resumes another one is a part of it.
class export_report {
public:
    /// Parses a report. An incomplete last line, which a crash may leave, is ignored. (After a power
    /// failure, some file systems fill it with zeros.)
    ///
    /// @param text  The whole report; a line ends with a line feed.
    /// @return      The report.
    /// @throws      export_error (errc::invalid_request), which names the line by its number.
    LANGEXPORT_DECL static export_report parse(std::string_view text);

    /// Reads and parses a report file.
    ///
    /// @param path  The file.
    /// @return      The report.
    /// @throws file_error  It cannot be read.
    /// @throws export_error (errc::invalid_request), which names the line by its number.
    LANGEXPORT_DECL static export_report read(const std::filesystem::path& path);

    /// Reads and parses the end of a report file, which is enough for the results and submissions of the latest runs:
    /// whole lines of at most `size` bytes. A report that is not larger is read as a whole. Only the parsed bytes
    /// cost time worth mentioning.
    ///
    /// @param path  The file.
    /// @param size  How many bytes are parsed at most.
    /// @return      A report with these lines.
    /// @throws file_error  It cannot be read.
    /// @throws export_error (errc::invalid_request), which names the line by its number in the part that is read.
    LANGEXPORT_DECL static export_report read_end(const std::filesystem::path& path,
                                                  std::uintmax_t size);

    /// The last line of each project of the last run, in the order in which the projects appeared first.
    const std::vector<report_line>& lines() const noexcept { return lines_; }
    /// Whether the last run covered all projects of this scope, regardless of its lines.
    LANGEXPORT_DECL bool has_scope(const report_scope& scope) const;
    /// Whether the last run covers neither a project nor a scope.
    bool empty() const noexcept { return lines_.empty() && scopes_.empty(); }
    /// The line of a project; null if there is none.
    LANGEXPORT_DECL const report_line* find(std::string_view project) const noexcept;

    /// Returns the remaining work: the unfinished projects of this report, and the elements of
    /// `projects` that are not in it.
    ///
    /// The plan waits for a job that may be running or have a result. It submits a project again if its
    /// job failed permanently at the service, or if there never was a job. File names are distinct among
    /// all projects of the report and of `projects`, and stay the same when the run is resumed.
    ///
    /// @param projects   More projects to export, without duplicates. Those in the report keep its state.
    /// @param extension  The extension of the files, see file_names_of.
    /// @return           The remaining exports.
    /// @throws export_error (errc::invalid_request) for a project that is named twice, and for a token that
    ///         cannot be read or belongs to another project.
    LANGEXPORT_DECL std::vector<planned_export> plan(const std::vector<std::string>& projects,
                                                     std::string_view extension = ".json") const;

    /// Returns the lines of one resource, if the last run has several. Lines that name no resource
    /// belong to every resource. If results were exported in several formats, it returns the lines of
    /// one format.
    ///
    /// @param endpoint  As in `report_line::endpoint`.
    /// @param surface   As in `report_line::surface`.
    /// @param format    As in `report_line::format`.
    /// @return          A report with these lines.
    LANGEXPORT_DECL export_report of(std::string_view endpoint, std::string_view surface,
                                     std::string_view format = {}) const;

    /// Returns the last run of one resource, for a report that several resources share: the newest run
    /// that has a line or scope of one of these surfaces of the resource. It contains all lines of that
    /// run.
    ///
    /// @param endpoint  As in `report_line::endpoint`.
    /// @param surfaces  As in `report_line::surface`.
    /// @return          A report with this run.
    LANGEXPORT_DECL export_report last_run_of(std::string_view endpoint,
                                              const std::vector<std::string>& surfaces) const;

    /// The newest line about each file with a result, in all runs.
    LANGEXPORT_DECL std::vector<report_line> results() const;

    /// Removes lines.
    LANGEXPORT_DECL void remove_if(const std::function<bool(const report_line&)>& is_unwanted);

    /// Makes `plan` start exports again: the selected lines are ignored.
    ///
    /// @param is_void  Returns whether to ignore a line, for example because its file no longer exists.
    LANGEXPORT_DECL void restart_if(const std::function<bool(const report_line&)>& is_void);

    /// The times of all submissions, each once, at most a millisecond late. Pass them to
    /// `request_quota::remember_submissions`, so that the new process and the previous one together keep
    /// the quota.
    const std::vector<report_line::time_point>& submissions() const noexcept {
        return submissions_;
    }

    /// The size of the complete lines of the text in bytes.
    std::size_t whole_size() const noexcept { return whole_size_; }
    /// Whether an incomplete line follows them.
    bool is_torn() const noexcept { return is_torn_; }
    /// Whether the last whole line lacks only its line feed.
    bool lacks_line_end() const noexcept { return lacks_line_end_; }

private:
    class reader;
    // The lines and scopes of one run, including those of the runs that resumed it.
    class run_part {
    public:
        std::vector<report_line> lines;
        std::vector<report_scope> scopes;
    };

    std::vector<report_line> lines_;
    std::vector<report_scope> scopes_;
    std::vector<run_part> runs_; // all except the last one, which is in the two members above
    std::vector<report_line::time_point> submissions_;
    std::size_t whole_size_ = 0;
    bool is_torn_ = false;
    bool lacks_line_end_ = false;
};

/// Writes a report. When `append` returns, the disk has stored the line. Blocks.
///
/// The writer skips a line if the name of its project is empty or not UTF-8, because a report with such
/// a line could not be read. (The client rejects such projects before it sends anything.)
///
/// Before `open`, the writer keeps its lines in memory. It also keeps lines that could not be written,
/// and writes them with the next line. Thread safety: none; one thread at a time.
class report_writer {
public:
    /// Not open: keeps lines in memory.
    report_writer() = default;

    /// Continues the report in a file, or creates it, and writes the lines in memory. Cuts off an
    /// incomplete last line, which a crash may leave.
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

    /// Receives each text of one or more lines before it is written, for example to print it as well. Default:
    /// empty.
    std::function<void(std::string_view)> copy_to;

    /// The lines that are not in a file.
    const std::string& kept() const noexcept { return kept_; }

    /// Returns instructions for the user after a run was stopped: first the lines that are not in a
    /// file, if there are any, then the command that resumes the run.
    ///
    /// @param command  The program and its arguments in the syntax of a shell, without `--resume`.
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
