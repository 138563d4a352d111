#ifndef LANGEXPORT_EXAMPLES_TOOL_NAME_MARKS_HPP
#define LANGEXPORT_EXAMPLES_TOOL_NAME_MARKS_HPP

#include <langexport/detail/base/text.hpp>
#include <langexport/file/file_name.hpp>
#include <langexport/project_surface.hpp>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace tool {

// The projects of a surface that are exported to a folder.
class surface_projects {
public:
    langexport::project_surface surface = langexport::project_surface::analyze_text;
    std::vector<std::string> projects; // without duplicates
    std::string extension = ".json";
};

// Distinguishes files of projects that exist on several surfaces.
class name_marks {
public:
    // If files of two surfaces would have the same name, on a disk that ignores upper and lower case,
    // the name of each gets its surface: "Home~analyze-text.json".
    explicit name_marks(const std::vector<surface_projects>& all) {
        std::map<std::string, std::set<std::size_t>> surfaces_of_file;
        std::map<std::string, std::set<std::size_t>> surfaces_of_project;
        const auto for_each = [&](auto call) {
            for (std::size_t i = 0; i < all.size(); ++i) {
                const auto files = langexport::file_names_of(all[i].projects, all[i].extension);
                for (std::size_t j = 0; j < files.size(); ++j)
                    call(i, all[i].projects[j], langexport::detail::to_lower(files[j]));
            }
        };
        for_each([&](std::size_t i, const std::string& project, const std::string& file) {
            surfaces_of_file[file].insert(i);
            surfaces_of_project[project].insert(i);
        });
        marks.resize(all.size());
        for_each([&](std::size_t i, const std::string& project, const std::string& file) {
            if (surfaces_of_file[file].size() > 1)
                marks[i][project] = to_string(all[i].surface);
        });
        for (const auto& [project, surfaces] : surfaces_of_project)
            if (surfaces.size() > 1)
                on_several.push_back(project);
    }

    // If each of these projects has a file with a mark, a file without a mark is an older result of one
    // of them. Returns such files, which the caller deletes.
    static std::vector<std::filesystem::path>
    outdated_in(const std::filesystem::path& folder,
                const std::vector<std::map<std::string, std::string>>& marks) {
        using time = std::filesystem::file_time_type;
        std::map<std::string, std::vector<std::pair<std::filesystem::path, time>>> plain;
        std::map<std::string, time> oldest;
        const auto time_of = [](const std::filesystem::path& file) {
            std::error_code unknown;
            const auto found = std::filesystem::symlink_status(file, unknown);
            const time last = std::filesystem::last_write_time(file, unknown);
            return unknown || !std::filesystem::is_regular_file(found) ? (time::min)() : last;
        };
        for (const auto& of_surface : marks)
            for (const auto& [project, mark] : of_surface) {
                const std::filesystem::path file = folder / langexport::file_name_of(project);
                const std::string group = langexport::detail::to_lower(file.filename().string());
                const time its =
                    time_of(folder / langexport::file_name_of(project, '~' + mark + ".json"));
                const auto [place, is_new] = oldest.emplace(group, its);
                place->second = std::min(place->second, its);
                plain[group].emplace_back(file, time_of(file));
            }
        std::vector<std::filesystem::path> outdated;
        for (const auto& [group, files] : plain)
            for (const auto& [file, last] : files)
                if (last != (time::min)() && last < oldest[group] &&
                    std::find(outdated.begin(), outdated.end(), file) == outdated.end())
                    outdated.push_back(file);
        return outdated;
    }

    std::vector<std::map<std::string, std::string>> marks; // by surface and project
    std::vector<std::string> on_several; // projects that exist on several surfaces
};

} // namespace tool

#endif
