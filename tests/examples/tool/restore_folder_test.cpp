#include "examples/tool/restore_folder.hpp"

#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

#include <unistd.h>

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

// Such as that of the systemd service, which root restores.
TEST_CASE("a folder of another user needs a report elsewhere, and is not written",
          "[tool][restore_folder]") {
    if (::geteuid() != 0)
        return; // only root can give a folder to another user
    const temporary_folder folder;
    const std::filesystem::path own = folder / ".langexport";
    std::filesystem::create_directory(own);
    REQUIRE(::chown(own.c_str(), 65534, 65534) == 0);
    CHECK_THROWS_WITH(restore_folder(folder.path(), false),
                      contains_text("belongs to another user") &&
                          contains_text("name a --report elsewhere"));
    const restore_folder mine(folder.path(), true);
    CHECK(mine.request_journal().empty());
    CHECK(std::filesystem::is_empty(own));
}

} // namespace restore_folder_test
