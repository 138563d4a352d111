#include <langexport/detail/engine/completion.hpp>

#include "support/catch.hpp"
#include "support/pause_point.hpp"
#include "support/virtual_bench.hpp"
#include "support/watched_sink.hpp"
#include "unit/engine/parts_bench.hpp"

#include <langexport/export_project.hpp>

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstddef>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace completion_test {

using namespace langexport;
using langexport_tests::part_operation;
using langexport_tests::part_outcome;
using langexport_tests::parts_bench;
using langexport_tests::pause_point;
using langexport_tests::virtual_bench;
using langexport_tests::watched_sink;
using testing::call_kind;
using testing::canned_response;
namespace asio = boost::asio;
using calls = std::vector<std::string>;

namespace {

// A download whose request is not scheduled, so that the test decides how it ends.
part_operation begin_download(parts_bench& b, std::shared_ptr<watched_sink> sink = nullptr) {
    part_operation made = b.make("Claims", request_kind::result);
    if (sink)
        made->parts().sink = b.engine()->make_sink_runner(std::move(sink), {});
    b.admit(made);
    b.parts.operations.unschedule(*made);
    b.run_ready();
    b.events->lines.clear();
    return made;
}

// Writes one piece into the sink of an operation.
void write(part_operation& made, const std::string& text) {
    std::vector<char> buffer(text.begin(), text.end());
    const detail::io_step step = made->sink()->take_operation(buffer, text.size());
    step.begin(step, [](error_code, std::size_t) {});
}

// What the sink had been called when the handler was invoked.
struct completed {
    int calls = 0;
    error_code code;
    std::vector<std::string> sink_calls;
};

completed export_into(virtual_bench& bench, const std::shared_ptr<watched_sink>& sink) {
    completed seen;
    export_project_to(bench.client(), export_request("Demo"), sink,
                      [&](std::exception_ptr error, const export_status&) {
                          ++seen.calls;
                          seen.code = code_of(error);
                          seen.sink_calls = sink->calls;
                      });
    bench.run();
    CHECK(seen.calls == 1);
    CHECK_FALSE(sink->was_misused);
    return seen;
}

} // namespace

TEST_CASE("an operation without a sink completes with its result, after the call", "[completion]") {
    parts_bench b;
    const part_operation made = begin_download(b);
    made->result().document = "{}";
    made->status().status_text = "succeeded";
    b.parts.completion.succeed(made);
    CHECK(b.events->lines == calls{"finished Claims"});
    CHECK(b.parts.operations.empty());
    CHECK_FALSE(b.parts.work);
    CHECK(made.end->calls == 0);
    b.run_ready();
    REQUIRE(made.end->calls == 1);
    const detail::operation_result& result = made.end->result;
    CHECK_FALSE(result.error);
    CHECK(result.document == "{}");
    CHECK(result.status.status_text == "succeeded");
    CHECK(result.job->job.project_name() == "Claims");
    CHECK(result.operation_id == 1);
    CHECK(made.operation.use_count() == 1);
}

TEST_CASE("a handler is invoked on its own executor, with an empty cancellation slot",
          "[completion]") {
    parts_bench b;
    asio::io_context own;
    asio::cancellation_signal signal;
    const auto guard = std::make_shared<int>(); // of the function in the slot
    int invoked = 0;
    const part_operation made{
        std::make_shared<detail::export_operation>(
            &b.parts.operations,
            asio::bind_executor(
                own.get_executor(),
                asio::bind_cancellation_slot(signal.slot(),
                                             [&](const detail::operation_result&) {
                                                 ++invoked;
                                                 CHECK(guard.use_count() == 1);
                                                 CHECK(own.get_executor().running_in_this_thread());
                                             }))),
        std::make_shared<part_outcome>()};
    made->parts().work = std::make_unique<asio::any_completion_executor>(own.get_executor());
    detail::export_plan plan;
    plan.first = request_kind::status;
    made->state.prepare(plan);
    asio::get_associated_cancellation_slot(made->handler)
        .assign([owned = guard](asio::cancellation_type) {});
    b.admit(made);
    b.parts.completion.fail(made, errc::cancelled);
    b.run_ready();
    CHECK(invoked == 0);
    CHECK(guard.use_count() == 2); // the slot belongs to the executor of the handler
    own.run();
    CHECK(invoked == 1);
}

TEST_CASE("a failure has the last known facts, and the sink discards before the handler",
          "[completion]") {
    parts_bench b;
    const auto sink = std::make_shared<watched_sink>();
    const part_operation made = begin_download(b, sink);
    b.parts.responses.note_failure(
        *made, detail::exchange_failure{errc::connection_failed, "no peer", {}});
    b.parts.completion.fail(made, errc::connection_failed);
    CHECK(b.events->lines == calls{"failed Claims: connection_failed"});
    CHECK(sink->calls.empty());
    b.run_ready();
    CHECK(sink->calls == calls{"discard"});
    REQUIRE(made.end->calls == 1);
    CHECK(made.end->code() == errc::connection_failed);
    CHECK(made.end->known().detail == "no peer");
    CHECK(sink.use_count() == 1);
}

TEST_CASE("success commits the sink first, and meanwhile the time limit has no effect",
          "[completion]") {
    parts_bench b;
    pause_point committing;
    const auto sink = std::make_shared<watched_sink>();
    sink->at_commit = [&] { return committing.wait(); };
    const part_operation made = begin_download(b, sink);
    b.parts.completion.succeed(made);
    b.run_ready();
    CHECK(made->is_committing);
    CHECK_FALSE(made->is_set());
    CHECK(made.end->calls == 0);
    CHECK(b.events->lines.empty());
    committing.resume();
    b.run_ready();
    CHECK(made.end->calls == 1);
    CHECK_FALSE(made.end->result.error);
    CHECK(sink->calls == calls{"commit"});
    CHECK(b.events->lines == calls{"finished Claims"});
}

TEST_CASE("a commit that lacks a descriptor is repeated with the download, unless it was cancelled",
          "[completion]") {
    parts_bench b;
    b.add_idle_connection();
    const auto sink = std::make_shared<watched_sink>();
    bool was_cancelled = false;
    part_operation made = begin_download(b, sink);
    sink->at_commit = [&]() -> asio::awaitable<void> {
        made->must_not_retry = was_cancelled;
        throw boost::system::system_error(error_code(asio::error::no_descriptors));
        co_return;
    };
    SECTION("it is repeated") {
        b.parts.completion.succeed(made);
        b.run_ready();
        CHECK(made.end->calls == 0);
        CHECK_FALSE(made->is_committing);
        CHECK(b.events->number_of("retried Claims: sink_failed") == 1);
        CHECK(b.parts.pool.all().empty()); // its descriptor is free for the file
        CHECK(made->due != (langexport_tests::manual_time::time_point::max)());
    }
    SECTION("it was cancelled") {
        was_cancelled = true;
        b.parts.completion.succeed(made);
        b.run_ready();
        CHECK(made.end->code() == errc::sink_failed);
        CHECK(sink->calls == calls{"commit", "discard"});
    }
}

TEST_CASE("an operation completes when the running call of its sink has returned", "[completion]") {
    parts_bench b;
    pause_point writing;
    const auto sink = std::make_shared<watched_sink>();
    sink->acts_at = 1;
    sink->act = [&] { return writing.wait(); };
    part_operation made = begin_download(b, sink);
    write(made, "{}");
    b.run_ready();
    REQUIRE(writing.is_reached);
    made->sink()->detach_sink(); // the exchange that waited for it has ended
    b.parts.completion.fail(made, errc::cancelled);
    b.run_ready();
    CHECK(b.parts.operations.empty());
    CHECK(made.end->calls == 0);
    CHECK(sink->calls == calls{"write"});
    writing.resume();
    b.run_ready();
    CHECK(made.end->calls == 1);
    CHECK(sink->calls == calls{"write", "discard"});
    CHECK_FALSE(sink->was_misused);
    CHECK(b.parts.operations.take_awaiting_calls().empty());
}

TEST_CASE("the last operation of a drain completes it", "[completion][drain]") {
    parts_bench b;
    const part_operation made = begin_download(b);
    const part_operation drain = b.drain(std::chrono::hours(1));
    b.parts.completion.succeed(made);
    b.run_ready();
    CHECK(made.end->calls == 1);
    REQUIRE(drain.end->calls == 1);
    CHECK(drain.end->result.drained->finished == 1);
}

TEST_CASE("the handler is invoked after the commit", "[engine][completion]") {
    virtual_bench bench;
    const auto sink = std::make_shared<watched_sink>();
    const completed seen = export_into(bench, sink);
    CHECK_FALSE(seen.code);
    CHECK(seen.sink_calls == std::vector<std::string>{"write", "commit"});
    CHECK(sink->calls == seen.sink_calls);
}

TEST_CASE("if the commit fails, the export fails and the sink discards", "[engine][completion]") {
    virtual_bench bench;
    const auto sink = std::make_shared<watched_sink>();
    sink->at_commit = []() -> asio::awaitable<void> { throw std::runtime_error("disk is full"); };
    const completed seen = export_into(bench, sink);
    CHECK(seen.code == errc::sink_failed);
    CHECK(sink->last_call() == "discard");
}

TEST_CASE("a sink of an export that fails early only discards", "[engine][completion]") {
    virtual_bench bench;
    bench->on(call_kind::submission, testing::occurrences::always(), canned_response(404));
    const auto sink = std::make_shared<watched_sink>();
    const completed seen = export_into(bench, sink);
    CHECK(seen.code == errc::project_not_found);
    CHECK(sink->calls == std::vector<std::string>{"discard"});
}

} // namespace completion_test
