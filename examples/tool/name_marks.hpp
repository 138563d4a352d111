#ifndef LANGEXPORT_EXAMPLES_TOOL_NAME_MARKS_HPP
#define LANGEXPORT_EXAMPLES_TOOL_NAME_MARKS_HPP

#include <langexport/file_name.hpp>
#include <langexport/project_surface.hpp>

#include <cctype>
#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace tool {

// The projects of a surface that go into a folder.
class surface_projects {
public:
    langexport::project_surface surface = langexport::project_surface::analyze_text;
    std::vector<std::string> projects; // no two of them the same
    std::string extension = ".json";
};

// What keeps files apart that projects of several surfaces would have in common.
class name_marks {
public:
    // Where two surfaces have a project whose file would have the same name, on a disk that takes no notice
    // of upper and lower case, each of the files gets its surface: "Home~analyze-text.json".
    explicit name_marks(const std::vector<surface_projects>& all) {
        std::map<std::string, std::set<std::size_t>> surfaces_of_file;
        std::map<std::string, std::set<std::size_t>> surfaces_of_project;
        const auto for_each = [&](auto call) {
            for (std::size_t i = 0; i < all.size(); ++i) {
                const auto files = langexport::file_names_of(all[i].projects, all[i].extension);
                for (std::size_t j = 0; j < files.size(); ++j)
                    call(i, all[i].projects[j], lower(files[j]));
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

    std::vector<std::map<std::string, std::string>> marks; // by surface and project
    std::vector<std::string> on_several;                   // projects that several surfaces have

private:
    static std::string lower(std::string text) {
        for (char& c : text)
            c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        return text;
    }
};

} // namespace tool

#endif
