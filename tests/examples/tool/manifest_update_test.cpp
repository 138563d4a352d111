// How a run changes a manifest: entries, removed projects, results of runs that were killed.

#include "examples/tool/manifest_update.hpp"

#include "support/catch.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace manifest_update_test {

using namespace langexport;
using namespace tool;
using namespace std::chrono_literals;

namespace {

const manifest_entry::time_point monday = std::chrono::sys_days(std::chrono::year(2026) / 2 / 2);

manifest_entry entry_of(const std::string& name,
                        project_surface surface = project_surface::analyze_text,
                        const std::string& file = {}) {
    manifest_entry entry;
    entry.name = name;
    entry.surface = to_string(surface);
    entry.file = file.empty() ? name + ".json" : file;
    entry.sha256 = std::string(64, '1');
    entry.exported_at = monday;
    return entry;
}

surface_list list_of(project_surface surface, const std::vector<std::string>& names) {
    surface_list list(surface);
    for (const std::string& name : names)
        list.projects.emplace_back().name = name;
    return list;
}

std::string names_of(const std::vector<manifest_entry>& entries) {
    std::string names;
    for (const manifest_entry& entry : entries)
        names += entry.name + ' ';
    return names;
}

} // namespace

TEST_CASE("a manifest names the usual format of a surface", "[tool][manifest]") {
    CHECK(manifest_format(project_surface::analyze_text, "").empty());
    CHECK(manifest_format(project_surface::analyze_conversations, "") == "Conversation");
    CHECK(manifest_format(project_surface::analyze_conversations, "Luis") == "Luis");
    CHECK(manifest_format(project_surface::query_knowledgebases, "") == "json");
    CHECK(manifest_format(project_surface::query_knowledgebases, "tsv") == "tsv");
}

TEST_CASE("an entry has the facts of the file first, then those of the list", "[tool][manifest]") {
    manifest_entry entry = entry_of("A");
    file_digest digest;
    digest.bytes = 5;
    digest.sha256 = std::string(64, '2');
    project_outline outline;
    outline.kind = "Orchestration";
    outline.documents = 0;
    outline.references = {"Z", "B"};
    add_file(entry, digest, outline);
    CHECK(entry.bytes == 5);
    CHECK(entry.sha256 == digest.sha256);
    CHECK(entry.references == std::vector<std::string>{"B", "Z"});
    project_info info;
    info.kind = "Other";
    info.storage_input_container_name = "texts";
    info.last_modified = monday - 1h;
    info.last_trained = monday - 2h;
    info.last_deployed = monday - 3h;
    add_info(entry, info);
    CHECK(entry.kind == "Orchestration");
    CHECK(entry.container == "texts");
    CHECK(entry.last_modified == monday - 1h);
    CHECK(entry.last_trained == monday - 2h);
    CHECK(entry.last_deployed == monday - 3h);
}

TEST_CASE("content that stays the same keeps the time when it was first written",
          "[tool][manifest]") {
    manifest_entry last = entry_of("A");
    last.kind = "K";
    last.container = "texts";
    last.last_trained = monday - 1h;
    manifest_entry entry = entry_of("A");
    entry.exported_at = monday + 24h;
    SECTION("the same content") {
        add_last(entry, last, false);
        CHECK(entry == last);
    }
    SECTION("the same content, and a list, which knows that no model is left") {
        add_last(entry, last, true);
        CHECK(entry.exported_at == monday);
        CHECK_FALSE(entry.last_trained);
    }
    SECTION("other content") {
        entry.sha256.back() = '2';
        add_last(entry, last, false);
        CHECK(entry.exported_at == monday + 24h);
        CHECK_FALSE(entry.last_trained);
    }
}

TEST_CASE("a project is removed only if a complete list lacks it and no option hides it",
          "[tool][manifest]") {
    using enum project_surface;
    manifest last;
    last.set(entry_of("A"));
    last.set(entry_of("Old"));
    last.set(entry_of("Talk", analyze_conversations));
    name_filter filter;
    const auto removed = [&](const std::vector<surface_list>& lists) {
        return names_of(removed_projects(last, lists, filter));
    };
    CHECK(removed({}).empty());
    CHECK(removed({list_of(analyze_text, {"A", "New"})}) == "Old ");
    CHECK(removed({list_of(analyze_text, {"A", "Old"})}).empty());
    CHECK(removed({list_of(analyze_text, {})}).empty()); // the list may be wrong
    CHECK(removed({list_of(analyze_conversations, {"A"})}) == "Talk ");
    CHECK(removed({list_of(analyze_text, {"New"}), list_of(analyze_conversations, {"Talk"})}) ==
          "A Old ");
    filter.include = {"A*"};
    CHECK(removed({list_of(analyze_text, {"New"})}) == "A ");
    filter.include.clear();
    filter.exclude = {"O*"};
    CHECK(removed({list_of(analyze_text, {"A"})}).empty());
}

TEST_CASE("a file is pruned only if no other project has it", "[tool][manifest]") {
    manifest all;
    const manifest_entry old = entry_of("Old");
    all.set(old);
    all.set(entry_of("A"));
    CHECK(may_be_pruned(all, old));
    manifest_entry same = old;
    same.file = "a.JSON";
    CHECK_FALSE(may_be_pruned(all, same));
    CHECK(count_of_surface(all, project_surface::analyze_text) == 2);
    CHECK(count_of_surface(all, project_surface::query_knowledgebases) == 0);
}

TEST_CASE("the result of a run that was killed is missing from the manifest", "[tool][manifest]") {
    const manifest_entry known = entry_of("A");
    const auto night = monday + 24h;
    // The file was written, then its line.
    const reported_result killed(night + 1s, night);
    CHECK(is_result_missing(nullptr, std::nullopt, killed));
    CHECK(is_result_missing(nullptr, monday, killed));
    CHECK(is_result_missing(&known, monday, killed));
    // The manifest was written after the file.
    CHECK_FALSE(is_result_missing(&known, night + 1h, killed));
    CHECK_FALSE(is_result_missing(&known, std::nullopt, killed));
    // Somebody else wrote the file later.
    CHECK_FALSE(is_result_missing(&known, monday, reported_result(night, night + 1h)));
}

} // namespace manifest_update_test
