// Sinks whose export ends while they are called, and where they are called.

#include "integration/client_bench.hpp"
#include "support/catch.hpp"
#include "support/pause_point.hpp"
#include "support/watched_sink.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>

#include <chrono>
#include <cstdint>
#include <exception>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace sinks_end_test {

namespace asio = boost::asio;
namespace testing = langexport::testing;

namespace {

using namespace std::chrono_literals;
using langexport::client;
using langexport::client_params;
using langexport::errc;
using langexport::export_request;
using langexport::export_status;
using langexport_tests::client_bench;
using langexport_tests::event_list;
using langexport_tests::outcome;
using langexport_tests::pause_point;
using langexport_tests::sized_project;
using langexport_tests::watched_sink;
using testing::body_framing;
using lines = std::vector<std::string>;

std::shared_ptr<outcome<export_status>> begin(client_bench& b, const client& c,
                                              std::shared_ptr<watched_sink> sink,
                                              asio::cancellation_signal* stop = nullptr,
                                              export_request request = export_request("Demo")) {
    return b.begin<export_status>([&](auto token) {
        if (stop)
            export_project_to(c, request, sink,
                              asio::bind_cancellation_slot(stop->slot(), std::move(token)));
        else
            export_project_to(c, request, sink, std::move(token));
    });
}

// An export whose sink waits at a pause point, inside of a write or of the commit.
class waiting_export {
public:
    waiting_export(bool tls, bool in_commit, std::uint64_t size = 3'000'000) : b(tls) {
        b->add_project(sized_project(size));
        sink->acts_at = in_commit ? 0 : 2;
        sink->act = [this] { return pause->wait(); };
        if (in_commit)
            sink->at_commit = sink->act;
        client_params params = b.params();
        params.observer = events;
        c.emplace(b.make_client(params));
    }
    bool reach() {
        return b.run_until([&] { return pause->is_reached; });
    }
    void settle() {
        b.context.restart();
        b.context.run_for(20ms);
    }

    asio::cancellation_signal stop; // outlives everything in the context
    client_bench b;
    std::shared_ptr<pause_point> pause = std::make_shared<pause_point>();
    std::shared_ptr<watched_sink> sink = std::make_shared<watched_sink>();
    std::shared_ptr<event_list> events = std::make_shared<event_list>();
    std::optional<client> c;
};

} // namespace

TEST_CASE("an export that ends during a sink's write completes when the write has returned",
          "[client][sinks][cancel]") {
    const bool tls = GENERATE(false, true);
    waiting_export e(tls, false);
    errc expected = errc::cancelled;
    export_request request("Demo");
    std::shared_ptr<outcome<export_status>> done;
    SECTION("it was cancelled") {
        done = begin(e.b, *e.c, e.sink, &e.stop);
        REQUIRE(e.reach());
        e.stop.emit(asio::cancellation_type::terminal);
    }
    SECTION("its client was closed") {
        done = begin(e.b, *e.c, e.sink, &e.stop);
        REQUIRE(e.reach());
        e.c.reset();
        expected = errc::client_closed;
    }
    SECTION("its deadline passed") {
        request.deadline = 1s;
        done = begin(e.b, *e.c, e.sink, &e.stop, request);
        REQUIRE(e.reach());
        REQUIRE(e.b.run_until([&] {
            return !e.events->lines().empty() &&
                   e.events->lines().back() == "failed deadline_exceeded";
        }));
        expected = errc::deadline_exceeded;
    }
    e.settle();
    CHECK(done->calls == 0);
    CHECK(e.sink->is_in_call);
    CHECK(e.sink->calls == lines{"write"});
    CHECK(e.b->counters().open_connections == 0);   // no operation needs the rest
    e.stop.emit(asio::cancellation_type::terminal); // again: nothing happens
    e.pause->resume();
    REQUIRE(e.b.run_dry());
    CHECK(done->calls == 1);
    CHECK(done->code() == langexport::make_error_code(expected));
    CHECK(e.sink->calls == lines{"write", "discard"});
    CHECK_FALSE(e.sink->was_misused);
}

TEST_CASE("a waiting sink does not hold a connection that other exports need", "[client][sinks]") {
    waiting_export e(GENERATE(false, true), false);
    const auto done = begin(e.b, *e.c, e.sink, &e.stop);
    REQUIRE(e.reach());
    e.stop.emit(asio::cancellation_type::terminal);
    const auto other = std::make_shared<watched_sink>();
    const auto next = begin(e.b, *e.c, other);
    REQUIRE(e.b.run_until([&] { return next->calls > 0; }));
    CHECK(next->is_good());
    CHECK(done->calls == 0);
    e.pause->resume();
    CHECK(e.b.run_dry());
    CHECK(done->calls == 1);
}

TEST_CASE("after commit was called, only its outcome counts", "[client][sinks][cancel]") {
    waiting_export e(GENERATE(false, true), true);
    const bool fails = GENERATE(false, true);
    export_request request("Demo");
    request.deadline = 1s;
    const auto done = begin(e.b, *e.c, e.sink, &e.stop, request);
    REQUIRE(e.reach());
    e.stop.emit(asio::cancellation_type::terminal);
    e.c.reset();
    e.b.context.restart();
    e.b.context.run_for(200ms);
    CHECK(done->calls == 0);
    if (fails)
        e.pause->fail("the disk is full");
    else
        e.pause->resume();
    REQUIRE(e.b.run_dry());
    CHECK(done->calls == 1);
    if (fails) {
        CHECK(done->code() == errc::sink_failed);
        CHECK(e.sink->calls == lines{"write", "commit", "discard"});
    } else {
        CHECK(done->is_good());
        CHECK(e.sink->calls == lines{"write", "commit"});
    }
    CHECK_FALSE(e.sink->was_misused);
}

TEST_CASE("destroying the context destroys a sink's call, and no other call follows",
          "[client][sinks][close]") {
    const bool tls = GENERATE(false, true);
    const bool in_commit = GENERATE(false, true);
    const bool was_cancelled = GENERATE(false, true);
    waiting_export e(tls, in_commit);
    auto life = std::make_shared<int>(0);
    const std::weak_ptr<int> alive = life;
    const std::weak_ptr<watched_sink> sink = e.sink;
    export_project_to(
        *e.c, export_request("Demo"), e.sink,
        asio::bind_cancellation_slot(e.stop.slot(), [life, owned = *e.c](auto, auto) { ++*life; }));
    life.reset();
    REQUIRE(e.reach());
    if (was_cancelled) {
        e.stop.emit(asio::cancellation_type::terminal);
        e.settle();
    }
    e.c.reset();
    CHECK_FALSE(alive.expired());
    e.b.destroy_context();
    CHECK(alive.expired());
    CHECK(e.sink.use_count() == 1);
    CHECK(e.sink->calls == (in_commit ? lines{"write", "commit"} : lines{"write"}));
}

TEST_CASE("a sink on another context outlives the client's context", "[client][sinks][close]") {
    const bool tls = GENERATE(false, true);
    const bool in_commit = GENERATE(false, true);
    const bool was_closed = GENERATE(false, true);
    const bool ends = GENERATE(false, true);
    CAPTURE(tls, in_commit, was_closed, ends);
    asio::io_context other; // the operation's
    std::optional<waiting_export> e;
    e.emplace(tls, in_commit);
    auto life = std::make_shared<int>(0);
    const std::weak_ptr<int> alive = life;
    const auto sink = e->sink;
    const auto pause = e->pause;
    sink->act = [pause] { return pause->wait(); };
    if (in_commit)
        sink->at_commit = sink->act;
    export_project_to(
        *e->c, export_request("Demo"), sink,
        asio::bind_cancellation_slot(
            e->stop.slot(), asio::bind_executor(other.get_executor(),
                                                [life, owned = *e->c](auto, auto) { ++*life; })));
    life.reset();
    REQUIRE(e->b.run_until([&] {
        other.restart();
        other.poll();
        return pause->is_reached;
    }));
    if (was_closed)
        e->stop.emit(asio::cancellation_type::terminal);
    e->c.reset();
    e->settle();
    CHECK_FALSE(alive.expired());
    e->b.destroy_context();
    CHECK(alive.expired());
    if (ends) {
        pause->resume();
        other.restart();
        other.run();
    }
    CHECK(sink->calls == (in_commit ? lines{"write", "commit"} : lines{"write"}));
}

TEST_CASE("the server waits while a sink writes", "[client][sinks]") {
    const bool tls = GENERATE(false, true);
    const auto framing = GENERATE(body_framing::content_length, body_framing::chunked);
    waiting_export e(tls, false);
    e.b->add_project(sized_project(60'000'000, framing));
    const auto done = begin(e.b, *e.c, e.sink, &e.stop);
    REQUIRE(e.reach());
    // Until nothing more is sent: the kernel decides how much the two sockets hold.
    std::uint64_t before = 0;
    do {
        before = e.b->counters().bytes_sent;
        e.settle();
    } while (e.b->counters().bytes_sent != before);
    CHECK(e.sink->received <= 2 * 256 * 1024);
    CHECK(before < 30'000'000);
    e.pause->resume();
    REQUIRE(e.b.run_dry());
    CHECK(done->is_good());
    CHECK(e.sink->document.size() == 60'000'000);
}

TEST_CASE("a sink is called on the executor of its operation", "[client][sinks]") {
    client_bench b(GENERATE(false, true));
    b->add_project(sized_project(600'000));
    const client c = b.make_client();
    const auto sink = std::make_shared<watched_sink>();
    SECTION("a callback with an executor") {
        asio::thread_pool pool(2);
        const asio::any_io_executor strand = asio::make_strand(pool.get_executor());
        bool is_there = false;
        outcome<export_status> done;
        export_project_to(c, export_request("Demo"), sink,
                          asio::bind_executor(strand, [&](std::exception_ptr error, auto) {
                              done.error = error;
                              ++done.calls;
                              is_there = pool.get_executor().running_in_this_thread();
                          }));
        REQUIRE(b.run_dry());
        pool.join();
        CHECK(done.is_good());
        CHECK(is_there);
        CHECK(sink->called_on == strand);
        sink->called_on = asio::any_io_executor(); // it would outlive its context
    }
    SECTION("a callback without an executor") {
        CHECK(b.export_to(c, sink).is_good());
        CHECK(sink->called_on == c.get_executor());
    }
    SECTION("a future") {
        auto future = export_project_to(c, export_request("Demo"), sink, asio::use_future);
        REQUIRE(b.run_dry());
        CHECK(future.get().status == langexport::job_status::succeeded);
        CHECK(sink->called_on == c.get_executor());
    }
    SECTION("a coroutine") {
        asio::thread_pool pool(1);
        auto future = asio::co_spawn(pool, export_project_to(c, export_request("Demo"), sink),
                                     asio::use_future);
        // The client has nothing to do until the coroutine has begun.
        REQUIRE(b.run_until([&] { return future.wait_for(0s) == std::future_status::ready; }));
        CHECK(future.get().status == langexport::job_status::succeeded);
        CHECK(sink->called_on == asio::any_io_executor(pool.get_executor()));
    }
    CHECK(sink->document.size() == 600'000);
    CHECK_FALSE(sink->was_misused);
}

} // namespace sinks_end_test
