// The manifest of a folder during a run.

#include "examples/tool/backup_manifest.hpp"

#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

#include <sys/stat.h>

#include <chrono>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace backup_manifest_test {

using namespace langexport;
using namespace tool;
using namespace langexport_tests;
using namespace std::chrono_literals;

namespace {

const manifest_entry::time_point monday = std::chrono::sys_days(std::chrono::year(2026) / 2 / 2);
const std::string west = "https://west.example";

class manifest_bench {
public:
    manifest_bench() { std::filesystem::create_directory(folder / ".langexport"); }

    backup_manifest open(std::vector<report_line> results = {}) const {
        return backup_manifest(folder.path(), west, std::move(results));
    }
    manifest_entry write(const std::string& name, const std::string& content = "{}") const {
        write_content(folder / (name + ".json"), content);
        manifest_entry entry;
        entry.name = name;
        entry.surface = "analyze-text";
        entry.file = name + ".json";
        entry.exported_at = monday;
        return entry;
    }
    report_line line_of(const std::string& name, report_line::time_point when) const {
        report_line line(name, export_outcome::exported, when);
        line.endpoint = west;
        line.surface = "analyze-text";
        line.file = (folder / (name + ".json")).string();
        return line;
    }
    std::string written() const { return content_of(folder / manifest::usual_name); }

    temporary_folder folder;
};

std::string names_in(const backup_manifest& all) {
    std::string names;
    for (const manifest_entry& entry : all.now().projects())
        names += entry.name + ' ';
    return names;
}

} // namespace

TEST_CASE("a run adds its results to the manifest and keeps the others", "[tool][manifest]") {
    const manifest_bench b;
    auto first = b.open();
    first.exported(b.write("A", R"({"metadata":{"projectKind":"K"}})"));
    first.exported(b.write("B"));
    first.write();
    const std::string before = b.written();
    CHECK(manifest::parse(before).resource == west);
    CHECK(manifest::parse(before).find("A", "analyze-text")->kind == "K");
    auto second = b.open();
    manifest_entry again = b.write("A", R"({"metadata":{"projectKind":"K"}})");
    again.exported_at += 24h;
    second.exported(again);
    second.write();
    CHECK(b.written() == before);
    auto third = b.open();
    again = b.write("A", "[]");
    again.exported_at += 24h;
    third.exported(again);
    third.write();
    const manifest last = manifest::parse(b.written());
    CHECK(last.find("A", "analyze-text")->exported_at == monday + 24h);
    CHECK(last.find("B", "analyze-text")->exported_at == monday);
    CHECK_THROWS_AS(third.exported([] {
        manifest_entry gone;
        gone.file = "gone.json";
        return gone;
    }()),
                    file_error);
}

TEST_CASE("the list of a surface adds the times of its projects", "[tool][manifest]") {
    const manifest_bench b;
    auto all = b.open();
    surface_list list(project_surface::analyze_text);
    list.projects.emplace_back().name = "A";
    list.projects.back().last_modified = monday - 1h;
    all.listed(list);
    all.exported(b.write("A"));
    CHECK(all.now().find("A", "analyze-text")->last_modified == monday - 1h);
    CHECK(all.removed(name_filter()).empty());
}

TEST_CASE("a file that is not a manifest stops a run before it begins", "[tool][manifest]") {
    const manifest_bench b;
    for (const char* text : {"", "{}", R"({"version":2,"projects":[]})"}) {
        write_content(b.folder / "manifest.json", text);
        try {
            b.open();
            FAIL("accepted");
        } catch (const std::runtime_error& error) {
            CHECK_THAT(error.what(), contains_text("cannot be used") &&
                                         contains_text("Rename or delete the file"));
        }
        CHECK(b.written() == text);
    }
    std::filesystem::remove(b.folder / "manifest.json");
    REQUIRE(::mkfifo((b.folder / "manifest.json").c_str(), 0600) == 0);
    CHECK_THROWS_WITH(b.open(), contains_text("is not a regular file. Rename or delete it"));
}

TEST_CASE("the older file of a project named manifest gets its new name", "[tool][manifest]") {
    const manifest_bench b;
    b.write("manifest", R"({"assets":{}})");
    auto all = b.open({b.line_of("manifest", monday)});
    CHECK(content_of(b.folder / "%6danifest.json") == R"({"assets":{}})");
    all.write();
    CHECK(manifest::parse(b.written()).projects().empty());
}

TEST_CASE("the manifest of another resource is forgotten with a warning", "[tool][manifest]") {
    const manifest_bench b;
    auto first = b.open();
    CHECK(first.warning().empty());
    first.exported(b.write("A"));
    first.write();
    backup_manifest other(b.folder.path(), "https://north.example", {});
    CHECK_THAT(other.warning(), contains_text(west) && contains_text("https://north.example"));
    CHECK(names_in(other).empty());
    CHECK(other.now().resource == "https://north.example");
}

TEST_CASE("the results of a killed run are adopted, if nobody changed them later",
          "[tool][manifest]") {
    const manifest_bench b;
    auto first = b.open();
    first.exported(b.write("A", "1"));
    first.exported(b.write("B", "1"));
    first.write();
    const auto old = std::filesystem::file_time_type::clock::now() - 24h;
    for (const char* name : {"A.json", "B.json", "manifest.json"})
        std::filesystem::last_write_time(b.folder / name, old);
    // A run exports A and C, and is killed. Somebody edits B.
    const auto now = std::chrono::system_clock::now();
    b.write("A", "22");
    b.write("C", "3");
    b.write("B", "edited");
    std::vector<report_line> results = {b.line_of("A", now), b.line_of("C", now),
                                        b.line_of("B", now - 12h), b.line_of("Gone", now)};
    results.push_back(b.line_of("C", now - 48h)); // an older result
    report_line others = b.line_of("D", now);
    others.endpoint = "https://north.example";
    b.write("D");
    results.push_back(others);
    auto second = b.open(results);
    second.adopt_results();
    CHECK(names_in(second) == "A B C ");
    CHECK(second.now().find("A", "analyze-text")->bytes == 2);
    CHECK(second.now().find("B", "analyze-text")->bytes == 1);
    CHECK(second.now().find("C", "analyze-text")->exported_at == now);
}

TEST_CASE("a file that the manifest describes keeps its entry, however often it is written",
          "[tool][manifest]") {
    const manifest_bench b;
    auto first = b.open();
    manifest_entry entry = b.write("A");
    entry.api_version = "2022-05-01";
    entry.kind = "K";
    entry.last_modified = monday - 1h;
    first.exported(entry);
    first.write();
    const std::string before = b.written();
    // A run has written the same file again. The project has changed meanwhile, but this run does not export it.
    std::filesystem::last_write_time(b.folder / "manifest.json",
                                     std::filesystem::file_time_type::clock::now() - 24h);
    auto second = b.open({b.line_of("A", std::chrono::system_clock::now())});
    surface_list list(project_surface::analyze_text);
    list.projects.emplace_back().name = "A";
    list.projects.back().last_modified = monday + 1h;
    second.listed(list);
    second.adopt_results([](project_surface) { return "2023-04-01"; });
    second.write();
    CHECK(b.written() == before);
    // It was renamed.
    std::filesystem::rename(b.folder / "A.json", b.folder / "A~1.json");
    report_line line = b.line_of("A", std::chrono::system_clock::now());
    line.file = (b.folder / "A~1.json").string();
    auto third = b.open({line});
    third.adopt_results();
    REQUIRE(third.now().find("A", "analyze-text"));
    CHECK(third.now().find("A", "analyze-text")->file == "A~1.json");
    CHECK(third.now().find("A", "analyze-text")->api_version == "2022-05-01");
    CHECK(third.now().find("A", "analyze-text")->exported_at == monday);
}

TEST_CASE("the version of an adopted result is that of the document, or else that of the surface",
          "[tool][manifest]") {
    const manifest_bench b;
    b.write("Named", R"({"projectFileVersion":"2022-05-01"})");
    b.write("Unnamed");
    b.write("Broken", R"({"projectFileVersion":"not a version"})");
    const auto now = std::chrono::system_clock::now();
    report_line talk = b.line_of("Talk", now);
    talk.surface = "analyze-conversations";
    b.write("Talk");
    auto all = b.open(
        {b.line_of("Named", now), b.line_of("Unnamed", now), b.line_of("Broken", now), talk});
    all.adopt_results([](project_surface surface) {
        return surface == project_surface::analyze_text ? "2023-04-01" : "";
    });
    const auto version_of = [&](const std::string& name, const std::string& surface,
                                const std::string& format = {}) {
        const manifest_entry* const entry = all.now().find(name, surface, format);
        return entry ? entry->api_version : "no entry";
    };
    CHECK(version_of("Named", "analyze-text") == "2022-05-01");
    CHECK(version_of("Unnamed", "analyze-text") == "2023-04-01");
    CHECK(version_of("Broken", "analyze-text") == "2023-04-01");
    CHECK(version_of("Talk", "analyze-conversations", "Conversation").empty());
}

TEST_CASE("the entry of a file that was renamed follows it", "[tool][manifest]") {
    const manifest_bench b;
    auto all = b.open();
    manifest_entry entry = b.write("A");
    all.exported(entry);
    entry.file = "A~1.json";
    all.kept(entry);
    CHECK(all.now().find("A", "analyze-text")->file == "A.json");
    std::filesystem::rename(b.folder / "A.json", b.folder / "A~1.json");
    all.kept(entry);
    CHECK(all.now().find("A", "analyze-text")->file == "A~1.json");
}

TEST_CASE("pruning deletes the file of the entry and nothing else", "[tool][manifest]") {
    const manifest_bench b;
    auto all = b.open();
    all.exported(b.write("A"));
    all.exported(b.write("Old"));
    all.exported(b.write("Older"));
    write_content(b.folder / "Foreign.json", "x");
    surface_list list(project_surface::analyze_text);
    list.projects.emplace_back().name = "A";
    all.listed(list);
    const auto removed = all.removed(name_filter());
    REQUIRE(removed.size() == 2);
    CHECK(all.prune(removed[0]) == b.folder / "Old.json");
    std::filesystem::remove(b.folder / "Older.json");
    CHECK(all.prune(removed[1]).empty());
    CHECK(names_in(all) == "A ");
    CHECK(b.folder.names() == std::set<std::string>{".langexport", "A.json", "Foreign.json"});
}

TEST_CASE("pruning does not follow a link", "[tool][manifest]") {
    const manifest_bench b;
    auto all = b.open();
    const manifest_entry old = b.write("Old");
    all.exported(old);
    std::filesystem::rename(b.folder / "Old.json", b.folder / "Target.json");
    std::filesystem::create_symlink("Target.json", b.folder / "Old.json");
    CHECK(all.prune(*all.now().find("Old", "analyze-text")).empty());
    CHECK(content_of(b.folder / "Target.json") == "{}");
}

} // namespace backup_manifest_test
