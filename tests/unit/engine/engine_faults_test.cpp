// One call of the opener, a stream, the timer, the token source, a sink, a document or a function fails: the first, the
// second, and so on until there are no more. Or all operations are cancelled there, or the context is destroyed.

#include "support/catch.hpp"
#include "unit/engine/fault_scenario.hpp"

#include <langexport/error.hpp>

#include <boost/asio/error.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <string>

namespace engine_faults_test {

using namespace std::chrono_literals;
using namespace langexport;
using langexport_tests::bench_service;
using langexport_tests::fault_effect;
using langexport_tests::fault_load;
using langexport_tests::fault_scenario;
using langexport_tests::manual_time;
using langexport_tests::seen_request;
namespace asio = boost::asio;
using asio::cancellation_type;
using operation = fault_scenario::operation;

namespace {

constexpr fault_load every_load[] = {fault_load::exports, fault_load::batch_and_import,
                                     fault_load::drained};

// Sanitizers take five times as long: they see every third late timer, and each call is cancelled in one of three ways.
#if defined(LANGEXPORT_TESTS_SANITIZED)
constexpr std::size_t step = 3;
#else
constexpr std::size_t step = 1;
#endif

std::size_t first_of(cancellation_type type) {
    const std::size_t order = type == cancellation_type::terminal  ? 0
                              : type == cancellation_type::partial ? 1
                                                                   : 2;
    return 1 + order % step;
}

// What holds whatever happens.
void check_common(const fault_scenario& played) {
    for (const operation& each : played.operations)
        CHECK(each.calls <= 1);
    CHECK_FALSE(played.sink->was_misused);
    CHECK_FALSE(played.document->overlapped);
    CHECK_FALSE(played.was_late);
    CHECK(played.sink->commits <= 1);
    // Only a committed sink has a complete document, and only then the operation succeeds.
    if (played.sink->commits == 1)
        CHECK(played.sink->document == bench_service::document);
    const bool has_sink = played.operations.front().name == "Claims";
    if (has_sink && played.operations.front().calls == 1 && !played.operations.front().error) {
        CHECK(played.sink->commits == 1);
        CHECK(played.stored == 1);
    }
}

// What holds after a run to the end: each handler was invoked, and the client holds nothing of its operations.
void check_ended(fault_scenario& played) {
    check_common(played);
    for (const operation& each : played.operations) {
        INFO(each.name);
        CHECK(each.calls == 1);
    }
    CHECK(played.guard.use_count() == 1);
    CHECK(played.document->open == 0);
    CHECK(played.bench->context().stopped()); // no work is left
    CHECK(played.bench->service->openings_pending == 0);
    client_stats stats = played.bench->client().stats();
    CHECK(stats.pending == 0);
    CHECK(stats.in_flight == 0);
    CHECK(stats.started == stats.finished + stats.failed);
    // Every permit is released.
    played.bench->time().pass(10min);
    stats = played.bench->client().stats();
    CHECK(stats.submissions.left == 10);
    CHECK(stats.reads.left == 100);
}

// The calls of an undisturbed run, in which all operations succeed.
struct undisturbed_run {
    explicit undisturbed_run(fault_load load) : played(load, fault_effect::none) {
        played.play();
        check_ended(played);
        for (const operation& each : played.operations) {
            INFO(each.name);
            CHECK_FALSE(each.error);
        }
    }

    fault_scenario played;
};

// The operation that fails if the call of this callee fails, and its error. No operation fails because of any other.
struct failing_operation {
    std::string name;
    error_code code;
};
const std::map<std::string, failing_operation> failures_of_callers{
    {"sink", {"Claims", errc::sink_failed}},
    {"on_submitted", {"Claims", errc::callback_failed}},
    {"document", {"Import", errc::source_failed}},
    {"range", {"batch", errc::callback_failed}},
    {"on_finished", {"batch", errc::callback_failed}}};

// A drain ends submissions that were not sent when it began.
bool is_ended_by_drain(const fault_scenario& played, const operation& ended) {
    return ended.code() == errc::client_closed && played.drained &&
           ended.ended_at >= manual_time::start + 10s;
}

void check_failure(const fault_scenario& played) {
    const std::string& callee = played.faults.hit_callee;
    const auto by_caller = failures_of_callers.find(callee);
    std::size_t failed = 0;
    for (const operation& each : played.operations) {
        INFO(each.name);
        if (by_caller != failures_of_callers.end() && by_caller->second.name == each.name) {
            CHECK(each.code() == by_caller->second.code);
        } else if (each.error && !is_ended_by_drain(played, each)) {
            // Only a stream that fails after a submission was sent cannot be repaired by another attempt.
            ++failed;
            CHECK(callee == "stream");
            CHECK(each.code() == errc::submit_unconfirmed);
        }
        // At most one job for each export, except for a retry after a safe failure.
        CHECK(played.posts_for(each.name) <= 2);
    }
    CHECK(failed <= 1);
}

// The time at which the submission for a project arrived; max() if none did.
manual_time::time_point submitted_at(const fault_scenario& played, const std::string& project) {
    for (const seen_request& each : played.bench->service->requests)
        if (each.method == "POST" &&
            each.target.find("/projects/" + project + "/") != std::string::npos)
            return each.at;
    return (manual_time::time_point::max)();
}

// An operation that completes at once, or completed before.
void check_ended_at_once(const fault_scenario& played, const operation& ended) {
    CHECK(ended.ended_at <= played.hit_at);
    if (ended.error)
        CHECK(ended.code() == asio::error::operation_aborted);
}

void check_batch(const fault_scenario& played, const operation& batch, cancellation_type type) {
    REQUIRE(played.batched);
    const batch_summary& summary = *played.batched;
    CHECK(summary.taken == played.taken);
    CHECK(summary.failed == 0);
    CHECK(summary.exported + summary.unfinished == summary.taken);
    if (type == cancellation_type::total) { // the batch has taken its first item in the first call
        CHECK_FALSE(batch.error);
        CHECK(summary.exported == 3);
        return;
    }
    CHECK(played.last_taken <= played.hit_at);
    CHECK((batch.code() == asio::error::operation_aborted) ==
          (!summary.is_exhausted || summary.unfinished > 0));
    if (type == cancellation_type::terminal)
        check_ended_at_once(played, batch);
    else
        CHECK(summary.unfinished == 0);
}

void check_drain(const fault_scenario& played, const operation& drain) {
    CHECK_FALSE(drain.error);
    REQUIRE(played.drained);
    std::size_t ended = 0;
    for (const operation& each : played.operations) {
        if (&each == &drain)
            continue;
        INFO(each.name);
        CHECK(each.ended_at <= drain.ended_at);
        ended += each.ended_at >= manual_time::start + 10s;
        if (drain.was_cancelled)
            CHECK(each.ended_at <= played.hit_at);
        if (each.error)
            CHECK(each.code() == errc::client_closed);
    }
    const drain_summary& summary = *played.drained;
    CHECK(summary.finished + summary.failed + summary.not_sent + summary.unconfirmed +
              summary.unfinished.size() ==
          ended);
    if (drain.was_cancelled)
        CHECK(drain.ended_at == played.hit_at);
}

void check_cancelled(const fault_scenario& played, const operation& ended, cancellation_type type) {
    INFO(ended.name);
    if (ended.name == "drain")
        return check_drain(played, ended);
    if (!ended.was_cancelled) {
        if (!played.drained)
            CHECK_FALSE(ended.error);
        return;
    }
    if (ended.name == "batch")
        return check_batch(played, ended, type);
    const bool submits = ended.name != "list";
    if (type == cancellation_type::total && submits) {
        // It promises that nothing was sent: afterwards it is ignored.
        if (ended.error)
            CHECK(submitted_at(played, ended.name) == (manual_time::time_point::max)());
        else
            CHECK(submitted_at(played, ended.name) <= played.hit_at);
    }
    if (ended.error || type != cancellation_type::total || !submits)
        check_ended_at_once(played, ended);
}

} // namespace

TEST_CASE("if any call fails, each handler is invoked once and nothing leaks", "[engine][faults]") {
    for (const fault_load load : every_load) {
        const std::size_t calls = undisturbed_run(load).played.faults.calls;
        REQUIRE(calls >= 40);
        std::size_t during_openings = 0;
        for (std::size_t n = 1; n <= calls; ++n) {
            fault_scenario played(load, fault_effect::failure, n);
            played.play();
            INFO("load " << static_cast<int>(load) << ", call " << n << ": "
                         << played.faults.hit_callee);
            check_ended(played);
            check_failure(played);
            during_openings += played.was_opening_at_hit;
        }
        CHECK(during_openings >= 3);
    }
}

TEST_CASE("a timer that fires late delays operations and does nothing else", "[engine][faults]") {
    for (const fault_load load : every_load) {
        const undisturbed_run usual(load);
        const std::size_t calls = usual.played.timers.calls;
        REQUIRE(calls >= 10);
        for (std::size_t n = 1; n <= calls; n += step) {
            INFO("load " << static_cast<int>(load) << ", timer " << n);
            fault_scenario played(load, fault_effect::lateness, n);
            played.play();
            check_ended(played);
            for (const operation& each : played.operations) {
                INFO(each.name);
                CHECK_FALSE(each.error);
                CHECK(each.ended_at <=
                      usual.played.find(each.name).ended_at + fault_scenario::lateness + 30s);
            }
        }
    }
}

TEST_CASE("operations that are cancelled at any call complete when their descriptions say",
          "[engine][faults]") {
    const auto type =
        GENERATE(cancellation_type::terminal, cancellation_type::partial, cancellation_type::total);
    for (const fault_load load : every_load) {
        const std::size_t calls = undisturbed_run(load).played.faults.calls;
        std::size_t cancelled = 0;
        std::size_t during_openings = 0;
        for (std::size_t n = first_of(type); n <= calls; n += step) {
            INFO("type " << static_cast<unsigned>(type) << ", load " << static_cast<int>(load)
                         << ", call " << n);
            fault_scenario played(load, fault_effect::cancellation, n, type);
            played.play();
            INFO(played.faults.hit_callee);
            check_ended(played);
            for (const operation& each : played.operations) {
                check_cancelled(played, each, type);
                cancelled += each.was_cancelled && each.error;
                during_openings += each.was_cancelled && played.was_opening_at_hit;
            }
        }
        // A drain has no error, and connections open before it begins.
        if (load != fault_load::drained) {
            CHECK(cancelled >= 3 / step);
            CHECK(during_openings >= 3 / step);
        }
    }
}

TEST_CASE("if the context is destroyed at any call, no handler is invoked later and nothing leaks",
          "[engine][faults]") {
    for (const fault_load load : every_load) {
        const std::size_t calls = undisturbed_run(load).played.faults.calls;
        std::size_t during_openings = 0;
        for (std::size_t n = 1; n <= calls; ++n) {
            INFO("load " << static_cast<int>(load) << ", call " << n);
            fault_scenario played(load, fault_effect::destruction, n);
            played.play();
            during_openings += played.bench->service->openings_pending > 0;
            std::map<std::string, int> before;
            for (const operation& each : played.operations)
                before[each.name] = each.calls;
            const std::weak_ptr<detail::engine> engine = played.bench->engine();
            played.bench->destroy_context();
            for (const operation& each : played.operations)
                CHECK(each.calls == before[each.name]);
            CHECK(engine.expired());
            CHECK(played.guard.use_count() == 1);
            CHECK(played.sink.use_count() == 1);
            CHECK(played.document.use_count() == 1);
            CHECK(played.document->open == 0);
            CHECK(played.bench->service->streams_open == 0);
            CHECK(played.bench->service->openings_pending == 0);
            check_common(played);
        }
        CHECK(during_openings >= 3);
    }
}

} // namespace engine_faults_test
