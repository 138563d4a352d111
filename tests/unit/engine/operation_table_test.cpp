#include <langexport/detail/engine/operation_table.hpp>

#include "support/catch.hpp"
#include "unit/engine/ending.hpp"
#include "unit/engine/parts_bench.hpp"

#include <langexport/export_project.hpp>
#include <langexport/export_projects.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/error.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <vector>

namespace operation_table_test {

using namespace std::chrono_literals;
using namespace langexport;
using langexport_tests::ending;
using langexport_tests::engine_bench;
using langexport_tests::into;
using langexport_tests::manual_time;
using langexport_tests::part_operation;
using langexport_tests::parts_bench;
using langexport_tests::seen_request;
namespace asio = boost::asio;
using asio::cancellation_type;
using detail::operation_kind;

namespace {

// An operation that waits for its next poll.
part_operation begin_polling(parts_bench& b, const std::string& name,
                             manual_time::duration time_limit = (manual_time::duration::max)()) {
    part_operation made = b.admit(name, request_kind::status, operation_kind::document, time_limit);
    b.parts.operations.unschedule(*made);
    b.parts.operations.schedule(*made, b.time().now() + 1h);
    b.run_ready();
    return made;
}

class noting_group final : public detail::operation_group {
public:
    void submitted(const export_job&) override {}
};

operation_page list(parts_bench& b, std::size_t limit, std::uint64_t after) {
    const part_operation made = b.make("", request_kind::submission, operation_kind::operations);
    made->result().query = {limit, after};
    b.admit(made);
    b.run_ready();
    CHECK(made.end->calls == 1);
    CHECK_FALSE(made->self);
    return made.end->result.page;
}

} // namespace

TEST_CASE("an admitted operation has an id, is counted, and holds work", "[operation_table]") {
    parts_bench b;
    CHECK(b.parts.operations.empty());
    const part_operation first = b.admit("First", request_kind::submission);
    const part_operation second = b.admit("Second", request_kind::submission);
    CHECK(first->id == 1);
    CHECK(second->id == 2);
    CHECK(first->self == first.operation);
    CHECK(b.parts.counts.pending.get() == 2);
    CHECK(b.parts.work);
    CHECK(b.events->lines == std::vector<std::string>{"queued First", "queued Second"});
    const part_operation::pointer kept = b.parts.operations.remove(first);
    CHECK(kept == first.operation);
    CHECK_FALSE(first->self);
    CHECK_FALSE(first->is_set());
    CHECK_FALSE(first->is_waiting());
    CHECK(b.parts.counts.pending.get() == 1);
    const auto found =
        b.parts.operations.find([](const detail::export_operation&) { return true; });
    CHECK(found == std::vector{second.operation});
}

TEST_CASE("an operation that cannot begin fails without a request", "[operation_table]") {
    client_params params = parts_bench::default_params();
    params.max_pending = 1;
    parts_bench b(params);
    part_operation made = b.make("Claims", request_kind::submission);
    SECTION("its arguments were rejected") {
        made->parts().failure = std::make_unique<detail::last_failure>();
        made->failure()->rejected = errc::invalid_request;
        b.admit(made);
        b.run_ready();
        CHECK(made.end->code() == errc::invalid_request);
    }
    SECTION("preparing it threw") {
        made->result().error = std::make_exception_ptr(std::bad_alloc());
        b.admit(made);
        b.run_ready();
        CHECK_THROWS_AS(std::rethrow_exception(made.end->result.error), std::bad_alloc);
        CHECK(b.parts.counts.failed.get() == 1);
    }
    SECTION("too many are pending") {
        const part_operation first = begin_polling(b, "First");
        b.admit(made);
        b.run_ready();
        CHECK(made.end->code() == errc::queue_full);
        CHECK(first.end->calls == 0);
    }
    SECTION("the client is closed") {
        b.parts.shutdown.close();
        b.admit(made);
        b.run_ready();
        CHECK(made.end->code() == errc::client_closed);
    }
    CHECK(made.end->calls == 1);
    CHECK(b.opener().begun == 0);
}

TEST_CASE("each type of cancellation ends an operation in the phases that it promises",
          "[operation_table][cancellation]") {
    parts_bench b;
    const auto type =
        GENERATE(cancellation_type::terminal, cancellation_type::partial, cancellation_type::total);
    const bool is_total = type == cancellation_type::total;
    bool ends = true;
    b.opener().waits = true;
    const part_operation made = b.admit("Claims", request_kind::submission);
    SECTION("before a connection is open") {
        b.run_ready();
    }
    SECTION("while the submission is in flight") {
        b.run_ready();
        b.opener().finish();
        b.run_ready();
        REQUIRE(made->active_connection);
        ends = !is_total;
    }
    SECTION("while the job runs") {
        b.run_ready();
        b.opener().finish();
        b.run_ready();
        b.respond(0, parts_bench::accepted("Claims"));
        REQUIRE_FALSE(made->active_connection);
        ends = !is_total;
    }
    b.parts.operations.cancel(made, type);
    CHECK(made.end->calls == 0); // never inside the call
    b.run_ready();
    CHECK(made.end->calls == (ends ? 1 : 0));
    if (ends)
        CHECK(made.end->code() == asio::error::operation_aborted);
    b.parts.operations.cancel(made, type); // it may have ended
    b.run_ready();
    CHECK(made.end->calls == (ends ? 1 : 0));
}

TEST_CASE("total cancellation ends an operation that submits nothing", "[operation_table]") {
    parts_bench b;
    const part_operation poll = begin_polling(b, "Claims");
    b.parts.operations.cancel(poll, cancellation_type::total);
    b.run_ready();
    CHECK(poll.end->code() == asio::error::operation_aborted);
}

TEST_CASE("during the commit of a sink a cancellation forbids another attempt only",
          "[operation_table]") {
    parts_bench b;
    const part_operation made = begin_polling(b, "Claims");
    made->is_committing = true;
    b.parts.operations.cancel(made, cancellation_type::terminal);
    b.run_ready();
    CHECK(made.end->calls == 0);
    CHECK(made->must_not_retry);
    made->is_committing = false;
}

TEST_CASE("the cancellation of a group ends its operations and no others",
          "[operation_table][groups]") {
    parts_bench b;
    const auto group = std::make_shared<noting_group>(), other = std::make_shared<noting_group>();
    const part_operation first = begin_polling(b, "First"), second = begin_polling(b, "Second"),
                         third = begin_polling(b, "Third"), fourth = begin_polling(b, "Fourth");
    first->parts().group = second->parts().group = group;
    third->parts().group = other;
    b.parts.operations.cancel_group(group.get());
    b.run_ready();
    CHECK(first.end->calls == 1);
    CHECK(second.end->calls == 1);
    CHECK(third.end->calls == 0);
    CHECK(fourth.end->calls == 0);
}

TEST_CASE("an entry of the timer schedules the request, or enforces a time limit",
          "[operation_table][deadline]") {
    client_params params = parts_bench::default_params();
    params.job_timeout = 2h;
    parts_bench b(params);
    SECTION("the request is due") {
        const part_operation poll = begin_polling(b, "Claims");
        CHECK(poll->fires_at() == b.time().now() + 1h);
        b.pass(1h);
        CHECK(poll->is_waiting());
        CHECK(poll->fires_at() == b.time().now() + 1h); // the time limit of the job
    }
    SECTION("the deadline of the operation has passed") {
        const part_operation poll = begin_polling(b, "Claims", 10min);
        b.pass(10min);
        CHECK(poll.end->code() == errc::deadline_exceeded);
    }
    SECTION("the time limit of the job has passed") {
        const part_operation poll = begin_polling(b, "Claims");
        b.parts.operations.schedule(*poll, b.time().now() + 3h);
        b.pass(2h);
        CHECK(poll.end->code() == errc::job_timed_out);
    }
}

TEST_CASE("the time limit of a job does not end an operation that waits for the quota only",
          "[operation_table][deadline]") {
    client_params params = parts_bench::default_params();
    params.quota.reads = 1;
    params.quota.window = 1h;
    params.job_timeout = 10min;
    parts_bench b(params);
    const part_operation first = b.admit("First", request_kind::status, operation_kind::one_status);
    const part_operation second =
        b.admit("Second", request_kind::status, operation_kind::document, 30min);
    b.run_ready();
    REQUIRE(second->is_waiting());
    b.pass(10min);
    CHECK(second.end->calls == 0);
    b.pass(20min);
    CHECK(second.end->code() == errc::deadline_exceeded);
}

TEST_CASE("requests in the scheduler are counted by kind", "[operation_table]") {
    client_params params = parts_bench::default_params();
    params.credential = credential(bearer_token_source([]() -> asio::awaitable<access_token> {
        throw std::runtime_error("no token");
        co_return access_token();
    }));
    parts_bench b(params);
    const part_operation submission = b.admit("Claims", request_kind::submission);
    const part_operation poll = b.admit("Poll", request_kind::status);
    client_stats stats = b.parts.counts.read();
    CHECK(stats.queued_submissions == 1);
    CHECK(stats.queued_polls == 1);
    b.parts.operations.unschedule(*poll);
    CHECK(b.parts.counts.read().queued_polls == 0);
    b.parts.operations.schedule(*poll, b.time().now() + 1s);
    CHECK(b.parts.counts.read().queued_polls == 0);
    b.parts.operations.schedule_early(*poll, b.time().now());
    CHECK(b.parts.counts.read().queued_polls == 1);
    CHECK(poll->due == b.time().now() + 1s);
}

TEST_CASE("only operations that lacked a token are scheduled again for a new one",
          "[operation_table]") {
    parts_bench b;
    const part_operation lacking = begin_polling(b, "Lacking"), other = begin_polling(b, "Other");
    lacking->lacked_secret = true;
    b.parts.operations.schedule_those_without_token();
    CHECK(lacking->is_waiting());
    CHECK_FALSE(other->is_waiting());
}

TEST_CASE("operations are listed in pages, in the order in which they began", "[operation_table]") {
    parts_bench b;
    std::vector<part_operation> all;
    for (const char* name : {"A", "B", "C", "D", "E"})
        all.push_back(begin_polling(b, name));
    b.parts.operations.remove(all[1]);
    operation_page page = list(b, 2, 0);
    REQUIRE(page.operations.size() == 2);
    CHECK(page.has_more);
    CHECK(page.operations[0].project_name == "A");
    CHECK(page.operations[1].project_name == "C");
    CHECK(page.operations[1].id == 3);
    CHECK(page.operations[1].job.project_name() == "C");
    b.parts.operations.remove(all[2]); // the one that the next page begins after
    page = list(b, 2, 3);
    REQUIRE(page.operations.size() == 2);
    CHECK_FALSE(page.has_more);
    CHECK(page.operations[0].project_name == "D");
    CHECK(list(b, 2, 5).operations.empty());
    CHECK(list(b, 9, 0).operations.size() == 3);
    const part_operation drain = b.drain(1h);
    CHECK(list(b, 9, 0).operations.size() == 3);
}

TEST_CASE("the state of a listed operation says what it does", "[operation_table]") {
    client_params params = parts_bench::default_params();
    params.max_connections = 1;
    parts_bench b(params);
    const part_operation submitting = b.admit("Submitting", request_kind::submission);
    b.run_ready();
    const part_operation queued = b.admit("Queued", request_kind::submission);
    const part_operation running = begin_polling(b, "Running");
    running->first_sent = b.time().now();
    const part_operation resumed = begin_polling(b, "Resumed");
    const part_operation downloading = b.admit("Downloading", request_kind::result);
    const operation_page page = list(b, 9, 0);
    REQUIRE(page.operations.size() == 5);
    CHECK(page.operations[0].state == operation_state::submitting);
    CHECK(page.operations[1].state == operation_state::queued);
    CHECK(page.operations[2].state == operation_state::running);
    CHECK(page.operations[3].state == operation_state::queued);
    CHECK(page.operations[4].state == operation_state::downloading);
}

TEST_CASE("operations whose calls have not returned are kept", "[operation_table]") {
    parts_bench b;
    const part_operation first = b.make("First", request_kind::status);
    const part_operation second = b.make("Second", request_kind::status);
    b.parts.operations.await_calls(first);
    b.parts.operations.await_calls(second);
    CHECK(first.operation.use_count() == 2);
    b.parts.operations.calls_have_returned(first);
    CHECK(first.operation.use_count() == 1);
    CHECK(b.parts.operations.take_awaiting_calls() == std::vector{second.operation});
    CHECK(b.parts.operations.take_awaiting_calls().empty());
}

TEST_CASE("a deadline ends an operation in each phase", "[engine][deadline]") {
    client_params params = engine_bench::default_params();
    engine_bench bench(params);
    bench.service->run_time = 1h;
    ending end;
    std::vector<ending> others(10);
    export_request request("Claims");
    SECTION("while it waits for the quota") {
        for (ending& each : others)
            export_project(bench.client(), export_request("Other"), into(bench, each));
        request.deadline = 30s;
        export_project(bench.client(), request, into(bench, end));
        bench.run(manual_time::start + 31s);
        CHECK(end.code() == errc::deadline_exceeded);
        CHECK(get_export_error(end.error)->diagnostics().submission == submission_state::not_sent);
    }
    SECTION("while it waits for a response") {
        bench.service->respond = [](const seen_request&) { return std::string(); };
        request.deadline = 5s;
        export_project(bench.client(), request, into(bench, end));
        bench.run(manual_time::start + 6s);
        CHECK(end.code() == errc::deadline_exceeded);
        CHECK(get_export_error(end.error)->diagnostics().submission ==
              submission_state::unconfirmed);
    }
    SECTION("while it polls") {
        request.deadline = 5min;
        export_project(bench.client(), request, into(bench, end));
        bench.run(manual_time::start + 6min);
        CHECK(end.code() == errc::deadline_exceeded);
        CHECK(get_export_error(end.error)->job());
    }
    CHECK(end.calls == 1);
}

TEST_CASE("an operation can be cancelled in each phase", "[engine][cancellation]") {
    engine_bench bench(engine_bench::default_params());
    bench.service->run_time = 1min;
    bench.service->latency = 1s;
    asio::cancellation_signal signal;
    ending end;
    export_project(bench.client(), export_request("Claims"),
                   asio::bind_cancellation_slot(signal.slot(), into(bench, end)));
    const auto after = GENERATE(0ms, 500ms, 1500ms, 30s, 61s);
    bench.at(manual_time::start + after, [&] { signal.emit(asio::cancellation_type::terminal); });
    bench.run(manual_time::start + after);
    bench.run_ready();
    CHECK(end.calls == 1);
    CHECK(end.code() == asio::error::operation_aborted);
    CHECK(end.at == manual_time::start + after);
    bench.run();
    CHECK(end.calls == 1);
    CHECK(bench.client().stats().pending == 0);
}

TEST_CASE("operations of a group end together", "[engine][groups]") {
    engine_bench bench(engine_bench::default_params());
    bench.service->run_time = 20min;
    asio::cancellation_signal signal;
    int calls = 0;
    batch_summary summary;
    std::vector<export_request> requests;
    for (int i = 0; i < 20; ++i)
        requests.emplace_back("Project" + std::to_string(i));
    ending other;
    export_project(bench.client(), export_request("Other"), into(bench, other));
    export_projects(
        bench.client(), requests, batch_options(),
        asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr, batch_summary result) {
            ++calls;
            summary = result;
        }));
    bench.at(manual_time::start + 2min, [&] { signal.emit(asio::cancellation_type::terminal); });
    bench.run(manual_time::start + 3min);
    CHECK(calls == 1);
    CHECK(summary.exported == 0);
    CHECK(other.calls == 0);
    bench.run();
    CHECK_FALSE(other.error);
}

TEST_CASE("more operations than max_pending are rejected at once", "[engine][limits]") {
    client_params params = engine_bench::default_params();
    params.max_pending = 3;
    engine_bench bench(params);
    std::vector<ending> ends(5);
    for (ending& each : ends)
        export_project(bench.client(), export_request("Claims"), into(bench, each));
    bench.run_ready();
    CHECK(ends[3].code() == errc::queue_full);
    CHECK(ends[4].code() == errc::queue_full);
    bench.run();
    CHECK_FALSE(ends[2].error);
}

} // namespace operation_table_test
