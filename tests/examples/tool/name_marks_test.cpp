// Names of files for projects that several surfaces have.

#include "examples/tool/name_marks.hpp"

#include <langexport/project_surface.hpp>

#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

#include <chrono>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace name_marks_test {

using langexport::project_surface;

TEST_CASE(
    "files of several surfaces have the surface in their names if they would be the same otherwise",
    "[tool][name_marks]") {
    tool::surface_projects text, talk, faq;
    text.projects = {"Home", "Only", "case", "a", "A"};
    talk.surface = project_surface::analyze_conversations;
    talk.projects = {"Home", "CASE"};
    faq.surface = project_surface::query_knowledgebases;
    faq.projects = {"Only"};
    faq.extension = ".tsv";
    const tool::name_marks names({text, talk, faq});
    using marks = std::map<std::string, std::string>;
    CHECK(names.marks ==
          std::vector<marks>{{{"Home", "analyze-text"}, {"case", "analyze-text"}},
                             {{"Home", "analyze-conversations"}, {"CASE", "analyze-conversations"}},
                             {}});
    CHECK(names.on_several == std::vector<std::string>{"Home", "Only"});
    CHECK(tool::name_marks({text}).on_several.empty());
    CHECK(tool::name_marks({}).marks.empty());
}

TEST_CASE("a file that two surfaces shared is outdated once each has its own",
          "[tool][name_marks]") {
    using marks = std::map<std::string, std::string>;
    const std::vector<marks> both = {{{"Home", "analyze-text"}},
                                     {{"home", "analyze-conversations"}}};
    const langexport_tests::temporary_folder folder;
    const auto outdated = [&] { return tool::name_marks::outdated_in(folder.path(), both); };
    const auto write = [&](const char* name, int hour) {
        langexport_tests::write_content(folder / name, "x");
        std::filesystem::last_write_time(folder / name,
                                         std::filesystem::file_time_type::clock::now() +
                                             std::chrono::hours(hour));
    };
    CHECK(outdated().empty());
    write("Home.json", 0);
    write("Home~analyze-text.json", 1);
    CHECK(outdated().empty()); // it may be the only backup of the other one
    write("home~analyze-conversations.json", -1);
    CHECK(outdated().empty()); // it is newer
    write("home~analyze-conversations.json", 2);
    CHECK(outdated() == std::vector{folder / "Home.json"});
    std::filesystem::remove(folder / "Home.json");
    std::filesystem::create_directory(folder / "Home.json");
    CHECK(outdated().empty());
    CHECK(tool::name_marks::outdated_in(folder.path(), {}).empty());
}

} // namespace name_marks_test
