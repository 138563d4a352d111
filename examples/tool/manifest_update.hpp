#ifndef LANGEXPORT_EXAMPLES_TOOL_MANIFEST_UPDATE_HPP
#define LANGEXPORT_EXAMPLES_TOOL_MANIFEST_UPDATE_HPP

#include "glob.hpp"
#include "project_outline.hpp"

#include <langexport/detail/base/text.hpp>
#include <langexport/file/file_name.hpp>
#include <langexport/project_info.hpp>
#include <langexport/project_surface.hpp>
#include <langexport/report/file_digest.hpp>
#include <langexport/report/manifest.hpp>

#include <algorithm>
#include <chrono>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace tool {

using langexport::manifest_entry;

// How a run changes a manifest. Nothing here touches a file.

/// The complete list of the projects of a surface, as a run read it.
class surface_list {
public:
    explicit surface_list(langexport::project_surface its_surface) : surface(its_surface) {}

    const langexport::project_info* find(std::string_view name) const {
        const auto found = std::find_if(projects.begin(), projects.end(),
                                        [name](const auto& one) { return one.name == name; });
        return found == projects.end() ? nullptr : &*found;
    }

    langexport::project_surface surface;
    std::vector<langexport::project_info> projects;
};

/// The format of a file in a manifest: the usual one of the surface if a request names none. Texts have only one, which
/// has no name.
inline std::string manifest_format(langexport::project_surface surface,
                                   const std::string& requested) {
    using langexport::project_surface;
    if (!requested.empty() || surface == project_surface::analyze_text)
        return requested;
    return surface == project_surface::analyze_conversations ? "Conversation" : "json";
}

/// Adds the facts of a file.
inline void add_file(manifest_entry& entry, const langexport::file_digest& digest,
                     const project_outline& outline) {
    entry.bytes = digest.bytes;
    entry.sha256 = digest.sha256;
    entry.kind = outline.kind;
    entry.container = outline.container;
    entry.documents = outline.documents;
    entry.references.assign(outline.references.begin(), outline.references.end());
}

/// Adds what the service's list says.
inline void add_info(manifest_entry& entry, const langexport::project_info& info) {
    if (entry.kind.empty())
        entry.kind = info.kind;
    if (entry.container.empty())
        entry.container = info.storage_input_container_name;
    entry.last_modified = info.last_modified;
    entry.last_trained = info.last_trained;
    entry.last_deployed = info.last_deployed;
}

/// Copies from the last manifest what this run does not know, if the content of the file has not changed: the time of
/// the export, and the facts from the list of projects if this run requested no list (`is_listed` is false).
inline void add_last(manifest_entry& entry, const manifest_entry& last, bool is_listed) {
    if (entry.sha256 != last.sha256)
        return;
    entry.exported_at = last.exported_at;
    if (is_listed)
        return;
    if (entry.kind.empty())
        entry.kind = last.kind;
    if (entry.container.empty())
        entry.container = last.container;
    entry.last_modified = last.last_modified;
    entry.last_trained = last.last_trained;
    entry.last_deployed = last.last_deployed;
}

/// The entries of a manifest whose projects have been removed from the service: a complete list of their surface, which
/// is not empty, lacks them, and `filter` would have chosen them.
inline std::vector<manifest_entry> removed_projects(const langexport::manifest& last,
                                                    const std::vector<surface_list>& lists,
                                                    const name_filter& filter) {
    std::vector<manifest_entry> removed;
    for (const surface_list& list : lists) {
        if (list.projects.empty())
            continue;
        std::set<std::string_view> names;
        for (const langexport::project_info& one : list.projects)
            names.insert(one.name);
        for (const manifest_entry& entry : last.projects())
            if (entry.surface == to_string(list.surface) && names.count(entry.name) == 0 &&
                filter.chooses(entry.name))
                removed.push_back(entry);
    }
    return removed;
}

/// Whether no other project has the file of a removed one, on any disk.
inline bool may_be_pruned(const langexport::manifest& all, const manifest_entry& removed) {
    return std::none_of(
        all.projects().begin(), all.projects().end(), [&](const manifest_entry& other) {
            return !other.is_about_same(removed) &&
                   langexport::detail::equal_ignoring_case(other.file, removed.file);
        });
}

/// How many entries are about projects of a surface.
inline std::size_t count_of_surface(const langexport::manifest& all,
                                    langexport::project_surface surface) {
    return static_cast<std::size_t>(
        std::count_if(all.projects().begin(), all.projects().end(), [&](const manifest_entry& one) {
            return one.surface == to_string(surface);
        }));
}

/// Facts about a result that an earlier run has reported. The run may have been killed before it wrote the manifest.
class reported_result {
public:
    using time_point = std::chrono::system_clock::time_point;

    reported_result(time_point when, time_point last_write) : reported(when), written(last_write) {}

    time_point reported; ///< When the report was written, right after the file.
    time_point written;  ///< When the file was last written.
};

/// Whether a manifest lacks such a result. A file that was written after its line in the report is not that result.
///
/// @param known          The entry about the file; null if there is none.
/// @param last_manifest  When the manifest was written; nothing if there is none.
inline bool is_result_missing(const manifest_entry* known,
                              std::optional<reported_result::time_point> last_manifest,
                              const reported_result& result) {
    using namespace std::chrono_literals;
    constexpr auto slack = 2s; // between the file and its line, and of the times of some disks
    if (!known)
        return true;
    return last_manifest && result.written > *last_manifest &&
           result.written <= result.reported + slack;
}

} // namespace tool

#endif
