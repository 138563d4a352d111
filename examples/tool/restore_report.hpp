#ifndef LANGEXPORT_EXAMPLES_TOOL_RESTORE_REPORT_HPP
#define LANGEXPORT_EXAMPLES_TOOL_RESTORE_REPORT_HPP

#include "restore_plan.hpp"
#include "run_report.hpp"

#include <langexport/detail/base/text.hpp>
#include <langexport/error.hpp>
#include <langexport/import/import_job.hpp>
#include <langexport/project_surface.hpp>
#include <langexport/report/export_report.hpp>
#include <langexport/report/report_line.hpp>
#include <langexport/service_error.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace tool {

/// The report of a restore. A line about each project says whether the restore has begun it, and has the token of its
/// job.
///
/// Thread safety: none; one thread at a time.
class restore_report {
public:
    using report_line = langexport::report_line;

    /// Reads the report, and locks it against other runs.
    ///
    /// @param path      The report of this run.
    /// @param resumed   The report to resume; usually the same; empty: none.
    /// @param folder    The folder of the projects.
    /// @param endpoint  The resource, as in `report_line::endpoint`.
    /// @throws std::invalid_argument if the report to resume is that of a backup.
    restore_report(const std::filesystem::path& path, const std::filesystem::path& resumed,
                   std::filesystem::path folder, std::string endpoint)
        : report_(path, resumed), folder_(std::move(folder)), endpoint_(std::move(endpoint)) {
        report_.add_endpoint(endpoint_);
        std::vector<std::string> surfaces;
        for (const project_surface one : langexport::detail::all_surfaces())
            surfaces.emplace_back(to_string(one));
        if (!resumed.empty())
            before_ = report_.run_to_resume(endpoint_, surfaces, run_kind::restore);
    }

    const std::filesystem::path& path() const { return report_.path(); }
    const std::vector<report_line::time_point>& submissions() const {
        return report_.submissions();
    }

    /// Keeps the projects of the restore to resume, with what is known about each.
    ///
    /// @return  The names of projects that the restore did not finish and that the plan does not have.
    /// @throws std::invalid_argument if the report is about no restore of this folder to this resource.
    std::vector<std::string> resume(restore_plan& plan) const;

    /// Opens the report, and writes the whole plan to it. Returns a warning, if there is one.
    std::string begin(const restore_plan& plan);
    /// An import is about to be sent.
    void begun(planned_restore& one);
    /// The service has accepted it.
    void submitted(const planned_restore& one, const langexport::import_job& job);
    /// The import has ended.
    void ended(const report_line& line) { report_.writer()->append(line); }
    /// Lines that are not in the file.
    std::string kept() const {
        return report_.writer()->is_open() ? report_.writer()->kept() : std::string();
    }

    /// A line about a project.
    report_line line_about(const planned_restore& one, langexport::export_outcome outcome) const;
    /// The line about an import that failed.
    report_line line_of_failure(const planned_restore& one, const std::exception_ptr& error) const;
    /// Rewrites the message of a failure for the program's users. Default: unchanged.
    std::function<std::string(std::string)> rewrite;

private:
    void complete(report_line& line, const planned_restore& one) const;
    static void read_line(const report_line& line, planned_restore& one);

    run_report report_;
    std::filesystem::path folder_;
    std::string endpoint_;
    langexport::export_report before_;
};

inline void restore_report::complete(report_line& line, const planned_restore& one) const {
    line.endpoint = endpoint_;
    line.surface = one.entry.surface;
    line.format = one.entry.format;
    line.file = (folder_ / one.entry.file).string();
    if (one.is_begun && line.outcome != langexport::export_outcome::imported)
        line.submits = (std::max)(line.submits.value_or(0), std::uint32_t(1));
}

/// The part of a document or request that the service rejects, in its words; empty if it names none.
inline std::string target_of(const std::exception_ptr& error) {
    const langexport::export_error* const known = langexport::get_export_error(error);
    if (!known)
        return {};
    const langexport::service_error& said = known->diagnostics().service;
    std::string target = said.target;
    for (const auto* list : {&said.details, &said.inner})
        for (const langexport::service_error& one : *list)
            if (!one.target.empty())
                target = one.target;
    return langexport::detail::one_printable_line(target, 200);
}

inline langexport::report_line
restore_report::line_about(const planned_restore& one, langexport::export_outcome outcome) const {
    report_line line(one.entry.name, outcome, std::chrono::system_clock::now());
    complete(line, one);
    return line;
}

inline langexport::report_line
restore_report::line_of_failure(const planned_restore& one, const std::exception_ptr& error) const {
    report_line line =
        report_line::of_failure(one.entry.name, error, std::chrono::system_clock::now());
    if (!langexport::get_export_error(error)) // of this program
        line.error->code = to_string(langexport::errc::callback_failed);
    if (rewrite)
        line.error->message = rewrite(std::move(line.error->message));
    const std::string target = target_of(error);
    if (!target.empty())
        line.error->message += "; the service rejects '" + target + "'";
    complete(line, one);
    return line;
}

inline void restore_report::read_line(const report_line& line, planned_restore& one) {
    using langexport::export_outcome;
    one.is_done = line.outcome == export_outcome::imported;
    one.is_skipped = line.outcome == export_outcome::skipped;
    one.is_begun = one.is_done || line.submits.value_or(0) > 0 || !line.resume_token.empty();
    // A job that has ended with a part of the project would end so again.
    const bool is_partial =
        line.error && line.error->code == to_string(langexport::errc::job_partially_completed);
    if (one.is_done || is_partial || !line.has_job())
        return;
    try {
        one.job = langexport::import_job::from_token(line.resume_token);
    } catch (const langexport::export_error&) {
        // The import is sent again, which has the same effect.
    }
}

inline bool is_about(const langexport::report_line& line, const planned_restore& one) {
    return line.project == one.entry.name && line.surface == one.entry.surface &&
           line.format == one.entry.format;
}

inline std::vector<std::string> restore_report::resume(restore_plan& plan) const {
    using langexport::export_outcome;
    std::vector<std::string> lost;
    std::vector<planned_restore> known;
    for (const report_line& line : before_.lines()) {
        if (line.endpoint != endpoint_)
            continue;
        const auto found =
            std::find_if(plan.projects.begin(), plan.projects.end(),
                         [&](const planned_restore& one) { return is_about(line, one); });
        if (found != plan.projects.end())
            read_line(line, known.emplace_back(*found));
        else if (line.outcome != export_outcome::imported &&
                 line.outcome != export_outcome::skipped)
            lost.push_back(line.project);
    }
    if (known.empty())
        throw std::invalid_argument("--resume: '" + report_.resumed().string() +
                                    "' names no restore of these projects to " + endpoint_ +
                                    ": begin one without --resume");
    plan.projects = std::move(known);
    return lost;
}

inline std::string restore_report::begin(const restore_plan& plan) {
    using langexport::export_outcome;
    report_.start();
    std::vector<report_line> lines;
    for (const planned_restore& one : plan.projects) {
        if (one.is_done)
            continue;
        report_line line =
            line_about(one, one.is_skipped ? export_outcome::skipped : export_outcome::unfinished);
        if (!one.job.empty()) {
            line.outcome = export_outcome::submitted;
            line.resume_token = one.job.to_token();
            line.at = one.job.submitted();
        }
        lines.push_back(std::move(line));
    }
    report_.writer()->append(lines);
    return report_.open();
}

inline void restore_report::begun(planned_restore& one) {
    if (std::exchange(one.is_begun, true))
        return;
    report_.writer()->append(line_about(one, langexport::export_outcome::unfinished));
}

inline void restore_report::submitted(const planned_restore& one,
                                      const langexport::import_job& job) {
    report_line line = line_about(one, langexport::export_outcome::submitted);
    line.resume_token = job.to_token();
    report_.writer()->append(line);
}

} // namespace tool

#endif
