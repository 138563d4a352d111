#include <langexport/detail/engine/effect_executor.hpp>

#include "support/catch.hpp"
#include "unit/engine/ending.hpp"
#include "unit/engine/parts_bench.hpp"

#include <langexport/export_project.hpp>

#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/error.hpp>

#include <chrono>
#include <cstddef>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace effect_executor_test {

using namespace std::chrono_literals;
using namespace langexport;
using detail::action;
using detail::decision;
using detail::exchange_failure;
using detail::operation_kind;
using langexport_tests::bench_response;
using langexport_tests::bench_service;
using langexport_tests::ending;
using langexport_tests::engine_bench;
using langexport_tests::into;
using langexport_tests::manual_time;
using langexport_tests::part_operation;
using langexport_tests::parts_bench;
using langexport_tests::seen_request;
namespace asio = boost::asio;

namespace {

// Keeps the jobs that it receives.
class noting_group final : public detail::operation_group {
public:
    void submitted(const export_job& job) override { jobs.push_back(job.project_name()); }
    std::vector<std::string> jobs;
};

client_params with_connections(std::size_t most) {
    client_params params = parts_bench::default_params();
    params.max_connections = most;
    return params;
}

const std::string key = "9f3c1d7a5b2e4860a1c3e5f708192b3d";
const std::string other_key = "7c1e0b9d4f2a4c58b6e3d1f09a8c7b65";

} // namespace

TEST_CASE("a decision to send schedules, one to end completes", "[effect_executor]") {
    parts_bench b;
    const part_operation made = b.admit("Claims", request_kind::status);
    b.parts.operations.unschedule(*made);
    SECTION("send") {
        b.parts.effects.execute(made, decision{action::send, b.time().now() + 5s, {}});
        CHECK(made->due == b.time().now() + 5s);
        CHECK(made->fires_at() == b.time().now() + 5s);
        b.run_ready();
        CHECK(made.end->calls == 0);
        return;
    }
    SECTION("succeed") {
        b.parts.effects.execute(made, decision{action::succeed, b.time().now(), {}});
        b.run_ready();
        CHECK_FALSE(made.end->result.error);
        CHECK(b.events->lines.back() == "finished Claims");
    }
    SECTION("fail") {
        b.parts.effects.execute(made, decision{action::fail, b.time().now(), errc::job_failed});
        b.run_ready();
        CHECK(made.end->code() == errc::job_failed);
        CHECK(b.events->lines.back() == "failed Claims: job_failed");
    }
    CHECK(made.end->calls == 1);
}

TEST_CASE("retries wait for the retry budget, except after a 429", "[effect_executor]") {
    client_params params = parts_bench::default_params();
    params.retry.burst = 1;
    params.retry.rate = 1;
    parts_bench b(params);
    const part_operation made = b.admit("Claims", request_kind::submission);
    const manual_time::time_point now = b.time().now();
    const auto schedule = [&](errc why) {
        decision next{action::send, now, {}};
        b.parts.effects.schedule_retry(*made, next, request_kind::submission, why);
        return next.at;
    };
    CHECK(schedule(errc::connection_failed) == now);
    CHECK(schedule(errc::throttled) == now);
    CHECK(schedule(errc::connection_failed) == now + 1s);
    CHECK(schedule(errc::connection_failed) == now + 2s);
    CHECK(b.events->number_of("retried Claims: connection_failed") == 3);
    CHECK(b.events->number_of("retried Claims: throttled") == 1);
    CHECK(b.parts.counts.retries.get() == 4);
}

TEST_CASE("a response ends the exchange, and the operation goes on without its connection",
          "[effect_executor]") {
    parts_bench b;
    const auto group = std::make_shared<noting_group>();
    const part_operation made = b.make("Claims", request_kind::submission);
    made->parts().group = group;
    b.admit(made);
    b.run_ready();
    b.respond(0, parts_bench::accepted("Claims"));
    CHECK(b.events->lines ==
          std::vector<std::string>{"queued Claims", "submitting Claims", "submitted Claims"});
    CHECK(group->jobs == std::vector<std::string>{"Claims"});
    CHECK(made->progress().submission == submission_state::confirmed);
    CHECK_FALSE(made->active_connection);
    CHECK(made->is_set());
    CHECK(b.parts.pool.number_open() == 1);
    CHECK(b.parts.counts.in_flight.get() == 0);
}

TEST_CASE("a stream is closed if its response says so, or if the exchange failed",
          "[effect_executor]") {
    parts_bench b;
    const part_operation made = b.admit("Claims", request_kind::status, operation_kind::one_status);
    b.run_ready();
    SECTION("Connection: close") {
        b.respond(
            0, parts_bench::response("200 OK", R"({"status":"running"})", "Connection: close\r\n"));
        CHECK(made.end->calls == 1);
        CHECK(b.events->lines.back() ==
              "closed: " + std::string(to_string(close_reason::after_response)));
    }
    SECTION("the end inside a response") {
        b.stream(0).add("HTTP/1.1 200 OK\r\nContent-Le");
        b.stream(0).end(asio::error::eof);
        b.run_ready();
        CHECK(made.end->calls == 0); // a GET is repeated
        CHECK(made->progress().failures == 1);
        CHECK(b.events->lines.back() ==
              "closed: " + std::string(to_string(close_reason::after_failure)));
    }
    CHECK(b.parts.pool.number_open() == 0);
}

TEST_CASE("a stale connection costs no attempt and no wait", "[effect_executor]") {
    parts_bench b(with_connections(1));
    const part_operation first = b.admit("First", request_kind::status, operation_kind::one_status);
    b.run_ready();
    b.respond(0, parts_bench::response("200 OK", R"({"status":"running"})"));
    const part_operation second =
        b.admit("Second", request_kind::status, operation_kind::one_status);
    b.run_ready();
    REQUIRE(second->active_connection);
    b.stream(0).end(asio::error::connection_reset);
    b.run_ready();
    CHECK(second->progress().failures == 0);
    REQUIRE(b.opener().streams.size() == 2);
    b.respond(1, parts_bench::response("200 OK", R"({"status":"running"})"));
    CHECK_FALSE(second.end->result.error);
    CHECK(second.end->calls == 1);
}

TEST_CASE("after a 401 the request is sent once more with the other key", "[effect_executor]") {
    client_params params = with_connections(1);
    params.credential = credential(subscription_key(key), subscription_key(other_key));
    parts_bench b(params);
    const part_operation made = b.admit("Claims", request_kind::status, operation_kind::one_status);
    b.run_ready();
    CHECK(b.stream(0).written.find(key) != std::string::npos);
    CHECK(b.stream(0).written.find(other_key) == std::string::npos);
    b.respond(0, parts_bench::response("401 Unauthorized"));
    CHECK(b.stream(0).written.find(other_key) != std::string::npos);
    CHECK(made->secrets_tried == 1);
    b.respond(0, parts_bench::response("401 Unauthorized"));
    CHECK(made.end->code() == errc::unauthorized);
}

TEST_CASE("a 401 to a credential that was replaced meanwhile is no failure", "[effect_executor]") {
    parts_bench b(with_connections(1));
    const part_operation made = b.admit("Claims", request_kind::status, operation_kind::one_status);
    b.run_ready();
    b.parts.tokens.replace(subscription_key(other_key));
    b.respond(0, parts_bench::response("401 Unauthorized"));
    CHECK(made.end->calls == 0);
    CHECK(b.stream(0).written.find(other_key) != std::string::npos);
    CHECK(made->secrets_tried == 0);
}

TEST_CASE("an operation that ends leaves its submission in flight, whose job is reported",
          "[effect_executor]") {
    parts_bench b;
    const auto group = std::make_shared<noting_group>();
    const part_operation made = b.make("Claims", request_kind::submission);
    made->parts().group = group;
    b.admit(made);
    b.run_ready();
    detail::connection& c = *made->active_connection;
    b.parts.effects.release_connection(*made);
    CHECK_FALSE(made->active_connection);
    CHECK_FALSE(c.active_operation);
    CHECK(c.exchange.is_abandoned);
    CHECK(c.late.project_name == "Claims");
    CHECK(made->progress().submission == submission_state::unconfirmed);
    b.pass(2s); // there is no short limit
    CHECK_FALSE(b.stream(0).is_closed);
    b.respond(0, parts_bench::accepted("Claims"));
    CHECK(b.events->lines.back() == "submitted late Claims");
    CHECK(group->jobs == std::vector<std::string>{"Claims"});
    CHECK_FALSE(c.late.group);
}

TEST_CASE("the client waits for a second at most for another response that is not needed",
          "[effect_executor]") {
    parts_bench b;
    const part_operation made = b.admit("Claims", request_kind::result);
    const part_operation other = b.admit("Other", request_kind::submission);
    b.run_ready();
    b.parts.effects.release_connection(*made);
    const std::size_t n = b.stream(0).written.starts_with("GET") ? 0 : 1;
    b.pass(999ms);
    CHECK_FALSE(b.stream(n).is_closed);
    b.pass(1ms);
    CHECK(b.stream(n).is_closed);
}

TEST_CASE("an operation that ends has the job that the header of the response reported",
          "[effect_executor]") {
    parts_bench b;
    const part_operation made = b.admit("Claims", request_kind::submission);
    b.run_ready();
    std::string whole = parts_bench::response(
        "202 Accepted", "{\"a\":1}",
        "operation-location: https://x.example/jobs/Claims?api-version=2023-04-01\r\n");
    whole.resize(whole.size() - 3);
    b.respond(0, whole);
    REQUIRE(made->active_connection);
    b.parts.effects.adopt_early_job(*made);
    CHECK(made->progress().submission == submission_state::confirmed);
    CHECK(made->job().project_name() == "Claims");
    CHECK(b.events->lines.back() == "submitted Claims");
}

TEST_CASE("a failed opening is a failed attempt of every operation that waits",
          "[effect_executor]") {
    parts_bench b;
    b.opener().failure =
        exchange_failure{errc::connection_failed, "no peer", asio::error::connection_refused};
    const part_operation first = b.admit("First", request_kind::submission);
    const part_operation second = b.admit("Second", request_kind::status);
    b.run_ready();
    CHECK(b.opener().begun == 1);
    CHECK(b.events->number_of("opening failed: connection_failed") == 1);
    for (const part_operation* each : {&first, &second}) {
        CHECK((*each)->progress().failures == 1);
        CHECK((*each)->failure()->detail == "no peer");
        CHECK((*each)->failure()->cause == asio::error::connection_refused);
        CHECK_FALSE((*each)->is_waiting());
        CHECK((*each)->due >= b.parts.planner.not_before());
    }
}

TEST_CASE("requests that the quota holds back lose no attempt by a failed opening",
          "[effect_executor]") {
    client_params params = parts_bench::default_params();
    params.quota.submissions = 1;
    parts_bench b(params);
    b.opener().failure = exchange_failure{errc::connection_failed, "no peer", {}};
    const part_operation first = b.admit("First", request_kind::submission);
    const part_operation second = b.admit("Second", request_kind::submission);
    b.run_ready();
    CHECK(first->progress().failures == 1);
    CHECK(second->progress().failures == 0);
    CHECK(second->is_waiting());
}

TEST_CASE("while another connection is open, a failed opening costs no attempt",
          "[effect_executor]") {
    parts_bench b(with_connections(2));
    const part_operation busy = b.admit("Busy", request_kind::status);
    b.run_ready();
    const bool is_shortage = GENERATE(false, true);
    b.opener().failure = exchange_failure{errc::connection_failed, "no peer",
                                          is_shortage ? error_code(asio::error::no_descriptors)
                                                      : asio::error::connection_refused};
    const part_operation waiting = b.admit("Waiting", request_kind::status);
    b.run_ready();
    REQUIRE(b.opener().begun == 2);
    CHECK(waiting->progress().failures == 0);
    CHECK(waiting->is_waiting());
    CHECK(b.events->number_of("opening failed: connection_failed") == (is_shortage ? 0 : 1));
    CHECK(b.parts.counts.connections_failed.get() == 1);
    // It uses the open one.
    b.respond(0, parts_bench::response("200 OK", R"({"status":"running"})"));
    CHECK(waiting->active_connection);
}

TEST_CASE("a failure of the token source is a failed attempt of the requests that are due",
          "[effect_executor]") {
    client_params params = parts_bench::default_params();
    params.quota.submissions = 1;
    params.credential = credential(bearer_token_source([]() -> asio::awaitable<access_token> {
        throw std::runtime_error("no token");
        co_return access_token();
    }));
    parts_bench b(params);
    const part_operation first = b.admit("First", request_kind::submission);
    const part_operation second = b.admit("Second", request_kind::submission);
    diagnostics known;
    known.is_permanent = GENERATE(false, true);
    const auto thrown =
        std::make_exception_ptr(export_error(make_error_code(errc::credential_unavailable), known));
    b.parts.effects.on_token_failed(
        exchange_failure{errc::credential_unavailable, "no token", {}, thrown},
        b.time().now() + 10s);
    CHECK(first->progress().failures == 1);
    CHECK(second->progress().failures == (known.is_permanent ? 1 : 0));
    CHECK(b.events->number_of("token failed") == 1);
    if (!known.is_permanent) {
        CHECK(first->lacked_secret);
        CHECK(first->due >= b.time().now() + 10s);
    } else
        CHECK(b.parts.operations.empty());
}

TEST_CASE("during a drain no submission is scheduled", "[effect_executor]") {
    parts_bench b;
    const part_operation made = b.admit("Claims", request_kind::submission);
    b.run_ready();
    const part_operation poll = b.admit("Poll", request_kind::status);
    b.parts.operations.unschedule(*poll);
    const part_operation drain = b.drain(1h);
    b.run_ready();
    REQUIRE(made.end->calls == 0); // it is in flight
    b.parts.effects.execute(poll, decision{action::send, b.time().now() + 5s, {}});
    b.parts.effects.execute(made, decision{action::send, b.time().now() + 5s, {}});
    b.run_ready();
    CHECK(made.end->code() == errc::client_closed);
    CHECK(poll.end->calls == 0);
}

TEST_CASE("after a 429 no request of its class is sent until the throttle ends",
          "[engine][quota]") {
    engine_bench bench(engine_bench::default_params());
    const auto usual = bench.service->respond;
    std::size_t posts = 0;
    bench.service->respond = [&](const seen_request& request) -> bench_response {
        if (request.method == "POST" && ++posts == 1)
            return bench_service::response("429 Too Many Requests", "{}", "Retry-After: 120\r\n");
        return usual(request);
    };
    std::vector<ending> ends(5);
    for (ending& each : ends)
        export_project(bench.client(), export_request("Claims"), into(bench, each));
    bench.run();
    std::vector<manual_time::time_point> times;
    for (const seen_request& each : bench.service->requests)
        if (each.method == "POST")
            times.push_back(each.at);
    for (const ending& each : ends)
        CHECK_FALSE(each.error);
    // Those that were sent with the first one were on their way.
    for (const auto time : times)
        CHECK((time == manual_time::start || time >= manual_time::start + 120s));
    CHECK(bench.client().stats().throttled == 1);
}

} // namespace effect_executor_test
