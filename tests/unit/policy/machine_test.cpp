#include <langexport/detail/policy/alarm.hpp>
#include <langexport/detail/policy/backoff.hpp>
#include <langexport/detail/policy/export_machine.hpp>
#include <langexport/detail/policy/judge.hpp>
#include <langexport/detail/transport/watchdog.hpp>

#include "support/catch.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <iterator>
#include <memory>
#include <random>
#include <string>
#include <vector>

using namespace std::chrono_literals;
using namespace langexport;
using namespace langexport::detail;

namespace {

constexpr steady_time start_time{std::chrono::hours(1000)};
constexpr request_kind all_kinds[] = {request_kind::submission, request_kind::status,
                                      request_kind::result};

// The machine with its settings and its clock.
class bench {
public:
    explicit bench(goal aim = goal::document) {
        p.aim = aim;
        p.job_timeout = 30min;
        polling.jitter = 0;
    }

    decision take(const export_event& event) { return step(p, event, now, random, polling, retry); }
    decision answer(meaning what, errc code = errc::unexpected_response) {
        return take(answered(what, code));
    }
    decision answer_after(meaning what, errc code, steady_duration retry_after) {
        answered_event event = answered(what, code);
        event.retry_after = retry_after;
        return take(event);
    }
    decision status(job_status status) {
        answered_event event = answered(meaning::accepted, errc::unexpected_response);
        event.status = status;
        return take(event);
    }
    decision lose(errc code, bool may_have_arrived, bool was_stale = false) {
        return take(failed_attempt{code, may_have_arrived, was_stale});
    }
    // Brings it to where a job is waited for, or its result fetched.
    void confirm() { answer(meaning::accepted); }
    void succeed_job() {
        confirm();
        status(job_status::succeeded);
    }
    // Brings it to where this kind of request is next.
    void reach(request_kind kind) {
        if (kind == request_kind::status)
            confirm();
        if (kind == request_kind::result)
            succeed_job();
        REQUIRE(p.next == kind);
    }

    static answered_event answered(meaning what, errc code) {
        answered_event event{};
        event.judged = judgement{what, code};
        return event;
    }

    export_progress p;
    poll_params polling;
    retry_params retry;
    steady_time now = start_time;
    double random = 0;
};

void check_send(const decision& d, steady_time at) {
    CHECK(d.what == action::send);
    CHECK((d.at - at).count() == 0);
}

// Polls of long gaps share wake-ups: one is late by a sixteenth of its gap at most.
void check_poll(const decision& d, steady_time now, steady_duration gap) {
    CHECK(d.what == action::send);
    CHECK((d.at - now).count() >= gap.count());
    CHECK((d.at - now).count() <= (gap + gap / 16 + 1ms).count());
}

void check_fail(const decision& d, errc code) {
    CHECK(d.what == action::fail);
    CHECK(to_string(d.code) == to_string(code));
}

} // namespace

TEST_CASE("a status is judged by what was asked", "[judge]") {
    struct row {
        unsigned status;
        meaning submission;
        errc submission_code;
        meaning status_or_result;
        errc status_or_result_code;
    };
    constexpr auto accepted = meaning::accepted;
    constexpr auto refused = meaning::refused;
    constexpr auto uncertain = meaning::uncertain;
    constexpr auto odd = errc::unexpected_response;
    constexpr auto down = errc::service_unavailable;
    const row table[] = {
        {100, refused, odd, refused, odd},
        {200, refused, odd, accepted, odd},
        {201, refused, odd, refused, odd},
        {202, accepted, odd, refused, odd},
        {204, refused, odd, refused, odd},
        {206, refused, odd, refused, odd},
        {301, refused, odd, meaning::redirected, odd},
        {302, refused, odd, meaning::redirected, odd},
        {303, refused, odd, meaning::redirected, odd},
        {304, refused, odd, refused, odd},
        {307, refused, odd, meaning::redirected, odd},
        {308, refused, odd, meaning::redirected, odd},
        {400, refused, errc::invalid_request, refused, errc::invalid_request},
        {401, refused, errc::unauthorized, refused, errc::unauthorized},
        {403, refused, errc::forbidden, refused, errc::forbidden},
        {404, meaning::not_found, errc::project_not_found, meaning::not_found, errc::job_not_found},
        {405, refused, odd, refused, odd},
        {408, uncertain, down, uncertain, down},
        {409, refused, errc::conflict, refused, errc::conflict},
        {410, refused, errc::project_not_found, refused, errc::job_expired},
        {411, refused, errc::invalid_request, refused, errc::invalid_request},
        {413, refused, errc::invalid_request, refused, errc::invalid_request},
        {414, refused, errc::invalid_request, refused, errc::invalid_request},
        {415, refused, errc::invalid_request, refused, errc::invalid_request},
        {418, refused, odd, refused, odd},
        {422, refused, errc::invalid_request, refused, errc::invalid_request},
        {429, meaning::throttled, errc::throttled, meaning::throttled, errc::throttled},
        {431, refused, errc::invalid_request, refused, errc::invalid_request},
        {500, uncertain, down, uncertain, down},
        {501, refused, odd, refused, odd},
        {502, uncertain, down, uncertain, down},
        {503, meaning::unavailable, down, meaning::unavailable, down},
        {504, uncertain, down, uncertain, down},
        {505, uncertain, down, uncertain, down},
        {511, uncertain, down, uncertain, down},
        {520, uncertain, down, uncertain, down},
        {529, uncertain, down, uncertain, down},
        {599, uncertain, down, uncertain, down},
        {600, uncertain, down, uncertain, down},
        {999, uncertain, down, uncertain, down},
    };
    for (const row& r : table) {
        CAPTURE(r.status);
        const judgement submission = judge(request_kind::submission, r.status, "");
        CHECK(static_cast<int>(submission.what) == static_cast<int>(r.submission));
        CHECK(to_string(submission.code) == to_string(r.submission_code));
        for (const auto kind : {request_kind::status, request_kind::result}) {
            const judgement other = judge(kind, r.status, "SomeCode");
            CHECK(static_cast<int>(other.what) == static_cast<int>(r.status_or_result));
            CHECK(to_string(other.code) == to_string(r.status_or_result_code));
        }
    }
}

TEST_CASE("a quota that waiting does not refill is not waited for", "[judge]") {
    for (const auto kind : all_kinds) {
        const judgement throttled = judge(kind, 429, "QuotaExceeded");
        CHECK(throttled.what == meaning::refused);
        CHECK(throttled.code == errc::throttled);
        const judgement forbidden = judge(kind, 403, "QuotaExceeded");
        CHECK(forbidden.what == meaning::refused);
        CHECK(forbidden.code == errc::forbidden);
    }
    // The word counts for nothing in a good answer.
    CHECK(judge(request_kind::status, 200, "QuotaExceeded").what == meaning::accepted);
}

TEST_CASE("only what the network and the token source do is worth another try", "[judge]") {
    const errc worth[] = {errc::credential_unavailable, errc::resolve_failed,
                          errc::resolve_timeout,        errc::connect_timeout,
                          errc::handshake_timeout,      errc::response_timeout,
                          errc::read_timeout,           errc::attempt_timeout,
                          errc::connection_failed,      errc::response_truncated};
    const auto last = static_cast<int>(errc::cancelled);
    for (int value = 1; value <= last; ++value) {
        const auto code = static_cast<errc>(value);
        CAPTURE(std::string(to_string(code)));
        const bool expected =
            std::find(std::begin(worth), std::end(worth), code) != std::end(worth);
        CHECK(is_worth_another_try(code) == expected);
        if (expected)
            CHECK(make_error_code(code) == condition::transient);
    }
}

TEST_CASE("an export goes from submission to polls to its result", "[machine]") {
    bench b;
    check_send(b.answer(meaning::accepted), b.now + b.polling.first);
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

    CHECK(b.answer(meaning::accepted).what == action::succeed);
    CHECK(b.p.failures == 0);
}

TEST_CASE("an operation ends where its goal lies", "[machine]") {
    SECTION("a job") {
        bench b(goal::job);
        CHECK(b.answer(meaning::accepted).what == action::succeed);
        CHECK(b.p.submission == submission_state::confirmed);
    }
    SECTION("one status, whatever it says") {
        for (const auto status : {job_status::unknown, job_status::not_started, job_status::running,
                                  job_status::succeeded, job_status::failed, job_status::cancelled,
                                  job_status::cancelling, job_status::partially_completed}) {
            bench b(goal::one_status);
            begin_with_job(b.p, request_kind::status, b.now, 0s);
            CHECK(b.status(status).what == action::succeed);
            CHECK(b.p.polls == 1);
        }
    }
    SECTION("the status of the end") {
        bench b(goal::end_status);
        begin_with_job(b.p, request_kind::status, b.now, 0s);
        CHECK(b.status(job_status::not_started).what == action::send);
        CHECK(b.status(job_status::succeeded).what == action::succeed);
    }
}

TEST_CASE("a job's end is judged by its word", "[machine]") {
    const goal aim = GENERATE(goal::document, goal::end_status);
    bench b(aim);
    b.confirm();
    SECTION("words that are no end") {
        for (const auto status : {job_status::unknown, job_status::not_started, job_status::running,
                                  job_status::cancelling}) {
            CHECK(b.status(status).what == action::send);
            CHECK(b.p.next == request_kind::status);
            // Never for ever: job_timeout runs.
            CHECK(expiry(b.p) < steady_time::max());
        }
    }
    SECTION("failed") {
        check_fail(b.status(job_status::failed), errc::job_failed);
    }
    SECTION("cancelled") {
        check_fail(b.status(job_status::cancelled), errc::job_cancelled);
    }
    SECTION("partially, which is not accepted") {
        check_fail(b.status(job_status::partially_completed), errc::job_partially_completed);
    }
    SECTION("partially, which is accepted") {
        b.p.accept_partial = true;
        const decision d = b.status(job_status::partially_completed);
        CHECK(d.what == (aim == goal::document ? action::send : action::succeed));
    }
    SECTION("partially, which is accepted, but there is no result") {
        b.p.accept_partial = true;
        answered_event event = bench::answered(meaning::accepted, errc::unexpected_response);
        event.status = job_status::partially_completed;
        event.no_result = errc::foreign_origin;
        const decision d = b.take(event);
        if (aim == goal::document)
            check_fail(d, errc::foreign_origin);
        else
            CHECK(d.what == action::succeed);
    }
    SECTION("well, but its result is out of reach") {
        answered_event event = bench::answered(meaning::accepted, errc::unexpected_response);
        event.status = job_status::succeeded;
        event.no_result = errc::malformed_response;
        const decision d = b.take(event);
        if (aim == goal::document)
            check_fail(d, errc::malformed_response);
        else
            CHECK(d.what == action::succeed);
    }
}

TEST_CASE("only redirects in a row go round in circles", "[machine]") {
    bench b;
    b.confirm();
    for (int i = 0; i < most_redirects; ++i)
        CHECK(b.answer(meaning::redirected).what == action::send);
    SECTION("one too many") {
        check_fail(b.answer(meaning::redirected), errc::unexpected_response);
    }
    SECTION("a failure between them begins another row") {
        CHECK(b.lose(errc::connection_failed, true).what == action::send);
        CHECK(b.answer(meaning::redirected).what == action::send);
    }
}

TEST_CASE("polls are spaced ever wider, up to a limit", "[machine]") {
    bench b;
    b.polling.first = 100ms;
    b.polling.min_interval = 1s;
    b.polling.max_interval = 4s;
    b.polling.growth = 0.1;
    check_send(b.answer(meaning::accepted), b.now + 100ms);
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

TEST_CASE("the quota's pace is a floor under the gap, and the longest gap is above both",
          "[machine]") {
    bench b;
    b.confirm();
    answered_event event = bench::answered(meaning::accepted, errc::unexpected_response);
    event.status = job_status::running;
    event.pace = 7s;
    check_poll(b.take(event), b.now, 7s);
    event.pace = 24h;
    check_poll(b.take(event), b.now, b.polling.max_interval);
    event.retry_after = 90s;
    check_poll(b.take(event), b.now, 90s);
}

TEST_CASE("jitter shortens a gap by up to its part of it", "[machine]") {
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

TEST_CASE("the end of a job is heard of soon, as its run time goes", "[machine][property]") {
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

TEST_CASE("a job that failed for a reason that passes is submitted anew, as often as allowed",
          "[machine]") {
    bench b;
    b.retry.max_resubmissions = 2;
    b.p.can_resubmit = true;
    answered_event failed = bench::answered(meaning::accepted, errc::unexpected_response);
    failed.status = job_status::failed;
    SECTION("twice") {
        failed.failed_in_passing = true;
        for (int i = 0; i < 2; ++i) {
            b.confirm();
            const decision d = b.take(failed);
            CHECK(d.what == action::send);
            CHECK(d.at >= b.now);
            CHECK(b.p.next == request_kind::submission);
            CHECK(b.p.submission == submission_state::not_sent);
            CHECK(expiry(b.p) == steady_time::max());
        }
        b.confirm();
        check_fail(b.take(failed), errc::job_failed);
        CHECK(b.p.submits == 3);
    }
    SECTION("not for another reason") {
        b.confirm();
        check_fail(b.take(failed), errc::job_failed);
    }
    SECTION("not where nobody knows what was submitted") {
        failed.failed_in_passing = true;
        b.p.can_resubmit = false;
        b.confirm();
        check_fail(b.take(failed), errc::job_failed);
    }
}

TEST_CASE("a job that was asked late, after its time, is asked no more", "[machine]") {
    bench b;
    b.confirm();
    b.now += 31min;
    check_fail(b.status(job_status::running), errc::job_timed_out);
    bench ended;
    ended.confirm();
    ended.now += 31min;
    CHECK(ended.status(job_status::succeeded).what == action::send);
}

TEST_CASE("Retry-After is a floor under each wait", "[machine]") {
    bench b;
    const auto after = [&](steady_duration wait) {
        answered_event event = bench::answered(meaning::accepted, errc::unexpected_response);
        event.status = job_status::running;
        event.retry_after = wait;
        return b.take(event);
    };
    SECTION("behind the 202") {
        check_send(b.answer_after(meaning::accepted, errc::unexpected_response, 5s), b.now + 5s);
    }
    SECTION("behind the 202, but shorter than the first wait") {
        check_send(b.answer_after(meaning::accepted, errc::unexpected_response, 5ms),
                   b.now + b.polling.first);
    }
    SECTION("between polls") {
        b.confirm();
        check_poll(after(7s), b.now, 7s);
        check_poll(after(1ms), b.now, 500ms);
    }
    SECTION("behind a 429, with a spread of its own") {
        b.random = 0.5;
        const decision d = b.answer_after(meaning::throttled, errc::throttled, 20s);
        CHECK(d.at >= b.now + 20s);
        CHECK(d.at <= b.now + 20s + b.retry.first_backoff);
    }
    SECTION("behind a 503") {
        b.random = 0.999;
        const decision d = b.answer_after(meaning::unavailable, errc::service_unavailable, 20s);
        CHECK(d.at > b.now + 20s);
        CHECK(d.at <= b.now + 20s + b.retry.first_backoff);
    }
}

TEST_CASE("what is no error of the service's is tried again a limited number of times",
          "[machine]") {
    const auto kind = GENERATE(request_kind::status, request_kind::result);
    bench b;
    b.retry.max_attempts = GENERATE(1U, 2U, 5U);
    b.random = 0.5;
    b.reach(kind);
    using failing = decision (*)(bench&);
    const failing ways[] = {
        [](bench& on) { return on.answer(meaning::unavailable, errc::service_unavailable); },
        [](bench& on) { return on.answer(meaning::uncertain, errc::service_unavailable); },
        [](bench& on) { return on.lose(errc::connection_failed, true); },
        [](bench& on) { return on.lose(errc::response_truncated, true); },
        [](bench& on) { return on.lose(errc::connect_timeout, false); },
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

TEST_CASE("a good answer forgives the failures before it", "[machine]") {
    bench b;
    b.retry.max_attempts = 2;
    b.retry.max_throttled = 2;
    b.confirm();
    for (int i = 0; i < 10; ++i) {
        CHECK(b.lose(errc::read_timeout, true).what == action::send);
        CHECK(b.answer(meaning::throttled, errc::throttled).what == action::send);
        CHECK(b.status(job_status::running).what == action::send);
    }
    CHECK(b.p.failures == 20);
    CHECK(b.p.polls == 20); // answers, those of 429 included
}

TEST_CASE("429 has a patience of its own", "[machine]") {
    bench b;
    b.retry.max_attempts = 1;
    b.retry.max_throttled = 10;
    b.reach(GENERATE(request_kind::submission, request_kind::status, request_kind::result));
    for (int i = 1; i < 10; ++i)
        CHECK(b.answer(meaning::throttled, errc::throttled).what == action::send);
    check_fail(b.answer(meaning::throttled, errc::throttled), errc::throttled);
}

TEST_CASE("a sink that fails for lack of descriptors is tried again, so often as other failures",
          "[machine]") {
    const bool is_at_commit = GENERATE(false, true);
    bench b;
    b.random = 1;
    b.retry.max_attempts = 3;
    b.succeed_job();
    for (std::uint32_t i = 1; i < b.retry.max_attempts; ++i) {
        if (is_at_commit) // then all of the result was there
            CHECK(b.answer(meaning::accepted).what == action::succeed);
        const decision next = b.take(failed_attempt{errc::sink_failed, true, false, true});
        CHECK(next.what == action::send);
        CHECK(next.at > b.now);
        CHECK(b.p.next == request_kind::result);
    }
    const decision last = b.take(failed_attempt{errc::sink_failed, true, false, true});
    CHECK(last.what == action::fail);
    CHECK(last.code == errc::sink_failed);
    CHECK(bench().take(failed_attempt{errc::sink_failed, false, false, false}).what ==
          action::fail);
}

TEST_CASE("one status takes one answer, and any number of attempts that got none", "[machine]") {
    bench b(goal::one_status);
    b.retry.max_attempts = 3;
    begin_with_job(b.p, request_kind::status, b.now, 0s);
    SECTION("no answer") {
        CHECK(b.lose(errc::connection_failed, true).what == action::send);
        CHECK(b.lose(errc::connection_failed, false).what == action::send);
        check_fail(b.lose(errc::connection_failed, true), errc::connection_failed);
    }
    SECTION("429") {
        check_fail(b.answer(meaning::throttled, errc::throttled), errc::throttled);
    }
    SECTION("503") {
        check_fail(b.answer(meaning::unavailable, errc::service_unavailable),
                   errc::service_unavailable);
    }
    SECTION("500") {
        check_fail(b.answer(meaning::uncertain, errc::service_unavailable),
                   errc::service_unavailable);
    }
    SECTION("404, however young the job") {
        check_fail(b.answer(meaning::not_found, errc::job_not_found), errc::job_not_found);
    }
}

TEST_CASE("a submission that may have arrived is not sent again", "[machine][safe start]") {
    bench b;
    SECTION("no answer") {
        for (const auto code : {errc::connection_failed, errc::response_timeout, errc::read_timeout,
                                errc::attempt_timeout, errc::response_truncated}) {
            bench fresh = b;
            check_fail(fresh.lose(code, true), errc::submit_unconfirmed);
            CHECK(fresh.p.submission == submission_state::unconfirmed);
            CHECK(fresh.p.submits == 1);
        }
    }
    SECTION("not even if its connection was stale") {
        check_fail(b.lose(errc::connection_failed, true, true), errc::submit_unconfirmed);
        CHECK(b.p.submission == submission_state::unconfirmed);
    }
    SECTION("an answer of 408, 500, 502, 504") {
        check_fail(b.answer(meaning::uncertain, errc::service_unavailable),
                   errc::submit_unconfirmed);
        CHECK(b.p.submission == submission_state::unconfirmed);
    }
    SECTION("an answer that cannot be read says so itself") {
        check_fail(b.lose(errc::malformed_response, true), errc::malformed_response);
        CHECK(b.p.submission == submission_state::unconfirmed);
    }
}

TEST_CASE("a submission that did nothing is sent again", "[machine][safe start]") {
    bench b;
    b.random = 1;
    const auto check_again = [&](const decision& d) {
        CHECK(d.what == action::send);
        CHECK(d.at > b.now);
        CHECK(b.p.next == request_kind::submission);
        CHECK(b.p.submission == submission_state::not_sent);
    };
    SECTION("it never left") {
        check_again(b.lose(errc::connection_failed, false));
        check_again(b.lose(errc::connect_timeout, false));
        CHECK(b.p.submits == 0);
    }
    SECTION("it was answered 429") {
        check_again(b.answer(meaning::throttled, errc::throttled));
        CHECK(b.p.submits == 1);
    }
    SECTION("it was answered 503") {
        check_again(b.answer(meaning::unavailable, errc::service_unavailable));
    }
    SECTION("it never left, over a stale connection: at once") {
        check_send(b.lose(errc::connection_failed, false, true), b.now);
        CHECK(b.p.failures == 0);
    }
}

TEST_CASE("a second job is risked by who allows it", "[machine][safe start]") {
    bench b;
    b.p.allow_duplicates = true;
    b.retry.max_attempts = 3;
    CHECK(b.lose(errc::response_timeout, true).what == action::send);
    CHECK(b.p.submission == submission_state::unconfirmed);
    CHECK(b.answer(meaning::uncertain, errc::service_unavailable).what == action::send);
    SECTION("until it works") {
        CHECK(b.answer(meaning::accepted).what == action::send);
        CHECK(b.p.submission == submission_state::confirmed);
        CHECK(b.p.submits == 3);
    }
    SECTION("until the attempts are used up") {
        check_fail(b.lose(errc::response_timeout, true), errc::response_timeout);
        CHECK(b.p.submission == submission_state::unconfirmed);
    }
    SECTION("what came before is not forgotten by an answer of 429") {
        CHECK(b.answer(meaning::throttled, errc::throttled).what == action::send);
        CHECK(b.p.submission == submission_state::unconfirmed);
    }
    SECTION("what came before is not forgotten by a refusal") {
        check_fail(b.answer(meaning::refused, errc::conflict), errc::conflict);
        CHECK(b.p.submission == submission_state::unconfirmed);
    }
}

TEST_CASE("a GET on a connection that had gone stale is sent at once and not counted",
          "[machine]") {
    bench b;
    b.retry.max_attempts = 1;
    b.reach(GENERATE(request_kind::status, request_kind::result));
    check_send(b.lose(errc::connection_failed, true, true), b.now);
    check_send(b.lose(errc::connection_failed, true, true), b.now);
    CHECK(b.p.failures == 0);
    CHECK(b.p.attempts == 0);
}

TEST_CASE("a refusal ends it at once", "[machine]") {
    const auto kind =
        GENERATE(request_kind::submission, request_kind::status, request_kind::result);
    bench b;
    b.reach(kind);
    check_fail(b.answer(meaning::refused, errc::unauthorized), errc::unauthorized);
    CHECK(b.p.failures == 1);
    const bool submits = kind == request_kind::submission;
    CHECK(b.p.submission == (submits ? submission_state::not_sent : submission_state::confirmed));
}

TEST_CASE("an answer that cannot be read is not asked for again", "[machine]") {
    for (const auto code : {errc::malformed_response, errc::response_too_large, errc::tls_failed}) {
        bench b;
        b.reach(request_kind::status);
        check_fail(b.lose(code, true), code);
    }
}

TEST_CASE("a job that is not found is believed in for a while", "[machine]") {
    bench b;
    b.polling.min_interval = 1s;
    b.retry.not_found_grace = 10s;
    b.confirm();
    SECTION("right after the 202") {
        b.now += 1s;
        check_poll(b.answer(meaning::not_found, errc::job_not_found), b.now, 1s);
        CHECK(b.p.failures == 0);
        b.now += 8999ms;
        CHECK(b.answer(meaning::not_found, errc::job_not_found).what == action::send);
        b.now += 1ms;
        check_fail(b.answer(meaning::not_found, errc::job_not_found), errc::job_not_found);
    }
    SECTION("but not if it has expired") {
        answered_event event = bench::answered(meaning::not_found, errc::job_not_found);
        event.job_has_expired = true;
        check_fail(b.take(event), errc::job_expired);
    }
    SECTION("and not without that grace") {
        b.retry.not_found_grace = 0s;
        check_fail(b.answer(meaning::not_found, errc::job_not_found), errc::job_not_found);
    }
}

TEST_CASE("a project or a result that is not found is not believed in", "[machine]") {
    bench b;
    SECTION("project") {
        check_fail(b.answer(meaning::not_found, errc::project_not_found), errc::project_not_found);
        CHECK(b.p.submission == submission_state::not_sent);
    }
    SECTION("result") {
        b.succeed_job();
        check_fail(b.answer(meaning::not_found, errc::job_not_found), errc::job_not_found);
    }
}

TEST_CASE("the grace of a job from elsewhere counts from its submission", "[machine]") {
    bench b(goal::end_status);
    SECTION("young") {
        begin_with_job(b.p, request_kind::status, b.now, 9s);
    }
    SECTION("from the future, by another clock") {
        begin_with_job(b.p, request_kind::status, b.now, -100h);
        b.now += 9s;
    }
    CHECK(b.answer(meaning::not_found, errc::job_not_found).what == action::send);
    b.now += 1s;
    check_fail(b.answer(meaning::not_found, errc::job_not_found), errc::job_not_found);
}

TEST_CASE("job_timeout runs from the 202, or from where an older job was taken up", "[machine]") {
    bench b;
    b.p.job_timeout = 1min;
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
        begin_with_job(b.p, request_kind::status, b.now, 100h);
        CHECK(expiry(b.p) == b.now + 1min);
        CHECK(b.p.submission == submission_state::confirmed);
    }
    SECTION("not for a result") {
        begin_with_job(b.p, request_kind::result, b.now, 100h);
        CHECK(expiry(b.p) == steady_time::max());
    }
    SECTION("the deadline counts if it is earlier") {
        b.p.deadline = b.now + 1s;
        b.confirm();
        CHECK(expiry(b.p) == b.now + 1s);
        CHECK(expiry_code(b.p) == errc::deadline_exceeded);
        b.p.deadline = b.now + 2min;
        CHECK(expiry_code(b.p) == errc::job_timed_out);
    }
}

TEST_CASE("redirects are followed a few times", "[machine]") {
    bench b;
    b.reach(GENERATE(request_kind::status, request_kind::result));
    const auto kind = b.p.next;
    for (int i = 0; i < 5; ++i) {
        check_send(b.answer(meaning::redirected), b.now);
        CHECK(b.p.next == kind);
    }
    SECTION("round in circles") {
        check_fail(b.answer(meaning::redirected), errc::unexpected_response);
    }
    SECTION("a good answer ends the count") {
        if (kind == request_kind::status) {
            CHECK(b.status(job_status::running).what == action::send);
            check_send(b.answer(meaning::redirected), b.now);
        }
    }
}

namespace {

export_event random_event(std::mt19937& random) {
    const auto pick = [&](unsigned n) { return static_cast<unsigned>(random()) % n; };
    if (pick(3) == 0) {
        const errc codes[] = {errc::connection_failed, errc::response_timeout, errc::tls_failed,
                              errc::response_truncated, errc::malformed_response};
        return failed_attempt{codes[pick(5)], pick(2) == 0, pick(4) == 0};
    }
    answered_event event{};
    const meaning meanings[] = {meaning::accepted,    meaning::accepted,  meaning::accepted,
                                meaning::redirected,  meaning::throttled, meaning::unavailable,
                                meaning::uncertain,   meaning::not_found, meaning::refused,
                                meaning::unavailable, meaning::throttled};
    event.judged = judgement{meanings[pick(11)], errc::unexpected_response};
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
    return std::get<answered_event>(event).judged.what == meaning::uncertain;
}

} // namespace

TEST_CASE("whatever happens, an export goes forward in safe steps", "[machine][property]") {
    for (unsigned seed = 1; seed <= 5'000; ++seed) {
        std::mt19937 random(seed);
        bench b(static_cast<goal>(random() % 4));
        b.p.allow_duplicates = random() % 2 == 0;
        b.p.accept_partial = random() % 2 == 0;
        b.retry.max_attempts = 1 + static_cast<std::uint32_t>(random() % 5);
        b.retry.max_throttled = 1 + static_cast<std::uint32_t>(random() % 5);
        b.polling.jitter = 0.1;
        if (b.p.aim == goal::one_status)
            begin_with_job(b.p, request_kind::status, b.now, 0s);
        unsigned events = 0;
        bool ok = true;
        const auto expect = [&](bool holds, const char* what) {
            if (!holds && ok) {
                CAPTURE(seed, events);
                FAIL_CHECK(what);
                ok = false;
            }
        };
        for (; events < 200 && ok; ++events) {
            const export_progress before = b.p;
            const export_event event = random_event(random);
            b.random = static_cast<double>(random() % 1000) / 1000.0;
            const decision d = b.take(event);
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
            expect(!submits_again || !may_have_started_a_job(event) || b.p.allow_duplicates,
                   "a submission that may have arrived is not repeated");
            expect(b.p.next != request_kind::status || expiry(b.p) < steady_time::max(),
                   "no wait for a job is without end");
            expect(b.p.attempts < b.retry.max_attempts && b.p.throttled < b.retry.max_throttled,
                   "failures in a row are limited");
            b.now = d.at;
        }
    }
}

TEST_CASE("failures alone bring every export to its end", "[machine][property]") {
    for (unsigned seed = 1; seed <= 2'000; ++seed) {
        std::mt19937 random(seed);
        bench b;
        b.p.allow_duplicates = true;
        b.retry.max_attempts = 4;
        b.retry.max_throttled = 4;
        b.reach(all_kinds[random() % 3]);
        decision d{action::send, b.now, errc::cancelled};
        unsigned events = 0;
        for (; d.what == action::send && events < 100; ++events) {
            b.now = d.at;
            switch (random() % 4) {
            case 0:
                d = b.answer(meaning::throttled, errc::throttled);
                break;
            case 1:
                d = b.answer(meaning::unavailable, errc::service_unavailable);
                break;
            case 2:
                d = b.answer(meaning::redirected);
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
            FAIL("it went on");
        }
    }
}

TEST_CASE("a backoff is random up to a bound that doubles", "[backoff]") {
    retry_params retry;
    retry.first_backoff = 100ms;
    retry.max_backoff = 1s;
    struct row {
        std::uint32_t failures;
        steady_duration bound;
    };
    const row table[] = {{1, 100ms}, {2, 200ms}, {3, 400ms},         {4, 800ms},
                         {5, 1s},    {6, 1s},    {4'000'000'000, 1s}};
    for (const row& r : table) {
        CAPTURE(r.failures);
        CHECK(backoff(retry, r.failures, 1.0) == r.bound);
        CHECK(backoff(retry, r.failures, 0.5) == r.bound / 2);
        CHECK(backoff(retry, r.failures, 0.0) == 0s);
    }
    retry.first_backoff = 1h;
    retry.max_backoff = 1h;
    CHECK(backoff(retry, 100, 1.0) == 1h);
}

TEST_CASE("times are rounded up to whole milliseconds, the end of time included", "[backoff]") {
    CHECK(round_up(start_time) == start_time);
    CHECK(round_up(start_time + 1ns) == start_time + 1ms);
    CHECK(round_up(start_time + 999'999ns) == start_time + 1ms);
    CHECK(round_up(start_time + 1ms) == start_time + 1ms);
    CHECK(round_up(steady_time::max()) == steady_time::max());
    CHECK(round_up(steady_time::max() - 1ns) == steady_time::max());
    CHECK(round_up(steady_time::max() - 1s) < steady_time::max());
}

namespace {

class noted_alarm final : public alarm {
public:
    explicit noted_alarm(std::vector<int>& rung, int number) : rung_(rung), number_(number) {}

    void ring(steady_time now) override {
        rung_.push_back(number_);
        if (and_then)
            and_then(now);
    }

    std::function<void(steady_time)> and_then;

private:
    std::vector<int>& rung_;
    int number_;
};

} // namespace

TEST_CASE("alarms ring in the order of their times, each once", "[alarm]") {
    std::vector<int> rung;
    alarm_set set([] {});
    noted_alarm one(rung, 1), two(rung, 2), three(rung, 3);
    CHECK(set.next() == steady_time::max());
    set.set(three, start_time + 3s);
    set.set(one, start_time + 1s);
    set.set(two, start_time + 2s);
    CHECK(set.next() == start_time + 1s);
    set.ring_due(start_time);
    CHECK(rung.empty());
    set.ring_due(start_time + 2s);
    CHECK(rung == std::vector<int>{1, 2});
    CHECK_FALSE(one.is_set());
    CHECK(three.is_set());
    set.ring_due(start_time + 10s);
    set.ring_due(start_time + 20s);
    CHECK(rung == std::vector<int>{1, 2, 3});
    CHECK(set.next() == steady_time::max());
}

TEST_CASE("only an alarm that is earlier than all others is worth a call", "[alarm]") {
    std::vector<int> rung;
    int calls = 0;
    alarm_set set([&] { ++calls; });
    noted_alarm one(rung, 1), two(rung, 2);
    set.set(one, start_time + 2s);
    CHECK(calls == 1);
    set.set(two, start_time + 3s);
    CHECK(calls == 1);
    set.set(two, start_time + 1s);
    CHECK(calls == 2);
    set.set(one, steady_time::max());
    CHECK(calls == 2);
    CHECK_FALSE(one.is_set());
    two.and_then = [&](steady_time now) { set.set(one, now + 1s); };
    set.ring_due(start_time + 1s);
    CHECK(calls == 2); // who rings looks at the set again anyway
    CHECK(set.next() == start_time + 2s);
}

TEST_CASE("an alarm may be set, moved, cleared and destroyed while others ring", "[alarm]") {
    std::vector<int> rung;
    alarm_set set([] {});
    auto gone = std::make_unique<noted_alarm>(rung, 9);
    noted_alarm one(rung, 1), two(rung, 2), three(rung, 3), four(rung, 4);
    set.set(one, start_time);
    set.set(*gone, start_time + 1ms);
    set.set(two, start_time + 2ms);
    set.set(three, start_time + 3ms);
    one.and_then = [&](steady_time now) {
        gone.reset();
        two.clear();
        set.set(three, now + 1h);
        set.set(four, now - 1h);
    };
    set.ring_due(start_time + 1s);
    CHECK(rung == std::vector<int>{1, 4});
    CHECK(set.next() == start_time + 1s + 1h);
}

TEST_CASE("an alarm leaves its set when it is destroyed", "[alarm]") {
    std::vector<int> rung;
    alarm_set set([] {});
    {
        noted_alarm one(rung, 1);
        set.set(one, start_time);
    }
    CHECK(set.next() == steady_time::max());
    set.ring_due(start_time);
    CHECK(rung.empty());
}

namespace {

class noted_watchdog final : public watchdog {
public:
    using watchdog::watchdog;
    int barks = 0;

private:
    void time_is_up() override { ++barks; }
};

} // namespace

TEST_CASE("a watchdog tells what ran out first: the phase or the attempt", "[watchdog]") {
    alarm_set set([] {});
    noted_watchdog dog(set);
    dog.begin_attempt(start_time + 10s, errc::attempt_timeout);
    SECTION("the phase") {
        dog.expect_by(start_time + 2s, errc::response_timeout);
        set.ring_due(start_time + 1999ms);
        CHECK(dog.barks == 0);
        CHECK_FALSE(dog.expired());
        set.ring_due(start_time + 2s);
        CHECK(dog.barks == 1);
        CHECK(dog.expired() == errc::response_timeout);
        set.ring_due(start_time + 20s);
        CHECK(dog.barks == 1);
    }
    SECTION("a later phase") {
        dog.expect_by(start_time + 2s, errc::response_timeout);
        dog.expect_by(start_time + 4s, errc::read_timeout);
        set.ring_due(start_time + 2s);
        CHECK(dog.barks == 0);
        set.ring_due(start_time + 4s);
        CHECK(dog.expired() == errc::read_timeout);
    }
    SECTION("the attempt") {
        dog.expect_by(start_time + 11s, errc::read_timeout);
        set.ring_due(start_time + 10s);
        CHECK(dog.barks == 1);
        CHECK(dog.expired() == errc::attempt_timeout);
    }
    SECTION("both at once count as the attempt") {
        dog.expect_by(start_time + 10s, errc::read_timeout);
        set.ring_due(start_time + 10s);
        CHECK(dog.expired() == errc::attempt_timeout);
    }
}

TEST_CASE("to give a watchdog more time does not touch its alarm", "[watchdog]") {
    int calls = 0;
    alarm_set set([&] { ++calls; });
    noted_watchdog dog(set);
    dog.begin_attempt(start_time + 1h, errc::attempt_timeout);
    dog.expect_by(start_time + 1s, errc::response_timeout);
    CHECK(calls == 2);
    for (int i = 2; i < 1000; ++i)
        dog.expect_by(start_time + i * 1s, errc::read_timeout);
    CHECK(calls == 2);
    CHECK(set.next() == start_time + 1s);
    set.ring_due(start_time + 1s);
    CHECK(dog.barks == 0);
    CHECK(set.next() == start_time + 999s);
}

TEST_CASE("a watchdog starts afresh with each attempt, and rests between them", "[watchdog]") {
    alarm_set set([] {});
    noted_watchdog dog(set);
    dog.begin_attempt(start_time + 1s, errc::attempt_timeout);
    set.ring_due(start_time + 1s);
    CHECK(dog.expired());
    dog.begin_attempt(start_time + 5s, errc::handshake_timeout);
    CHECK_FALSE(dog.expired());
    dog.rest();
    CHECK(set.next() == steady_time::max());
    set.ring_due(start_time + 1h);
    CHECK(dog.barks == 1);
}

TEST_CASE("a watchdog without an end for its attempt never rings before its phase", "[watchdog]") {
    alarm_set set([] {});
    noted_watchdog dog(set);
    dog.begin_attempt(steady_time::max(), errc::connect_timeout);
    CHECK(set.next() == steady_time::max());
    dog.expect_by(start_time + 3s, errc::resolve_timeout);
    CHECK(set.next() == start_time + 3s);
    set.ring_due(start_time + 3s);
    CHECK(dog.expired() == errc::resolve_timeout);
}
