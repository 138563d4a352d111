#include <langexport/detail/engine/assigner.hpp>

#include "support/catch.hpp"
#include "unit/engine/ending.hpp"
#include "unit/engine/parts_bench.hpp"

#include <langexport/export_project.hpp>

#include <chrono>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <vector>

namespace assigner_test {

using namespace std::chrono_literals;
using namespace langexport;
using activity = detail::connection::activity;
using detail::operation_kind;
using langexport_tests::ending;
using langexport_tests::engine_bench;
using langexport_tests::into;
using langexport_tests::manual_time;
using langexport_tests::part_operation;
using langexport_tests::parts_bench;

namespace {

client_params with_connections(std::size_t most) {
    client_params params = parts_bench::default_params();
    params.max_connections = most;
    return params;
}

} // namespace

TEST_CASE("a request that is due opens a connection and is sent on it", "[assigner]") {
    parts_bench b;
    const part_operation submission = b.admit("Claims", request_kind::submission);
    b.run_ready();
    REQUIRE(b.opener().streams.size() == 1);
    CHECK(b.stream(0).written.starts_with("POST /projects/Claims/:export?api-version=2023-04-01 "));
    CHECK(b.stream(0).written.ends_with("\r\n\r\n{}"));
    CHECK(b.events->lines == std::vector<std::string>{"queued Claims", "submitting Claims"});
    REQUIRE(b.parts.pool.all().size() == 1);
    const detail::connection& c = *b.parts.pool.all().front();
    CHECK(c.doing == activity::busy);
    CHECK(c.active_operation == submission.operation);
    CHECK(submission->active_connection == &c);
    CHECK(submission->first_sent == manual_time::start);
    CHECK(b.parts.scheduler.empty());
    CHECK(b.parts.counts.in_flight.get() == 1);
    CHECK(b.parts.quota.free(request_kind::submission, b.time().now()) == 9);
    CHECK_FALSE(b.context.stopped()); // an exchange is work
}

TEST_CASE("a connection sends one request after the other, and its coroutine ends without one",
          "[assigner]") {
    parts_bench b(with_connections(1));
    const part_operation first = b.admit("First", request_kind::status, operation_kind::one_status);
    const part_operation second =
        b.admit("Second", request_kind::status, operation_kind::one_status);
    b.run_ready();
    CHECK(b.stream(0).written.find("GET /jobs/First?") == 0);
    CHECK(b.stream(0).written.find("GET /jobs/Second?") == std::string::npos);
    b.respond(0, parts_bench::response("200 OK", R"({"status":"running"})"));
    CHECK(first.end->calls == 1);
    CHECK(b.stream(0).written.find("GET /jobs/Second?") != std::string::npos);
    b.respond(0, parts_bench::response("200 OK", R"({"status":"running"})"));
    CHECK(second.end->calls == 1);
    CHECK(b.opener().begun == 1);
    CHECK(b.parts.pool.all().front()->doing == activity::idle);
    CHECK(b.context.stopped());
    // The next request uses the idle connection.
    const part_operation third = b.admit("Third", request_kind::status, operation_kind::one_status);
    b.run_ready();
    CHECK(b.opener().begun == 1);
    CHECK(b.stream(0).written.find("GET /jobs/Third?") != std::string::npos);
}

TEST_CASE("without a credential nothing can be sent", "[assigner]") {
    client_params params = parts_bench::default_params();
    params.credential = credential(bearer_token_source([]() -> asio::awaitable<access_token> {
        throw std::runtime_error("no token");
        co_return access_token();
    }));
    parts_bench b(params);
    const part_operation waiting = b.admit("Claims", request_kind::submission);
    CHECK(b.parts.assigner.number_sendable() == 0);
    CHECK(b.opener().begun == 0);
    b.run_ready();
    CHECK(b.opener().begun == 0);
    CHECK(waiting.end->calls == 0);
}

TEST_CASE("connections open one after the other, as many as there are requests to send",
          "[assigner]") {
    parts_bench b(with_connections(3));
    b.opener().waits = true;
    std::vector<part_operation> all;
    for (const char* name : {"A", "B", "C", "D", "E"})
        all.push_back(b.admit(name, request_kind::submission));
    CHECK(b.parts.assigner.number_sendable() == 3);
    for (std::size_t number = 1; number <= 3; ++number) {
        b.run_ready();
        CHECK(b.opener().begun == number);
        b.opener().finish();
    }
    b.run_ready();
    CHECK(b.opener().begun == 3);
    CHECK_FALSE(b.opener().is_pending());
    CHECK(b.parts.counts.in_flight.get() == 3);
    CHECK(b.parts.scheduler.size(request_kind::submission) == 2);
}

TEST_CASE("downloads leave one connection for other requests", "[assigner]") {
    parts_bench b(with_connections(2));
    const part_operation first = b.admit("First", request_kind::result);
    const part_operation second = b.admit("Second", request_kind::result);
    b.run_ready();
    CHECK(b.parts.counts.in_flight.get() == 1);
    CHECK(b.parts.assigner.number_sendable() == 0);
    const part_operation poll = b.admit("Poll", request_kind::status, operation_kind::one_status);
    b.run_ready();
    CHECK(b.parts.counts.in_flight.get() == 2);
    CHECK(poll->active_connection);
    CHECK_FALSE(second->active_connection);
    // The end of a download lets the next one begin.
    b.respond(0, parts_bench::response("200 OK", R"({"assets":{}})"));
    CHECK(first.end->calls == 1);
    CHECK(second->active_connection);
}

TEST_CASE("a request waits for a permit of the quota, and is sent when one is free", "[assigner]") {
    client_params params = with_connections(2);
    params.quota.submissions = 1;
    parts_bench b(params);
    const part_operation first = b.admit("First", request_kind::submission, operation_kind::job);
    const part_operation second = b.admit("Second", request_kind::submission, operation_kind::job);
    b.run_ready();
    b.respond(0, parts_bench::accepted("First"));
    CHECK(first.end->calls == 1);
    CHECK(b.parts.assigner.number_sendable() == 0);
    b.pass(59s);
    CHECK_FALSE(second->active_connection);
    b.pass(1s);
    CHECK(second->active_connection);
}

TEST_CASE("a request that was scheduled early is not sent before it is due", "[assigner]") {
    parts_bench b;
    const part_operation poll = b.make("Claims", request_kind::status);
    b.admit(poll);
    b.parts.operations.unschedule(*poll);
    b.parts.operations.schedule(*poll, b.time().now() + 10s);
    b.parts.operations.schedule_early(*poll, b.time().now());
    b.parts.assigner.assign_requests();
    b.run_ready();
    CHECK(b.parts.counts.in_flight.get() == 0);
    CHECK_FALSE(poll->is_waiting());
    b.pass_and_assign(10s);
    CHECK(b.parts.counts.in_flight.get() == 1);
}

TEST_CASE("an opening whose operation has ended serves the next one, or is cancelled",
          "[assigner]") {
    parts_bench b(with_connections(1));
    b.opener().waits = true;
    const part_operation first = b.admit("First", request_kind::submission);
    b.run_ready();
    REQUIRE(b.opener().is_pending());
    SECTION("another operation needs it") {
        const part_operation second = b.admit("Second", request_kind::submission);
        b.parts.operations.cancel(first, asio::cancellation_type::total);
        b.opener().finish();
        b.run_ready();
        CHECK(b.opener().begun == 1);
        CHECK(second->active_connection);
    }
    SECTION("no operation is left") {
        b.parts.operations.cancel(first, asio::cancellation_type::total);
        b.run_ready();
        CHECK_FALSE(b.opener().is_pending());
        CHECK(b.parts.pool.all().empty());
        CHECK(b.context.stopped());
    }
    CHECK(first.end->calls == 1);
    CHECK(b.parts.counts.connections_failed.get() == 0);
}

TEST_CASE("an exception of an opening is a failed attempt of the operations that wait",
          "[assigner]") {
    parts_bench b;
    b.opener().throws = true;
    const part_operation waiting = b.admit("Claims", request_kind::submission);
    b.run_ready();
    CHECK(b.events->number_of("opening failed: connection_failed") == 1);
    CHECK(b.events->number_of("retried Claims: connection_failed") == 1);
    CHECK(b.parts.pool.all().empty());
    CHECK(waiting.end->calls == 0);
    // The next attempt follows after a pause.
    b.opener().throws = false;
    b.parts.assigner.assign_requests();
    b.run_ready();
    CHECK(b.opener().begun == 1);
    b.pass_and_assign(1s);
    CHECK(waiting->active_connection);
}

TEST_CASE("a closed client assigns nothing", "[assigner]") {
    parts_bench b;
    b.parts.shutdown.close();
    const part_operation late = b.admit("Claims", request_kind::submission);
    b.parts.assigner.assign_requests();
    b.run_ready();
    CHECK(b.opener().begun == 0);
    CHECK(late.end->code() == errc::client_closed);
}

TEST_CASE("a peer that rejects connections is tried at increasing intervals, one at a time",
          "[engine][connections]") {
    client_params params = engine_bench::default_params();
    params.deadline = 10min;
    params.retry.max_attempts = 1000;
    engine_bench bench(params);
    bench.service->rejects_connections = true;
    std::vector<ending> ends(20);
    for (ending& each : ends)
        export_project(bench.client(), export_request("Claims"), into(bench, each));
    bench.at(manual_time::start + 5min, [&] { bench.service->rejects_connections = false; });
    bench.run();
    for (const ending& each : ends)
        CHECK_FALSE(each.error);
    CHECK(bench.client().stats().connections_failed >= 5);
    CHECK(bench.client().stats().connections_failed <= 60);
}

} // namespace assigner_test
