#include <langexport/detail/policy/export_state.hpp>

#include "export_state_bench.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace export_state_test {

using namespace langexport_tests;
using bench = langexport_tests::export_state_bench;

TEST_CASE("an export submits, polls and fetches its result", "[export_state]") {
    bench b;
    check_send(b.respond(status_class::accepted), b.now + b.polling.first);
    CHECK(b.p.next == request_kind::status);
    CHECK(b.p.submission == submission_state::confirmed);
    CHECK(b.p.submits == 1);
    CHECK((expiry(b.p) - b.now) == 30min);
    CHECK(expiry_code(b.p) == errc::job_timed_out);

    b.now += 500ms;
    check_poll(b.status(job_status::running), b.now, b.polling.min_interval);
    CHECK(b.p.next == request_kind::status);
    b.now += 1s;
    check_send(b.status(job_status::succeeded), b.now);
    CHECK(b.p.next == request_kind::result);
    CHECK(b.p.polls == 2);
    // The job has ended: from here on only the deadline counts.
    CHECK(expiry(b.p) == steady_time::max());

    CHECK(b.respond(status_class::accepted).what == action::succeed);
    CHECK(b.p.failures == 0);
}

TEST_CASE("each kind of operation ends at its own step", "[export_state]") {
    SECTION("a submission ends with its job") {
        bench b(operation_kind::job);
        CHECK(b.respond(status_class::accepted).what == action::succeed);
        CHECK(b.p.submission == submission_state::confirmed);
    }
    SECTION("a status query ends with any status") {
        for (const auto status : {job_status::unknown, job_status::not_started, job_status::running,
                                  job_status::succeeded, job_status::failed, job_status::cancelled,
                                  job_status::cancelling, job_status::partially_completed}) {
            bench b(operation_kind::one_status);
            b.begin_with_job(request_kind::status, 0s);
            CHECK(b.status(status).what == action::succeed);
            CHECK(b.p.polls == 1);
        }
    }
    SECTION("a wait ends with a terminal status") {
        bench b(operation_kind::end_status);
        b.begin_with_job(request_kind::status, 0s);
        CHECK(b.status(job_status::not_started).what == action::send);
        CHECK(b.status(job_status::succeeded).what == action::succeed);
    }
}

TEST_CASE("the status of a job decides its end", "[export_state]") {
    const operation_kind kind = GENERATE(operation_kind::document, operation_kind::end_status);
    bench b(kind);
    b.confirm();
    SECTION("a status that is not terminal") {
        for (const auto status : {job_status::unknown, job_status::not_started, job_status::running,
                                  job_status::cancelling}) {
            CHECK(b.status(status).what == action::send);
            CHECK(b.p.next == request_kind::status);
            // Not forever: job_timeout runs.
            CHECK(expiry(b.p) < steady_time::max());
        }
    }
    SECTION("failed") {
        check_fail(b.status(job_status::failed), errc::job_failed);
    }
    SECTION("cancelled") {
        check_fail(b.status(job_status::cancelled), errc::job_cancelled);
    }
    SECTION("partially completed, which is not accepted") {
        check_fail(b.status(job_status::partially_completed), errc::job_partially_completed);
    }
    SECTION("partially completed, which is accepted") {
        b.p.plan.accept_partial = true;
        const decision d = b.status(job_status::partially_completed);
        CHECK(d.what == (kind == operation_kind::document ? action::send : action::succeed));
    }
    SECTION("partially completed and accepted, but without a result") {
        b.p.plan.accept_partial = true;
        response_event event =
            bench::response_of(status_class::accepted, errc::unexpected_response);
        event.status = job_status::partially_completed;
        event.no_result = errc::foreign_origin;
        const decision d = b.apply(event);
        if (kind == operation_kind::document)
            check_fail(d, errc::foreign_origin);
        else
            CHECK(d.what == action::succeed);
    }
    SECTION("succeeded, but its result cannot be fetched") {
        response_event event =
            bench::response_of(status_class::accepted, errc::unexpected_response);
        event.status = job_status::succeeded;
        event.no_result = errc::malformed_response;
        const decision d = b.apply(event);
        if (kind == operation_kind::document)
            check_fail(d, errc::malformed_response);
        else
            CHECK(d.what == action::succeed);
    }
}

TEST_CASE("only consecutive redirects count as a loop", "[export_state]") {
    bench b;
    b.confirm();
    for (int i = 0; i < most_redirects; ++i)
        CHECK(b.respond(status_class::redirected).what == action::send);
    SECTION("one redirect too many") {
        check_fail(b.respond(status_class::redirected), errc::unexpected_response);
    }
    SECTION("a failure between them resets the count") {
        CHECK(b.lose(errc::connection_failed, true).what == action::send);
        CHECK(b.respond(status_class::redirected).what == action::send);
    }
}

TEST_CASE("poll intervals grow up to a limit", "[export_state]") {
    bench b;
    b.polling.first = 100ms;
    b.polling.min_interval = 1s;
    b.polling.max_interval = 4s;
    b.polling.growth = 0.1;
    b.polling.quota_share = 0;
    check_send(b.respond(status_class::accepted), b.now + 100ms);
    struct {
        steady_duration age, gap;
    } const cases[] = {{100ms, 1s}, {10s, 1s}, {20s, 2s}, {30s, 3s},
                       {40s, 4s},   {41s, 4s}, {24h, 4s}};
    const steady_time confirmed = b.now;
    for (const auto& each : cases) {
        b.now = confirmed + each.age;
        b.p.job_deadline = steady_time::max();
        check_poll(b.status(job_status::running), b.now, each.gap);
    }
}

TEST_CASE("the quota sets a minimum poll interval, which max_interval limits", "[export_state]") {
    bench b;
    b.confirm();
    response_event event = bench::response_of(status_class::accepted, errc::unexpected_response);
    event.status = job_status::running;
    event.supply.gets = 100;
    event.supply.window = 60s;
    event.supply.jobs = 10; // with no GET left and no POST
    check_poll(b.apply(event), b.now, 6s);
    event.supply.jobs = 10'000;
    check_poll(b.apply(event), b.now, b.polling.max_interval);
    event.retry_after = 90s;
    check_poll(b.apply(event), b.now, 90s);
}

TEST_CASE("jitter shortens a poll interval by at most its fraction", "[export_state]") {
    bench b;
    b.polling.jitter = 0.5;
    b.polling.min_interval = 2s;
    b.confirm();
    b.random = 0.5;
    check_poll(b.status(job_status::running), b.now, 1500ms);
    b.random = 0;
    check_poll(b.status(job_status::running), b.now, 2s);
    b.random = 0.999999;
    check_poll(b.status(job_status::running), b.now, 1s);
}

TEST_CASE("the end of a job is detected soon, relative to its run time",
          "[export_state][property]") {
    for (const steady_duration run : {steady_duration(300ms), steady_duration(5s),
                                      steady_duration(60s), steady_duration(480s)}) {
        std::mt19937 random(3);
        std::vector<steady_duration> lags;
        for (int round = 0; round < 400; ++round) {
            bench b;
            b.polling = poll_params();
            b.confirm();
            const auto part = std::uniform_real_distribution<>(0.9, 1.1)(random);
            const steady_time end = b.now + scaled(run, part);
            b.now += b.polling.first;
            while (b.now < end) {
                b.random = std::uniform_real_distribution<>(0, 1)(random);
                b.now = b.status(job_status::running).at;
            }
            lags.push_back(b.now - end);
        }
        std::nth_element(lags.begin(), lags.begin() + 200, lags.end());
        CAPTURE(run.count(), lags[200].count());
        CHECK(lags[200] <= std::max<steady_duration>(300ms, scaled(run, 0.03)));
    }
}

TEST_CASE("a job that failed for a transient reason is submitted again, as often as allowed",
          "[export_state]") {
    bench b;
    b.retry.max_resubmissions = 2;
    b.p.plan.can_resubmit = true;
    response_event failed = bench::response_of(status_class::accepted, errc::unexpected_response);
    failed.status = job_status::failed;
    SECTION("twice") {
        failed.failed_in_passing = true;
        for (int i = 0; i < 2; ++i) {
            b.confirm();
            const decision d = b.apply(failed);
            CHECK(d.what == action::send);
            CHECK(d.at >= b.now);
            CHECK(b.p.next == request_kind::submission);
            CHECK(b.p.submission == submission_state::not_sent);
            CHECK(expiry(b.p) == steady_time::max());
        }
        b.confirm();
        check_fail(b.apply(failed), errc::job_failed);
        CHECK(b.p.submits == 3);
    }
    SECTION("not for another reason") {
        b.confirm();
        check_fail(b.apply(failed), errc::job_failed);
    }
    SECTION("not if the submission is unconfirmed") {
        failed.failed_in_passing = true;
        b.p.plan.can_resubmit = false;
        b.confirm();
        check_fail(b.apply(failed), errc::job_failed);
    }
}

TEST_CASE("a job that is still running after job_timeout is not polled again", "[export_state]") {
    bench b;
    b.confirm();
    b.now += 31min;
    check_fail(b.status(job_status::running), errc::job_timed_out);
    bench ended;
    ended.confirm();
    ended.now += 31min;
    CHECK(ended.status(job_status::succeeded).what == action::send);
}

TEST_CASE("Retry-After is a minimum for each wait", "[export_state]") {
    bench b;
    const auto after = [&](steady_duration wait) {
        response_event event =
            bench::response_of(status_class::accepted, errc::unexpected_response);
        event.status = job_status::running;
        event.retry_after = wait;
        return b.apply(event);
    };
    SECTION("after the 202") {
        check_send(b.response_after(status_class::accepted, errc::unexpected_response, 5s),
                   b.now + 5s);
    }
    SECTION("after the 202, but shorter than the first wait") {
        check_send(b.response_after(status_class::accepted, errc::unexpected_response, 5ms),
                   b.now + b.polling.first);
    }
    SECTION("between polls") {
        b.confirm();
        check_poll(after(7s), b.now, 7s);
        check_poll(after(1ms), b.now, 500ms);
    }
    SECTION("after a 429, with its own jitter") {
        b.random = 0.5;
        const decision d = b.response_after(status_class::throttled, errc::throttled, 20s);
        CHECK(d.at >= b.now + 20s);
        CHECK(d.at <= b.now + 20s + b.retry.first_backoff);
    }
    SECTION("after a 503") {
        b.random = 0.999;
        const decision d =
            b.response_after(status_class::unavailable, errc::service_unavailable, 20s);
        CHECK(d.at > b.now + 20s);
        CHECK(d.at <= b.now + 20s + b.retry.first_backoff);
    }
}

TEST_CASE("transient failures are retried a limited number of times, with growing waits",
          "[export_state]") {
    const auto kind = GENERATE(request_kind::status, request_kind::result);
    bench b;
    b.retry.max_attempts = GENERATE(1U, 2U, 5U);
    b.random = 0.5;
    b.reach(kind);
    using failing = decision (*)(bench&);
    const failing ways[] = {
        [](bench& tested) {
            return tested.respond(status_class::unavailable, errc::service_unavailable);
        },
        [](bench& tested) {
            return tested.respond(status_class::unconfirmed, errc::service_unavailable);
        },
        [](bench& tested) { return tested.lose(errc::connection_failed, true); },
        [](bench& tested) { return tested.lose(errc::response_truncated, true); },
        [](bench& tested) { return tested.lose(errc::connect_timeout, false); },
    };
    for (const failing way : ways) {
        bench fresh = b;
        steady_duration bound = fresh.retry.first_backoff;
        for (std::uint32_t i = 1; i < fresh.retry.max_attempts; ++i) {
            const decision d = way(fresh);
            CHECK(d.what == action::send);
            CHECK(d.at == round_up(fresh.now + bound / 2));
            CHECK(fresh.p.next == kind);
            bound *= 2;
        }
        CHECK(way(fresh).what == action::fail);
        CHECK(fresh.p.failures == fresh.retry.max_attempts);
    }
}

TEST_CASE("a good response resets the count of failures", "[export_state]") {
    bench b;
    b.retry.max_attempts = 2;
    b.retry.max_throttled = 2;
    b.confirm();
    for (int i = 0; i < 10; ++i) {
        CHECK(b.lose(errc::read_timeout, true).what == action::send);
        CHECK(b.respond(status_class::throttled, errc::throttled).what == action::send);
        CHECK(b.status(job_status::running).what == action::send);
    }
    CHECK(b.p.failures == 20);
    CHECK(b.p.polls == 20); // responses, those of 429 included
}

TEST_CASE("429 responses have their own limit, max_throttled", "[export_state]") {
    bench b;
    b.retry.max_attempts = 1;
    b.retry.max_throttled = 10;
    b.reach(GENERATE(request_kind::submission, request_kind::status, request_kind::result));
    for (int i = 1; i < 10; ++i)
        CHECK(b.respond(status_class::throttled, errc::throttled).what == action::send);
    check_fail(b.respond(status_class::throttled, errc::throttled), errc::throttled);
}

TEST_CASE("a sink that finds no free descriptor is retried as often as after other failures",
          "[export_state]") {
    const bool is_at_commit = GENERATE(false, true);
    bench b;
    b.random = 1;
    b.retry.max_attempts = 3;
    b.succeed_job();
    for (std::uint32_t i = 1; i < b.retry.max_attempts; ++i) {
        if (is_at_commit) // then all of the result was there
            CHECK(b.respond(status_class::accepted).what == action::succeed);
        const decision next = b.apply(failed_attempt{errc::sink_failed, true, false, true});
        CHECK(next.what == action::send);
        CHECK(next.at > b.now);
        CHECK(b.p.next == request_kind::result);
    }
    const decision last = b.apply(failed_attempt{errc::sink_failed, true, false, true});
    CHECK(last.what == action::fail);
    CHECK(last.code == errc::sink_failed);
    CHECK(bench().apply(failed_attempt{errc::sink_failed, false, false, false}).what ==
          action::fail);
}

} // namespace export_state_test
