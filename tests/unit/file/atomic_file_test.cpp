// Files that are complete or absent.

#include <langexport/file/atomic_file.hpp>

#include <langexport/error.hpp>
#include <langexport/file/folder.hpp>
#include <langexport/file/journal_file.hpp>
#include <langexport/file/read_file.hpp>
#include <langexport/sink/file_sink.hpp>

#include "support/catch.hpp"
#include "support/few_descriptors.hpp"
#include "support/small_disk.hpp"
#include "support/temporary_folder.hpp"
#include "unit/file/file_failure.hpp"
#include "unit/sink/written.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace atomic_file_test {

using namespace langexport;
using namespace langexport_tests;
namespace fs = std::filesystem;

namespace {

int good_syncs = -1; // how many there are before one fails; below 0: all are good
bool rejects_permissions = false;
std::vector<std::pair<off_t, off_t>> begun_ranges; // places and sizes
std::vector<off_t> reserved_sizes;

} // namespace

// Instead of the system's, for a disk that fails only when all is to be on it.
extern "C" int fsync(int handle) {
    if (good_syncs == 0) {
        errno = EIO;
        return -1;
    }
    good_syncs -= good_syncs > 0 ? 1 : 0;
    return static_cast<int>(::syscall(SYS_fsync, handle));
}

#if defined(SYS_sync_file_range)
// Records the parts of files that the system is to write.
extern "C" int sync_file_range(int handle, off64_t place, off64_t size, unsigned) {
    begun_ranges.emplace_back(place, size);
    return static_cast<int>(
        ::syscall(SYS_sync_file_range, handle, place, size, SYNC_FILE_RANGE_WRITE));
}
#endif

#if defined(SYS_fallocate)
// Records the sizes for which space is reserved.
extern "C" int fallocate(int handle, int mode, off64_t place, off64_t size) {
    reserved_sizes.push_back(size);
    return static_cast<int>(::syscall(SYS_fallocate, handle, mode, place, size));
}
#endif

// Instead of the system's, for a disk that has permissions of its own.
extern "C" int fchmod(int handle, mode_t mode) noexcept {
    if (rejects_permissions) {
        errno = EPERM;
        return -1;
    }
    return static_cast<int>(::syscall(SYS_fchmod, handle, mode));
}

TEST_CASE("a file exists only when it is complete", "[files]") {
    const temporary_folder folder;
    atomic_file file(folder / "p.json");
    file.write("one ");
    file.write("two");
    CHECK(file.size() == 7);
    CHECK_FALSE(fs::exists(folder / "p.json"));
    CHECK(folder.names() == std::set<std::string>{".p.json.part"});
    CHECK(mode_of(folder / ".p.json.part") == 0600);

    file.commit();
    CHECK(content_of(folder / "p.json") == "one two");
    CHECK(mode_of(folder / "p.json") == 0600);
    CHECK(folder.names() == std::set<std::string>{"p.json"});
    file.discard();
    CHECK(folder.names() == std::set<std::string>{"p.json"});
}

TEST_CASE("an old file stays until the new one is complete", "[files]") {
    const temporary_folder folder;
    write_content(folder / "p", "old");
    {
        atomic_file file(folder / "p");
        file.write("new and half");
        CHECK(content_of(folder / "p") == "old");
    }
    CHECK(content_of(folder / "p") == "old");
    CHECK(folder.names() == std::set<std::string>{"p"});

    write_file(folder / "p", "new");
    CHECK(content_of(folder / "p") == "new");
}

TEST_CASE("a replaced file keeps its permissions", "[files]") {
    const temporary_folder folder;
    for (const unsigned mode : {0640u, 0600u, 0444u}) {
        write_file(folder / "p", "old");
        fs::permissions(folder / "p", static_cast<fs::perms>(mode));
        write_file(folder / "p", "new");
        CHECK(mode_of(folder / "p") == mode);
        CHECK(content_of(folder / "p") == "new");
    }
}

TEST_CASE("a new file is private with every umask", "[files]") {
    const temporary_folder folder;
    const auto old = ::umask(0);
    write_file(folder / "p", "x");
    journal_file(folder / "j").append("x");
    ::umask(old);
    CHECK(mode_of(folder / "p") == 0600);
    CHECK(mode_of(folder / "j") == 0600);
}

TEST_CASE("files can be written on a file system without permissions", "[files]") {
    const temporary_folder folder;
    write_content(folder / "old", "old");
    rejects_permissions = true;
    const std::string of_new = failure_of([&] { write_file(folder / "new", "new"); }, EPERM);
    const std::string of_old = failure_of([&] { write_file(folder / "old", "new"); }, EPERM);
    rejects_permissions = false;
    CHECK(of_new.empty());
    CHECK(of_old.empty());
    CHECK(content_of(folder / "new") == "new");
    CHECK(content_of(folder / "old") == "new");
}

TEST_CASE("leftovers of a crash are overwritten", "[files]") {
    const temporary_folder folder;
    write_content(folder / ".p.part", "a half that is longer than the new one");
    fs::permissions(folder / ".p.part", static_cast<fs::perms>(0666));
    write_file(folder / "p", "new");
    CHECK(content_of(folder / "p") == "new");
    CHECK(mode_of(folder / "p") == 0600);
    CHECK(folder.names() == std::set<std::string>{"p"});
}

TEST_CASE("existing files are never written to", "[files]") {
    const temporary_folder folder;
    const auto write = [&](const std::string& name) { write_file(folder / name, "secret"); };

    SECTION("a hard link is not followed") {
        write_content(folder / "snapshot", "of yesterday");
        fs::create_hard_link(folder / "snapshot", folder / ".p.part");
        write("p");
        CHECK(content_of(folder / "snapshot") == "of yesterday");
        CHECK(content_of(folder / "p") == "secret");
    }
    SECTION("a program with the old file open does not see the new content") {
        std::ofstream(folder / ".p.part") << "";
        std::ifstream early(folder / ".p.part");
        write("p");
        CHECK(early.peek() == std::ifstream::traits_type::eof());
        CHECK(content_of(folder / "p") == "secret");
    }
    SECTION("another user's file does not become the result") {
        if (::geteuid() != 0) {
            WARN("not tested: only root can prepare this");
            return;
        }
        write_content(folder / ".p.part", "");
        REQUIRE(::chown((folder / ".p.part").c_str(), 65534, 65534) == 0);
        fs::permissions(folder / ".p.part", static_cast<fs::perms>(0666));
        write("p");
        struct stat made = {};
        REQUIRE(::stat((folder / "p").c_str(), &made) == 0);
        CHECK(made.st_uid == ::geteuid());
        CHECK(mode_of(folder / "p") == 0600);
    }
    SECTION("a target that is not a file is rejected") {
        REQUIRE(::mkfifo((folder / ".pipe.part").c_str(), 0600) == 0);
        CHECK_THAT(failure_of([&] { write("pipe"); }, ENOTSUP), contains_text(".pipe.part"));
        fs::create_directory(folder / ".folder.part");
        CHECK_THAT(failure_of([&] { write("folder"); }, EISDIR), contains_text(".folder.part"));
        CHECK(folder.names() == std::set<std::string>{".folder.part", ".pipe.part"});
    }
}

TEST_CASE("a part file that was swapped does not become the result", "[files]") {
    const temporary_folder folder;
    write_content(folder / "p", "old");
    atomic_file file(folder / "p");
    file.write("new");
    fs::remove(folder / ".p.part");
    write_content(folder / ".p.part", "of another user");
    CHECK_FALSE(failure_of([&] { file.commit(); }, EBUSY).empty());
    CHECK(content_of(folder / "p") == "old");
}

TEST_CASE("a part file can be in another folder", "[files]") {
    const temporary_folder folder;
    file_options options;
    options.temporary_folder = folder / "parts";
    options.keep_unchanged = true;
    fs::create_directory(folder / "parts");
    fs::create_directory(folder / "results");
    const auto results = [&] { return fs::is_empty(folder / "results"); };
    {
        atomic_file file(folder / "results" / "p.json", options);
        file.write("one");
        CHECK(results());
        CHECK(fs::exists(folder / "parts" / ".p.json.part"));
        CHECK(file.commit());
    }
    CHECK(content_of(folder / "results" / "p.json") == "one");
    CHECK(fs::is_empty(folder / "parts"));
    atomic_file same(folder / "results" / "p.json", options);
    same.write("one");
    CHECK_FALSE(same.commit());
    CHECK(fs::is_empty(folder / "parts"));

    options.temporary_folder = folder / "none";
    CHECK_FALSE(failure_of([&] { file_sink sink(folder / "results" / "p.json", options); }, ENOENT)
                    .empty());
    // Where it is a disk of its own on most machines.
    struct stat shared = {}, ours = {};
    if (::stat("/dev/shm", &shared) == 0 && ::stat(folder.path().c_str(), &ours) == 0 &&
        shared.st_dev != ours.st_dev) {
        options.temporary_folder = "/dev/shm";
        CHECK_THAT(failure_of([&] { file_sink sink(folder / "p.json", options); }, EXDEV),
                   contains_text("'/dev/shm', is on another file system"));
    }
}

TEST_CASE("two writers of one file do not mix their content", "[files]") {
    const temporary_folder folder;
    atomic_file first(folder / "p");
    first.write("first");
    CHECK_THAT(failure_of([&] { atomic_file second(folder / "p"); }, EBUSY),
               contains_text("another process is writing it"));
    first.commit();
    CHECK(content_of(folder / "p") == "first");
    write_file(folder / "p", "second");
    CHECK(content_of(folder / "p") == "second");
}

TEST_CASE("a symbolic link is replaced, never followed", "[files]") {
    const temporary_folder folder;
    write_content(folder / "elsewhere", "untouched");
    fs::create_symlink(folder / "elsewhere", folder / "p");
    write_file(folder / "p", "new");
    CHECK_FALSE(fs::is_symlink(folder / "p"));
    CHECK(content_of(folder / "elsewhere") == "untouched");

    fs::create_symlink(folder / "elsewhere", folder / ".q.part");
    CHECK_THAT(failure_of([&] { write_file(folder / "q", "x"); }, ELOOP),
               contains_text(".q.part' cannot be created"));
    CHECK(content_of(folder / "elsewhere") == "untouched");
}

TEST_CASE("a full disk leaves the old file and is reported", "[files]") {
    const temporary_folder folder;
    write_content(folder / "p", "old");
    const std::string large(100'000, 'x');
    {
        const small_disk disk(4096);
        const std::string what = failure_of([&] { write_file(folder / "p", large); }, EFBIG);
        CHECK(what == "cannot write '" + (folder / "p").string() + "': " + std::strerror(EFBIG));
    }
    CHECK(content_of(folder / "p") == "old");
    CHECK(folder.names() == std::set<std::string>{"p"});
}

TEST_CASE("a disk that fails at the final sync leaves the old file and is reported", "[files]") {
    const temporary_folder folder;
    write_content(folder / "p", "old");
    journal_file journal(folder / "j");
    const std::string reason = std::strerror(EIO);

    good_syncs = 0;
    const std::string of_file = failure_of([&] { write_file(folder / "p", "new"); }, EIO);
    const std::string of_journal = failure_of([&] { journal.append("line\n"); }, EIO);
    const std::string of_new = failure_of([&] { journal_file(folder / "k"); }, EIO);
    file_options quick;
    quick.sync = false;
    atomic_file unsynced(folder / "q", quick);
    CHECK(unsynced.commit());
    good_syncs = -1;
    CHECK(of_file == "cannot write '" + (folder / "p").string() + "': " + reason);
    CHECK(of_journal == "cannot write '" + (folder / "j").string() + "': " + reason);
    CHECK_FALSE(of_new.empty());
    CHECK(content_of(folder / "p") == "old");
    CHECK(folder.names() == std::set<std::string>{"j", "k", "p", "q"});

    // The sync of the folder is last: then the new file exists, but may not survive a power
    // failure.
    good_syncs = 1;
    const std::string of_name = failure_of([&] { write_file(folder / "p", "new"); }, EIO);
    good_syncs = -1;
    CHECK(of_name == "cannot finish replacing '" + (folder / "p").string() + "': " + reason);
    CHECK(content_of(folder / "p") == "new");
    CHECK(folder.names() == std::set<std::string>{"j", "k", "p", "q"});
}

#if defined(SYS_sync_file_range)
TEST_CASE("the disk begins to write a large file before it is complete", "[files]") {
    const temporary_folder folder;
    const std::string piece(300'000, 'x');
    for (const bool is_synced : {true, false}) {
        file_options options;
        options.sync = is_synced;
        begun_ranges.clear();
        atomic_file file(folder / "p", options);
        for (int i = 0; i < 30; ++i)
            file.write(piece);
        const std::vector<std::pair<off_t, off_t>> steps = {{0, 4'194'304}, {4'194'304, 4'194'304}};
        CHECK(begun_ranges == (is_synced ? steps : std::vector<std::pair<off_t, off_t>>()));
        file.commit();
    }
}
#endif

#if defined(SYS_fallocate)
TEST_CASE("space is reserved for a large file whose size is announced", "[files]") {
    const temporary_folder folder;
    const off_t large = 5'000'000;
    reserved_sizes.clear();
    file_sink sink(folder / "p");
    for (const off_t size : {large, off_t(20'000), large}) {
        sink.set_expected_size(static_cast<std::uint64_t>(size));
        write_to(sink, "less", false);
        CHECK(fs::file_size(folder / ".p.part") == 4);
        sink.discard();
    }
    CHECK(reserved_sizes == std::vector<off_t>{large, large});
    write_to(sink, "no size is announced");
    CHECK(reserved_sizes.size() == 2);

    // What was not used is free again.
    atomic_file file(folder / "q");
    file.reserve(static_cast<std::uint64_t>(large));
    file.write("less");
    file.commit();
    struct stat found = {};
    REQUIRE(::stat((folder / "q").c_str(), &found) == 0);
    CHECK(found.st_size == 4);
    CHECK(found.st_blocks * 512 < large / 2);
}

TEST_CASE("a disk on which no space can be reserved is full only when it is written", "[files]") {
    const temporary_folder folder;
    const small_disk disk(4096);
    atomic_file file(folder / "p");
    file.reserve(5'000'000);
    file.write("fits");
    const std::string what = failure_of([&] { file.write(std::string(100'000, 'x')); }, EFBIG);
    CHECK(what == "cannot write '" + (folder / "p").string() + "': " + std::strerror(EFBIG));
    atomic_file enormous(folder / "q");
    enormous.reserve(std::uint64_t(1) << 62);
    enormous.write("fits");
    CHECK(enormous.commit());
}
#endif

TEST_CASE("a lack of descriptors is reported as such and leaves the old file", "[files]") {
    const temporary_folder folder;
    write_content(folder / "p", "old");
    for (const bool is_kept : {false, true}) {
        file_options options;
        options.keep_unchanged = is_kept;
        atomic_file file(folder / "p", options);
        file.write("new");
        std::string why;
        {
            const no_descriptors none;
            // The client cannot know whether the file can be written, so it does not reject the export.
            CHECK_NOTHROW(file_sink(folder / "q"));
            const auto fails = [](const auto& call, int number) {
                CHECK_FALSE(failure_of(call, number).empty());
            };
            fails([&] { atomic_file other(folder / "q"); }, EMFILE);
            fails([&] { read_file(folder / "p"); }, EMFILE);
            fails([&] { journal_file journal(folder / "j"); }, EMFILE);
            // Also where two files of the same size are compared. Linux needs none to put a file in its
            // place, so that an export ends well with one for its connection and one for its file.
#if defined(__linux__)
            if (!is_kept)
                CHECK(file.commit());
            else
#endif
                why = failure_of([&] { file.commit(); }, EMFILE);
        }
        if (!why.empty()) {
            CHECK_THAT(why, contains_text(std::strerror(EMFILE)));
            CHECK(content_of(folder / "p") == "old");
            CHECK(file.commit());
        }
        if (is_kept)
            CHECK_FALSE(why.empty());
        CHECK(content_of(folder / "p") == "new");
        write_content(folder / "p", "old");
    }
    CHECK(folder.names() == std::set<std::string>{"p"});
}

TEST_CASE("an unchanged file is not replaced", "[files]") {
    const temporary_folder folder;
    const auto write = [&](const std::string& bytes) {
        file_options options;
        options.keep_unchanged = true;
        atomic_file file(folder / "p", options);
        file.write(bytes);
        return file.commit();
    };
    struct stat before = {}, after = {};
    const auto is_untouched = [&] {
        ::stat((folder / "p").c_str(), &after);
        return before.st_ino == after.st_ino && before.st_mtim.tv_sec == after.st_mtim.tv_sec &&
               before.st_mtim.tv_nsec == after.st_mtim.tv_nsec && before.st_mode == after.st_mode;
    };
    std::string bytes(150'000, 'x');
    CHECK(write(bytes));
    fs::last_write_time(folder / "p", fs::file_time_type::clock::now() - std::chrono::hours(24));
    ::stat((folder / "p").c_str(), &before);
    CHECK_FALSE(write(bytes));
    CHECK(is_untouched());
    CHECK(folder.names() == std::set<std::string>{"p"});

    // One byte, at the beginning, at the end, behind it.
    for (const std::size_t at : {std::size_t{0}, bytes.size() - 1, bytes.size()}) {
        bytes.resize(std::max(bytes.size(), at + 1));
        bytes[at] = 'y';
        CHECK(write(bytes));
        CHECK_FALSE(is_untouched());
        CHECK(content_of(folder / "p") == bytes);
        CHECK_FALSE(write(bytes));
    }
    CHECK(write(""));
    CHECK_FALSE(write(""));
    CHECK(folder.names() == std::set<std::string>{"p"});

    // A link is not one of our files, regardless of its target.
    fs::rename(folder / "p", folder / "q");
    fs::create_symlink("q", folder / "p");
    CHECK(write(""));
    CHECK_FALSE(fs::is_symlink(folder / "p"));
    fs::remove(folder / "p");
    fs::create_directory(folder / "p");
    CHECK_FALSE(failure_of([&] { write(""); }, EISDIR).empty());
}

TEST_CASE("unusable folders are rejected with the reason", "[files]") {
    const temporary_folder folder;
    CHECK_THAT(failure_of([&] { write_file(folder / "no/p", "x"); }, ENOENT),
               contains_text("No such file"));
    write_content(folder / "file", "x");
    CHECK_THAT(failure_of([&] { write_file(folder / "file" / "p", "x"); }, ENOTDIR),
               contains_text("Not a directory"));
    fs::create_directory(folder / "p");
    CHECK_THAT(failure_of([&] { write_file(folder / "p", "x"); }, EISDIR),
               contains_text("cannot write '"));
    CHECK(folder.names() == std::set<std::string>{"file", "p"});
    CHECK_THAT(failure_of([&] { prepare_folder(folder / "file" / "sub"); }, ENOTDIR),
               contains_text("cannot create the folder"));
    CHECK_THROWS_WITH(prepare_folder("/proc"),
                      contains_text("cannot write in the folder '/proc': "));
}

TEST_CASE("a target that is not a regular file is not replaced", "[files]") {
    const temporary_folder folder;
    REQUIRE(::mkfifo((folder / "pipe").c_str(), 0600) == 0);
    fs::create_symlink("pipe", folder / "link");
    fs::create_directory(folder / "folder");
    fs::create_symlink("folder", folder / "shortcut");
    fs::create_symlink("/proc/self/exe", folder / "open"); // such as /dev/stdout
    for (const char* name : {"pipe", "link", "open"}) {
        INFO(name);
        CHECK(failure_of([&] { file_sink sink(folder / name); }, ENOTSUP)
                  .starts_with("cannot replace '" + (folder / name).string() +
                               "', which is not a regular file: "));
    }
    for (const char* name : {"folder", "shortcut"}) {
        INFO(name);
        CHECK_FALSE(failure_of([&] { file_sink sink(folder / name); }, EISDIR).empty());
    }
    CHECK_FALSE(failure_of([&] { file_sink sink("/dev/null"); }, ENOTSUP).empty());
    CHECK(folder.names() == std::set<std::string>{"folder", "link", "open", "pipe", "shortcut"});
    CHECK(fs::is_fifo(folder / "pipe"));
    // A link to a missing file counts as a missing file.
    fs::create_symlink("nowhere", folder / "dangling");
    write_file(folder / "dangling", "x");
    CHECK(fs::is_regular_file(fs::symlink_status(folder / "dangling")));
}

TEST_CASE("new files are readable only by their owner, with every umask", "[files]") {
    const temporary_folder folder;
    for (const unsigned mask : {0u, 0022u, 0277u, 0777u}) {
        const fs::path file = folder / std::to_string(mask);
        const auto old = ::umask(static_cast<::mode_t>(mask));
        write_file(file, "x");
        ::umask(old);
        INFO(mask);
        CHECK(mode_of(file) == 0600);
    }
}

} // namespace atomic_file_test
