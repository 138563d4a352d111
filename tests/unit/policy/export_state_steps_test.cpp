#include "export_state_bench.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace export_state_steps_test {

using namespace langexport_tests;
using bench = langexport_tests::export_state_bench;

namespace {

export_event random_event(std::mt19937& random) {
    const auto pick = [&](unsigned n) { return static_cast<unsigned>(random()) % n; };
    if (pick(3) == 0) {
        const errc codes[] = {errc::connection_failed, errc::response_timeout, errc::tls_failed,
                              errc::response_truncated, errc::malformed_response};
        return failed_attempt{codes[pick(5)], pick(2) == 0, pick(4) == 0};
    }
    response_event event{};
    const status_class meanings[] = {
        status_class::accepted,    status_class::accepted,  status_class::accepted,
        status_class::redirected,  status_class::throttled, status_class::unavailable,
        status_class::unconfirmed, status_class::not_found, status_class::rejected,
        status_class::unavailable, status_class::throttled};
    event.outcome = status_outcome{meanings[pick(11)], errc::unexpected_response};
    event.status = static_cast<job_status>(pick(8));
    if (pick(4) == 0)
        event.retry_after = std::chrono::milliseconds(pick(20'000));
    event.job_has_expired = pick(20) == 0;
    if (pick(20) == 0)
        event.no_result = errc::unexpected_response;
    return event;
}

bool may_have_started_a_job(const export_event& event) {
    if (const auto* failed = std::get_if<failed_attempt>(&event))
        return failed->may_have_arrived;
    return std::get<response_event>(event).outcome.category == status_class::unconfirmed;
}

} // namespace

TEST_CASE("for all events, an export takes only valid steps", "[export_state][property]") {
    for (unsigned seed = 1; seed <= 5'000; ++seed) {
        std::mt19937 random(seed);
        bench b(static_cast<operation_kind>(random() % 4));
        b.p.plan.allow_duplicates = random() % 2 == 0;
        b.p.plan.accept_partial = random() % 2 == 0;
        b.retry.max_attempts = 1 + static_cast<std::uint32_t>(random() % 5);
        b.retry.max_throttled = 1 + static_cast<std::uint32_t>(random() % 5);
        b.polling.jitter = 0.1;
        if (b.p.plan.kind == operation_kind::one_status)
            b.begin_with_job(request_kind::status, 0s);
        unsigned events = 0;
        bool ok = true;
        const auto expect = [&](bool holds, const char* claim) {
            if (!holds && ok) {
                CAPTURE(seed, events);
                FAIL_CHECK(claim);
                ok = false;
            }
        };
        for (; events < 200 && ok; ++events) {
            const export_progress before = b.p;
            const export_event event = random_event(random);
            b.random = static_cast<double>(random() % 1000) / 1000.0;
            const decision d = b.apply(event);
            expect(b.p.failures - before.failures <= 1, "an event is one failure at most");
            expect(b.p.submission >= before.submission, "what is known of a job is not forgotten");
            expect(before.submission != submission_state::confirmed ||
                       b.p.submits == before.submits,
                   "nothing is submitted once there is a job");
            if (d.what != action::send)
                break;
            expect(d.at >= b.now, "nothing is due in the past");
            expect(d.at <= b.now + 20s + b.polling.max_interval * 1.1 + b.retry.max_backoff + 1ms,
                   "no wait exceeds its bounds");
            expect(b.p.next != request_kind::submission ||
                       b.p.submission != submission_state::confirmed,
                   "there is one submission for a job");
            const bool submits_again =
                before.next == request_kind::submission && b.p.next == request_kind::submission;
            expect(!submits_again || !may_have_started_a_job(event) || b.p.plan.allow_duplicates,
                   "a submission that may have arrived is not repeated");
            expect(b.p.next != request_kind::status || expiry(b.p) < steady_time::max(),
                   "no wait for a job is without end");
            expect(b.p.attempts < b.retry.max_attempts && b.p.throttled < b.retry.max_throttled,
                   "failures in a row are limited");
            b.now = d.at;
        }
    }
}

TEST_CASE("an export that meets only failures ends", "[export_state][property]") {
    for (unsigned seed = 1; seed <= 2'000; ++seed) {
        std::mt19937 random(seed);
        bench b;
        b.p.plan.allow_duplicates = true;
        b.retry.max_attempts = 4;
        b.retry.max_throttled = 4;
        b.reach(all_kinds[random() % 3]);
        decision d{action::send, b.now, errc::cancelled};
        unsigned events = 0;
        for (; d.what == action::send && events < 100; ++events) {
            b.now = d.at;
            switch (random() % 4) {
            case 0:
                d = b.respond(status_class::throttled, errc::throttled);
                break;
            case 1:
                d = b.respond(status_class::unavailable, errc::service_unavailable);
                break;
            case 2:
                d = b.respond(status_class::redirected);
                break;
            default:
                d = b.lose(errc::connection_failed, true);
                break;
            }
        }
        // Redirects end in a row that is too long, the rest by its number.
        const unsigned most = (3 + 3 + 1) * (most_redirects + 1);
        if (d.what != action::fail || events > most) {
            CAPTURE(seed, events);
            FAIL("the operation continued");
        }
    }
}

} // namespace export_state_steps_test
