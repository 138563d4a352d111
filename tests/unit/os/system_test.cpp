// Files and folders of one operating system. The tests in file/ show what they are used for.

#include <langexport/detail/os/system.hpp>

#include "support/catch.hpp"
#include "support/few_descriptors.hpp"
#include "support/small_disk.hpp"
#include "support/temporary_folder.hpp"
#include "unit/file/file_failure.hpp"

#include <cerrno>
#include <cstddef>
#include <filesystem>
#include <set>
#include <string>
#include <utility>

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace system_test {

using namespace langexport;
using namespace langexport::detail;
using langexport_tests::content_of;
using langexport_tests::mode_of;
using langexport_tests::temporary_folder;
using langexport_tests::write_content;
namespace fs = std::filesystem;

namespace {

// A file that must be there.
system_file opened(const fs::path& path) {
    error_code failure;
    system_file file = system_file::open_to_read(path, failure);
    REQUIRE_FALSE(failure);
    return file;
}

system_file created(const fs::path& path) {
    error_code failure;
    system_file file = system_file::create_private(path, failure);
    REQUIRE_FALSE(failure);
    REQUIRE(file.is_open());
    return file;
}

void write(system_file& file, const std::string& bytes) {
    error_code failure;
    file.write(bytes, failure);
    REQUIRE_FALSE(failure);
}

// The number of the error of creating a file there; 0: there was none.
int creation_error(const fs::path& path) {
    error_code failure;
    const system_file file = system_file::create_private(path, failure);
    CHECK(file.is_open() == !failure);
    return failure.value();
}

} // namespace

TEST_CASE("a private file is empty, and only its owner may read it", "[system]") {
    const temporary_folder folder;
    const auto old = ::umask(0);
    system_file file = created(folder / "p");
    ::umask(old);
    CHECK(mode_of(folder / "p") == 0600);
    error_code failure;
    CHECK(file.size(failure) == 0);
    CHECK_FALSE(failure);
}

TEST_CASE("a private file is busy while it is open, and replaced afterwards", "[system]") {
    const temporary_folder folder;
    {
        system_file file = created(folder / "p");
        write(file, "left behind");
        CHECK(creation_error(folder / "p") == EBUSY);
        CHECK(content_of(folder / "p") == "left behind");
    }
    const system_file next = created(folder / "p");
    CHECK(content_of(folder / "p").empty());
}

TEST_CASE("a private file takes the place of regular files only", "[system]") {
    const temporary_folder folder;
    const fs::path path = folder / "p";
    SECTION("a link") {
        write_content(folder / "target", "untouched");
        fs::create_symlink(folder / "target", path);
        CHECK(creation_error(path) == ELOOP);
        CHECK(content_of(folder / "target") == "untouched");
    }
    SECTION("a folder") {
        fs::create_directory(path);
        CHECK(creation_error(path) == EISDIR);
    }
    SECTION("a pipe") {
        REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
        CHECK(creation_error(path) == ENOTSUP);
    }
    CHECK(fs::symlink_status(path).type() != fs::file_type::not_found);
    CHECK(creation_error(folder / "missing" / "p") == ENOENT);
}

TEST_CASE("all bytes of a file are read, whatever its size", "[system]") {
    const temporary_folder folder;
    for (const std::size_t size : {0u, 1u, 65'535u, 65'536u, 65'537u, 300'000u}) {
        CAPTURE(size);
        std::string text;
        while (text.size() < size)
            text += std::to_string(text.size()) + ' ';
        text.resize(size);
        write_content(folder / "p", text);
        error_code failure = make_error_code(boost::system::errc::io_error);
        CHECK(opened(folder / "p").read_all(failure) == text);
        CHECK_FALSE(failure);
    }
}

TEST_CASE("a read ends at the end of the file, or with an error", "[system]") {
    const temporary_folder folder;
    write_content(folder / "p", "seven b");
    char bytes[10] = {};
    error_code failure;
    system_file file = opened(folder / "p");
    CHECK(file.read(bytes, 5, failure) == 5);
    CHECK(file.read(bytes, 10, failure) == 2);
    CHECK_FALSE(failure);
    CHECK(file.read(bytes, 10, failure) == 0);
    CHECK_FALSE(failure);
    system_file no_file = opened(folder.path());
    CHECK(no_file.read(bytes, 10, failure) == 0);
    CHECK(failure.value() == EISDIR);
    system_file::open_to_read(folder / "missing", failure);
    CHECK(failure.value() == ENOENT);
}

TEST_CASE("appended bytes follow those that are there", "[system]") {
    const temporary_folder folder;
    for (const char* line : {"one\n", "two\n"}) {
        error_code failure;
        system_file file = system_file::open_to_append(folder / "journal", failure);
        REQUIRE_FALSE(failure);
        write(file, line);
        write(file, "-\n");
    }
    CHECK(content_of(folder / "journal") == "one\n-\ntwo\n-\n");
    CHECK(mode_of(folder / "journal") == 0600);
    error_code failure;
    const system_file none = system_file::open_to_append(folder / "missing" / "j", failure);
    CHECK(failure.value() == ENOENT);
    CHECK_FALSE(none.is_open());
}

TEST_CASE("bytes of a file can be overwritten, and its end cut off", "[system]") {
    const temporary_folder folder;
    error_code failure;
    system_file file = created(folder / "p");
    write(file, "0123456789");
    file.write_at(3, "abc", failure);
    CHECK_FALSE(failure);
    write(file, "+"); // still at the end
    CHECK(content_of(folder / "p") == "012abc6789+");
    file.cut_to(4, failure);
    CHECK_FALSE(failure);
    CHECK(content_of(folder / "p") == "012a");
    CHECK(file.size(failure) == 4);
}

TEST_CASE("an operation that the system rejects reports the reason", "[system]") {
    const temporary_folder folder;
    write_content(folder / "p", "read only");
    system_file file = opened(folder / "p");
    const auto number_of = [](auto call) {
        error_code failure;
        call(failure);
        return failure.value();
    };
    CHECK(number_of([&](error_code& failure) { file.write("x", failure); }) == EBADF);
    CHECK(number_of([&](error_code& failure) { file.write_at(0, "x", failure); }) == EBADF);
    CHECK(number_of([&](error_code& failure) { file.cut_to(1, failure); }) == EINVAL);
    CHECK(content_of(folder / "p") == "read only");
    system_file limited = created(folder / "q");
    {
        const langexport_tests::small_disk disk(4096);
        CHECK(number_of([&](error_code& failure) {
                  limited.write(std::string(10'000, 'x'), failure);
              }) == EFBIG);
    }
}

TEST_CASE("file facts distinguish links, regular files and other files", "[system]") {
    const temporary_folder folder;
    error_code failure;
    write_content(folder / "p", "x");
    file_facts facts = opened(folder / "p").facts(folder / "p", failure);
    CHECK_FALSE(failure);
    CHECK(facts.is_regular);
    CHECK(facts.is_ours);
    CHECK(facts.links == 1);
    fs::create_hard_link(folder / "p", folder / "q");
    CHECK(opened(folder / "p").facts(folder / "p", failure).links == 2);
    facts = opened("/dev/null").facts("/dev/null", failure);
    CHECK_FALSE(facts.is_regular);
    CHECK(facts.is_ours); // true for every owner of a device
    if (::geteuid() != 0)
        return; // only root can prepare the rest
    REQUIRE(::chown((folder / "p").c_str(), 65534, 65534) == 0);
    CHECK_FALSE(opened(folder / "p").facts(folder / "p", failure).is_ours);
    CHECK(folder.names() == std::set<std::string>{"p", "q"}); // the probe is gone
}

TEST_CASE("a file replaces another one in one step, with the old permissions", "[system]") {
    const temporary_folder folder;
    const bool syncs = GENERATE(false, true);
    error_code failure;
    write_content(folder / "p", "old");
    fs::permissions(folder / "p", static_cast<fs::perms>(0640));
    system_file file = created(folder / "part");
    write(file, "new");
    file.replace(folder / "part", folder / "p", syncs, failure);
    CHECK_FALSE(failure);
    CHECK_FALSE(file.is_open());
    CHECK(content_of(folder / "p") == "new");
    CHECK(mode_of(folder / "p") == 0640);
    CHECK_FALSE(fs::exists(folder / "part"));
}

TEST_CASE("a replacement that fails leaves the old file", "[system]") {
    const temporary_folder folder;
    error_code failure;
    write_content(folder / "p", "old");
    system_file file = created(folder / "part");
    write(file, "new");
    SECTION("another file is at its path now") {
        fs::remove(folder / "part");
        write_content(folder / "part", "of another process");
        file.replace(folder / "part", folder / "p", true, failure);
        CHECK(failure == boost::system::errc::device_or_resource_busy);
        CHECK(content_of(folder / "part") == "of another process");
    }
    SECTION("the folder of the target does not exist") {
        const bool syncs = GENERATE(false, true);
        file.replace(folder / "part", folder / "missing" / "p", syncs, failure);
        CHECK(failure.value() == ENOENT);
        CHECK(content_of(folder / "part") == "new");
    }
    CHECK(content_of(folder / "p") == "old");
}

TEST_CASE("a private file can be removed, except in a child of its process", "[system]") {
    const temporary_folder folder;
    system_file file = created(folder / "p");
    write(file, "x");
    const ::pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        file.remove(folder / "p");
        ::_exit(file.is_open() ? 1 : 0);
    }
    int status = -1;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(status == 0);
    CHECK(content_of(folder / "p") == "x");

    file.remove(folder / "p");
    CHECK_FALSE(file.is_open());
    CHECK_FALSE(fs::exists(folder / "p"));
    write_content(folder / "p", "of another process");
    file.remove(folder / "p"); // it is closed already
    CHECK(fs::exists(folder / "p"));
}

TEST_CASE("a file has one owner, which closes it", "[system]") {
    const temporary_folder folder;
    write_content(folder / "p", "x");
    const std::size_t before = langexport_tests::open_descriptors();
    system_file first = opened(folder / "p");
    system_file second = std::move(first);
    CHECK_FALSE(first.is_open());
    CHECK(second.is_open());
    CHECK(langexport_tests::open_descriptors() == before + 1);
    second = opened(folder / "p");
    CHECK(langexport_tests::open_descriptors() == before + 1);
    second.close();
    second.close();
    CHECK(langexport_tests::open_descriptors() == before);
}

TEST_CASE("a folder cannot be created below a file", "[system]") {
    const temporary_folder folder;
    write_content(folder / "p", "x");
    error_code failure;
    make_folders(folder / "p", failure);
    CHECK(failure == boost::system::errc::not_a_directory);
    make_folders(folder / "p" / "a", failure);
    CHECK(failure == boost::system::errc::not_a_directory);
    make_folders("", failure);
    CHECK_FALSE(failure);
    make_folders(folder / "a" / "b" / "", failure); // a slash at the end
    CHECK_FALSE(failure);
    CHECK(fs::is_directory(folder / "a" / "b"));
}

TEST_CASE("a folder is ours alone if this user owns it, whatever its permissions were",
          "[system]") {
    const temporary_folder folder;
    error_code failure;
    CHECK(make_own_folder(folder / "a" / "b", failure) == folder_owner::us);
    CHECK(mode_of(folder / "a" / "b") == 0700);
    fs::permissions(folder / "a", static_cast<fs::perms>(0755));
    CHECK(make_own_folder(folder / "a", failure) == folder_owner::us);
    CHECK(mode_of(folder / "a") == 0700);

    write_content(folder / "file", "x");
    CHECK(make_own_folder(folder / "file", failure) == folder_owner::none);
    fs::create_directory_symlink(folder / "a", folder / "link");
    CHECK(make_own_folder(folder / "link", failure) == folder_owner::none);
    CHECK_FALSE(failure);
    CHECK(make_own_folder(folder / "file" / "c", failure) == folder_owner::none);
    CHECK(failure == boost::system::errc::not_a_directory);
    if (::geteuid() != 0)
        return; // only root can prepare the rest
    REQUIRE(::chown((folder / "a").c_str(), 65534, 65534) == 0);
    failure.clear();
    CHECK(make_own_folder(folder / "a", failure) == folder_owner::other);
}

TEST_CASE("files can be moved between folders of one disk", "[system]") {
    const temporary_folder folder;
    fs::create_directory(folder / "a");
    CHECK(are_on_one_disk(folder.path(), folder / "a"));
    CHECK_FALSE(are_on_one_disk(folder.path(), "/proc"));
    CHECK(are_on_one_disk(folder / "missing", "/proc")); // nothing tells in advance
}

TEST_CASE("a file without a folder is in the current one", "[system]") {
    CHECK(folder_of("p.json") == ".");
    CHECK(folder_of("a/b/p.json") == "a/b");
    CHECK(folder_of("/p.json") == "/");
}

TEST_CASE("a process names itself with its number and its machine", "[system]") {
    const std::string name = process_and_host();
    const std::string begin = "process " + std::to_string(::getpid());
    REQUIRE(name.starts_with(begin));
    char host[256] = {};
    REQUIRE(::gethostname(host, sizeof(host) - 1) == 0);
    CHECK(name == (*host ? begin + " on " + host : begin));
}

} // namespace system_test
