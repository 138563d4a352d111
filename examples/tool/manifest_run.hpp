#ifndef LANGEXPORT_EXAMPLES_TOOL_MANIFEST_RUN_HPP
#define LANGEXPORT_EXAMPLES_TOOL_MANIFEST_RUN_HPP

#include "reading_notes.hpp"
#include "surface_run.hpp"

#include <langexport/error.hpp>
#include <langexport/file/file_error.hpp>
#include <langexport/project_info.hpp>
#include <langexport/report/report_run.hpp>

#include <algorithm>
#include <cstddef>
#include <deque>
#include <exception>
#include <string>
#include <utility>
#include <vector>

namespace tool {

// The manifest of a resource's folder during a run, and what the run says about it.
class manifest_run {
public:
    // Reads the manifest. If it cannot be used, the run fails before anything is sent.
    manifest_run(session& owner, const backup_folder& folder, std::string endpoint,
                 const run_report& report)
        : owner_(owner), folder_(folder.path()), endpoint_(std::move(endpoint)),
          manifest_(folder_, endpoint_, results_of(folder, report)) {
        if (!manifest_.warning().empty())
            owner_.log(langexport::log_level::warning, manifest_.warning());
    }

    // Whether a list has a project that no filter hides from the run.
    bool has_listed_some() const {
        return std::any_of(manifest_.lists().begin(), manifest_.lists().end(),
                           [](const surface_list& list) { return !list.projects.empty(); });
    }
    // The complete list of a surface. Returns the names to export.
    texts listed(project_surface surface, std::vector<langexport::project_info> found);
    // The resource has no such surface. The run fails if the folder has projects of it.
    void not_offered(project_surface surface);
    // Writes the manifest, and deletes the files of removed projects if that is wanted and `may_prune`. Says which file
    // it reads if that takes long.
    void finish(const std::deque<surface_run>& surfaces, run_report& report, bool may_prune);
    // Whether the run has failed because of the manifest.
    bool has_failed() const { return has_failed_; }
    // Names the removed projects, and the files that were deleted, at every log level.
    void show_removed() const {
        for (const std::string& line : removed_lines_)
            owner_.warn_of_danger(line);
    }

private:
    void fail(const std::string& why) {
        has_failed_ = true;
        owner_.fail(why);
    }
    static std::vector<langexport::report_line> results_of(const backup_folder& folder,
                                                           const run_report& report);
    langexport::removed_project remove(const manifest_entry& entry, bool is_pruned);
    std::string prune(const manifest_entry& entry, langexport::removed_project& removed);

    session& owner_;
    const fs::path folder_;
    const std::string endpoint_;
    backup_manifest manifest_;
    texts removed_lines_;
    bool has_failed_ = false;
};

inline std::vector<langexport::report_line> manifest_run::results_of(const backup_folder& folder,
                                                                     const run_report& report) {
    std::vector<langexport::report_line> results = report.results();
    if (report.path() != folder.report())
        for (langexport::report_line& line : results_in(folder.report()))
            results.push_back(std::move(line));
    return results;
}

inline texts manifest_run::listed(project_surface surface,
                                  std::vector<langexport::project_info> found) {
    const std::size_t before = count_of_surface(manifest_.now(), surface);
    if (found.empty() && before > 0)
        owner_.log(langexport::log_level::warning,
                   std::string(to_string(surface)) + " lists no project, but the manifest has " +
                       std::to_string(before) + " of it: none of them counts as removed");
    texts projects;
    for (const langexport::project_info& project : found)
        if (owner_.set.filter.chooses(project.name))
            projects.push_back(project.name);
    surface_list list(surface);
    list.projects = std::move(found);
    manifest_.listed(std::move(list));
    return projects;
}

inline void manifest_run::not_offered(project_surface surface) {
    const std::string text =
        std::string(to_string(surface)) + " is not offered by " + endpoint_ + " (HTTP 404)";
    const std::size_t before = count_of_surface(manifest_.now(), surface);
    if (before == 0)
        return owner_.log(langexport::log_level::info, text);
    fail(text + ", but the manifest in '" + folder_.string() + "' has " +
         langexport::detail::count_of(before, "project") +
         " of it. Check the endpoint. If the surface is gone, name the other ones: " +
         (owner_.set.config.empty() ? "--surface" : "\"surface\""));
}

inline std::string manifest_run::prune(const manifest_entry& entry,
                                       langexport::removed_project& removed) {
    try {
        const fs::path file = manifest_.prune(entry);
        removed.is_deleted = !file.empty();
        if (!removed.is_deleted)
            return "the manifest no longer names it";
        return "deleted " + file.string();
    } catch (const langexport::file_error& error) {
        fail(error.what());
        return entry.file + " stays";
    }
}

inline langexport::removed_project manifest_run::remove(const manifest_entry& entry,
                                                        bool is_pruned) {
    langexport::removed_project removed(entry.name, entry.surface);
    removed.file = entry.file;
    const std::string effect =
        is_pruned ? prune(entry, removed) : entry.file + " stays (--prune deletes it)";
    const std::string name =
        owner_.set.config.empty() ? entry.name : folder_.filename().string() + '/' + entry.name;
    removed_lines_.push_back("removed     " + name + ": " + entry.surface +
                             " lists it no longer; " + effect);
    return removed;
}

inline void manifest_run::finish(const std::deque<surface_run>& surfaces, run_report& report,
                                 bool may_prune) {
    manifest_.watch(reading_notes(
        "reading",
        [this](const std::string& line) {
            owner_.log(langexport::log_level::info, line);
            owner_.show();
        },
        owner_.set.silence));
    manifest_.adopt_results([&](project_surface surface) {
        for (const surface_run& one : surfaces)
            if (one.surface() == surface)
                return one.api_version();
        return std::string();
    });
    for (const surface_run& one : surfaces)
        one.record_results(manifest_, [this](const std::exception_ptr& failure) {
            fail("the manifest lacks a result: " + langexport::message_of(failure));
        });
    std::vector<langexport::removed_project> removed;
    for (const manifest_entry& entry : manifest_.removed(owner_.set.filter))
        removed.push_back(remove(entry, owner_.set.prune && may_prune));
    try {
        manifest_.write();
        if (!removed.empty())
            report.append_removed(endpoint_, std::move(removed));
    } catch (const std::exception& error) {
        fail(error.what());
    }
}

} // namespace tool

#endif
