// The list of the files in a folder of exported projects: its text, its order, what it rejects.

#include <langexport/report/manifest.hpp>

#include <langexport/detail/base/text.hpp>
#include <langexport/file/file_name.hpp>

#include "support/catch.hpp"
#include "support/temporary_folder.hpp"
#include "unit/rejection.hpp"

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <iterator>
#include <string>
#include <vector>

namespace manifest_test {

using namespace langexport;
using namespace langexport_tests;
using namespace std::chrono_literals;

namespace {

const manifest_entry::time_point some_time =
    std::chrono::sys_days(std::chrono::year(2026) / 1 / 31);

manifest_entry entry_of(const std::string& name, const std::string& surface = "analyze-text") {
    manifest_entry entry;
    entry.name = name;
    entry.surface = surface;
    entry.file = file_name_of(name, "~" + surface + ".json");
    entry.sha256 = std::string(64, 'a');
    entry.exported_at = some_time;
    return entry;
}

manifest_entry whole_entry() {
    manifest_entry entry = entry_of("Fälle");
    entry.kind = "Orchestration";
    entry.format = "Conversation";
    entry.api_version = "2025-11-01";
    entry.bytes = 311;
    entry.last_modified = some_time - 2h;
    entry.last_trained = some_time - 1h;
    entry.last_deployed = some_time - 1ms;
    entry.container = "texts";
    entry.documents = 7;
    entry.references = {"Orders", "Questions"};
    return entry;
}

// A manifest with one entry that has these members in addition to the required ones.
std::string with(const std::string& members) {
    return R"({"version":1,"resource":"https://x","projects":[{"name":"P","surface":"s","bytes":1,)"
           R"("file":"P.json","exported_at":"2026-01-31T00:00:00.000Z","sha256":")" +
           std::string(64, '0') + "\"" + members + "}]}";
}

std::string why_not(const std::string& text) {
    return rejection_of([&] { manifest::parse(text); }).detail;
}

} // namespace

TEST_CASE("a manifest has one line for each project", "[report][manifest]") {
    manifest all;
    all.resource = "https://name.example";
    CHECK(all.to_json() ==
          "{\"version\":1,\"resource\":\"https://name.example\",\"projects\":[]}\n");
    manifest_entry small = entry_of("B");
    all.set(small);
    all.set(whole_entry());
    const std::string sum(64, 'a');
    CHECK(all.to_json() ==
          R"({"version":1,"resource":"https://name.example","projects":[)"
          "\n"
          R"({"name":"B","surface":"analyze-text","kind":null,"format":null,"api_version":null,)"
          R"("file":"B~analyze-text.json","bytes":0,"sha256":")" +
              sum +
              R"(","exported_at":"2026-01-31T00:00:00.000Z","last_modified":null,)"
              R"("last_trained":null,"last_deployed":null,"container":null,"documents":null,)"
              R"("references":[]},)"
              "\n"
              R"({"name":"Fälle","surface":"analyze-text","kind":"Orchestration",)"
              R"("format":"Conversation","api_version":"2025-11-01",)"
              R"("file":"F%c3%a4lle~analyze-text.json","bytes":311,"sha256":")" +
              sum +
              R"(","exported_at":"2026-01-31T00:00:00.000Z",)"
              R"("last_modified":"2026-01-30T22:00:00.000Z",)"
              R"("last_trained":"2026-01-30T23:00:00.000Z",)"
              R"("last_deployed":"2026-01-30T23:59:59.999Z","container":"texts","documents":7,)"
              R"("references":["Orders","Questions"]})"
              "\n]}\n");
    CHECK(manifest::parse(all.to_json()) == all);
}

TEST_CASE("the order of additions has no effect on the text of a manifest", "[report][manifest]") {
    std::vector<manifest_entry> entries = {entry_of("b"), entry_of("a"), entry_of("B"),
                                           entry_of("a", "analyze-conversations")};
    entries[2].file = "B~1.json"; // a disk may ignore upper and lower case
    manifest one, other;
    for (std::size_t i = 0; i < entries.size(); ++i) {
        one.set(entries[i]);
        other.set(entries[entries.size() - 1 - i]);
    }
    CHECK(one.to_json() == other.to_json());
    std::string order;
    for (const manifest_entry& entry : one.projects())
        order += entry.name + "/" + entry.surface + " ";
    CHECK(order == "B/analyze-text a/analyze-conversations a/analyze-text b/analyze-text ");
    // A text in another order is sorted.
    std::string text = one.to_json();
    const auto parsed = manifest::parse(text);
    const std::size_t first = text.find('\n') + 1, second = text.find('\n', first) + 1;
    const std::string line = text.substr(first, second - first);
    text.erase(first, second - first);
    text.insert(text.find('\n') + 1, line);
    CHECK(manifest::parse(text) == parsed);
}

TEST_CASE("an entry replaces those about the same project or file", "[report][manifest]") {
    manifest all;
    all.set(entry_of("A"));
    manifest_entry again = entry_of("A");
    again.bytes = 5;
    again.file = "New.json";
    all.set(again);
    REQUIRE(all.projects().size() == 1);
    CHECK(*all.find("A", "analyze-text") == again);
    CHECK(all.find("A", "analyze-conversations") == nullptr);
    CHECK(all.find("A", "analyze-text", "Luis") == nullptr);
    manifest_entry table = entry_of("A");
    table.format = "tsv";
    table.file = "A.tsv";
    all.set(table);
    CHECK(all.projects().size() == 2);
    manifest_entry thief = entry_of("B");
    thief.file = "NEW.json"; // the same file on some disks
    all.set(thief);
    CHECK(all.find("A", "analyze-text") == nullptr);
    CHECK(all.find("A", "analyze-text", "tsv") != nullptr);
    CHECK(all.remove(thief));
    CHECK_FALSE(all.remove(thief));
    CHECK(all.projects().size() == 1);
}

TEST_CASE("an entry that could not be read again is rejected", "[report][manifest]") {
    manifest all;
    const auto why = [&](manifest_entry entry) {
        return rejection_of([&] { all.set(entry); }).detail;
    };
    manifest_entry entry = entry_of("A");
    entry.name = "a\xff";
    CHECK_THAT(why(entry), contains_text("not UTF-8"));
    entry = entry_of("A");
    entry.references = {"\xed\xa0\x80"};
    CHECK_THAT(why(entry), contains_text("not UTF-8"));
    entry = entry_of("A");
    entry.surface.clear();
    CHECK_THAT(why(entry), contains_text("\"surface\" is missing"));
    entry = entry_of("A");
    entry.sha256.back() = 'A';
    CHECK_THAT(why(entry), contains_text("\"sha256\""));
    entry = entry_of("A");
    entry.exported_at = {};
    entry.exported_at -= 1ms;
    CHECK_THAT(why(entry), contains_text("before 1970"));
    CHECK(all.projects().empty());
}

TEST_CASE("a file name that leads out of the folder is rejected", "[report][manifest]") {
    for (const char* file : {"../P.json", "/etc/passwd", "a/b.json", "a\\\\b.json", "C:b", ".git",
                             "..", "", "a\\nb", "manifest.json", "MANIFEST.json"}) {
        INFO(file);
        std::string text = with("");
        const std::string plain = "P.json";
        text.replace(text.find(plain), plain.size(), file);
        CHECK_THAT(why_not(text), contains_text("entry 1 of the manifest: \"file\""));
    }
}

TEST_CASE("a manifest with an error is rejected, and the error names the place",
          "[report][manifest]") {
    CHECK(manifest::parse(with("")).projects().size() == 1);
    CHECK(manifest::parse(with(R"(,"new":[1],"kind":null)")).find("P", "s")->kind.empty());
    CHECK_THAT(why_not(""), contains_text("not JSON"));
    CHECK_THAT(why_not("[]"), contains_text("not an object"));
    CHECK_THAT(why_not(R"({"projectFileVersion":"2022-05-01"})"), contains_text("\"version\""));
    CHECK_THAT(why_not(R"({"version":2,"projects":[]})"), contains_text("use a newer one"));
    CHECK_THAT(why_not(R"({"version":1})"), contains_text("\"projects\" is not an array"));
    CHECK_THAT(why_not(R"({"version":1,"projects":[7]})"), contains_text("entry 1"));
    CHECK_THAT(why_not(with(R"(,"name":7)")), contains_text("entry 1 of the manifest: \"name\""));
    CHECK_THAT(why_not(with(R"(,"bytes":-1)")), contains_text("\"bytes\""));
    CHECK_THAT(why_not(with(R"(,"bytes":null)")), contains_text("\"bytes\""));
    CHECK_THAT(why_not(with(R"(,"sha256":"0")")), contains_text("\"sha256\""));
    CHECK_THAT(why_not(with(R"(,"exported_at":"now")")), contains_text("\"exported_at\""));
    CHECK_THAT(why_not(with(R"(,"exported_at":null)")), contains_text("\"exported_at\""));
    CHECK_THAT(why_not(with(R"(,"last_trained":"2026")")), contains_text("\"last_trained\""));
    CHECK_THAT(why_not(with(R"(,"references":"X")")), contains_text("\"references\""));
    CHECK_THAT(why_not(with(R"(,"references":[7])")), contains_text("\"references\""));
    std::string twice = with("");
    const std::size_t begin = twice.find("{\"name\""), end = twice.find("}]}") + 1;
    const std::string entry = twice.substr(begin, end - begin);
    twice.insert(end, "," + entry);
    CHECK_THAT(why_not(twice), contains_text("entry 2 of the manifest: another entry names"));
    twice.replace(twice.rfind("P.json"), 6, "Q.json");
    CHECK_THAT(why_not(twice), contains_text("another entry is about the project 'P'"));
}

TEST_CASE("a manifest is written as a whole, and not touched if it stays the same",
          "[report][manifest]") {
    const temporary_folder folder;
    const auto file = folder / manifest::usual_name;
    manifest all;
    all.resource = "https://name.example";
    all.set(whole_entry());
    CHECK(all.write(file));
    CHECK(manifest::read(file) == all);
    std::filesystem::last_write_time(file, std::filesystem::file_time_type());
    CHECK_FALSE(all.write(file, folder.path()));
    CHECK(std::filesystem::last_write_time(file) == std::filesystem::file_time_type());
    all.set(entry_of("More"));
    CHECK(all.write(file, folder.path()));
    CHECK(content_of(file) == all.to_json());
    CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 1);
    CHECK_THROWS_AS(manifest::read(folder / "gone"), file_error);
    write_content(file, "x");
    CHECK_THAT(rejection_of([&] { manifest::read(file); }).detail,
               contains_text("manifest.json' cannot be used: it is not JSON"));
}

TEST_CASE("a project of the name of the manifest has another file", "[report][manifest]") {
    for (const char* name : {"manifest", "Manifest"})
        CHECK(detail::to_lower(file_name_of(name)) != manifest::usual_name);
    CHECK(file_name_of("manifest") == "%6danifest.json");
    CHECK(file_name_of("manifest2") == "manifest2.json");
    CHECK(file_names_of({"manifest"}).front() == file_name_of("manifest"));
}

} // namespace manifest_test
