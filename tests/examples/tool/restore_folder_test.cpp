#include "examples/tool/restore_folder.hpp"

#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

#include <filesystem>
#include <stdexcept>
#include <string>

namespace restore_folder_test {

using namespace tool;
using namespace langexport_tests;

TEST_CASE("a restore locks its folder against backups, and a backup against restores",
          "[tool][restore_folder]") {
    const temporary_folder folder;
    {
        const restore_folder mine(folder.path(), false);
        CHECK(mine.report() == folder / ".langexport/restore.jsonl");
        CHECK(mine.request_journal() == folder / ".langexport/restore-requests");
        CHECK_THROWS_AS(backup_folder(folder.path()), langexport::folder_in_use);
        CHECK_THROWS_AS(restore_folder(folder.path(), true), langexport::folder_in_use);
    }
    const backup_folder backup(folder.path());
    CHECK_THROWS_AS(restore_folder(folder.path(), true), langexport::folder_in_use);
}

TEST_CASE("a restore creates no folder", "[tool][restore_folder]") {
    const temporary_folder folder;
    CHECK_THROWS_AS(restore_folder(folder / "none", true), std::runtime_error);
    CHECK_FALSE(std::filesystem::exists(folder / "none"));
}

TEST_CASE("where nothing can be written, the report needs another place",
          "[tool][restore_folder]") {
    const temporary_folder folder;
    write_content(folder / ".langexport", "a file"); // in the place of the folder
    const restore_folder mine(folder.path(), true);
    CHECK(mine.request_journal().empty());
    try {
        restore_folder other(folder.path(), false);
        FAIL("it was not rejected");
    } catch (const std::runtime_error& error) {
        CHECK_THAT(error.what(), contains_text("name a --report elsewhere"));
    }
}

} // namespace restore_folder_test
