#include "integration/client_bench.hpp"
#include "support/catch.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace drain_test {

namespace asio = boost::asio;
namespace testing = langexport::testing;

namespace {

using namespace std::chrono_literals;
using langexport::client;
using langexport::client_params;
using langexport::drain_summary;
using langexport::errc;
using langexport::export_request;
using langexport::exported_project;
using langexport::submission_state;
using langexport_tests::client_bench;
using langexport_tests::outcome;
using testing::canned_response;
using testing::job_end;
using request = testing::call_kind;
using export_outcome = std::shared_ptr<outcome<exported_project>>;
using drain_outcome = std::shared_ptr<outcome<drain_summary>>;

export_outcome start(client_bench& b, const client& with, const std::string& project) {
    return b.begin<exported_project>(
        [&](auto handler) { langexport::export_project(with, export_request(project), handler); });
}

drain_outcome drain(client_bench& b, const client& drained, std::chrono::milliseconds within) {
    return b.begin<drain_summary>([&](auto handler) { drained.drain(within, handler); });
}

// A drain that lasts until it is cancelled.
drain_outcome drain(client_bench& b, const client& drained, asio::cancellation_signal& enough) {
    return b.begin<drain_summary>([&](auto handler) {
        drained.drain(24h, asio::bind_cancellation_slot(enough.slot(), handler));
    });
}

// Runs until this many jobs are confirmed and polled.
bool knows_jobs(client_bench& b, const client& drained, std::size_t number) {
    return b.run_until([&] { return drained.stats().waiting == number; });
}

// Jobs that never end, and jobs that end soon.
void add_projects(client_bench& b) {
    testing::project endless("Endless");
    endless.end = job_end::never;
    b->add_project(endless);
    testing::project soon("Soon");
    soon.job_duration = 300ms;
    b->add_project(soon);
}

} // namespace

TEST_CASE("during a drain jobs complete, nothing new is sent, and unfinished jobs are reported",
          "[drain]") {
    client_bench b(GENERATE(false, true));
    add_projects(b);
    client_params params = b.params();
    params.quota.submissions = 2;
    params.quota.window = 24h;
    const client c = b.make_client(params);
    const auto soon = start(b, c, "Soon");
    const auto endless = start(b, c, "Endless");
    REQUIRE(knows_jobs(b, c, 2));
    const auto queued = start(b, c, "Soon");
    asio::cancellation_signal enough;
    const auto drained = drain(b, c, enough);
    REQUIRE(b.run_until([&] { return queued->calls == 1; }));
    CHECK(queued->code() == errc::client_closed);
    CHECK(queued->known().submission == submission_state::not_sent);
    CHECK(soon->calls == 0); // the queued operation failed at once
    const auto late = start(b, c, "Soon");
    REQUIRE(b.run_until([&] { return soon->calls == 1; }));
    enough.emit(asio::cancellation_type::terminal);
    REQUIRE(b.run_dry());
    CHECK(late->code() == errc::client_closed);
    CHECK(soon->is_good());
    CHECK(endless->code() == errc::client_closed);
    REQUIRE(endless->failure().job());
    REQUIRE(drained->is_good());
    const drain_summary& summary = drained->result;
    CHECK(summary.finished == 1);
    CHECK(summary.failed == 0);
    CHECK(summary.not_sent == 1);
    CHECK(summary.unconfirmed == 0);
    REQUIRE(summary.unfinished.size() == 1);
    CHECK(summary.unfinished[0] == *endless->failure().job());
    CHECK(b->counters().submissions == 2);
    CHECK(c.stats().connections_open == 0);
}

TEST_CASE("a drain of an idle client completes at once, and so does a second one", "[drain]") {
    client_bench b(false);
    const client c = b.make_client();
    REQUIRE(b.export_project(c, export_request("Demo")).is_good());
    const auto first = drain(b, c, 1h);
    REQUIRE(b.run_dry());
    REQUIRE(first->is_good());
    CHECK(first->result.finished == 0);
    const auto second = drain(b, c, 1h);
    REQUIRE(b.run_dry());
    CHECK(second->is_good());
    CHECK(b.export_project(c, export_request("Demo")).code() == errc::client_closed);
}

TEST_CASE("a drain without time ends all operations at once", "[drain]") {
    client_bench b(false);
    add_projects(b);
    const client c = b.make_client();
    const auto endless = start(b, c, "Endless");
    REQUIRE(knows_jobs(b, c, 1));
    const auto drained =
        drain(b, c, GENERATE(std::chrono::milliseconds(0), std::chrono::milliseconds(-1h)));
    REQUIRE(b.run_dry());
    CHECK(endless->code() == errc::client_closed);
    REQUIRE(drained->is_good());
    CHECK(drained->result.unfinished.size() == 1);
}

TEST_CASE("several drains of one client end together, at the earliest deadline", "[drain]") {
    client_bench b(false);
    add_projects(b);
    const client c = b.make_client();
    const auto endless = start(b, c, "Endless");
    REQUIRE(knows_jobs(b, c, 1));
    const auto patient = drain(b, c, 1h);
    const auto hasty = drain(b, c, 20ms);
    REQUIRE(b.run_dry());
    for (const drain_outcome& each : {patient, hasty}) {
        REQUIRE(each->is_good());
        CHECK(each->result.unfinished.size() == 1);
    }
}

TEST_CASE("a drain awaits a submission in flight; without its response it is unconfirmed",
          "[drain]") {
    const bool has_response = GENERATE(true, false);
    client_bench b(false);
    add_projects(b);
    b->on(request::submission, 1, canned_response::after(has_response ? 50ms : 10'000ms));
    const client c = b.make_client();
    const auto one = start(b, c, "Endless");
    REQUIRE(b.run_until_seen(1));
    asio::cancellation_signal enough;
    const auto drained = drain(b, c, enough);
    if (has_response)
        REQUIRE(knows_jobs(b, c, 1));
    enough.emit(asio::cancellation_type::terminal);
    REQUIRE(b.run_until([&] { return drained->calls == 1; }));
    CHECK(one->calls == 1);
    CHECK(drained->result.unfinished.size() == (has_response ? 1 : 0));
    CHECK(drained->result.unconfirmed == (has_response ? 0 : 1));
    CHECK(one->known().submission ==
          (has_response ? submission_state::confirmed : submission_state::unconfirmed));
    b->stop();
    REQUIRE(b.run_dry());
}

TEST_CASE("a drain does not retry a submission that the service rejected", "[drain]") {
    client_bench b(false);
    canned_response slow(503);
    slow.delay = 200ms;
    b->on(request::submission, 1, slow);
    const client c = b.make_client();
    const auto one = start(b, c, "Demo");
    REQUIRE(b.run_until_seen(1));
    const auto drained = drain(b, c, 1h);
    REQUIRE(b.run_dry());
    CHECK(one->code() == errc::client_closed);
    CHECK(drained->result.not_sent == 1);
    CHECK(b.number_seen() == 1);
}

TEST_CASE("a drain ends in time although the service throttles requests for a day", "[drain]") {
    const unsigned status = GENERATE(429u, 503u);
    client_bench b(false);
    add_projects(b);
    const client c = b.make_client();
    const auto one = start(b, c, "Endless");
    const auto other = start(b, c, "Endless");
    REQUIRE(knows_jobs(b, c, 2));
    b->on(request::status, testing::occurrences::always(),
          canned_response(status).header("retry-after", "86400"));
    const auto drained = drain(b, c, 300ms);
    REQUIRE(b.run_until([&] { return c.stats().reads.throttled_for > 1min; }));
    CHECK(drained->calls == 0);
    REQUIRE(b.run_dry());
    REQUIRE(drained->is_good());
    CHECK(drained->result.unfinished.size() == 2);
    CHECK(one->code() == errc::client_closed);
    CHECK(other->known().job);
}

TEST_CASE("a cancelled drain ends at once and keeps its summary", "[drain]") {
    client_bench b(false);
    add_projects(b);
    const client c = b.make_client();
    const auto endless = start(b, c, "Endless");
    REQUIRE(knows_jobs(b, c, 1));
    asio::cancellation_signal stop;
    const auto drained = drain(b, c, stop);
    b.context.poll();
    CHECK(drained->calls == 0);
    stop.emit(GENERATE(asio::cancellation_type::terminal, asio::cancellation_type::partial,
                       asio::cancellation_type::total));
    REQUIRE(b.run_dry());
    REQUIRE(drained->is_good());
    CHECK(drained->result.unfinished.size() == 1);
    CHECK(endless->calls == 1);
}

TEST_CASE("destroying the last handle ends a drain at once", "[drain]") {
    client_bench b(false);
    add_projects(b);
    drain_outcome drained;
    {
        const client c = b.make_client();
        start(b, c, "Endless");
        REQUIRE(knows_jobs(b, c, 1));
        drained = drain(b, c, 24h);
    }
    REQUIRE(b.run_dry());
    REQUIRE(drained->is_good());
    CHECK(drained->result.unfinished.size() == 1);
}

namespace {

asio::awaitable<std::size_t> drain_and_count(client drained) {
    auto summary = co_await drained.drain(10ms);
    co_return summary.unfinished.size();
}

} // namespace

TEST_CASE("a drain supports coroutines and futures", "[drain]") {
    client_bench b(false);
    add_projects(b);
    const client c = b.make_client();
    start(b, c, "Endless");
    REQUIRE(knows_jobs(b, c, 1));
    std::size_t unfinished = 0;
    const auto keep = [&](std::exception_ptr, std::size_t number) { unfinished = number; };
    asio::co_spawn(b.context, drain_and_count(c), keep);
    REQUIRE(b.run_dry());
    CHECK(unfinished == 1);
    auto again = c.drain(0ms, asio::use_future);
    REQUIRE(b.run_dry());
    CHECK(again.get().unfinished.empty());
}

TEST_CASE("destroying the context also destroys a drain", "[drain]") {
    client_bench b(false);
    add_projects(b);
    std::weak_ptr<int> alive;
    {
        const auto token = std::make_shared<int>(1);
        alive = token;
        const client c = b.make_client();
        start(b, c, "Endless");
        REQUIRE(knows_jobs(b, c, 1));
        c.drain(24h, [token, c](std::exception_ptr, drain_summary) {});
        b.context.poll();
    }
    CHECK_FALSE(alive.expired());
    b.destroy_context();
    CHECK(alive.expired());
}

} // namespace drain_test
