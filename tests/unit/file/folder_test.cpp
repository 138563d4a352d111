// Folders for results.

#include <langexport/file/folder.hpp>

#include <langexport/detail/os/system.hpp>

#include "support/catch.hpp"
#include "support/temporary_folder.hpp"
#include "unit/file/file_failure.hpp"

#include <filesystem>
#include <set>
#include <string>

#include <sys/stat.h>

namespace folder_test {

using namespace langexport;
using namespace langexport_tests;
namespace fs = std::filesystem;

TEST_CASE("a missing folder is created, and an existing one is not changed", "[files]") {
    const temporary_folder folder;
    prepare_folder(folder / "a" / "b");
    CHECK(fs::is_empty(folder / "a" / "b"));
    prepare_folder(folder / "a" / "b");
    CHECK(fs::is_empty(folder / "a" / "b"));
    // Another process may do so at the same moment. Its file is left to it.
    const fs::path probe = folder / "a" / "b" / detail::probe_name;
    detail::error_code failure;
    detail::system_file of_another = detail::system_file::create_private(probe, failure);
    REQUIRE_FALSE(failure);
    prepare_folder(folder / "a" / "b");
    CHECK(fs::exists(probe));
    of_another.remove(probe);
    CHECK(fs::is_empty(folder / "a" / "b"));
}

TEST_CASE("existing names of the user in a folder cause no error", "[files]") {
    const temporary_folder folder;
    fs::create_directory(folder / "langexport");
    fs::create_directory(folder / "langexport.json");
    REQUIRE(::mkfifo((folder / ".langexport.part").c_str(), 0600) == 0);
    prepare_folder(folder.path());
    CHECK(folder.names() ==
          std::set<std::string>{"langexport", "langexport.json", ".langexport.part"});
}

TEST_CASE("new folders are accessible only to their owner, with every umask", "[files]") {
    const temporary_folder folder;
    for (const unsigned mask : {0u, 0022u, 0077u, 0277u, 0777u}) {
        const fs::path top = folder / std::to_string(mask);
        const auto old = ::umask(static_cast<::mode_t>(mask));
        prepare_folder(top / "a" / "b");
        ::umask(old);
        INFO(mask);
        CHECK(mode_of(top) == 0700);
        CHECK(mode_of(top / "a") == 0700);
        CHECK(mode_of(top / "a" / "b") == 0700);
    }
    // One that was there keeps its permissions.
    fs::permissions(folder / "0", static_cast<fs::perms>(0755));
    prepare_folder(folder / "0" / "c");
    CHECK(mode_of(folder / "0") == 0755);
}

} // namespace folder_test
