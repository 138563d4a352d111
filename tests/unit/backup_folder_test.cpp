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

TEST_CASE("a file of an older run is another project's if its name is not quite the same",
          "[backup_folder]") {
    const temporary_folder folder;
    write_content(folder / "contracts.json", "of the project contracts");
    backup_folder backups(folder.path());
    const auto name_of = [&](const std::string& project) {
        const auto plan = backups.plan(export_report(), {project}, "", "");
        CHECK(backups.file_of(project) == folder / plan.at(0).file_name);
        return plan.at(0).file_name;
    };
    CHECK(name_of("contracts") == "contracts.json");
    const std::string other = name_of("Contracts");
    CHECK(other.starts_with("Contracts~"));
    write_content(folder / other, "of the project Contracts");
    CHECK(name_of("Contracts") == other);
    CHECK(name_of("contracts") == "contracts.json");
    // Where both are there the disk tells them apart.
    write_content(folder / "Contracts.json", "");
    CHECK(name_of("Contracts") == "Contracts.json");
}
