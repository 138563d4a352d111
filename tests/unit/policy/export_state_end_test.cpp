#include "export_state_bench.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace export_state_end_test {

using namespace langexport_tests;
using bench = langexport_tests::export_state_bench;

TEST_CASE("get_export_status accepts one response, and retries only without a response",
          "[export_state]") {
    bench b(operation_kind::one_status);
    b.retry.max_attempts = 3;
    b.begin_with_job(request_kind::status, 0s);
    SECTION("no response") {
        CHECK(b.lose(errc::connection_failed, true).what == action::send);
        CHECK(b.lose(errc::connection_failed, false).what == action::send);
        check_fail(b.lose(errc::connection_failed, true), errc::connection_failed);
    }
    SECTION("429") {
        check_fail(b.respond(status_class::throttled, errc::throttled), errc::throttled);
    }
    SECTION("503") {
        check_fail(b.respond(status_class::unavailable, errc::service_unavailable),
                   errc::service_unavailable);
    }
    SECTION("500") {
        check_fail(b.respond(status_class::unconfirmed, errc::service_unavailable),
                   errc::service_unavailable);
    }
    SECTION("404, even right after the submission") {
        check_fail(b.respond(status_class::not_found, errc::job_not_found), errc::job_not_found);
    }
}

TEST_CASE("a submission that may have arrived is not sent again", "[export_state][safe start]") {
    bench b;
    SECTION("no response") {
        for (const auto code : {errc::connection_failed, errc::response_timeout, errc::read_timeout,
                                errc::attempt_timeout, errc::response_truncated}) {
            bench fresh = b;
            check_fail(fresh.lose(code, true), errc::submit_unconfirmed);
            CHECK(fresh.p.submission == submission_state::unconfirmed);
            CHECK(fresh.p.submits == 1);
        }
    }
    SECTION("not even on a stale connection") {
        check_fail(b.lose(errc::connection_failed, true, true), errc::submit_unconfirmed);
        CHECK(b.p.submission == submission_state::unconfirmed);
    }
    SECTION("a response of 408, 500, 502, 504") {
        check_fail(b.respond(status_class::unconfirmed, errc::service_unavailable),
                   errc::submit_unconfirmed);
        CHECK(b.p.submission == submission_state::unconfirmed);
    }
    SECTION("an unreadable response fails with its own code") {
        check_fail(b.lose(errc::malformed_response, true), errc::malformed_response);
        CHECK(b.p.submission == submission_state::unconfirmed);
    }
}

TEST_CASE("a submission that had no effect is retried", "[export_state][safe start]") {
    bench b;
    b.random = 1;
    const auto check_again = [&](const decision& d) {
        CHECK(d.what == action::send);
        CHECK(d.at > b.now);
        CHECK(b.p.next == request_kind::submission);
        CHECK(b.p.submission == submission_state::not_sent);
    };
    SECTION("it was not sent") {
        check_again(b.lose(errc::connection_failed, false));
        check_again(b.lose(errc::connect_timeout, false));
        CHECK(b.p.submits == 0);
    }
    SECTION("the response was 429") {
        check_again(b.respond(status_class::throttled, errc::throttled));
        CHECK(b.p.submits == 1);
    }
    SECTION("the response was 503") {
        check_again(b.respond(status_class::unavailable, errc::service_unavailable));
    }
    SECTION("it was not sent over a stale connection: retried at once") {
        check_send(b.lose(errc::connection_failed, false, true), b.now);
        CHECK(b.p.failures == 0);
    }
}

TEST_CASE("a second job is possible only if duplicates are allowed", "[export_state][safe start]") {
    bench b;
    b.p.plan.allow_duplicates = true;
    b.retry.max_attempts = 3;
    CHECK(b.lose(errc::response_timeout, true).what == action::send);
    CHECK(b.p.submission == submission_state::unconfirmed);
    CHECK(b.respond(status_class::unconfirmed, errc::service_unavailable).what == action::send);
    SECTION("until a submission succeeds") {
        CHECK(b.respond(status_class::accepted).what == action::send);
        CHECK(b.p.submission == submission_state::confirmed);
        CHECK(b.p.submits == 3);
    }
    SECTION("until the attempts are used up") {
        check_fail(b.lose(errc::response_timeout, true), errc::response_timeout);
        CHECK(b.p.submission == submission_state::unconfirmed);
    }
    SECTION("a later 429 does not hide that a job may exist") {
        CHECK(b.respond(status_class::throttled, errc::throttled).what == action::send);
        CHECK(b.p.submission == submission_state::unconfirmed);
    }
    SECTION("a later rejection does not hide that a job may exist") {
        check_fail(b.respond(status_class::rejected, errc::conflict), errc::conflict);
        CHECK(b.p.submission == submission_state::unconfirmed);
    }
}

TEST_CASE("a GET on a stale connection is retried at once and not counted", "[export_state]") {
    bench b;
    b.retry.max_attempts = 1;
    b.reach(GENERATE(request_kind::status, request_kind::result));
    check_send(b.lose(errc::connection_failed, true, true), b.now);
    check_send(b.lose(errc::connection_failed, true, true), b.now);
    CHECK(b.p.failures == 0);
    CHECK(b.p.attempts == 0);
}

TEST_CASE("a rejected request fails at once", "[export_state]") {
    const auto kind =
        GENERATE(request_kind::submission, request_kind::status, request_kind::result);
    bench b;
    b.reach(kind);
    check_fail(b.respond(status_class::rejected, errc::unauthorized), errc::unauthorized);
    CHECK(b.p.failures == 1);
    const bool submits = kind == request_kind::submission;
    CHECK(b.p.submission == (submits ? submission_state::not_sent : submission_state::confirmed));
}

TEST_CASE("an unreadable response is not requested again", "[export_state]") {
    for (const auto code : {errc::malformed_response, errc::response_too_large, errc::tls_failed}) {
        bench b;
        b.reach(request_kind::status);
        check_fail(b.lose(code, true), code);
    }
}

TEST_CASE("a 404 for a new job is retried for a while", "[export_state]") {
    bench b;
    b.polling.min_interval = 1s;
    b.retry.not_found_grace = 10s;
    b.confirm();
    SECTION("within not_found_grace after the 202") {
        b.now += 1s;
        check_poll(b.respond(status_class::not_found, errc::job_not_found), b.now, 1s);
        CHECK(b.p.failures == 0);
        b.now += 8999ms;
        CHECK(b.respond(status_class::not_found, errc::job_not_found).what == action::send);
        b.now += 1ms;
        check_fail(b.respond(status_class::not_found, errc::job_not_found), errc::job_not_found);
    }
    SECTION("but not if the job has expired") {
        response_event event = bench::response_of(status_class::not_found, errc::job_not_found);
        event.job_has_expired = true;
        check_fail(b.apply(event), errc::job_expired);
    }
    SECTION("and not without not_found_grace") {
        b.retry.not_found_grace = 0s;
        check_fail(b.respond(status_class::not_found, errc::job_not_found), errc::job_not_found);
    }
}

TEST_CASE("a 404 for a project or a result is not retried", "[export_state]") {
    bench b;
    SECTION("project") {
        check_fail(b.respond(status_class::not_found, errc::project_not_found),
                   errc::project_not_found);
        CHECK(b.p.submission == submission_state::not_sent);
    }
    SECTION("result") {
        b.succeed_job();
        check_fail(b.respond(status_class::not_found, errc::job_not_found), errc::job_not_found);
    }
}

TEST_CASE("not_found_grace of a resumed job counts from its submission", "[export_state]") {
    bench b(operation_kind::end_status);
    SECTION("submitted recently") {
        b.begin_with_job(request_kind::status, 9s);
    }
    SECTION("submitted in the future, by another clock") {
        b.begin_with_job(request_kind::status, -100h);
        b.now += 9s;
    }
    CHECK(b.respond(status_class::not_found, errc::job_not_found).what == action::send);
    b.now += 1s;
    check_fail(b.respond(status_class::not_found, errc::job_not_found), errc::job_not_found);
}

TEST_CASE("job_timeout starts with the 202, or when an older job is resumed", "[export_state]") {
    bench b;
    b.p.plan.job_timeout = 1min;
    SECTION("no timeout before the 202") {
        CHECK(expiry(b.p) == steady_time::max());
    }
    SECTION("from the 202") {
        b.now += 5h;
        b.confirm();
        CHECK(expiry(b.p) == b.now + 1min);
        CHECK(expiry_code(b.p) == errc::job_timed_out);
    }
    SECTION("from the start of a later operation") {
        b.begin_with_job(request_kind::status, 100h);
        CHECK(expiry(b.p) == b.now + 1min);
        CHECK(b.p.submission == submission_state::confirmed);
    }
    SECTION("not for a result") {
        b.begin_with_job(request_kind::result, 100h);
        CHECK(expiry(b.p) == steady_time::max());
    }
    SECTION("an earlier deadline applies") {
        b.p.deadline = b.now + 1s;
        b.confirm();
        CHECK(expiry(b.p) == b.now + 1s);
        CHECK(expiry_code(b.p) == errc::deadline_exceeded);
        b.p.deadline = b.now + 2min;
        CHECK(expiry_code(b.p) == errc::job_timed_out);
    }
}

TEST_CASE("redirects are followed a few times", "[export_state]") {
    bench b;
    b.reach(GENERATE(request_kind::status, request_kind::result));
    const auto kind = b.p.next;
    for (int i = 0; i < 5; ++i) {
        check_send(b.respond(status_class::redirected), b.now);
        CHECK(b.p.next == kind);
    }
    SECTION("in a loop") {
        check_fail(b.respond(status_class::redirected), errc::unexpected_response);
    }
    SECTION("a good response resets the count") {
        if (kind == request_kind::status) {
            CHECK(b.status(job_status::running).what == action::send);
            check_send(b.respond(status_class::redirected), b.now);
        }
    }
}

TEST_CASE("a submission that was not sent to its end is repeated after any transient response",
          "[export_state][import]") {
    bench b(operation_kind::end_status);
    response_event event;
    event.outcome = {status_class::unconfirmed, errc::service_unavailable};
    event.request_was_whole = false;
    CHECK(b.apply(event).what == action::send);
    CHECK(b.p.submission == submission_state::not_sent);
    event.request_was_whole = true;
    const decision lost = b.apply(event);
    CHECK(lost.what == action::fail);
    CHECK(lost.code == errc::submit_unconfirmed);
}

} // namespace export_state_end_test
