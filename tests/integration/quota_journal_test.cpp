#include <langexport/client_params.hpp>
#include <langexport/request_quota.hpp>

#include "integration/client_bench.hpp"
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

#include <sys/stat.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <system_error>

namespace testing = langexport::testing;

namespace {

using namespace std::chrono_literals;
using langexport::quota_params;
using langexport::request_quota;
using langexport_tests::client_bench;
using langexport_tests::contains_text;
using langexport_tests::content_of;
using langexport_tests::temporary_folder;
using langexport_tests::write_content;

quota_params five_posts(std::chrono::milliseconds window) {
    quota_params params;
    params.submissions = 5;
    params.reads = 20;
    params.window = window;
    return params;
}

std::size_t posts_left(client_bench& b, const quota_params& quota,
                       const std::filesystem::path& journal) {
    langexport::client_params params = b.params();
    params.shared_quota = std::make_shared<request_quota>(quota, journal);
    return b.make_client(params).stats().submissions.left.value_or(99);
}

} // namespace

TEST_CASE("the next process keeps within a quota that has a journal", "[quota][journal]") {
    client_bench b(false);
    const temporary_folder folder;
    const auto journal = folder / "requests";
    const quota_params quota = five_posts(1h);
    langexport::client_params params = b.params();
    params.shared_quota = std::make_shared<request_quota>(quota, journal);
    for (int i = 0; i < 3; ++i)
        CHECK(b.export_project(b.make_client(params)).is_good());
    // Neither closed nor notified of its end, as in a process that is killed.
    CHECK(posts_left(b, quota, journal) == 2);
    CHECK(posts_left(b, quota, journal) == 2);
    CHECK(std::filesystem::status(journal).permissions() ==
          static_cast<std::filesystem::perms>(0600));

    SECTION("requests that are also in a report count once") {
        request_quota reported(quota, journal);
        reported.remember_submission(std::chrono::system_clock::now() - 10min);
        reported.remember_submissions({std::chrono::system_clock::now() + 1min});
        CHECK(posts_left(b, quota, journal) == 2);
    }
    SECTION("a journal can be read with other limits") {
        quota_params other = quota;
        other.submissions = 10;
        CHECK(posts_left(b, other, journal) == 7);
        other.submissions = 2;
        CHECK(posts_left(b, other, journal) == 0);
    }
    SECTION("impossible times count as now") {
        write_content(journal, "POST ended 9999999999999\nPOST sent  9999999999999\n");
        CHECK(posts_left(b, quota, journal) == 3);
        CHECK(posts_left(b, five_posts(1ms), journal) <= 5);
    }
    SECTION("the readable lines of a damaged journal count") {
        write_content(journal, "nonsense\n" + content_of(journal) + "POST sent  17");
        CHECK(posts_left(b, quota, journal) == 2);
    }
}

TEST_CASE("a request in progress when its process ended counts from the next start",
          "[quota][journal]") {
    client_bench b(false);
    const temporary_folder folder;
    const auto journal = folder / "requests";
    write_content(journal, "POST sent  1000000000000\nPOST ended 1000000000000\n");
    CHECK(posts_left(b, five_posts(1h), journal) == 4);
}

TEST_CASE("an unreadable journal is an error and is not changed", "[quota][journal]") {
    const temporary_folder folder;
    std::filesystem::create_symlink("/proc/self/mem", folder / "requests");
    CHECK_THROWS_WITH(request_quota(five_posts(1s), folder / "requests"),
                      contains_text("cannot read '" + (folder / "requests").string() + "'"));
    CHECK(folder.names() == std::set<std::string>{"requests"});
    CHECK(std::filesystem::is_symlink(folder / "requests"));
}

TEST_CASE("a journal is a file: nothing else is read or replaced", "[quota][journal]") {
    const temporary_folder folder;
    const auto journal = folder / "requests";
    REQUIRE(::mkfifo(journal.c_str(), 0600) == 0);
    CHECK_THROWS_WITH(
        request_quota(five_posts(1s), journal),
        contains_text("cannot use '" + journal.string() + "', which is not a regular file"));
    CHECK(std::filesystem::is_fifo(journal));
    CHECK_THROWS_WITH(request_quota(five_posts(1s), "/dev/null"), contains_text("/dev/null"));
    CHECK(std::filesystem::is_character_file("/dev/null"));
}

TEST_CASE("without limits no journal is written", "[quota][journal]") {
    const temporary_folder folder;
    quota_params none;
    none.submissions = none.reads = 0;
    const request_quota quota(none, folder / "requests");
    CHECK_FALSE(std::filesystem::exists(folder / "requests"));
    CHECK_THROWS_AS(request_quota(five_posts(1s), folder / "no" / "requests"), std::system_error);
}
