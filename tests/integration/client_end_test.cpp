#include "integration/client_phases.hpp"
#include "support/catch.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/error.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace client_end_test {

namespace asio = boost::asio;
namespace testing = langexport::testing;

namespace {

using namespace std::chrono_literals;
using langexport::client;
using langexport::client_params;
using langexport::errc;
using langexport::export_job;
using langexport::export_request;
using langexport::export_status;
using langexport::exported_project;
using langexport::submission_state;
using langexport_tests::client_bench;
using langexport_tests::contains_text;
using langexport_tests::event_list;
using langexport_tests::moment;
using langexport_tests::operation;
using langexport_tests::outcome;
using langexport_tests::phase;
using langexport_tests::phase_bench;
using langexport_tests::place;
using langexport_tests::submission_in;
using testing::call_kind;
using testing::canned_response;
using testing::early_end;
using testing::occurrences;

using lines = std::vector<std::string>;

const std::vector<place> all_places = langexport_tests::places_of(operation::export_project);

using outcome_ptr = std::shared_ptr<outcome<exported_project>>;

outcome_ptr begin_export(phase_bench& s, asio::cancellation_signal& stop) {
    return s.b.begin<exported_project>([&](auto token) {
        export_project(*s.client, export_request("Demo"),
                       asio::bind_cancellation_slot(stop.slot(), std::move(token)));
    });
}

// An export whose job_timeout does not pass before it has reached its phase, even on a slow machine.
class export_in_time {
public:
    explicit export_in_time(const place& location) {
        for (most = 100ms; most < 20s; most *= 4) {
            s.emplace(operation::export_project, location.where, location.tls);
            export_request request("Demo");
            request.job_timeout = most;
            done = s->b.begin<exported_project>(
                [&](auto token) { export_project(*s->client, request, std::move(token)); });
            if (s->b.run_until([&] { return done->calls > 0 || s->is_there(); }) &&
                done->calls == 0)
                return;
            s->release();
        }
        throw std::runtime_error("it does not come to its phase");
    }

    std::optional<phase_bench> s;
    std::chrono::milliseconds most{};
    outcome_ptr done;
};

void check_knowledge(const outcome<exported_project>& done, phase p) {
    INFO(done.what());
    const submission_state wanted = submission_in(operation::export_project, p);
    CHECK(done.known().submission == wanted);
    CHECK((done.failure().job() != nullptr) == (wanted == submission_state::confirmed));
    CHECK(done.known().project_name == "Demo");
    CHECK_THAT(done.what(), contains_text("'Demo'"));
}

// The frame of a caller; `life` shows when it is destroyed.
asio::awaitable<void> export_for_ever(client with, std::shared_ptr<int> life) {
    export_request request("Demo");
    co_await export_project(with, request);
    ++*life;
}

} // namespace

TEST_CASE("destroying the context destroys every waiting frame, in any phase", "[client][close]") {
    const place at = GENERATE(from_range(all_places.begin(), all_places.end()));
    CAPTURE(to_string(operation::export_project, at.where), at.tls);
    phase_bench s(operation::export_project, at.where, at.tls);
    auto life = std::make_shared<int>(0);
    const std::weak_ptr<int> alive = life;
    // The client's own state owns it: it shows whether that state was destroyed, too.
    const std::weak_ptr<event_list> state = s.events;
    outcome_ptr called;
    const auto begin_by_callback = [&] {
        called = s.b.begin<exported_project>([&](auto token) {
            export_project(*s.client, export_request("Demo"),
                           [token = std::move(token), life](auto error, auto result) mutable {
                               token(error, std::move(result));
                           });
        });
    };
    SECTION("a coroutine frame that owns the only handle") {
        asio::co_spawn(s.b.context, export_for_ever(*s.client, life), asio::detached);
        life.reset();
        REQUIRE(s.reach());
        s.client.reset();
    }
    SECTION("a callback") {
        begin_by_callback();
        life.reset();
        REQUIRE(s.reach());
        s.client.reset();
    }
    SECTION("before the context has run") {
        asio::co_spawn(s.b.context, export_for_ever(*s.client, life), asio::detached);
        begin_by_callback();
        life.reset();
        s.client.reset();
    }
    SECTION("while the client is closing") {
        begin_by_callback();
        life.reset();
        REQUIRE(s.reach());
        s.client.reset();
        s.b.context.restart();
        s.b.context.run_one(); // it has begun
    }
    CHECK_FALSE(alive.expired());
    s.events.reset();
    s.strand.reset();
    s.end_lookup();
    s.b.destroy_context();
    CHECK(alive.expired());
    CHECK(state.expired());
    if (called)
        CHECK(called->calls == 0);
}

TEST_CASE("destroying the context also ends clients that share a quota", "[client][close]") {
    const bool tls = GENERATE(false, true);
    client_bench b(tls);
    b->on(call_kind::any, occurrences::always(), canned_response::cut_after(0, early_end::stall));
    client_params params = b.params();
    params.quota.submissions = params.quota.reads = 100;
    auto life = std::make_shared<int>(0);
    const std::weak_ptr<int> alive = life;
    for (int i = 0; i < 3; ++i) {
        const client one = b.make_client(params);
        asio::co_spawn(b.context, export_for_ever(one, life), asio::detached);
        asio::co_spawn(b.context, export_for_ever(one, life), asio::detached);
    }
    life.reset();
    REQUIRE(b.run_until_seen(6));
    b.destroy_context();
    CHECK(alive.expired());
}

TEST_CASE("an operation on a destroyed client fails with client_closed", "[client][close]") {
    client_bench b(GENERATE(false, true));
    auto c = std::make_unique<client>(b.make_client());
    auto lazy = export_project(*c, export_request("Demo"), asio::deferred);
    c.reset();
    const auto done =
        b.run<exported_project>([&](auto token) { std::move(lazy)(std::move(token)); });
    CHECK(done.code() == errc::client_closed);
    CHECK(done.known().submission == submission_state::not_sent);
    CHECK(b.number_seen() == 0);
}

TEST_CASE("an operation fails with client_closed when its last handle is destroyed",
          "[client][close]") {
    client_bench b(false);
    const auto done = b.begin<exported_project>([&](auto token) {
        const client short_lived = b.make_client();
        export_project(short_lived, export_request("Demo"), std::move(token));
    });
    REQUIRE(b.run_dry());
    CHECK(done->code() == errc::client_closed);
}

TEST_CASE("a job that is confirmed after its caller has left is reported to the observer",
          "[client][cancel][observer]") {
    client_bench b(GENERATE(false, true));
    auto events = std::make_shared<event_list>();
    b->on(call_kind::submission, 1, canned_response::after(300ms));
    client_params params = b.params();
    params.observer = events;
    std::optional<client> c(b.make_client(params));
    asio::cancellation_signal stop;
    const auto done = b.begin<exported_project>([&](auto token) {
        export_project(*c, export_request("Demo"),
                       asio::bind_cancellation_slot(stop.slot(), std::move(token)));
    });
    REQUIRE(b.run_until_seen(1));
    errc expected = errc::cancelled;
    SECTION("it was cancelled") {
        stop.emit(asio::cancellation_type::terminal);
    }
    SECTION("its client was closed") {
        c.reset();
        expected = errc::client_closed;
    }
    REQUIRE(b.run_until([&] { return done->calls > 0; }));
    CHECK(done->code() == langexport::make_error_code(expected));
    CHECK(done->known().submission == submission_state::unconfirmed);
    REQUIRE(b.run_dry());
    CHECK(events->lines() ==
          lines{"failed " + std::string(to_string(expected)), "late submitted Demo"});
    const client other = b.make_client();
    const auto rescued = b.resume(other, events->last_job());
    CHECK(rescued.is_good());
    CHECK(b->counters().jobs_created == 1);
}

TEST_CASE("the response to a submission in flight is awaited for one attempt_timeout at most",
          "[client][cancel][close]") {
    client_bench b(GENERATE(false, true));
    b->on(call_kind::submission, 1, canned_response::cut_after(0, early_end::stall));
    client_params params = b.params();
    params.attempt_timeout = 1s;
    std::optional<client> c(b.make_client(params));
    asio::cancellation_signal stop;
    const auto done = b.begin<exported_project>([&](auto token) {
        export_project(*c, export_request("Demo"),
                       asio::bind_cancellation_slot(stop.slot(), std::move(token)));
    });
    REQUIRE(b.run_until_seen(1));
    if (GENERATE(false, true))
        stop.emit(asio::cancellation_type::terminal);
    else
        c.reset();
    REQUIRE(b.run_until([&] { return done->calls > 0; }));
    CHECK(done->known().submission == submission_state::unconfirmed);
    CHECK(b->counters().open_connections == 1);
    REQUIRE(b.run_dry()); // although no response arrives
    CHECK(b.run_until([&] { return b->counters().open_connections == 0; }));
    CHECK(done->calls == 1);
}

TEST_CASE("a late response with a link that no resume token can hold is not reported",
          "[client][cancel][observer]") {
    const std::string link = GENERATE(as<std::string>(), "https://a.example/no link", "/\xc3\xa9",
                                      "/" + std::string(17'000, 'x'));
    client_bench b(false);
    auto events = std::make_shared<event_list>();
    canned_response late = canned_response(202).header("operation-location", link);
    late.delay = 200ms;
    b->on(call_kind::submission, 1, late);
    client_params params = b.params();
    params.observer = events;
    const client c = b.make_client(params);
    asio::cancellation_signal stop;
    const auto done = b.begin<exported_project>([&](auto token) {
        export_project(c, export_request("Demo"),
                       asio::bind_cancellation_slot(stop.slot(), std::move(token)));
    });
    REQUIRE(b.run_until_seen(1));
    stop.emit(asio::cancellation_type::terminal);
    REQUIRE(b.run_dry());
    CHECK(done->known().submission == submission_state::unconfirmed);
    CHECK(events->lines() == lines{"failed cancelled"});
}

TEST_CASE("job_timeout ends a wait in any phase, but not a fetch", "[client][deadline]") {
    const phase p =
        GENERATE(phase{moment::waiting, 1}, phase{moment::sent, 1}, phase{moment::half_body, 2});
    const bool tls = GENERATE(false, true);
    CAPTURE(to_string(operation::export_project, p), tls);
    export_in_time e(place{tls, p});
    if (p.when == moment::half_body) {
        e.s->b.context.restart();
        e.s->b.context.run_for(e.most + 10ms);
        CHECK(e.done->calls == 0);
        e.s->client.reset();
    } else {
        REQUIRE(e.s->b.run_until([&] { return e.done->calls > 0; }));
        CHECK(e.done->code() == errc::job_timed_out);
        check_knowledge(*e.done, p);
    }
    CHECK(e.s->b.run_dry());
}

TEST_CASE("a cancelled download frees its connection for the next one", "[client][cancel]") {
    client_bench b(GENERATE(false, true));
    for (const char* name : {"Stalled", "Next"}) {
        testing::project p = langexport_tests::quick_project(name);
        p.result_size = 200'000;
        b->add_project(p);
    }
    b->on(call_kind::result, occurrences::always(),
          canned_response::cut_after(30'000, early_end::stall), testing::for_project("Stalled"));
    client_params params = b.params();
    params.max_connections = 2; // one for downloads
    const client c = b.make_client(params);
    asio::cancellation_signal stop;
    const auto stalled = b.begin<exported_project>([&](auto token) {
        export_project(c, export_request("Stalled"),
                       asio::bind_cancellation_slot(stop.slot(), std::move(token)));
    });
    REQUIRE(b.run_until([&] { return b->counters().result_gets == 1; }));
    const auto next = b.begin<exported_project>(
        [&](auto token) { export_project(c, export_request("Next"), std::move(token)); });
    REQUIRE(b.run_until([&] { return b->counters().status_gets == 2; }));
    b.context.restart();
    b.context.run_for(5ms);
    CHECK(b->counters().result_gets == 1); // the other connection is for polls and submissions
    stop.emit(asio::cancellation_type::terminal);
    REQUIRE(b.run_until([&] { return next->calls > 0; }));
    CHECK(next->is_good());
    CHECK(stalled->calls == 1);
    CHECK(b.run_dry());
}

namespace {

// Leaves a connection in the pool that was opened for an export which no longer needed it; false if
// the export was faster. Then ends the server, and starts an export that uses the connection: `met` is its
// outcome.
bool use_unneeded_connection(outcome_ptr& met) {
    client_bench b(true);
    // One waits for its job, the next one keeps its connection busy.
    b->on(call_kind::submission, 2, canned_response::cut_after(0, early_end::stall));
    client_params params = b.params();
    params.polling.first = 1h;
    params.retry.max_attempts = 1;
    const client c = b.make_client(params);
    asio::cancellation_signal stop_all[4];
    std::vector<outcome_ptr> all;
    const auto begin = [&] {
        all.push_back(b.begin<exported_project>([&](auto token) {
            export_project(
                c, export_request("Demo"),
                asio::bind_cancellation_slot(stop_all[all.size()].slot(), std::move(token)));
        }));
    };
    const auto settle = [&] {
        b.context.restart();
        b.context.run_for(10ms);
    };
    begin();
    REQUIRE(b.run_until_seen(1));
    settle();
    begin();
    REQUIRE(b.run_until_seen(2));
    begin();
    // In single steps, so as to stop inside the handshake.
    for (int i = 0; i < 10'000 && b->counters().connections < 2; ++i) {
        b.context.restart();
        b.context.run_one_for(1ms);
    }
    stop_all[2].emit(asio::cancellation_type::terminal);
    settle();
    const bool is_unneeded = b.number_seen() == 2;
    b->stop();
    REQUIRE(b.run_until([&] { return b->counters().open_connections == 0; }));
    settle();
    begin();
    REQUIRE(b.run_until([&] { return all[3]->calls > 0; }));
    met = all[3];
    for (auto& stop : stop_all)
        stop.emit(asio::cancellation_type::terminal);
    CHECK(b.run_dry());
    return is_unneeded;
}

} // namespace

TEST_CASE("nothing is sent on an unused connection that its server has closed",
          "[client][cancel]") {
    outcome_ptr met;
    bool was_unneeded = false;
    for (int i = 0; i < 200 && !was_unneeded; ++i)
        was_unneeded = use_unneeded_connection(met);
    REQUIRE(was_unneeded);
    // Nothing was written into a connection that had ended before.
    CHECK(met->known().submission == submission_state::not_sent);
    CHECK(met->code() == errc::connection_failed);
}

TEST_CASE("a cancelled opening does not count as a failed attempt of the next export",
          "[client][cancel]") {
    phase_bench s(operation::export_project, phase{moment::connecting}, GENERATE(false, true));
    asio::cancellation_signal stop, stop_second;
    const auto first = begin_export(s, stop);
    REQUIRE(s.reach());
    stop.emit(asio::cancellation_type::terminal);
    const auto second = begin_export(s, stop_second);
    REQUIRE(s.b.run_until([&] { return first->calls > 0; }));
    s.b.context.restart();
    s.b.context.run_for(5ms);
    stop_second.emit(asio::cancellation_type::terminal);
    REQUIRE(s.b.run_dry());
    CHECK(second->known().failures == 0);
    CHECK(second->code() == asio::error::operation_aborted);
}

namespace {

std::string some_link(client_bench& b) {
    return b->endpoint() + "/language/authoring/analyze-text/projects/Demo/export/jobs/1?"
                           "api-version=2022-05-01";
}

} // namespace

TEST_CASE("a job is known from its response header even if the body is too large",
          "[client][submit]") {
    const bool says_its_size = GENERATE(true, false);
    const unsigned status = GENERATE(202u, 200u, 201u);
    CAPTURE(says_its_size, status);
    client_bench b(GENERATE(false, true));
    const std::string link = some_link(b);
    canned_response large = canned_response::oversize(1'000'000, status);
    large.header("operation-location", link);
    if (!says_its_size)
        large.trailers.emplace_back("x", "y"); // then it arrives in chunks
    b->on(call_kind::submission, 1, large);
    client_params params = b.params();
    params.max_message_size = 100'000;
    const client c = b.make_client(params);
    const auto done = b.submit(c);
    if (status == 202) {
        REQUIRE(done.is_good());
        CHECK(done.result.operation_location() == link);
        return;
    }
    CHECK(done.code() == errc::unexpected_response);
    CHECK(done.known().submission == submission_state::confirmed);
    REQUIRE(done.failure().job());
    CHECK(done.failure().job()->operation_location() == link);
}

TEST_CASE("an error before the second job is confirmed carries the failed job",
          "[client][submit]") {
    client_bench b(GENERATE(false, true));
    b->on(call_kind::status, occurrences::always(), // also if a poll is repeated
          canned_response(200, R"({"jobId":"1","status":"failed","errors":[{"code":"Timeout"}]})"));
    auto events = std::make_shared<event_list>();
    client_params params = b.params();
    params.observer = events;
    params.retry.max_resubmissions = 1;
    export_request request("Demo");
    SECTION("the service rejects the second submission") {
        b->on(call_kind::submission, occurrences(2), canned_response(409));
    }
    SECTION("the deadline passes") {
        params.retry.first_backoff = params.retry.max_backoff = 1h;
        request.deadline = 2s;
    }
    SECTION("the second submission is unconfirmed") {
        b->on(call_kind::submission, occurrences(2), canned_response(500));
    }
    const auto done = b.export_project(b.make_client(params), request);
    REQUIRE(done.error);
    INFO(done.what());
    CHECK(done.code() != errc::job_failed);
    CHECK(done.known().submission != submission_state::confirmed);
    REQUIRE(done.failure().job());
    CHECK(*done.failure().job() == events->last_job());
    REQUIRE(done.known().status);
    CHECK(done.known().status->status == langexport::job_status::failed);
    CHECK_THAT(done.what(),
               contains_text("resume token is kept") && !contains_text("job continues"));
}

} // namespace client_end_test
