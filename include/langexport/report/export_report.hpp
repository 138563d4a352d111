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

/// What is to be done for one project. A plain value.
class planned_export {
public:
    /// @param project_name  The project.
    /// @param known         Its job; empty if it is to be submitted.
    planned_export(std::string project_name, export_job known)
        : project(std::move(project_name)), job(std::move(known)) {}

    /// The line that says that it is to be done: a report that begins with these is enough to resume by,
    /// and what an older run said of these projects does not count.
    LANGEXPORT_DECL report_line line(report_line::time_point when) const;

    std::string project;   ///< The project's name.
    export_job job;        ///< The job to wait for; empty: submit.
    std::string file_name; ///< Where the result goes: see file_names_of.
};

/// A whole report: for each project of its last run the line that counts, which is its last one.
///
/// A run starts with a line of its own (report_run.hpp); a report without such lines is one run. A run
/// that resumes another one is a part of it.
class export_report {
public:
    /// Reads a report. A last line that was torn by a crash is left out; it may be zeros, which is what some
    /// file systems have after a power failure.
    ///
    /// @param text  All of it; a line ends with a line feed.
    /// @throws      export_error (errc::invalid_request), which names the line by its number.
    LANGEXPORT_DECL static export_report parse(std::string_view text);

    /// Reads a report from a file. Throws file_error, too.
    LANGEXPORT_DECL static export_report read(const std::filesystem::path& path);

    /// The lines of the last run that count, in the order in which their projects appeared first.
    const std::vector<report_line>& lines() const noexcept { return lines_; }
    /// Whether the last run was about all projects of this scope, whatever its lines are.
    LANGEXPORT_DECL bool has_scope(const report_scope& scope) const;
    /// Whether the last run is about no project and no scope.
    bool empty() const noexcept { return lines_.empty() && scopes_.empty(); }
    /// The line of a project; null if there is none.
    LANGEXPORT_DECL const report_line* find(std::string_view project) const noexcept;

    /// What is to be done: what this report left, and those of `projects` that it does not know.
    ///
    /// A job that may be running or have a result is to be waited for. What failed for good at the
    /// service, or never was a job, is to be submitted. The names of files are distinct among all projects
    /// of the report and all that are named, and the same when the run is resumed.
    ///
    /// @throws export_error (errc::invalid_request) for a project that is named twice, and for a token that
    ///         cannot be read or is another project's.
    ///
    /// @param extension  Of the files, see file_names_of.
    LANGEXPORT_DECL std::vector<planned_export> plan(const std::vector<std::string>& projects,
                                                     std::string_view extension = ".json") const;

    /// The lines of one resource, of several that the last run has; lines that name none are of each. Of
    /// what is exported in several forms those of one of them.
    LANGEXPORT_DECL export_report of(std::string_view endpoint, std::string_view surface,
                                     std::string_view format = {}) const;

    /// The last run of one resource, for reports that several resources share: the newest run that has
    /// something of one of these surfaces of it, with all that it has of any resource.
    ///
    /// @param endpoint  As in `report_line::endpoint`.
    /// @param surfaces  As in `report_line::surface`.
    LANGEXPORT_DECL export_report last_run_of(std::string_view endpoint,
                                              const std::vector<std::string>& surfaces) const;

    /// For each file that has a result the newest line that says so, whatever run it belongs to.
    LANGEXPORT_DECL std::vector<report_line> results() const;

    /// Removes lines.
    LANGEXPORT_DECL void remove_if(const std::function<bool(const report_line&)>& is_unwanted);

    /// Lets exports start anew: for `plan`, their lines say that nothing was done yet.
    ///
    /// @param is_void  Whether what a line says is of no use, because its file is gone for example.
    LANGEXPORT_DECL void restart_if(const std::function<bool(const report_line&)>& is_void);

    /// When jobs were submitted, or at most a millisecond later, each once: what a new process is to tell
    /// its `request_quota`, so that it keeps the quota together with the one before.
    const std::vector<report_line::time_point>& submissions() const noexcept {
        return submissions_;
    }

    /// How many bytes of the text are whole lines.
    std::size_t whole_size() const noexcept { return whole_size_; }
    /// Whether something follows them that a crash tore.
    bool is_torn() const noexcept { return is_torn_; }
    /// Whether the last whole line lacks nothing but its line feed.
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

/// A report that is being written: each line is on the disk when `append` returns. Blocks.
///
/// A line of a project whose name is empty or no UTF-8 is passed over: no report could be read that has
/// it, and such a project is refused before anything is sent, this time and the next.
///
/// Until it is opened it keeps its lines in memory, and so it does with those that could not be written:
/// they are tried again with the next. Thread safety: none; one thread at a time.
class report_writer {
public:
    report_writer() = default;

    /// Goes on with the report in a file, or begins one, and writes what was kept so far. What a crash tore
    /// is cut off.
    ///
    /// @throws file_error; export_error (errc::invalid_request) if the file is something else.
    LANGEXPORT_DECL void open(const std::filesystem::path& path);
    /// Whether there is a file.
    bool is_open() const noexcept { return file_.has_value(); }

    /// A run starts. Throws file_error.
    LANGEXPORT_DECL void append(const report_run& run);
    /// Throws file_error.
    LANGEXPORT_DECL void append(const report_line& line);
    /// Several at once.
    LANGEXPORT_DECL void append(const std::vector<report_line>& lines);

    /// The lines that are in no file.
    const std::string& kept() const noexcept { return kept_; }

    /// What to tell people when a run was stopped: the command that resumes it, and before that the lines
    /// which are in no file, if there are such.
    ///
    /// @param command  The program and its arguments, as a shell takes them, without `--resume`.
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
