// The counts of a client, and the names of what operations do.

#include <langexport/client_stats.hpp>
#include <langexport/export_project.hpp>

#include "support/catch.hpp"
#include "support/virtual_bench.hpp"

#include <chrono>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace client_stats_test {

using namespace langexport;
using namespace std::chrono_literals;
using langexport_tests::instant_project;
using langexport_tests::manual_time;
using langexport_tests::virtual_bench;
using testing::call_kind;
using testing::canned_response;

namespace {

auto begin_export(virtual_bench& b, const std::string& project) {
    return b.begin<exported_project>(
        [&](auto done) { export_project(b.client(), export_request(project), std::move(done)); });
}

} // namespace

TEST_CASE("each state of an operation has a name of its own", "[client_stats]") {
    std::set<std::string_view> names;
    for (int state = 0; state < 6; ++state)
        names.insert(to_string(static_cast<operation_state>(state)));
    CHECK(names == std::set<std::string_view>{"queued", "submitting", "storing", "running",
                                              "downloading", "listing"});
    CHECK(to_string(static_cast<operation_state>(6)) == "unknown");
}

TEST_CASE("operations that started have finished, failed or are pending", "[client_stats]") {
    virtual_bench b;
    testing::project endless = instant_project("Endless");
    endless.end = testing::job_end::never;
    b->add_project(endless);
    for (const char* project : {"Demo", "Endless", "Missing", "Demo"})
        begin_export(b, project);
    CHECK(b.client().stats().finished + b.client().stats().failed == 0);
    // Until only the endless one is left, and waits for its next poll.
    REQUIRE(b.run_until([&b] {
        const client_stats now = b.client().stats();
        return now.finished + now.failed == 3 && now.waiting == 1;
    }));

    const client_stats stats = b.client().stats();
    CHECK(stats.started == 4);
    CHECK(stats.finished == 2);
    CHECK(stats.failed == 1);
    CHECK(stats.pending == 1);
    CHECK(stats.in_flight == 0);
    CHECK(stats.queued_submissions + stats.queued_polls + stats.queued_results == 0);
    CHECK(stats.submissions_sent == b->counters().submissions);
    CHECK(stats.polls_sent == b->counters().status_gets);
    CHECK(stats.results_sent == 2);
    CHECK(stats.listings_sent == 0);
    CHECK(stats.connections_opened == b.service->streams_opened);
    CHECK(stats.connections_open == b.service->streams_open);
    CHECK(stats.bytes_sent > 0);
    CHECK(stats.bytes_received > stats.bytes_sent);
}

TEST_CASE("responses with 429 and 503, and what is sent again, are counted", "[client_stats]") {
    virtual_bench b;
    b->on(call_kind::submission, 1, canned_response(503));
    b->on(call_kind::status, 1, canned_response(429));
    const auto end = begin_export(b, "Demo");
    b.run();
    REQUIRE(end->is_good());
    const client_stats stats = b.client().stats();
    CHECK(stats.unavailable == 1);
    CHECK(stats.throttled == 1);
    CHECK(stats.retries == 2);
    CHECK(stats.submissions_sent == 2);
}

TEST_CASE("the rest of the quota is shown for each class of requests", "[client_stats]") {
    client_params params = virtual_bench::quick_params();
    params.quota.submissions = 3;
    params.quota.window = 1min;
    virtual_bench b(params);
    CHECK(b.client().stats().submissions.left == 3U);
    CHECK(b.client().stats().submissions.next_in == 0s);
    CHECK(b.client().stats().submissions.rate == 3);
    CHECK_FALSE(b.client().stats().reads.left); // no limit
    CHECK(b.client().stats().reads.rate == 0);
    for (int i = 0; i < 5; ++i)
        begin_export(b, "Demo");
    b.run(manual_time::start + 30s);
    CHECK(b.client().stats().submissions.left == 0U);
    const auto next = b.time().now() + b.client().stats().submissions.next_in;
    CHECK(next >= manual_time::start + 60s);
    CHECK(next <= manual_time::start + 62s);
    CHECK(b.client().stats().reads.next_in == 0s);
    CHECK(b.client().stats().queued_submissions == 2);
    CHECK(b.client().stats().finished == 3);
    b.run();
    CHECK(b.client().stats().finished == 5);
    CHECK(b.client().stats().queued_submissions == 0);
}

TEST_CASE("a throttled class shows how long no request of it is sent", "[client_stats]") {
    virtual_bench b;
    canned_response wait(429);
    wait.retry_after = 20s;
    b->on(call_kind::submission, 1, wait);
    begin_export(b, "Demo");
    b.run(manual_time::start + 5s);
    const client_stats stats = b.client().stats();
    CHECK(stats.submissions.throttled_for > 14s);
    CHECK(stats.submissions.throttled_for <= 20s);
    CHECK(stats.reads.throttled_for == 0s);
    CHECK(stats.queued_submissions + stats.waiting == 1);
}

} // namespace client_stats_test
