// The lock of a report.

#include "examples/tool/report_lock.hpp"

#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

#include <filesystem>
#include <set>
#include <string>
#include <utility>

#include <sys/resource.h>
#include <unistd.h>

namespace report_lock_test {

using namespace tool;
using namespace langexport_tests;
namespace fs = std::filesystem;

namespace {

// The message of the second run; empty if the report is not locked.
std::string rejection_of_second_run(const fs::path& report) {
    try {
        const report_lock second(report);
    } catch (const report_in_use& error) {
        return error.what();
    }
    return {};
}

} // namespace

TEST_CASE("a report is used by one run at a time, and the message names that run",
          "[tool][report_lock]") {
    const temporary_folder folder;
    const fs::path report = folder / "r.jsonl";
    {
        const report_lock first(report);
        CHECK(folder.names() == std::set<std::string>{".r.jsonl.lock"});
        const std::string why = rejection_of_second_run(report);
        CHECK(why.starts_with("the report '" + report.string() + "' is in use by process " +
                              std::to_string(::getpid()) + " on "));
        CHECK(why.ends_with(": wait for its end, or name another --report"));
        CHECK(rejection_of_second_run(folder / "other.jsonl").empty());
    }
    CHECK(folder.names().empty());
    CHECK(rejection_of_second_run(report).empty());
}

TEST_CASE("a file that a killed run has left locks nothing", "[tool][report_lock]") {
    const temporary_folder folder;
    write_content(folder / ".r.jsonl.lock", "process 1 on elsewhere");
    CHECK(rejection_of_second_run(folder / "r.jsonl").empty());
}

TEST_CASE("two paths of a report have one lock", "[tool][report_lock]") {
    const temporary_folder folder;
    fs::create_directory(folder / "a");
    write_content(folder / "a/r.jsonl", "");
    fs::create_symlink("a/r.jsonl", folder / "link.jsonl");
    CHECK(real_path(folder / "link.jsonl") == real_path(folder / "a/r.jsonl"));
    CHECK(real_path(folder / "a/../b/new.jsonl") == real_path(folder.path()) / "b/new.jsonl");
    const report_lock first(folder / "link.jsonl");
    CHECK_FALSE(rejection_of_second_run(folder / "a/r.jsonl").empty());
    CHECK_FALSE(rejection_of_second_run(folder / "a/../a/r.jsonl").empty());
}

TEST_CASE("a lock that was moved is held by the new object", "[tool][report_lock]") {
    const temporary_folder folder;
    report_lock first(folder / "r.jsonl");
    {
        const report_lock second(std::move(first));
        CHECK_FALSE(rejection_of_second_run(folder / "r.jsonl").empty());
    }
    CHECK(rejection_of_second_run(folder / "r.jsonl").empty());
}

TEST_CASE("a folder in which no file can be created has no lock", "[tool][report_lock]") {
    const temporary_folder folder;
    const report_lock first(folder / "absent/r.jsonl");
    CHECK(rejection_of_second_run(folder / "absent/r.jsonl").empty());
    CHECK(folder.names().empty());
}

TEST_CASE("a process with few descriptors uses none for a lock", "[tool][report_lock]") {
    const temporary_folder folder;
    rlimit old{};
    REQUIRE(::getrlimit(RLIMIT_NOFILE, &old) == 0);
    const rlimit few{31, old.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &few) == 0);
    {
        const report_lock first(folder / "r.jsonl");
        ::setrlimit(RLIMIT_NOFILE, &old);
        CHECK(folder.names().empty());
    }
    CHECK(rejection_of_second_run(folder / "r.jsonl").empty());
}

} // namespace report_lock_test
