// Files that are read completely.

#include <langexport/file/read_file.hpp>

#include "support/catch.hpp"
#include "support/temporary_folder.hpp"
#include "unit/file/file_failure.hpp"

#include <cerrno>
#include <string>

namespace read_file_test {

using namespace langexport;
using namespace langexport_tests;

TEST_CASE("a file is read completely, or the reason is reported", "[files]") {
    const temporary_folder folder;
    const std::string bytes("a\0\r\n\xFF", 5);
    write_content(folder / "f", bytes);
    CHECK(read_file(folder / "f") == bytes);
    CHECK_THAT(failure_of([&] { read_file(folder / "none"); }, ENOENT),
               contains_text("cannot read"));
    CHECK_THAT(failure_of([&] { read_file(folder.path()); }, EISDIR), contains_text("cannot read"));
    // It can be opened, but not read at its beginning.
    CHECK(failure_of([&] { read_file("/proc/self/mem"); }, EIO) ==
          "cannot read '/proc/self/mem': " + std::string(std::strerror(EIO)));
}

} // namespace read_file_test
