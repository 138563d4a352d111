// One run at a time in a folder: across processes, their deaths and their races.

#include <langexport/file/folder_lock.hpp>

#include "support/catch.hpp"
#include "support/child_process.hpp"
#include "support/small_disk.hpp"
#include "support/temporary_folder.hpp"

#include <csignal>
#include <cstdlib>
#include <deque>
#include <string>
#include <thread>
#include <utility>

#include <unistd.h>

namespace folder_lock_test {

using namespace langexport;
using namespace langexport_tests;
namespace fs = std::filesystem;

namespace {

// Why a folder cannot be locked; empty if it can.
std::string rejected(const fs::path& folder) {
    try {
        folder_lock lock(folder);
    } catch (const folder_in_use& error) {
        CHECK(error.code() == boost::system::errc::device_or_resource_busy);
        CHECK_THAT(error.what(), contains_text(error.holder()));
        return error.what();
    }
    return {};
}

// Runs one of the tests below in a child process.
class case_in_child : public child_process {
public:
    case_in_child(const std::string& name, const fs::path& folder)
        : child_process({fs::read_symlink("/proc/self/exe").string(), name},
                        {{"LANGEXPORT_TEST_FOLDER", folder.string()}}) {}
};

fs::path folder_of_child() {
    const char* folder = std::getenv("LANGEXPORT_TEST_FOLDER");
    REQUIRE(folder);
    return folder;
}

} // namespace

TEST_CASE("a folder can be locked once, and again after its release", "[lock]") {
    const temporary_folder folder;
    {
        folder_lock lock(folder.path());
        CHECK(lock.path() == folder / ".langexport.lock");
        const std::string why = rejected(folder.path());
        CHECK(why.starts_with("the folder '" + folder.path().string() + "' is in use by process " +
                              std::to_string(::getpid()) + " on "));
        CHECK_THAT(why, contains_text(" since 20"));
        // A lock that was moved is one lock.
        const folder_lock moved = std::move(lock);
        CHECK_FALSE(rejected(folder.path()).empty());
    }
    CHECK(folder.names().empty());
    CHECK(rejected(folder.path()).empty());
}

TEST_CASE("the lock file can be in a subfolder", "[lock]") {
    const temporary_folder folder;
    fs::create_directory(folder / "own");
    const folder_lock lock(folder.path(), "own/lock");
    CHECK(lock.path() == folder / "own/lock");
    CHECK(folder.names() == std::set<std::string>{"own"});
    try {
        folder_lock second(folder.path(), "own/lock");
        FAIL("locked twice");
    } catch (const folder_in_use& error) {
        CHECK_THAT(error.what(), contains_text("the folder '" + folder.path().string() + "' is"));
    }
}

TEST_CASE("a failed lock leaves no file", "[lock]") {
    const temporary_folder folder;
    {
        const small_disk full(0);
        CHECK_THROWS_AS(folder_lock(folder.path()), file_error);
    }
    CHECK(folder.names().empty());
}

TEST_CASE("a lock does not outlive its process, however it ends", "[lock]") {
    const temporary_folder folder;
    for (const int signal : {SIGTERM, SIGKILL}) {
        case_in_child child("hold the lock of a folder", folder.path());
        REQUIRE(child.wait_until([&] { return fs::exists(folder / "id"); }));
        CHECK_THAT(rejected(folder.path()),
                   contains_text(" in use by process " + content_of(folder / "id") + " on "));
        child.send(signal);
        CHECK(child.wait() == -signal);
        CHECK(rejected(folder.path()).empty());
        fs::remove(folder / "id");
    }
}

TEST_CASE("of several processes only one holds a folder's lock at a time", "[lock]") {
    const temporary_folder folder;
    write_content(folder / "count", "0");
    std::deque<case_in_child> children;
    for (int i = 0; i < 4; ++i)
        children.emplace_back("count in a locked folder", folder.path());
    for (case_in_child& child : children)
        CHECK(child.wait() == 0);
    CHECK(content_of(folder / "count") == "200");
    CHECK(folder.names() == std::set<std::string>{"count"});
}

TEST_CASE("text from another process's lock file is made printable", "[lock]") {
    const temporary_folder folder;
    const folder_lock lock(folder.path());
    write_content(lock.path(), "");
    CHECK_THAT(rejected(folder.path()), contains_text("' is in use by another process: "));
    write_content(lock.path(), "evil\x1B[2J\n\xFF" + std::string(10'000, 'x'));
    CHECK_THAT(rejected(folder.path()), contains_text(" in use by evil [2J ?xxx"));
    CHECK(rejected(folder.path()).size() < 500);
}

TEST_CASE("a path that is not a folder cannot be locked", "[lock]") {
    const temporary_folder folder;
    CHECK_THROWS_AS(folder_lock(folder / "none"), file_error);
    write_content(folder / "file", "x");
    CHECK_THROWS_AS(folder_lock(folder / "file"), file_error);
    fs::create_symlink(folder / "elsewhere", folder / ".langexport.lock");
    CHECK_THROWS_AS(folder_lock(folder.path()), file_error);
    CHECK_FALSE(fs::exists(folder / "elsewhere"));
}

// Cases that other cases run in processes of their own.

TEST_CASE("hold the lock of a folder", "[.child]") {
    const fs::path folder = folder_of_child();
    const folder_lock lock(folder);
    std::signal(SIGTERM, SIG_DFL);
    write_content(folder / "id.new", std::to_string(::getpid()));
    fs::rename(folder / "id.new", folder / "id");
    for (;;)
        ::pause();
}

TEST_CASE("count in a locked folder", "[.child]") {
    const fs::path folder = folder_of_child();
    for (int done = 0; done < 50;) {
        try {
            const folder_lock lock(folder);
            const int count = std::stoi(content_of(folder / "count"));
            write_content(folder / "count", std::to_string(count + 1));
            ++done;
        } catch (const folder_in_use&) {
            std::this_thread::yield();
        }
    }
}

} // namespace folder_lock_test
