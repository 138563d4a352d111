#ifndef LANGEXPORT_EXAMPLES_TOOL_RESTORE_CHECK_HPP
#define LANGEXPORT_EXAMPLES_TOOL_RESTORE_CHECK_HPP

#include "exported_file.hpp"
#include "glob.hpp"
#include "manifest_check.hpp"

#include <langexport/detail/base/shell_word.hpp>
#include <langexport/error.hpp>
#include <langexport/file/file_error.hpp>
#include <langexport/project_surface.hpp>
#include <langexport/report/manifest.hpp>

#include <algorithm>
#include <exception>
#include <filesystem>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace tool {

/// How to leave a project out of a restore: "leave it out: --exclude Contracts".
inline std::string how_to_leave_out(const std::string& project) {
    return "leave it out: --exclude " + langexport::detail::shell_word(project);
}

/// The files of a folder that a restore may send, and what is wrong with them.
class restorable_files {
public:
    restorable_files() = default;

    std::vector<manifest_entry> projects; ///< Those that the options choose.
    std::vector<std::string> left_out;    ///< The names of the other ones.
    std::vector<std::string> problems;    ///< Why nothing is sent: a sentence each.
    std::vector<std::string> notes;       ///< About files that are not restored.
};

/// What prevents a file of the manifest from being restored; an empty text if nothing does.
inline std::string problem_of(const manifest_entry& entry, const std::filesystem::path& folder,
                              const read_watch& watch = {}) {
    const std::string what = "'" + entry.file + "' of project '" + entry.name + "' ";
    std::vector<manifest_difference> differences;
    check_entry(entry, folder, differences, watch);
    if (!differences.empty()) {
        const manifest_difference& one = differences.front();
        const std::string why =
            one.what == manifest_difference::kind::missing
                ? "is missing"
                : "is not the file that the manifest describes (" + one.why + ")";
        return what + why + ": restore the file from a copy, export the project again, or " +
               how_to_leave_out(entry.name);
    }
    const auto named = langexport::project_surface_of(entry.surface);
    if (!named)
        return what + "is of surface '" + entry.surface +
               "', which this program does not know: use a newer one, or " +
               how_to_leave_out(entry.name);
    const auto found = surface_of(outline_of(folder / entry.file, watch));
    if (found && *found != *named)
        return what + "is a project of " + std::string(to_string(*found)) +
               ", and the manifest says " + entry.surface + ": export the project again, or " +
               how_to_leave_out(entry.name);
    return {};
}

// A project may have files in several formats. Its usual one has everything.
inline void keep_one_format(restorable_files& files) {
    const auto is_usual = [](const manifest_entry& one) {
        const auto surface = langexport::project_surface_of(one.surface);
        return surface && one.format == manifest_format(*surface, "");
    };
    std::stable_partition(files.projects.begin(), files.projects.end(), is_usual);
    std::map<std::pair<std::string, std::string>, manifest_entry> chosen;
    for (manifest_entry& one : files.projects) {
        const auto [place, is_new] = chosen.emplace(std::pair(one.name, one.surface), one);
        const manifest_entry& kept = place->second;
        if (is_new)
            continue;
        if (one.format == kept.format)
            files.problems.push_back("'" + kept.file + "' and '" + one.file +
                                     "' are both project '" + one.name + "' of " + one.surface +
                                     ": move one of them out of the folder");
        else
            files.notes.push_back("'" + one.file + "' is not restored: '" + kept.file +
                                  "' is the same project");
    }
    files.projects.clear();
    for (auto& [key, entry] : chosen)
        files.projects.push_back(std::move(entry));
}

inline void read_with_manifest(const std::filesystem::path& folder, const name_filter& filter,
                               const read_watch& watch, restorable_files& files) {
    std::error_code unknown;
    if (std::filesystem::is_directory(folder, unknown) &&
        !std::filesystem::exists(folder / langexport::manifest::usual_name, unknown))
        throw std::runtime_error("'" + folder.string() + "' has no " +
                                 langexport::manifest::usual_name +
                                 ": name the output folder of a backup, or restore the files that "
                                 "are there, which nothing verifies then: --without-manifest");
    const langexport::manifest all = manifest_of(folder);
    std::set<std::string> unnamed = project_files_in(folder);
    for (const manifest_entry& entry : all.projects()) {
        unnamed.erase(entry.file);
        if (filter.chooses(entry.name))
            files.projects.push_back(entry);
        else
            files.left_out.push_back(entry.name);
    }
    for (const std::string& file : unnamed)
        files.notes.push_back("'" + file + "' is not restored: the manifest does not name it");
    keep_one_format(files);
    for (const manifest_entry& entry : files.projects)
        if (std::string why = problem_of(entry, folder, watch); !why.empty())
            files.problems.push_back(std::move(why));
}

inline void read_without_manifest(const std::filesystem::path& folder, const name_filter& filter,
                                  const read_watch& watch, restorable_files& files) {
    for (const std::string& file : project_files_in(folder))
        try {
            manifest_entry entry = entry_of_file(folder, file, watch);
            if (filter.chooses(entry.name))
                files.projects.push_back(std::move(entry));
            else
                files.left_out.push_back(entry.name);
        } catch (const std::exception& error) { // it is no project, or cannot be read
            if (filter.chooses(exported_file_name(file).project))
                files.problems.emplace_back(error.what());
        }
    keep_one_format(files);
}

/// Reads a folder, and verifies the files that `filter` chooses. `watch` is called while a file is read.
///
/// @throws std::runtime_error if the folder, or its manifest, cannot be used, or if no project is chosen.
inline restorable_files read_restorable(const std::filesystem::path& folder,
                                        const name_filter& filter, bool without_manifest,
                                        const read_watch& watch = {}) {
    restorable_files files;
    if (without_manifest)
        read_without_manifest(folder, filter, watch, files);
    else
        read_with_manifest(folder, filter, watch, files);
    if (files.projects.empty() && files.problems.empty())
        throw std::runtime_error(files.left_out.empty()
                                     ? "'" + folder.string() + "' has no project"
                                     : "--include and --exclude leave no project of '" +
                                           folder.string() + "'");
    return files;
}

} // namespace tool

#endif
