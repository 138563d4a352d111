// Quotas that outlive a client or a process. tests/unit/engine/request_budget_test.cpp has the waiting in a queue.

#include <langexport/request_quota.hpp>

#include <langexport/detail/engine/request_budget.hpp>

#include "support/catch.hpp"
#include "support/manual_time.hpp"
#include "support/quota_of.hpp"
#include "support/temporary_folder.hpp"
#include "unit/rejection.hpp"

#include <sys/stat.h>

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <set>
#include <string>
#include <system_error>
#include <vector>

namespace request_quota_test {

namespace {

using namespace std::chrono_literals;
using langexport::errc;
using langexport::quota_params;
using langexport::request_kind;
using langexport::request_quota;
using langexport::detail::budget_of;
using langexport_tests::contains_text;
using langexport_tests::content_of;
using langexport_tests::quota_of;
using langexport_tests::rejection_of;
using langexport_tests::steady_now;
using langexport_tests::temporary_folder;
using langexport_tests::write_content;
using std::chrono::system_clock;

const quota_params five_posts = quota_of(5, 20, 1h);

// Submissions that may be sent at once, that long from now.
std::size_t posts_left(const request_quota& quota, std::chrono::seconds from_now = 0s) {
    return budget_of(quota)->free(request_kind::submission, steady_now() + from_now);
}
std::size_t posts_left(const quota_params& params, const std::filesystem::path& journal) {
    return posts_left(request_quota(params, journal));
}

// A request, as a client sends it.
void send(const request_quota& quota, request_kind kind) {
    REQUIRE(budget_of(quota)->acquire(kind, steady_now()));
    budget_of(quota)->give_back(kind, steady_now());
}

} // namespace

TEST_CASE("a quota that is out of range is rejected by the name of its field", "[request_quota]") {
    quota_params params = five_posts;
    params.window = 0s;
    const auto rejected = rejection_of([&] { request_quota{params}; });
    CHECK(rejected.code == errc::invalid_configuration);
    CHECK_THAT(rejected.detail, contains_text("quota.window"));
    const temporary_folder folder;
    CHECK(rejection_of([&] { request_quota(params, folder / "requests"); }).detail ==
          rejected.detail);
    CHECK(folder.names().empty());
}

TEST_CASE("submissions of an earlier process count for one window from their response",
          "[request_quota]") {
    request_quota quota(five_posts);
    CHECK(posts_left(quota) == 5);
    const auto now = system_clock::now();
    quota.remember_submission(now - 50min);
    quota.remember_submissions({now - 30min, now - 20min});
    CHECK(posts_left(quota) == 2);
    CHECK(posts_left(quota, 11min) == 3);
    CHECK(posts_left(quota, 31min) == 4);
    CHECK(posts_left(quota, 41min) == 5);
    CHECK(budget_of(quota)->free(request_kind::result, steady_now()) == 20);
}

TEST_CASE("submissions outside of the window, also those of a wrong clock, have no effect",
          "[request_quota]") {
    request_quota quota(five_posts);
    const auto now = system_clock::now();
    quota.remember_submissions({now - 61min, now - 24h, now - 24h * 365 * 50, {}});
    CHECK(posts_left(quota) == 5);
    quota.remember_submissions({now + 24h, now + 24h * 365 * 50, system_clock::time_point::max()});
    CHECK(posts_left(quota) == 2); // as if they were sent now
    CHECK(posts_left(quota, 1h + 1s) == 5);
}

TEST_CASE("projects of one resource share a budget, whatever the form of its endpoint",
          "[request_quota]") {
    const temporary_folder folder;
    langexport::resource_quotas quotas;
    const auto now = system_clock::now();
    const auto quota_for = [&](const char* endpoint, const char* journal,
                               const std::vector<system_clock::time_point>& submitted) {
        langexport::client_params params(endpoint, langexport::subscription_key("key"));
        params.quota = five_posts;
        return quotas.quota_for(params, folder / journal, submitted);
    };
    const auto first = quota_for("https://west.example", "one", {now, now});
    CHECK(quota_for("https://WEST.example:443/", "two", {now, now}) == first);
    CHECK(quota_for("https://west.example/gateway", "two", {}) == first);
    CHECK(posts_left(*first) == 3); // only the first call counts
    const auto other = quota_for("https://north.example", "three", {});
    CHECK(other != first);
    CHECK(posts_left(*other) == 5);
    CHECK(folder.names() == std::set<std::string>{"one", "three"});
    CHECK(rejection_of([&] { quota_for("ftp://west.example", "four", {}); }).code ==
          errc::invalid_configuration);
}

TEST_CASE("the next process keeps within a quota that has a journal", "[request_quota]") {
    const temporary_folder folder;
    const auto journal = folder / "requests";
    const quota_params quota = five_posts;
    {
        const request_quota killed(quota, journal);
        for (int i = 0; i < 3; ++i)
            send(killed, request_kind::submission);
        send(killed, request_kind::status);
        CHECK(posts_left(killed) == 2);
    }
    CHECK(posts_left(quota, journal) == 2);
    CHECK(posts_left(quota, journal) == 2);
    CHECK(std::filesystem::status(journal).permissions() ==
          static_cast<std::filesystem::perms>(0600));

    SECTION("requests for statuses and results count, too") {
        const request_quota next(quota, journal);
        CHECK(budget_of(next)->free(request_kind::result, steady_now()) == 19);
    }
    SECTION("submissions of a report count only if they are later than the journal") {
        request_quota reported(quota, journal);
        reported.remember_submission(system_clock::now() - 10min);
        CHECK(posts_left(reported) == 2);
        reported.remember_submissions({system_clock::now() + 1min});
        CHECK(posts_left(reported) == 1);
    }
    SECTION("a journal can be read with other limits") {
        CHECK(posts_left(quota_of(10, 20, 1h), journal) == 7);
        CHECK(posts_left(quota_of(2, 20, 1h), journal) == 0);
    }
    SECTION("impossible times count as now") {
        write_content(journal, "POST ended 9999999999999\nPOST sent  9999999999999\n");
        CHECK(posts_left(quota, journal) == 3);
    }
    SECTION("the readable lines of a damaged journal count") {
        write_content(journal, "nonsense\n" + content_of(journal) + "POST sent  17");
        CHECK(posts_left(quota, journal) == 2);
    }
}

TEST_CASE("a request in progress when its process ended counts from the next start",
          "[request_quota]") {
    const temporary_folder folder;
    const auto journal = folder / "requests";
    write_content(journal, "POST sent  1000000000000\nPOST ended 1000000000000\n");
    const request_quota next(five_posts, journal);
    CHECK(posts_left(next) == 4);
    // It may have reached the service later than the start.
    CHECK(posts_left(next, 1h + 2min) == 4);
    CHECK(posts_left(next, 1h + 4min) == 5);
}

TEST_CASE("an unreadable journal is an error and is not changed", "[request_quota]") {
    const temporary_folder folder;
    std::filesystem::create_symlink("/proc/self/mem", folder / "requests");
    CHECK_THROWS_WITH(request_quota(five_posts, folder / "requests"),
                      contains_text("cannot read '" + (folder / "requests").string() + "'"));
    CHECK(folder.names() == std::set<std::string>{"requests"});
    CHECK(std::filesystem::is_symlink(folder / "requests"));
}

TEST_CASE("a journal is a file: nothing else is read or replaced", "[request_quota]") {
    const temporary_folder folder;
    const auto journal = folder / "requests";
    REQUIRE(::mkfifo(journal.c_str(), 0600) == 0);
    CHECK_THROWS_WITH(
        request_quota(five_posts, journal),
        contains_text("cannot use '" + journal.string() + "', which is not a regular file"));
    CHECK(std::filesystem::is_fifo(journal));
    CHECK_THROWS_WITH(request_quota(five_posts, "/dev/null"), contains_text("/dev/null"));
    CHECK(std::filesystem::is_character_file("/dev/null"));
}

TEST_CASE("without limits no journal is written", "[request_quota]") {
    const temporary_folder folder;
    const request_quota quota(quota_of(0, 0, 1h), folder / "requests");
    CHECK_FALSE(std::filesystem::exists(folder / "requests"));
    CHECK_THROWS_AS(request_quota(five_posts, folder / "no" / "requests"), std::system_error);
}

} // namespace request_quota_test
