// The comparison of a folder with its manifest.

#include "examples/tool/manifest_check.hpp"

#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

#include <sys/stat.h>

#include <chrono>
#include <filesystem>
#include <sstream>
#include <string>

namespace manifest_check_test {

using namespace langexport;
using namespace tool;
using namespace langexport_tests;

namespace {

// A folder with two projects and their manifest.
class verified_folder {
public:
    verified_folder() {
        all.resource = "https://x";
        add("A");
        add("B");
        all.write(folder / manifest::usual_name);
    }

    void add(const std::string& name) {
        write_content(folder / (name + ".json"), "content of " + name);
        manifest_entry entry;
        entry.name = name;
        entry.surface = "analyze-text";
        entry.file = name + ".json";
        const file_digest digest = digest_of(folder / entry.file);
        entry.bytes = digest.bytes;
        entry.sha256 = digest.sha256;
        all.set(entry);
    }
    std::string differences() const {
        std::string lines;
        for (const manifest_difference& one : check_folder(all, folder.path()))
            lines += one.line() + '\n';
        return lines;
    }

    temporary_folder folder;
    manifest all;
};

std::string why_not(const std::filesystem::path& folder) {
    try {
        manifest_of(folder);
        return {};
    } catch (const std::runtime_error& error) {
        return error.what();
    }
}

} // namespace

TEST_CASE("a folder that is as its manifest says has no differences", "[tool][verify]") {
    const verified_folder f;
    CHECK(f.differences().empty());
    std::ostringstream out, notes;
    CHECK(print_differences(f.folder.path(), out, &notes));
    CHECK(out.str().empty());
    CHECK(notes.str() == "2 projects: as the manifest says\n");
}

TEST_CASE("each difference has a line", "[tool][verify]") {
    const verified_folder f;
    write_content(f.folder / "A.json", "content");
    std::filesystem::remove(f.folder / "B.json");
    write_content(f.folder / "Other.json", "x");
    const std::string wanted = "changed     A.json: it has 7 bytes, and the manifest says 12\n"
                               "missing     B.json: the file of project 'B' of analyze-text\n"
                               "unknown     Other.json: the manifest does not name it\n";
    CHECK(f.differences() == wanted);
    std::ostringstream out, notes;
    CHECK_FALSE(print_differences(f.folder.path(), out, &notes));
    CHECK(out.str() == wanted);
    CHECK_THAT(notes.str(), contains_text("2 projects, 3 differences: export"));
    CHECK_FALSE(print_differences(f.folder.path(), out, nullptr));
}

TEST_CASE("a changed byte is found by the checksum", "[tool][verify]") {
    const verified_folder f;
    write_content(f.folder / "A.json", "content 0f A");
    CHECK_THAT(f.differences(), contains_text("changed     A.json: its SHA-256 is "));
}

TEST_CASE("a file that was replaced by something else is a difference", "[tool][verify]") {
    const verified_folder f;
    std::filesystem::rename(f.folder / "A.json", f.folder / "elsewhere.json");
    std::filesystem::create_symlink("elsewhere.json", f.folder / "A.json");
    std::filesystem::remove(f.folder / "B.json");
    std::filesystem::create_directory(f.folder / "B.json");
    CHECK(f.differences() == "changed     A.json: it is not a regular file\n"
                             "changed     B.json: it is not a regular file\n"
                             "unknown     elsewhere.json: the manifest does not name it\n");
}

TEST_CASE("hidden files, folders and reports belong to no project", "[tool][verify]") {
    const verified_folder f;
    write_content(f.folder / ".gitignore", "*");
    std::filesystem::create_directory(f.folder / "folder");
    write_content(f.folder / "report.jsonl", "{\"v\":1,\"run\":\"x\"}\n");
    CHECK(f.differences().empty());
    write_content(f.folder / "other.jsonl", "{}");
    write_content(f.folder / "a\033b", "");
    CHECK(f.differences() == "unknown     a b: the manifest does not name it\n"
                             "unknown     other.jsonl: the manifest does not name it\n");
}

TEST_CASE("a pipe in the folder is a difference, and is not read", "[tool][verify]") {
    const verified_folder f;
    REQUIRE(::mkfifo((f.folder / "pipe.json").c_str(), 0600) == 0);
    REQUIRE(::mkfifo((f.folder / "report.jsonl").c_str(), 0600) == 0);
    CHECK(f.differences() == "unknown     pipe.json: the manifest does not name it\n"
                             "unknown     report.jsonl: the manifest does not name it\n");
}

TEST_CASE("a folder without a usable manifest is reported with what to do", "[tool][verify]") {
    const temporary_folder folder;
    CHECK_THAT(why_not(folder / "gone"), contains_text("is not a folder: name the output folder"));
    CHECK_THAT(why_not(folder.path()), contains_text("has no manifest.json: export into"));
    write_content(folder / "manifest.json", "{}");
    CHECK_THAT(why_not(folder.path()), contains_text("cannot be used: it has no \"version\"") &&
                                           contains_text("Restore the file, or delete it"));
    std::filesystem::remove(folder / "manifest.json");
    REQUIRE(::mkfifo((folder / "manifest.json").c_str(), 0600) == 0);
    CHECK_THAT(why_not(folder.path()), contains_text("is not a regular file"));
}

TEST_CASE("the file that is verified is named if that takes long", "[tool][verify]") {
    const verified_folder f;
    std::ostringstream out, notes;
    CHECK(print_differences(f.folder.path(), out, &notes, std::chrono::milliseconds(0)));
    CHECK(out.str().empty());
    CHECK_THAT(notes.str(), contains_text("verifying A.json: 12 bytes so far\nverifying B.json: "));
    CHECK(print_differences(f.folder.path(), out, nullptr, std::chrono::milliseconds(0)));
}

} // namespace manifest_check_test
