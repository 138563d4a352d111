#ifndef LANGEXPORT_EXAMPLES_TOOL_RESTORE_HPP
#define LANGEXPORT_EXAMPLES_TOOL_RESTORE_HPP

#include "manual_steps.hpp"
#include "preview.hpp"
#include "reading_notes.hpp"
#include "restore_folder.hpp"
#include "restore_work.hpp"

#include <langexport/endpoint.hpp>
#include <langexport/file/key_file.hpp>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <optional>
#include <ostream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace tool {

// A run of the restore tool.
class restore {
public:
    // Reads the folder and the report, and verifies the files. Throws if nothing can be restored.
    explicit restore(const restore_settings& set);
    restore(const restore&) = delete;
    restore& operator=(const restore&) = delete;

    // Restores the projects and returns the exit status.
    //
    // `command` is the program in the syntax of a shell. A second signal prints how to resume the run.
    // `out` receives the lines of --dry-run.
    int run(const std::string& command, std::ostream& out);
    // The lines that are not in the report, and the command that resumes the run. Empty if no work remains.
    std::string advice(const std::string& command) const;

private:
    void read_plan();
    void open_report();
    void listed();
    void print_plan(std::ostream& out) const;
    void show_result();
    void show_manual_steps();
    void reject(const std::vector<std::string>& problems);
    int status() const;
    std::string resume_line(const std::string& command) const;

    const restore_settings set_;
    session session_;
    std::optional<restore_folder> folder_;
    restorable_files files_;
    restore_plan plan_;
    resource_projects there_;
    std::optional<restore_report> report_; // none for --dry-run
    std::optional<import_clients> clients_;
    live_run live_;
    std::optional<restore_work> work_;
    bool is_rejected_ = false;
    bool has_begun_ = false;
};

inline restore::restore(const restore_settings& set)
    : set_(set), session_(set.run),
      live_(
          session_, [this] { return clients_->all(); },
          [this] { return std::vector<resource_work>{work_->quota_work()}; }) {
    for (const fs::path& file :
         {set_.resource().credential.key_file, set_.resource().connection.client_key,
          set_.resource().connection.client_key_passphrase_file})
        if (const std::string warning = langexport::key_file_warning(file); !warning.empty())
            session_.warn_of_danger(warning);
    const bool is_written = !set_.run.dry_run;
    if (is_written)
        folder_.emplace(set_.folder, !set_.run.report.empty() || set_.run.is_resumed());
    read_plan();
    if (is_written || set_.run.is_resumed())
        open_report();
    clients_.emplace(session_, set_, folder_ ? folder_->request_journal() : fs::path(),
                     report_ ? report_->submissions()
                             : std::vector<std::chrono::system_clock::time_point>(),
                     [this](project_surface surface, const langexport::import_job& job) {
                         for (const planned_restore& one : plan_.projects)
                             if (one.surface == surface && one.entry.name == job.project_name())
                                 report_->submitted(one, job);
                     });
    work_.emplace(session_, live_, set_, *clients_);
}

inline void restore::read_plan() {
    // The display starts later: these lines are all that it has.
    const reading_notes notes(
        set_.without_manifest ? "reading" : "verifying",
        [this](const std::string& line) {
            session_.log(langexport::log_level::info, line);
            std::cerr << session_.display.lines().take() << std::flush;
        },
        set_.run.silence);
    files_ = read_restorable(set_.folder, set_.run.filter, set_.without_manifest, notes);
    for (const manifest_entry& entry : files_.projects)
        if (const auto surface = langexport::project_surface_of(entry.surface))
            plan_.projects.emplace_back(entry, *surface);
    reject(files_.problems);
}

inline void restore::open_report() {
    const fs::path resumed = set_.run.resume.value_or(fs::path());
    fs::path path = !set_.run.report.empty() ? set_.run.report : resumed;
    if (path.empty())
        path = folder_->report();
    report_.emplace(path, resumed, set_.folder,
                    langexport::endpoint::parse(set_.resource().endpoint).to_string());
    report_->rewrite = [this](std::string text) { return session_.in_words(std::move(text)); };
    if (!set_.run.is_resumed())
        return;
    for (const std::string& project : report_->resume(plan_)) {
        if (!set_.run.filter.chooses(project)) {
            files_.notes.push_back("'" + project +
                                   "' of the report is not restored: --include and --exclude "
                                   "leave it out");
            continue;
        }
        session_.has_left = true;
        session_.fail("the restore is not complete: '" + project +
                      "' of the report is not restored, because the folder does not have it: name "
                      "a folder that has it, or " +
                      how_to_leave_out(project));
    }
}

inline void restore::reject(const std::vector<std::string>& problems) {
    is_rejected_ = is_rejected_ || !problems.empty();
    for (const std::string& problem : problems)
        session_.fail(problem);
}

inline int restore::run(const std::string& command, std::ostream& out) {
    for (const std::string& note : files_.notes)
        session_.log(langexport::log_level::warning, note);
    if (!is_rejected_) {
        live_.spawn(work_->list(needed_lists(plan_), there_), [this] { listed(); });
        live_.run(resume_line(command));
        work_->count_rest();
    }
    if (set_.run.dry_run && !is_rejected_)
        print_plan(out);
    if (has_begun_)
        show_result();
    live_.close();
    return status();
}

inline void restore::listed() {
    complete(plan_, there_, set_.existing, files_.left_out);
    reject(plan_.problems);
    if (is_rejected_ || set_.run.dry_run)
        return;
    if (const std::string warning = report_->begin(plan_); !warning.empty())
        session_.log(langexport::log_level::warning, warning);
    has_begun_ = true;
    work_->start(plan_, *report_);
}

inline void restore::print_plan(std::ostream& out) const {
    for (const planned_restore& one : plan_.projects) {
        if (one.is_done)
            continue;
        preview_line line(one.is_skipped     ? "skip"
                          : !one.job.empty() ? "wait"
                          : one.replaces     ? "replace"
                                             : "import",
                          one.entry.surface, one.entry.name);
        line.file = one.entry.file;
        out << line.text(true) << '\n';
    }
    if (!out.flush())
        throw std::runtime_error("standard output cannot be written");
}

// A restore of a part must be distinguishable from a whole one, with --quiet as well. It names each missing project,
// because those that were not started have no other line.
inline void restore::show_result() {
    const bool has_work = std::any_of(plan_.projects.begin(), plan_.projects.end(),
                                      [](const planned_restore& one) { return !one.is_done; });
    session_.log(langexport::log_level::info,
                 has_work ? session_.display.summary(std::chrono::steady_clock::now())
                          : "0 projects: nothing was left to do");
    std::vector<const planned_restore*> missing, skipped;
    for (const planned_restore& one : plan_.projects) {
        if (one.is_skipped)
            skipped.push_back(&one);
        else if (work_->restored().count(&one) == 0)
            missing.push_back(&one);
    }
    if (!skipped.empty())
        session_.log(langexport::log_level::warning,
                     "left as the resource has them: " + list_of(skipped, skipped.size()));
    if (!missing.empty())
        session_.log(langexport::log_level::error,
                     "the restore is not complete: " + std::to_string(work_->restored().size()) +
                         " of " + langexport::detail::count_of(plan_.projects.size(), "project") +
                         " restored, not " + list_of(missing, missing.size()));
    show_manual_steps();
}

inline void restore::show_manual_steps() {
    std::vector<manifest_entry> restored;
    for (const planned_restore& one : plan_.projects)
        if (work_->restored().count(&one) > 0)
            restored.push_back(one.entry);
    const std::vector<std::string> steps = manual_steps(restored);
    if (!steps.empty())
        session_.log(langexport::log_level::info,
                     "what a backup does not contain remains to be done by hand:");
    for (const std::string& step : steps)
        session_.log(langexport::log_level::info, step);
}

inline int restore::status() const {
    if (live_.is_cut())
        return status_stopped;
    return session_.has_failed || session_.display.count("failed") > 0 ? status_failed
                                                                       : status_good;
}

inline std::string restore::advice(const std::string& command) const {
    if (!report_ || !has_begun_)
        return {};
    const std::string kept = report_->kept();
    if (kept.empty() && !session_.has_left)
        return {};
    const std::string lines =
        kept.empty() ? "" : "append these lines to " + report_->path().string() + ":\n" + kept;
    return lines + resume_line(command);
}

inline std::string restore::resume_line(const std::string& command) const {
    if (!report_)
        return {};
    return set_.run.hint + "resume with: " + command + set_.run.kept + " --resume " +
           shell_word(report_->path().string()) + '\n';
}

} // namespace tool

#endif
