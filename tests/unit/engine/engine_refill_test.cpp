// Exports whose permits come from a quota source, in virtual time.

#include "support/catch.hpp"
#include "support/fake_quota_source.hpp"
#include "support/virtual_bench.hpp"

#include <langexport/export_project.hpp>
#include <langexport/observer.hpp>
#include <langexport/request_quota.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/error.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace engine_refill_test {

namespace asio = boost::asio;
namespace testing = langexport::testing;

namespace {

using namespace std::chrono_literals;
using langexport::client_params;
using langexport::export_request;
using langexport::exported_project;
using langexport::quota_class;
using langexport::quota_demand;
using langexport::quota_grant;
using langexport_tests::fake_quota_source;
using langexport_tests::grant_of;
using langexport_tests::instant_project;
using langexport_tests::manual_time;
using langexport_tests::outcome;
using langexport_tests::shared_quota_model;
using langexport_tests::virtual_bench;
using testing::call_kind;
using testing::canned_response;
using testing::occurrences;

testing::emulator_options service_with_quota(std::size_t posts, std::size_t gets) {
    testing::emulator_options options;
    options.quota_posts = posts;
    options.quota_gets = gets;
    return options;
}

client_params with_source(const std::shared_ptr<fake_quota_source>& source, std::size_t posts,
                          std::size_t gets) {
    client_params params = virtual_bench::quick_params();
    langexport::quota_params quota;
    quota.submissions = posts;
    quota.reads = gets;
    params.shared_quota = std::make_shared<langexport::request_quota>(quota, source);
    return params;
}

class failure_counter final : public langexport::observer {
public:
    std::vector<std::string> details;
    std::uint32_t failures = 0;
    std::chrono::steady_clock::duration wait{};
    void on_quota_failed(const langexport::quota_failed_event& event) noexcept override {
        details.emplace_back(event.detail);
        failures = event.failures;
        wait = event.wait;
    }
};

// A source and a client that uses it.
struct refill_scene {
    std::shared_ptr<fake_quota_source> source = std::make_shared<fake_quota_source>();
    shared_quota_model shared;
    virtual_bench bench;
    std::vector<std::shared_ptr<outcome<exported_project>>> exports;

    explicit refill_scene(std::size_t posts = 10, std::size_t gets = 100,
                          const std::function<void(client_params&)>& change = {})
        : bench(changed(with_source(source, posts, gets), change),
                service_with_quota(posts, gets)) {
        source->on_start = [this] {
            is_on_strand =
                is_on_strand ||
                (bench.engine() && bench.engine()->settings().strand.running_in_this_thread());
        };
    }
    static client_params changed(client_params params,
                                 const std::function<void(client_params&)>& change) {
        if (change)
            change(params);
        return params;
    }
    // The source shares the quota of the service, and needs so long for a response.
    void share(manual_time::duration delay = 1ms) {
        source->grant = [this](const quota_demand& demand) {
            return shared.ask(demand, bench.time().now());
        };
        respond_after(delay);
    }
    void respond_after(manual_time::duration delay) {
        source->later = [this, delay](std::function<void()> respond) {
            bench.at(bench.time().now() + delay, std::move(respond));
        };
    }
    void start(int number) {
        for (int i = 0; i < number; ++i)
            exports.push_back(bench.begin<exported_project>([&](auto handler) {
                langexport::export_project(bench.client(), export_request("Demo"), handler);
            }));
    }
    std::size_t good() const {
        std::size_t sum = 0;
        for (const auto& each : exports)
            sum += each->is_good() ? 1 : 0;
        return sum;
    }
    std::size_t returned_unused() const {
        std::size_t sum = 0;
        const auto count = [&](const std::vector<langexport::returned_permit>& all) {
            for (const auto& each : all)
                sum += each.ended ? 0 : 1;
        };
        for (const quota_demand& each : source->demands)
            count(each.returned);
        for (const auto& each : source->rests)
            count(each);
        return sum;
    }

    bool is_on_strand = false; // a refill was started on the client's strand
};

} // namespace

TEST_CASE("a client sends nothing without a permit, and all requests with one",
          "[engine][refill]") {
    refill_scene s;
    s.source->keeps_receivers = true;
    s.start(1);
    s.bench.run(manual_time::start + 30s);
    CHECK(s.bench.service->requests.empty());
    REQUIRE(s.source->receivers.size() == 1);
    CHECK(s.source->demands[0].due_of(quota_class::submissions) == 1);
    const auto done = s.source->receivers[0];
    s.source->keeps_receivers = false;
    s.source->respond(done, grant_of(1, 1, 20, 60s));
    s.bench.run();
    CHECK(s.good() == 1);
    CHECK_FALSE(s.is_on_strand);
}

TEST_CASE("exports that share their quota never exceed it, and waste little of it",
          "[engine][refill]") {
    const auto delay = GENERATE(0ms, 1ms, 200ms);
    refill_scene s(10, 100,
                   [](client_params& params) { params.polling = langexport::poll_params(); });
    testing::project slow = instant_project();
    slow.job_duration = GENERATE(0s, 2s, 24s);
    s.bench->add_project(slow);
    s.share(delay);
    s.start(100);
    s.bench.run();
    CHECK(s.good() == 100);
    CHECK(s.bench->counters().throttled == 0);
    CHECK(s.bench->counters().submissions == 100);
    CHECK(s.source->most_running == 1);
    CHECK_FALSE(s.is_on_strand);
    // Ten windows at least, with the last jobs.
    const auto bound = 9min + slow.job_duration;
    CHECK(s.bench.time().now() - manual_time::start <= bound + bound / 10);
}

TEST_CASE("at full quota, a refill serves ten requests and more", "[engine][refill]") {
    refill_scene s(10, 100,
                   [](client_params& params) { params.polling = langexport::poll_params(); });
    testing::project slow = instant_project();
    slow.job_duration = 5s;
    s.bench->add_project(slow);
    s.share();
    s.start(1000);
    s.bench.run();
    CHECK(s.good() == 1000);
    CHECK(s.bench->counters().throttled == 0);
    CHECK(s.bench.service->requests.size() >= 10 * s.source->demands.size());
}

TEST_CASE("a source that grants less than was due is asked again in time", "[engine][refill]") {
    refill_scene s;
    std::uint64_t grants = 0;
    s.source->grant = [&](const quota_demand&) {
        quota_grant given = grant_of(++grants, 1, 2, 30s);
        given.submissions.more_after = given.reads.more_after = 5s;
        return given;
    };
    s.start(4);
    s.bench.run();
    CHECK(s.good() == 4);
    CHECK(s.bench.time().now() - manual_time::start >= 10s);
    CHECK(s.bench.time().now() - manual_time::start < 40s);
}

TEST_CASE("a grant that arrives after its time is not used", "[engine][refill]") {
    refill_scene s;
    s.source->grant = [&](const quota_demand&) {
        const bool is_late = s.source->demands.size() == 1;
        return is_late ? grant_of(1, 5, 50, 2s) : grant_of(2, 1, 20, 60s);
    };
    s.respond_after(3s);
    s.start(1);
    s.bench.run();
    CHECK(s.good() == 1);
    REQUIRE(s.source->demands.size() == 2);
    CHECK(s.source->demands[1].returned.size() == 55);
    CHECK(s.bench.service->requests.front().at >= manual_time::start + 6s);
}

TEST_CASE("unused permits go back, and the context has no more work", "[engine][refill]") {
    refill_scene s;
    s.source->grant = [](const quota_demand&) { return grant_of(1, 5, 50, 30s); };
    s.start(1);
    s.bench.run();
    CHECK(s.good() == 1);
    CHECK(s.source->demands.size() == 1);
    REQUIRE(s.source->rests.size() == 1);
    CHECK(s.returned_unused() == 4 + 48);
    CHECK(s.source->rests[0].size() == 55); // all that were granted
    CHECK(s.bench.time().now() < manual_time::start + 1s);
}

TEST_CASE("a 429 throttles all that share the quota, and one of theirs this client",
          "[engine][refill]") {
    refill_scene s;
    s.share();
    s.bench->on(call_kind::submission, occurrences(1),
                canned_response(429).header("retry-after", "20"));
    s.start(2);
    REQUIRE(s.bench.run_until([&] {
        return s.source->demands.back()
                   .throttled_for[static_cast<std::size_t>(quota_class::submissions)] > 0s;
    }));
    CHECK(s.bench.time().now() - manual_time::start < 1s);
    s.bench.run();
    CHECK(s.good() == 2);

    refill_scene other;
    other.source->grant = [](const quota_demand&) {
        quota_grant given = grant_of(1, 5, 50, 60s);
        given.submissions.throttled_for = 20s;
        return given;
    };
    other.start(1);
    other.bench.run();
    CHECK(other.good() == 1);
    CHECK(other.bench.service->requests.front().at >= manual_time::start + 20s);
}

TEST_CASE("while the source fails, operations wait and the observer says so", "[engine][refill]") {
    const bool drops = GENERATE(false, true);
    const auto watch = std::make_shared<failure_counter>();
    refill_scene s(10, 100, [&](client_params& params) { params.observer = watch; });
    s.share();
    s.source->drops_receivers = drops;
    if (!drops)
        s.source->problem = std::make_exception_ptr(std::runtime_error("Redis has gone"));
    s.source->grant = [](const quota_demand&) { return quota_grant(); };
    s.start(3);
    s.bench.run(manual_time::start + 2min);
    CHECK(s.bench.service->requests.empty());
    CHECK(watch->failures > 3);
    CHECK(watch->details.size() == watch->failures);
    CHECK(watch->wait > 1s);
    CHECK(watch->details[0] ==
          (drops ? "the quota source destroyed its receiver" : "Redis has gone"));
    CHECK(s.source->demands.size() < 60); // the waits become longer
    s.source->drops_receivers = false;
    s.source->problem = nullptr;
    s.source->running = 0;
    s.share();
    s.bench.run();
    CHECK(s.good() == 3);
}

TEST_CASE("an export that waits for a permit can be cancelled, and the source rests",
          "[engine][refill]") {
    refill_scene s;
    s.source->keeps_receivers = true;
    asio::cancellation_signal stop;
    const auto waiting = s.bench.begin<exported_project>([&](auto handler) {
        langexport::export_project(s.bench.client(), export_request("Demo"),
                                   asio::bind_cancellation_slot(stop.slot(), handler));
    });
    s.bench.run();
    REQUIRE(s.source->receivers.size() == 1);
    CHECK(waiting->calls == 0);
    stop.emit(asio::cancellation_type::total);
    s.bench.run();
    CHECK(waiting->code() == asio::error::operation_aborted);
    CHECK(waiting->known().submission == langexport::submission_state::not_sent);
    CHECK(s.source->rests.size() == 1);
    // The permits arrive after the export has ended. The next export uses them.
    const auto done = s.source->receivers[0];
    s.source->keeps_receivers = false;
    s.source->respond(done, grant_of(1, 1, 20, 10min));
    s.bench.run();
    s.start(1);
    s.bench.run();
    CHECK(s.good() == 1);
    CHECK(s.source->demands.size() == 1);
}

TEST_CASE("an export that waits for a permit ends with its deadline", "[engine][refill]") {
    refill_scene s(10, 100, [](client_params& params) { params.deadline = 10s; });
    s.source->keeps_receivers = true;
    s.start(1);
    s.bench.run();
    CHECK(s.exports[0]->code() == langexport::errc::deadline_exceeded);
    CHECK(s.source->rests.size() == 1);
}

TEST_CASE("a client may be destroyed while a refill is in progress", "[engine][refill]") {
    refill_scene s;
    s.source->keeps_receivers = true;
    s.start(2);
    s.bench.run();
    REQUIRE(s.source->receivers.size() == 1);
    const bool destroys_context = GENERATE(false, true);
    if (destroys_context) {
        s.bench.destroy_context();
    } else {
        s.bench.drop_client();
        s.bench.run();
        CHECK(s.exports[0]->code() == langexport::errc::client_closed);
        CHECK(s.source->rests.size() == 1);
    }
    const auto done = s.source->receivers[0];
    s.source->respond(done, grant_of(1, 1, 20, 60s));
    if (!destroys_context)
        s.bench.run();
    CHECK((s.good() == 0 && s.source->demands.size() == 1));
}

TEST_CASE("a context that is destroyed before a refill has started forgets it",
          "[engine][refill]") {
    refill_scene s;
    s.start(1);
    s.bench.destroy_context();
    CHECK(s.source->demands.empty());
}

TEST_CASE("a wait for a permit does not cause job_timeout", "[engine][refill]") {
    refill_scene s(10, 100, [](client_params& params) { params.job_timeout = 10s; });
    s.source->grant = [&, grants = std::uint64_t(0)](const quota_demand& demand) mutable {
        // A minute passes between the submission and the first poll.
        const bool is_early = s.bench.time().now() < manual_time::start + 1min;
        quota_grant given =
            grant_of(++grants, demand.due_of(quota_class::submissions), is_early ? 0 : 10, 60s);
        given.reads.more_after = is_early ? 60s : 0s;
        return given;
    };
    s.start(1);
    s.bench.run();
    CHECK(s.good() == 1);
    CHECK(s.bench.time().now() - manual_time::start >= 59s);
}

TEST_CASE("a demand has the priorities of due requests, and the jobs that are polled",
          "[engine][refill]") {
    refill_scene s;
    s.source->keeps_receivers = true;
    export_request urgent("Demo");
    urgent.priority = langexport::request_priority::high;
    s.exports.push_back(s.bench.begin<exported_project>(
        [&](auto handler) { langexport::export_project(s.bench.client(), urgent, handler); }));
    s.start(2);
    s.bench.run(manual_time::start + 1s);
    REQUIRE(s.source->receivers.size() == 1);
    const auto done = s.source->receivers[0];
    s.source->receivers.clear();
    s.source->respond(done, grant_of(1, 3, 0, 60s));
    s.bench.run(manual_time::start + 1s);
    REQUIRE(s.source->demands.size() == 2);
    const auto& posts =
        s.source->demands[0].due[static_cast<std::size_t>(langexport::request_kind::submission)];
    CHECK(posts[0] + posts[1] == s.source->demands[0].due_of(quota_class::submissions));
    CHECK(posts[0] == 1);
    CHECK(s.source->demands[1].waiting_jobs >= 1);
    CHECK(s.source->demands[1].due_of(langexport::request_kind::status) >= 1);
    const auto refill = s.source->receivers[0];
    s.source->keeps_receivers = false;
    s.source->respond(refill, grant_of(2, 0, 50, 60s));
    s.bench.run();
    CHECK(s.good() == 3);
}

TEST_CASE("a request in progress is returned when its response was received, also after rest",
          "[engine][refill]") {
    refill_scene s;
    s.share();
    s.start(1);
    s.bench.run();
    CHECK(s.good() == 1);
    s.start(1);
    s.bench.run();
    CHECK(s.good() == 2);
    // Each of the six requests went back with its time, once.
    std::size_t ended = 0;
    for (const auto& each : s.source->rests)
        for (const auto& permit : each)
            ended += permit.ended ? 1 : 0;
    for (const auto& each : s.source->demands)
        for (const auto& permit : each.returned)
            ended += permit.ended ? 1 : 0;
    CHECK(ended == s.bench.service->requests.size());
}

TEST_CASE("a quota needs a source that is not null", "[engine][refill]") {
    CHECK_THROWS_AS(langexport::request_quota(langexport::quota_params(),
                                              std::shared_ptr<langexport::quota_source>()),
                    langexport::export_error);
}

TEST_CASE("a process polls with its part of a shared quota", "[engine][quota][refill]") {
    const std::size_t elsewhere = GENERATE(0u, 1u, 9u);
    refill_scene s(10, 100, [](client_params& params) {
        params.polling = langexport::poll_params();
        params.polling.max_interval = 1min;
        params.polling.jitter = 0;
    });
    s.source->grant = [&](const quota_demand& demand) {
        quota_grant given = s.shared.ask(demand, s.bench.time().now());
        given.waiting_jobs = demand.waiting_jobs + elsewhere;
        return given;
    };
    s.respond_after(1ms);
    testing::project slow = instant_project();
    slow.job_duration = 20min;
    s.bench->add_project(slow);
    s.start(1);
    s.bench.run();
    CHECK(s.good() == 1);
    // The jobs of all processes share one poll in 1.35 s; rounding delays each by up to a sixteenth. In its second half,
    // the job is so old that its age sets no shorter interval.
    CAPTURE(elsewhere);
    const auto seen = s.bench->requests();
    const auto middle = seen.front().time + 10min;
    const auto polls = std::count_if(seen.begin(), seen.end(),
                                     [&](const auto& each) { return each.time >= middle; });
    const auto part = static_cast<double>(polls) * static_cast<double>(1 + elsewhere);
    CHECK(part <= 1.1 * 600 / 1.35);
    CHECK(part >= 0.85 * 600 / 1.35);
}

} // namespace engine_refill_test
