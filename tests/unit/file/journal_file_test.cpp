// Files that only grow.

#include <langexport/file/journal_file.hpp>

#include "support/catch.hpp"
#include "support/small_disk.hpp"
#include "support/temporary_folder.hpp"
#include "unit/file/file_failure.hpp"

#include <cerrno>
#include <filesystem>
#include <string>

namespace journal_file_test {

using namespace langexport;
using namespace langexport_tests;
namespace fs = std::filesystem;

TEST_CASE("a journal grows line by line and across runs", "[files]") {
    const temporary_folder folder;
    journal_file(folder / "j").append("one\n");
    journal_file again(folder / "j");
    again.append("two\n");
    CHECK(content_of(folder / "j") == "one\ntwo\n");
    again.cut_to(5);
    again.append("+\n");
    CHECK(content_of(folder / "j") == "one\nt+\n");
    CHECK(again.path() == folder / "j");
}

TEST_CASE("a journal appends only to its own files", "[files]") {
    const temporary_folder folder;
    write_content(folder / "j", "one\n");
    fs::permissions(folder / "j", static_cast<fs::perms>(0640));
    fs::create_hard_link(folder / "j", folder / "snapshot");
    fs::create_symlink("j", folder / "link");
    journal_file(folder / "link").append("two\n");
    CHECK(content_of(folder / "snapshot") == "one\n");
    CHECK(content_of(folder / "j") == "one\ntwo\n");
    CHECK(mode_of(folder / "j") == 0640);
    CHECK(fs::is_symlink(folder / "link"));

    if (::geteuid() != 0) {
        WARN("not tested: only root can prepare this");
        return;
    }
    REQUIRE(::chown((folder / "j").c_str(), 65534, 65534) == 0);
    CHECK_THAT(failure_of([&] { journal_file journal(folder / "j"); }, EPERM),
               contains_text(", which belongs to another user: "));
    CHECK(content_of(folder / "j") == "one\ntwo\n");
}

TEST_CASE("a line that does not fit on the disk is not written in part", "[files]") {
    const temporary_folder folder;
    journal_file journal(folder / "j");
    journal.append("whole\n");
    {
        const small_disk disk(4096);
        CHECK_FALSE(failure_of([&] { journal.append(std::string(5000, 'x')); }, EFBIG).empty());
    }
    CHECK(content_of(folder / "j") == "whole\n");
    journal.append("next\n");
    CHECK(content_of(folder / "j") == "whole\nnext\n");
    journal_file full("/dev/full");
    CHECK(failure_of([&] { full.append("x"); }, ENOSPC) ==
          std::string("cannot write '/dev/full': ") + std::strerror(ENOSPC));
}

} // namespace journal_file_test
