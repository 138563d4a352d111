#ifndef LANGEXPORT_TESTS_UNIT_POLICY_EXPORT_STATE_BENCH_HPP
#define LANGEXPORT_TESTS_UNIT_POLICY_EXPORT_STATE_BENCH_HPP

#include <langexport/detail/policy/export_state.hpp>

#include "support/catch.hpp"

#include <chrono>
#include <string>

namespace langexport_tests {

using namespace std::chrono_literals;
using namespace langexport;
using namespace langexport::detail;

inline constexpr steady_time start_time{std::chrono::hours(1000)};
inline constexpr request_kind all_kinds[] = {request_kind::submission, request_kind::status,
                                             request_kind::result};

/// The state of an export with its settings and its clock.
class export_state_bench {
public:
    explicit export_state_bench(operation_kind kind = operation_kind::document) {
        p.plan.kind = kind;
        p.plan.job_timeout = 30min;
        polling.jitter = 0;
    }

    // An operation that begins with a job of that age.
    void begin_with_job(request_kind first, steady_duration age) {
        export_state state(p);
        p.plan.first = first;
        state.prepare(p.plan);
        state.admit(now, (steady_duration::max)(), age);
        p = state.progress();
    }
    decision apply(const export_event& event) {
        export_state state(p);
        const decision next = state.on(event, now, random, polling, retry);
        p = state.progress();
        return next;
    }
    decision respond(status_class category, errc code = errc::unexpected_response) {
        return apply(response_of(category, code));
    }
    decision response_after(status_class category, errc code, steady_duration retry_after) {
        response_event event = response_of(category, code);
        event.retry_after = retry_after;
        return apply(event);
    }
    decision status(job_status status) {
        response_event event = response_of(status_class::accepted, errc::unexpected_response);
        event.status = status;
        return apply(event);
    }
    decision lose(errc code, bool may_have_arrived, bool connection_was_stale = false) {
        return apply(failed_attempt{code, may_have_arrived, connection_was_stale});
    }
    // Moves it to the step that polls a job, or fetches its result.
    void confirm() { respond(status_class::accepted); }
    void succeed_job() {
        confirm();
        status(job_status::succeeded);
    }
    // Moves it to the step before this kind of request.
    void reach(request_kind kind) {
        if (kind == request_kind::status)
            confirm();
        if (kind == request_kind::result)
            succeed_job();
        REQUIRE(p.next == kind);
    }

    static response_event response_of(status_class category, errc code) {
        response_event event{};
        event.outcome = status_outcome{category, code};
        return event;
    }

    export_progress p;
    poll_params polling;
    retry_params retry;
    steady_time now = start_time;
    double random = 0;
};

inline void check_send(const decision& d, steady_time due) {
    CHECK(d.what == action::send);
    CHECK((d.at - due).count() == 0);
}

// Polls of long gaps share wake-ups: one is late by a sixteenth of its gap at most.
inline void check_poll(const decision& d, steady_time now, steady_duration gap) {
    CHECK(d.what == action::send);
    CHECK((d.at - now).count() >= gap.count());
    CHECK((d.at - now).count() <= (gap + gap / 16 + 1ms).count());
}

inline void check_fail(const decision& d, errc code) {
    CHECK(d.what == action::fail);
    CHECK(to_string(d.code) == to_string(code));
}

} // namespace langexport_tests

#endif
