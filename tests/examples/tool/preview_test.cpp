// The lines of --list and --dry-run.

#include "examples/tool/preview.hpp"

#include "examples/tool/backup_folder.hpp"
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

#include <langexport/file/file_name.hpp>
#include <langexport/report/report_line.hpp>

#include <chrono>
#include <filesystem>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace preview_test {

using namespace langexport;
using namespace tool;
using namespace langexport_tests;

namespace {

surface_list list_of(project_surface surface, const std::vector<std::string>& names) {
    surface_list list(surface);
    for (const std::string& name : names)
        list.projects.emplace_back().name = name;
    return list;
}

manifest_entry entry_of(const std::string& name, const std::string& file) {
    manifest_entry entry;
    entry.name = name;
    entry.surface = "analyze-text";
    entry.file = file;
    entry.sha256 = std::string(64, '1');
    return entry;
}

std::string text_of(const std::vector<preview_line>& lines) {
    std::string text;
    for (const preview_line& line : lines)
        text += line.text(true) + '\n';
    return text;
}

} // namespace

TEST_CASE("a line of a list is a text or a JSON object", "[tool][preview]") {
    preview_line line("export", "analyze-text", "Fälle\n");
    line.kind = "CustomHealthcare";
    line.endpoint = "https://x";
    line.file = "F.json";
    CHECK(line.text(false) == "analyze-text\tFälle ");
    CHECK(line.text(true) == "export\tanalyze-text\tFälle \tF.json");
    CHECK(line.json(false) == R"({"project":"Fälle\n","surface":"analyze-text",)"
                              R"("kind":"CustomHealthcare","endpoint":"https://x"})");
    CHECK(line.json(true) ==
          R"({"action":"export","project":"Fälle\n","surface":"analyze-text",)"
          R"("kind":"CustomHealthcare","endpoint":"https://x","file":"F.json"})");
}

TEST_CASE("a dry run shows files, removed projects and what --prune deletes", "[tool][preview]") {
    using enum project_surface;
    const temporary_folder folder;
    settings set;
    backup_resource what;
    what.output_dir = folder.path();
    const std::string numbered = numbered_file_name_of("Known");
    write_content(folder / numbered, "{}");
    const std::vector<surface_list> lists = {list_of(analyze_text, {"A", "Both", "Known"}),
                                             list_of(analyze_conversations, {"Both", "Hidden"})};
    manifest last;
    last.set(entry_of("Known", numbered));
    last.set(entry_of("Old", "Old.json"));
    set.filter.exclude = {"Hid*"};
    const std::string exports = "export\tanalyze-text\tA\tA.json\n"
                                "export\tanalyze-text\tBoth\tBoth~analyze-text.json\n"
                                "export\tanalyze-text\tKnown\t" +
                                numbered +
                                "\n"
                                "export\tanalyze-conversations\tBoth\t"
                                "Both~analyze-conversations.json\n";
    CHECK(text_of(preview_lines(set, what, lists, last, {}, true)) ==
          exports + "removed\tanalyze-text\tOld\tOld.json\n");
    CHECK(text_of(preview_lines(set, what, lists, last, {}, false)) == exports);
    set.prune = true;
    CHECK(text_of(preview_lines(set, what, lists, last, {}, true)) ==
          exports + "delete\tanalyze-text\tOld\tOld.json\n");
}

TEST_CASE("a dry run shows the files that the run would write", "[tool][preview]") {
    const temporary_folder folder;
    settings set;
    backup_resource what;
    what.output_dir = folder.path();
    std::filesystem::create_directory(folder / ".langexport");
    const auto add = [&](const std::string& project, const std::string& surface,
                         const std::string& file) {
        report_line line(project, export_outcome::exported, std::chrono::system_clock::now());
        line.surface = surface;
        line.file = (folder / file).string();
        write_content(folder / file, "{}");
        write_content(folder / ".langexport/report.jsonl",
                      content_of(folder / ".langexport/report.jsonl") + line.to_json() + "\n");
    };
    add("Home", "analyze-text", "Home.json");                                    // another surface
    add("Marked", "analyze-conversations", "Marked~analyze-conversations.json"); // keeps its mark
    add("Plain", "analyze-conversations", "Plain.json");
    add("Twin", "analyze-conversations", "Twin.json");
    const std::string numbered = numbered_file_name_of("Number");
    add("Number", "analyze-conversations", numbered); // keeps its number
    const std::set<std::string> before = folder.names();
    const texts projects = {"Home", "Marked", "Plain", "twin", "Number", "New"};
    std::string shown;
    for (const preview_line& line :
         preview_lines(set, what, {list_of(project_surface::analyze_conversations, projects)}, {},
                       known_results(set, what), true))
        shown += line.file + ' ';
    CHECK(shown == "Home~analyze-conversations.json Marked~analyze-conversations.json Plain.json " +
                       numbered_file_name_of("twin") + ' ' + numbered + " New.json ");
    CHECK(folder.names() == before); // nothing was moved

    backup_folder run(folder.path());
    run.keep_results(results_in(run.report()));
    std::string written;
    for (const planned_export& one :
         run.plan(export_report(), projects, "", "", {}, "analyze-conversations"))
        written += one.file_name + ' ';
    CHECK(written == shown);
}

TEST_CASE("a dry run knows the extension of the last result", "[tool][preview]") {
    CHECK(with_last_extension("FAQ.xlsx", "FAQ.zip") == "FAQ.zip");
    CHECK(with_last_extension("FAQ~excel.xlsx", "FAQ.zip") == "FAQ~excel.xlsx");
    CHECK(with_last_extension("FAQ.json", "FAQ.json") == "FAQ.json");
}

TEST_CASE("a dry run reads the report that its run would read", "[tool][preview]") {
    const temporary_folder folder;
    settings set;
    backup_resource what;
    what.output_dir = folder.path();
    set.report = folder / "own.jsonl";
    std::filesystem::create_directory(folder / ".langexport");
    for (const char* report : {"own.jsonl", "own.1.jsonl", ".langexport/report.jsonl"}) {
        report_line line(report, export_outcome::exported, std::chrono::system_clock::now());
        line.file = (folder / (file_name_of(report))).string();
        write_content(folder / report, line.to_json() + "\n");
    }
    CHECK(known_results(set, what).size() == 3);
    set.report.clear();
    CHECK(known_results(set, what).size() == 1);
}

TEST_CASE("a preview rejects named projects that its run would reject", "[tool][preview]") {
    settings set;
    backup_resource& what = set.resources.emplace_back();
    what.endpoint = "https://a.example";
    what.projects = {"A", "B"};
    std::ostringstream out;
    std::string why;
    preview shown(set, out, [&](const std::string& text) { why = text; });
    SECTION("not others") {
        CHECK(shown.run());
        CHECK(out.str() == "analyze-text\tA\nanalyze-text\tB\n");
        CHECK(why.empty());
        return;
    }
    std::string expected;
    SECTION("the same project twice") {
        what.projects = {"A", "B", "A"};
        expected = "'A' is named twice";
    }
    SECTION("a name that no project can have") {
        what.projects = {"A", ".."};
        expected = "'..'";
    }
    SECTION("a format that the surface does not have") {
        what.format = "tsv";
        expected = "export_request::format";
    }
    CHECK_FALSE(shown.run());
    CHECK(out.str().empty());
    CHECK_THAT(why, contains_text(expected));
}

} // namespace preview_test
