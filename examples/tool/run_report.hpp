#ifndef LANGEXPORT_EXAMPLES_TOOL_RUN_REPORT_HPP
#define LANGEXPORT_EXAMPLES_TOOL_RUN_REPORT_HPP

#include "options.hpp"
#include "report_lock.hpp"

#include <langexport/report/export_report.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <fstream>
#include <ios>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace tool {

// A report of this size is renamed when a run starts.
inline constexpr std::uintmax_t most_report_bytes = 10 * 1024 * 1024;

// A run reads at most this much of a report that it does not resume, so that it starts at once. Reports are larger only
// if they could not be renamed.
inline constexpr std::uintmax_t most_read_bytes = 2 * most_report_bytes;

inline fs::path older_report_of(const fs::path& report) {
    return report.parent_path() / (report.stem().string() + ".1" + report.extension().string());
}

// The results that a report names. None if it does not exist or cannot be read.
inline std::vector<langexport::report_line> results_in(const fs::path& report) {
    std::error_code unknown;
    try {
        if (fs::is_regular_file(report, unknown))
            return langexport::export_report::read_end(report, most_read_bytes).results();
    } catch (const std::exception&) { // the file is not a report, or cannot be read
    }
    return {};
}

// Whether a report may be renamed to this path: it is free, or an older report.
inline bool may_be_replaced(const fs::path& older) {
    std::error_code unknown;
    const fs::file_status found = fs::symlink_status(older, unknown);
    if (found.type() == fs::file_type::not_found)
        return true;
    constexpr std::string_view beginning = "{\"v\":1,";
    std::string first(beginning.size(), '\0');
    std::ifstream file;
    if (fs::is_regular_file(found))
        file.open(older, std::ios::binary);
    return file.read(first.data(), static_cast<std::streamsize>(first.size())) &&
           first == beginning;
}

// A resumed run could not read a pipe or device.
inline void expect_file(const fs::path& report) {
    std::error_code unknown;
    if (fs::exists(report, unknown) && !fs::is_regular_file(report, unknown))
        throw std::invalid_argument("the report '" + report.string() +
                                    "' is not a regular file: a run could not be resumed from it");
}

// What a run does with projects.
enum class run_kind { backup, restore };

// The kind of the run that wrote a line. A restore names the file of each project from its start; a backup names it
// when it has the result.
inline run_kind kind_of(const langexport::report_line& line) {
    using langexport::export_outcome;
    const bool is_of_backup = line.outcome == export_outcome::exported ||
                              line.outcome == export_outcome::partial ||
                              (line.file.empty() && line.outcome != export_outcome::imported &&
                               line.outcome != export_outcome::skipped);
    return is_of_backup ? run_kind::backup : run_kind::restore;
}

// The report of a run: the previous run, and the writer.
class run_report {
public:
    // Reads an existing report and locks it against other runs. `resumed` is the report to resume,
    // usually the same one; empty: none.
    run_report(fs::path path, const fs::path& resumed)
        : path_(std::move(path)), resumed_(resumed),
          is_continued_(!resumed.empty() && real_path(resumed) == real_path(path_)) {
        std::error_code unknown;
        expect_file(path_);
        expect_file(resumed_);
        locks_.emplace_back(path_);
        if (!resumed.empty() && !is_continued_)
            locks_.emplace_back(resumed_);
        const bool is_there = fs::is_regular_file(path_, unknown);
        if (is_there || is_continued_)
            read_own();
        if (!resumed.empty() && !is_continued_)
            before_ = langexport::export_report::read(resumed);
        for (langexport::report_line& line : results_in(older_report_of(path_)))
            results_.push_back(std::move(line));
        const std::uintmax_t size = is_there ? fs::file_size(path_, unknown) : 0;
        has_others_ = !is_continued_ && size > 0;
        is_too_large_ = has_others_ && !fs::is_symlink(fs::symlink_status(path_, unknown)) &&
                        size >= most_report_bytes;
    }

    const fs::path& path() const { return path_; }
    // The report to resume; by default that of the run.
    const fs::path& resumed() const { return resumed_.empty() ? path_ : resumed_; }
    // The last run of a resource in the report to resume, as `export_report::last_run_of`.
    //
    // Throws std::invalid_argument if that run is of another kind. If the resource has none, the last run of the report
    // must be of this kind.
    langexport::export_report run_to_resume(const std::string& endpoint,
                                            const std::vector<std::string>& surfaces,
                                            run_kind kind) const {
        langexport::export_report run = before_.last_run_of(endpoint, surfaces);
        const bool is_known = !run.empty();
        for (const langexport::report_line& line : (is_known ? run : before_).lines()) {
            const bool is_of_resource = line.endpoint.empty() || line.endpoint == endpoint;
            if ((is_known && !is_of_resource) || kind_of(line) == kind)
                continue;
            throw std::invalid_argument(
                "--resume: '" + resumed().string() +
                (kind == run_kind::backup
                     ? "' is the report of a restore: name that of the backup"
                     : "' is the report of a backup: name that of the restore"));
        }
        return run;
    }
    // The times of submissions, for the quota.
    const std::vector<langexport::report_line::time_point>& submissions() const {
        return submissions_;
    }
    // The results of earlier runs, from this report and the one before it.
    const std::vector<langexport::report_line>& results() const { return results_; }
    const std::shared_ptr<langexport::report_writer>& writer() const { return writer_; }

    // The run covers all projects of this scope. Call this before `start`.
    void add_scope(langexport::report_scope scope) { scopes_.push_back(std::move(scope)); }
    // The run covers this resource. Call this before `start`.
    void add_endpoint(const std::string& endpoint) {
        if (std::find(endpoints_.begin(), endpoints_.end(), endpoint) == endpoints_.end())
            endpoints_.push_back(endpoint);
    }
    // Starts the run. Lines about projects may follow.
    void start() {
        if (std::exchange(is_started_, true))
            return;
        langexport::report_run run(std::chrono::system_clock::now());
        if (has_others_) // other runs may be in progress where a report cannot be locked
            run.endpoints = endpoints_;
        run.is_resumed = is_continued_;
        run.all = scopes_;
        writer_->append(run);
    }
    // Names projects that the service no longer has. The line belongs to the run, whose lines are about other projects.
    void append_removed(const std::string& endpoint,
                        std::vector<langexport::removed_project> removed) {
        langexport::report_run run(std::chrono::system_clock::now());
        run.endpoints = {endpoint};
        run.is_resumed = true;
        run.removed = std::move(removed);
        writer_->append(run);
    }
    // Opens the report and writes all lines so far at once. Returns a warning, if there is one.
    std::string open() {
        if (writer_->is_open())
            return {};
        const std::string warning = !damage_.empty() ? put_damaged_aside()
                                    : is_too_large_  ? put_aside()
                                                     : std::string();
        writer_->open(path_);
        return warning;
    }

private:
    // An earlier run's damaged report must not stop this run, which does not resume it.
    void read_own() {
        try {
            langexport::export_report known =
                is_continued_ ? langexport::export_report::read(path_)
                              : langexport::export_report::read_end(path_, most_read_bytes);
            submissions_ = known.submissions();
            results_ = known.results();
            if (is_continued_)
                before_ = std::move(known);
        } catch (const langexport::export_error& error) {
            if (is_continued_ || !may_be_replaced(path_))
                throw;
            damage_ = error.diagnostics().detail;
        }
    }

    // Renames a damaged report, so that its lines are kept.
    std::string put_damaged_aside() const {
        const fs::path damaged =
            path_.parent_path() / (path_.stem().string() + ".damaged" + path_.extension().string());
        std::error_code failure;
        if (may_be_replaced(damaged))
            fs::rename(path_, damaged, failure);
        else
            failure = std::make_error_code(std::errc::file_exists);
        if (failure)
            throw std::runtime_error("the report is damaged (" + damage_ +
                                     ") and cannot be renamed to " + damaged.string() + ": " +
                                     failure.message());
        return "the report is damaged (" + damage_ + "): it is " + damaged.string() +
               " now, and a new one begins";
    }

    // If a large report cannot be renamed, the run continues it.
    std::string put_aside() const {
        const fs::path older = older_report_of(path_);
        std::error_code failure;
        if (may_be_replaced(older))
            fs::rename(path_, older, failure);
        else
            failure = std::make_error_code(std::errc::file_exists);
        return failure ? "the report " + path_.string() + " is large, and cannot be renamed to " +
                             older.string() + ": " + failure.message()
                       : std::string();
    }

    fs::path path_, resumed_;
    std::vector<report_lock> locks_;
    bool is_continued_;
    bool has_others_ = false; // of other runs
    bool is_too_large_ = false;
    std::string damage_; // the damage of the report at `path_`; empty: none
    bool is_started_ = false;
    langexport::export_report before_;
    std::vector<langexport::report_line::time_point> submissions_;
    std::vector<langexport::report_line> results_;
    std::vector<std::string> endpoints_;
    std::vector<langexport::report_scope> scopes_;
    std::shared_ptr<langexport::report_writer> writer_ =
        std::make_shared<langexport::report_writer>();
};

} // namespace tool

#endif
