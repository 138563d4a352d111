#include "integration/client_bench.hpp"
#include "integration/client_phases.hpp"
#include "support/batch_ranges.hpp"
#include "support/catch.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/error.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace batch_end_test {

namespace asio = boost::asio;
namespace testing = langexport::testing;

namespace {

using namespace std::chrono_literals;
using asio::cancellation_type;
using langexport::batch_checkpoint;
using langexport::batch_item;
using langexport::batch_options;
using langexport::batch_outcome;
using langexport::batch_summary;
using langexport::client;
using langexport::export_job;
using langexport::export_projects;
using langexport_tests::kept_outcomes;
using langexport_tests::operation;
using langexport_tests::phase_bench;
using langexport_tests::place;
using langexport_tests::requests_of;
using testing::call_kind;
using testing::canned_response;

const std::vector<place> all_places = langexport_tests::places_of(operation::export_projects);

} // namespace

TEST_CASE("destroying the context ends a batch in any phase of its exports", "[batch][close]") {
    const place at = GENERATE(from_range(all_places.begin(), all_places.end()));
    const bool is_cancelled = GENERATE(false, true);
    CAPTURE(to_string(operation::export_projects, at.where), at.tls, is_cancelled);
    phase_bench s(operation::export_projects, at.where, at.tls);
    auto life = std::make_shared<int>(0);
    const std::weak_ptr<int> alive = life;
    asio::cancellation_signal stop;
    bool is_called = false;
    {
        // The handler owns the client, which owns the queue of the handler.
        auto end = [&, life, with = *s.client](std::exception_ptr, batch_summary) {
            is_called = true;
        };
        batch_options options;
        options.max_in_flight = 1;
        options.on_finished = [life](const batch_outcome&) {};
        options.sink_for = [sink = s.sink](const batch_item&) { return sink; };
        const client with = *s.client;
        export_projects(with, requests_of("Demo", 5), options,
                        asio::bind_cancellation_slot(stop.slot(), std::move(end)));
    }
    life.reset();
    REQUIRE(s.reach());
    if (is_cancelled)
        stop.emit(cancellation_type::terminal);
    s.client.reset();
    CHECK_FALSE(alive.expired());
    s.sink->called_on = {};
    s.strand.reset();
    s.end_lookup();
    s.b.destroy_context();
    CHECK(alive.expired());
    CHECK_FALSE(is_called);
}

TEST_CASE("a batch that is cancelled before it starts reads no item", "[batch][cancel]") {
    const auto type =
        GENERATE(cancellation_type::terminal, cancellation_type::partial, cancellation_type::total);
    langexport_tests::client_bench b(false);
    asio::cancellation_signal stop;
    const auto made = std::make_shared<int>(0);
    const client with = b.make_client();
    const auto done = b.begin<batch_summary>([&](auto token) {
        export_projects(with, requests_of("Demo", 2, made), batch_options(),
                        asio::bind_cancellation_slot(stop.slot(), std::move(token)));
    });
    stop.emit(type);
    REQUIRE(b.run_dry());
    CHECK(done->calls == 1);
    CHECK(done->code() == asio::error::operation_aborted);
    CHECK(*made == 0);
    CHECK(b.number_seen() == 0);
}

TEST_CASE("after partial cancellation exports complete, unless terminal cancellation follows",
          "[batch][cancel]") {
    langexport_tests::client_bench b(GENERATE(false, true));
    testing::project slow = langexport_tests::quick_project("Slow");
    slow.job_duration = 1h;
    b->add_project(slow);
    asio::cancellation_signal stop;
    kept_outcomes kept;
    const client with = b.make_client();
    const auto begin = [&](std::vector<langexport::export_request> requests) {
        return b.begin<batch_summary>([&](auto token) {
            export_projects(with, std::move(requests), kept.options(2),
                            asio::bind_cancellation_slot(stop.slot(), std::move(token)));
        });
    };
    const langexport::export_request demo("Demo"), waiting("Slow");
    SECTION("all exports in progress complete") {
        b->on(call_kind::submission, testing::occurrences::always(), canned_response::after(200ms));
        const auto done = begin({demo, demo, demo});
        REQUIRE(b.run_until([&] { return b->counters().requests > 0; }));
        stop.emit(cancellation_type::partial);
        REQUIRE(b.run_dry());
        CHECK(done->code() == asio::error::operation_aborted);
        CHECK(done->result.taken == 2);
        CHECK(done->result.exported == 2);
        CHECK(done->result.unfinished == 0);
    }
    SECTION("terminal cancellation ends the last export") {
        const auto done = begin({waiting, demo, demo});
        REQUIRE(b.run_until([&] { return kept.size() == 1; }));
        stop.emit(cancellation_type::partial);
        REQUIRE(b.run_until([&] { return kept.size() == 2; }));
        stop.emit(cancellation_type::terminal);
        REQUIRE(b.run_dry());
        CHECK(done->code() == asio::error::operation_aborted);
        CHECK(done->result.exported == 2);
        CHECK(done->result.unfinished == 1);
        REQUIRE(done->result.unfinished_jobs.size() == 1);
        CHECK(done->result.unfinished_jobs[0].project_name() == "Slow");
    }
    SECTION("all exports are in progress and succeed: no error") {
        b->on(call_kind::submission, 1, canned_response::after(300ms));
        const auto done = begin({demo});
        REQUIRE(b.run_until([&] { return b->counters().requests > 0; }));
        stop.emit(cancellation_type::partial);
        REQUIRE(b.run_dry());
        CHECK(done->is_good());
        CHECK(done->result.exported == 1);
    }
    SECTION("total cancellation is ignored after the batch has read an item") {
        const auto done = begin({demo, demo, demo});
        REQUIRE(b.run_until([&] { return b->counters().requests > 0; }));
        stop.emit(cancellation_type::total);
        REQUIRE(b.run_dry());
        CHECK(done->is_good());
        CHECK(done->result.exported == 3);
    }
}

namespace {

class job_list final : public batch_checkpoint {
public:
    std::optional<batch_item> taken(batch_item item) override { return item; }
    void submitted(const export_job& job) override { jobs.push_back(job); }
    void finished(const batch_outcome&) override { ++finished_ones; }

    std::vector<export_job> jobs;
    int finished_ones = 0;
};

} // namespace

TEST_CASE("the checkpoint records a job that is confirmed after the batch was cancelled",
          "[batch][cancel][checkpoint]") {
    langexport_tests::client_bench b(GENERATE(false, true));
    b->on(call_kind::submission, 1, canned_response::after(300ms));
    const auto point = std::make_shared<job_list>();
    batch_options options;
    options.checkpoint = point;
    asio::cancellation_signal stop;
    const client with = b.make_client();
    const auto done = b.begin<batch_summary>([&](auto token) {
        export_projects(with, requests_of("Demo", 1), options,
                        asio::bind_cancellation_slot(stop.slot(), std::move(token)));
    });
    REQUIRE(b.run_until_seen(1));
    stop.emit(cancellation_type::terminal);
    REQUIRE(b.run_until([&] { return done->calls > 0; }));
    CHECK(point->jobs.empty());
    CHECK(point->finished_ones == 1);
    CHECK(done->result.unfinished_jobs.empty());
    REQUIRE(b.run_dry());
    REQUIRE(point->jobs.size() == 1);
    CHECK(point->jobs[0].project_name() == "Demo");
}

} // namespace batch_end_test
