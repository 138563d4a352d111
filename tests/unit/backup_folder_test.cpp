// A folder of exported projects: whose it is, and what it keeps for itself.

#include <langexport/backup_folder.hpp>

#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

#include <cctype>
#include <string>

using namespace langexport;
using namespace langexport_tests;
namespace fs = std::filesystem;

TEST_CASE("a backup folder is made, and is one run's at a time", "[backup_folder]") {
    const temporary_folder folder;
    const fs::path where = folder / "a/b";
    {
        const backup_folder first(where);
        CHECK(first.path() == where);
        CHECK_THROWS_AS(backup_folder(where), folder_in_use);
    }
    const backup_folder next(where);
    write_content(folder / "file", "");
    CHECK_THROWS_AS(backup_folder(folder / "file"), file_error);
}

TEST_CASE("what a backup folder keeps for itself is out of version control's sight",
          "[backup_folder]") {
    const temporary_folder folder;
    const backup_folder backups(folder.path());
    const fs::path journal = backups.request_journal();
    CHECK(journal == folder / ".langexport/requests");
    CHECK(content_of(folder / ".langexport/.gitignore") == "*\n");
    // What somebody changed stays.
    write_content(folder / ".langexport/.gitignore", "requests\n");
    CHECK(backups.request_journal() == journal);
    CHECK(content_of(folder / ".langexport/.gitignore") == "requests\n");
}

TEST_CASE("each project of a plan has a file, and the report is none of them", "[backup_folder]") {
    const temporary_folder folder;
    backup_folder backups(folder.path());
    const auto plan = backups.plan(export_report(), {"A", "a", "B"}, "", folder / "report.jsonl");
    REQUIRE(plan.size() == 3);
    CHECK(backups.file_of("B") == folder / "B.json");
    const auto lower = [](const fs::path& file) {
        std::string name = file.filename().string();
        for (char& c : name)
            c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        return name;
    };
    CHECK(lower(backups.file_of("A")) != lower(backups.file_of("a"))); // one file on some disks
    CHECK_THROWS_WITH(backups.plan(export_report(), {"C"}, "", folder / "C.json"),
                      contains_text("is also where project 'C' goes"));
}
