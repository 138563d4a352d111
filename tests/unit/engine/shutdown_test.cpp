#include <langexport/detail/engine/shutdown.hpp>

#include "support/catch.hpp"
#include "support/watched_sink.hpp"
#include "unit/engine/ending.hpp"
#include "unit/engine/parts_bench.hpp"

#include <langexport/export_project.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <vector>

namespace shutdown_test {

using namespace std::chrono_literals;
using namespace langexport;
using detail::operation_kind;
using langexport_tests::ending;
using langexport_tests::engine_bench;
using langexport_tests::into;
using langexport_tests::manual_time;
using langexport_tests::part_operation;
using langexport_tests::parts_bench;
using langexport_tests::watched_sink;

namespace {

client_params with_connections(std::size_t most) {
    client_params params = parts_bench::default_params();
    params.max_connections = most;
    return params;
}

// One operation in each phase.
struct phases {
    // The first one is being submitted, the second waits for a connection, the third waits for its next poll.
    phases() {
        unsent = b.make("Unsent", request_kind::submission);
        sent = b.admit("Sent", request_kind::submission);
        b.run_ready();
        b.admit(unsent);
        polling = b.admit("Polling", request_kind::status);
        b.parts.operations.unschedule(*polling);
        b.parts.operations.schedule(*polling, b.time().now() + 10s);
    }
    void end_all_jobs() {
        b.parts.completion.succeed(polling);
        b.respond(0, parts_bench::response("400 Bad Request"));
    }

    parts_bench b{with_connections(1)};
    part_operation sent, unsent, polling;
};

} // namespace

TEST_CASE("a drain ends what was not sent, and completes when the rest has ended",
          "[shutdown][drain]") {
    phases p;
    detail::shutdown& part = p.b.parts.shutdown;
    const part_operation drain = p.b.drain(10min);
    p.b.run_ready();
    CHECK(part.is_draining());
    CHECK_FALSE(part.is_closed());
    CHECK(p.unsent.end->code() == errc::client_closed);
    CHECK(p.sent.end->calls == 0);
    CHECK(p.polling.end->calls == 0);
    CHECK(drain.end->calls == 0);
    const part_operation late = p.b.admit("Late", request_kind::submission);
    p.b.run_ready();
    CHECK(late.end->code() == errc::client_closed);

    p.end_all_jobs();
    REQUIRE(drain.end->calls == 1);
    CHECK(part.is_closed());
    const drain_summary& summary = *drain.end->result.drained;
    CHECK(summary.finished == 1);
    CHECK(summary.failed == 1);
    CHECK(summary.not_sent == 1);
    CHECK(summary.unconfirmed == 0);
    CHECK(summary.unfinished.empty());
    CHECK(p.b.parts.counts.drains.get() == 0);
    CHECK(p.b.parts.pool.all().empty());
    CHECK(p.b.context.stopped());
}

TEST_CASE("a drain whose time has passed ends everything and says in what state it was",
          "[shutdown][drain]") {
    phases p;
    const part_operation drain = p.b.drain(5s);
    p.b.pass(4s);
    CHECK(drain.end->calls == 0);
    p.b.pass(1s);
    REQUIRE(drain.end->calls == 1);
    const drain_summary& summary = *drain.end->result.drained;
    CHECK(summary.finished + summary.failed == 0);
    CHECK(summary.not_sent == 1);
    CHECK(summary.unconfirmed == 1);
    REQUIRE(summary.unfinished.size() == 1);
    CHECK(summary.unfinished.front().project_name() == "Polling");
    CHECK(p.sent.end->known().submission == submission_state::unconfirmed);
    // The job of the submission in flight is still reported.
    p.b.respond(0, parts_bench::accepted("Sent"));
    CHECK(p.b.events->number_of("submitted late Sent") == 1);
    CHECK(p.b.context.stopped());
}

TEST_CASE("a cancelled drain ends everything at once", "[shutdown][drain]") {
    phases p;
    const part_operation drain = p.b.drain(10min);
    p.b.run_ready();
    p.b.parts.operations.cancel(drain, asio::cancellation_type::total);
    p.b.run_ready();
    CHECK(drain.end->calls == 1);
    CHECK_FALSE(drain.end->result.error);
    CHECK(p.sent.end->calls == 1);
    CHECK(p.polling.end->calls == 1);
}

TEST_CASE("several drains complete together, and one without operations at once",
          "[shutdown][drain]") {
    phases p;
    const part_operation first = p.b.drain(10min), second = p.b.drain(5s);
    p.b.run_ready();
    CHECK(p.b.parts.counts.drains.get() == 2);
    p.b.pass(5s);
    CHECK(first.end->calls == 1);
    CHECK(second.end->calls == 1);
    CHECK(first.end->result.drained->unconfirmed == 1);
    CHECK(second.end->result.drained->unconfirmed == 1);
    const part_operation third = p.b.drain(10min);
    p.b.run_ready();
    REQUIRE(third.end->calls == 1);
    CHECK(third.end->result.drained->unconfirmed == 0); // each summary counts once
}

TEST_CASE("a submission that must be repeated is not sent during a drain", "[shutdown][drain]") {
    phases p;
    const part_operation drain = p.b.drain(10min);
    p.b.respond(0, parts_bench::response("503 Service Unavailable"));
    CHECK(p.sent.end->code() == errc::client_closed);
    p.b.parts.completion.succeed(p.polling);
    p.b.run_ready();
    REQUIRE(drain.end->calls == 1);
    CHECK(drain.end->result.drained->not_sent == 2);
}

TEST_CASE("when the last handle is destroyed everything ends", "[shutdown]") {
    phases p;
    p.b.parts.shutdown.close();
    CHECK(p.b.parts.shutdown.is_closed());
    CHECK(p.b.parts.operations.empty());
    CHECK(p.sent.end->calls == 0); // never inside the call
    p.b.run_ready();
    for (const part_operation* each : {&p.sent, &p.unsent, &p.polling})
        CHECK(each->end->code() == errc::client_closed);
    CHECK_FALSE(p.b.parts.work); // the submission in flight is the only work
    CHECK_FALSE(p.b.context.stopped());
    p.b.respond(0, parts_bench::accepted("Sent"));
    CHECK(p.b.events->number_of("submitted late Sent") == 1);
    CHECK(p.b.parts.pool.all().empty());
    CHECK(p.b.context.stopped());
}

TEST_CASE("a sink that is being committed decides how its operation ends", "[shutdown]") {
    parts_bench b;
    const auto sink = std::make_shared<watched_sink>();
    const part_operation made = b.make("Claims", request_kind::result);
    made->parts().sink = b.engine()->make_sink_runner(sink, {});
    b.admit(made);
    b.parts.operations.unschedule(*made);
    b.parts.completion.succeed(made);
    REQUIRE(made->is_committing);
    b.parts.shutdown.close();
    CHECK(made->must_not_retry);
    CHECK_FALSE(b.parts.operations.empty());
    b.run_ready();
    CHECK(made.end->calls == 1);
    CHECK_FALSE(made.end->result.error);
    CHECK(sink->calls == std::vector<std::string>{"commit"});
}

TEST_CASE("the destruction of the context destroys handlers without invoking them", "[shutdown]") {
    phases p;
    part_operation drain = p.b.drain(10min);
    const std::size_t free = p.b.parts.quota.free(request_kind::submission, p.b.time().now());
    p.b.parts.shutdown.on_context_destroyed();
    CHECK(p.b.parts.shutdown.is_shutting_down());
    CHECK(p.b.parts.operations.empty());
    CHECK(p.b.parts.counts.pending.get() == 0);
    CHECK(p.b.parts.counts.drains.get() == 0);
    CHECK_FALSE(p.b.parts.work);
    for (const part_operation* each : {&p.sent, &p.polling, &drain}) {
        CHECK(each->end->calls == 0);
        CHECK_FALSE((*each)->handler);
        CHECK(each->end.use_count() == 1); // the handler owned it, too
        CHECK_FALSE((*each)->self);
    }
    // The permit of the request in flight is free again one window later, for other clients.
    CHECK(p.b.parts.quota.free(request_kind::submission, p.b.time().now()) == free);
    CHECK(p.b.parts.quota.free(request_kind::submission, p.b.time().now() + 1min) == 10);
    // What comes later has no effect.
    const part_operation late = p.b.admit("Late", request_kind::submission);
    CHECK_FALSE(late->self);
    p.b.parts.shutdown.on_fork(true);
    CHECK(p.b.parts.shutdown.forks() == 0);
}

TEST_CASE("the destruction of the context ends a wait of the opener", "[shutdown]") {
    parts_bench b;
    b.opener().waits = true;
    const part_operation made = b.admit("Claims", request_kind::submission);
    b.run_ready();
    REQUIRE(b.opener().is_pending());
    const long owners = b.engine().use_count();
    b.parts.shutdown.on_context_destroyed();
    CHECK_FALSE(b.opener().is_pending());
    b.run_ready();
    CHECK(b.engine().use_count() < owners); // the coroutine owned it
}

TEST_CASE("a fork leaves the parent alone", "[shutdown][fork]") {
    phases p;
    p.b.parts.shutdown.on_fork(false);
    p.b.run_ready();
    CHECK(p.b.opener().forks == -1);
    CHECK(p.b.parts.shutdown.forks() == 0);
    CHECK(p.sent.end->calls + p.unsent.end->calls + p.polling.end->calls == 0);
    CHECK_FALSE(p.b.stream(0).is_closed);
}

TEST_CASE("in the child of a fork everything fails, and no connection is used",
          "[shutdown][fork]") {
    phases p;
    const std::string written = p.b.stream(0).written;
    p.b.parts.shutdown.on_fork(true);
    CHECK(p.b.opener().forks == 1);
    CHECK(p.b.parts.shutdown.forks() == 1);
    CHECK(p.b.stream(0).is_closed);
    CHECK(p.b.parts.operations.empty());
    p.b.run_ready();
    for (const part_operation* each : {&p.sent, &p.unsent, &p.polling}) {
        CHECK(each->end->calls == 1);
        CHECK(each->end->code() == errc::client_closed);
        CHECK(each->end->known().detail.find("forked") != std::string::npos);
    }
    CHECK(p.polling.end->known().job->project_name() == "Polling");
    CHECK(p.b.stream(0).written == written);
    CHECK(p.b.parts.pool.all().empty());
    CHECK(p.b.context.stopped());
    // The child can use the client from then on.
    CHECK_FALSE(p.b.parts.shutdown.is_closed());
    const part_operation next = p.b.admit("Next", request_kind::status, operation_kind::one_status);
    p.b.run_ready();
    p.b.respond(1, parts_bench::response("200 OK", R"({"status":"running"})"));
    CHECK(next.end->calls == 1);
    CHECK_FALSE(next.end->result.error);
}

TEST_CASE("an operation that was started before a fork fails in the child", "[shutdown][fork]") {
    parts_bench b;
    const part_operation made = b.make("Claims", request_kind::submission);
    const std::uint32_t before = b.parts.shutdown.forks();
    b.parts.shutdown.on_fork(true);
    b.parts.operations.admit(made, (manual_time::duration::max)(), before);
    b.run_ready();
    CHECK(made.end->code() == errc::client_closed);
    CHECK(b.opener().begun == 0);
}

TEST_CASE("a drain completes in the child of a fork", "[shutdown][fork][drain]") {
    phases p;
    const part_operation drain = p.b.drain(10min);
    p.b.parts.shutdown.on_fork(true);
    p.b.run_ready();
    CHECK(drain.end->calls == 1);
    CHECK(drain.end->result.drained->unfinished.size() == 1);
}

TEST_CASE("a client without operations holds no work and no timer", "[shutdown]") {
    parts_bench b;
    const part_operation made = b.admit("Claims", request_kind::status, operation_kind::one_status);
    b.run_ready();
    b.parts.shutdown.release_if_idle();
    CHECK(b.parts.work); // it is pending
    b.respond(0, parts_bench::response("200 OK", R"({"status":"running"})"));
    CHECK(made.end->calls == 1);
    CHECK_FALSE(b.parts.work);
    CHECK(b.parts.timers.next() == (manual_time::time_point::max)());
    CHECK(b.time().armed_for() == (manual_time::time_point::max)());
    CHECK(b.context.stopped());
}

TEST_CASE("a client without operations waits for no response except that of a submission",
          "[shutdown]") {
    parts_bench b(with_connections(2));
    const part_operation poll = b.admit("Poll", request_kind::status);
    const part_operation submission = b.admit("Claims", request_kind::submission);
    b.run_ready();
    REQUIRE(b.parts.counts.in_flight.get() == 2);
    b.parts.operations.cancel(poll, asio::cancellation_type::terminal);
    b.run_ready();
    CHECK(b.parts.counts.in_flight.get() == 2); // another operation is pending
    b.parts.operations.cancel(submission, asio::cancellation_type::terminal);
    b.run_ready();
    CHECK(b.parts.counts.in_flight.get() == 1);
    const std::size_t polled = b.stream(0).written.starts_with("GET") ? 0 : 1;
    CHECK(b.stream(polled).is_closed);
    b.respond(1 - polled, parts_bench::accepted("Claims"));
    CHECK(b.events->number_of("submitted late Claims") == 1);
    CHECK(b.context.stopped());
}

TEST_CASE("during a drain submitted jobs complete, and the others are reported",
          "[engine][drain]") {
    engine_bench bench(engine_bench::default_params());
    bench.service->run_time = 2min;
    std::vector<ending> ends(15); // ten are submitted, five wait for the quota
    for (ending& each : ends)
        export_project(bench.client(), export_request("Claims"), into(bench, each));
    drain_summary summary;
    int drained = 0;
    manual_time::duration within = 10min;
    SECTION("with enough time") {}
    SECTION("with too little time") {
        within = 30s;
    }
    bench.at(manual_time::start + 30s, [&] {
        bench.client().drain(within, [&](std::exception_ptr, drain_summary result) {
            ++drained;
            summary = result;
        });
    });
    bench.run();
    CHECK(drained == 1);
    CHECK(summary.not_sent == 5);
    CHECK(summary.finished == (within > 1min ? 10 : 0));
    CHECK(summary.unfinished.size() == (within > 1min ? 0 : 10));
    for (const ending& each : ends)
        CHECK(each.calls == 1);
    ending late;
    export_project(bench.client(), export_request("Late"), into(bench, late));
    bench.run();
    CHECK(late.code() == errc::client_closed);
}

} // namespace shutdown_test
