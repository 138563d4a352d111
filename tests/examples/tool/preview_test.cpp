// The lines of --list and --dry-run.

#include "examples/tool/preview.hpp"

#include "support/catch.hpp"

#include <string>
#include <vector>

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
    settings set;
    backup_resource what;
    const std::vector<surface_list> lists = {list_of(analyze_text, {"A", "Both", "Known"}),
                                             list_of(analyze_conversations, {"Both", "Hidden"})};
    manifest last;
    last.set(entry_of("Known", "Known~1.json"));
    last.set(entry_of("Old", "Old.json"));
    set.filter.exclude = {"Hid*"};
    const std::string exports = "export\tanalyze-text\tA\tA.json\n"
                                "export\tanalyze-text\tBoth\tBoth~analyze-text.json\n"
                                "export\tanalyze-text\tKnown\tKnown~1.json\n"
                                "export\tanalyze-conversations\tBoth\t"
                                "Both~analyze-conversations.json\n";
    CHECK(text_of(preview_lines(set, what, lists, last, true)) ==
          exports + "removed\tanalyze-text\tOld\tOld.json\n");
    CHECK(text_of(preview_lines(set, what, lists, last, false)) == exports);
    set.prune = true;
    CHECK(text_of(preview_lines(set, what, lists, last, true)) ==
          exports + "delete\tanalyze-text\tOld\tOld.json\n");
}
