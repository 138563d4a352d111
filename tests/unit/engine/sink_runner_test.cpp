#include <langexport/detail/engine/sink_runner.hpp>

#include "support/catch.hpp"
#include "support/pause_point.hpp"
#include "support/virtual_bench.hpp"
#include "support/watched_sink.hpp"

#include <langexport/export_project.hpp>

#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace sink_runner_test {

using namespace langexport;
using detail::sink_runner;
using langexport_tests::instant_project;
using langexport_tests::pause_point;
using langexport_tests::virtual_bench;
using langexport_tests::watched_sink;
using testing::call_kind;
using testing::canned_response;

namespace asio = boost::asio;
using calls = std::vector<std::string>;

namespace {

// A runner by itself. Its sink is called on a context of its own; each context runs only when the test says so.
struct runner_bench {
    ~runner_bench() { runner->abandon(); }

    static void run(asio::io_context& context) {
        context.restart();
        context.poll();
    }
    void run_all() {
        for (int i = 0; i < 3; ++i) {
            run(own);
            run(home);
        }
    }
    void write(const std::string& text) {
        std::vector<char> buffer(text.begin(), text.end());
        const detail::io_step step = runner->take_operation(buffer, text.size());
        step.begin(step, [this, owned = guard](error_code ec, std::size_t) {
            CHECK(strand.running_in_this_thread());
            written.emplace(ec);
        });
    }
    void commit() {
        runner->commit([this, owned = guard](std::exception_ptr error) {
            CHECK(strand.running_in_this_thread());
            committed.emplace(std::move(error));
        });
    }

    std::shared_ptr<int> guard = std::make_shared<int>(); // owned by the functions that wait
    asio::io_context home, own;
    const detail::strand_type strand =
        asio::make_strand(asio::any_io_executor(home.get_executor()));
    std::shared_ptr<watched_sink> sink = std::make_shared<watched_sink>();
    std::shared_ptr<sink_runner> runner = std::make_shared<sink_runner>(
        sink, own.get_executor(), home.get_executor(), strand, &sink_runner::start_call);
    std::optional<error_code> written;
    std::optional<std::exception_ptr> committed;
};

// A bench whose result has several pieces.
struct large_result : virtual_bench {
    large_result() {
        testing::project large = instant_project();
        large.result_size = 400'000;
        (*this)->add_project(large);
    }
    error_code export_into(const std::shared_ptr<watched_sink>& sink) {
        const auto done = begin<export_status>([&](auto handler) {
            export_project_to(client(), export_request("Demo"), sink, handler);
        });
        run();
        CHECK(done->calls == 1);
        CHECK_FALSE(sink->was_misused);
        return done->code();
    }
};

} // namespace

TEST_CASE("a sink is called on its executor, and the result returns to the strand",
          "[sink_runner]") {
    runner_bench b;
    b.write("one");
    CHECK(b.runner->is_busy());
    runner_bench::run(b.home);
    CHECK(b.sink->calls.empty());
    CHECK_FALSE(b.home.stopped()); // a call is work
    runner_bench::run(b.own);
    CHECK(b.sink->document == "one");
    CHECK_FALSE(b.written);
    CHECK(b.runner->is_busy());
    runner_bench::run(b.home);
    REQUIRE(b.written);
    CHECK_FALSE(*b.written);
    CHECK_FALSE(b.runner->is_busy());
    CHECK(b.home.stopped());
    const std::string lent(b.runner->release_buffer().data(), 3);
    CHECK(lent == "one");
    b.commit();
    b.run_all();
    REQUIRE(b.committed);
    CHECK_FALSE(*b.committed);
    CHECK(b.sink->calls == calls{"write", "commit"});
}

TEST_CASE("a new attempt discards what an earlier one has written, and nothing else",
          "[sink_runner]") {
    runner_bench b;
    b.runner->begin_attempt();
    b.write("one");
    b.run_all();
    CHECK(b.sink->calls == calls{"write"});
    b.runner->begin_attempt();
    CHECK(b.sink->calls == calls{"write"}); // with the next call, not before
    b.write("two");
    b.run_all();
    b.write("three");
    b.run_all();
    CHECK(b.sink->document == "twothree");
    CHECK(b.sink->calls == calls{"write", "discard", "write"});
}

TEST_CASE("the exception of a sink reaches the exchange, or the receiver of the commit",
          "[sink_runner]") {
    runner_bench b;
    b.sink->acts_at = 1;
    b.sink->act = b.sink->at_commit = []() -> asio::awaitable<void> {
        throw std::runtime_error("no room");
        co_return;
    };
    b.write("one");
    b.run_all();
    REQUIRE(b.written);
    CHECK(*b.written == errc::sink_failed);
    CHECK(message_of(b.runner->thrown()) == "no room");
    b.commit();
    b.run_all();
    REQUIRE(b.committed);
    CHECK(message_of(*b.committed) == "no room");
    CHECK_FALSE(b.runner->is_busy());
}

TEST_CASE("an exchange may end before the call that it waits for", "[sink_runner]") {
    runner_bench b;
    pause_point writing;
    b.sink->acts_at = 1;
    b.sink->act = [&] { return writing.wait(); };
    b.write("one");
    b.run_all();
    b.runner->detach_sink();
    CHECK_FALSE(b.written); // never inside the call
    b.run_all();
    REQUIRE(b.written);
    CHECK(*b.written == asio::error::operation_aborted);
    CHECK(b.runner->is_busy());
    bool is_free = false;
    b.runner->when_free([&] { is_free = true; });
    b.run_all();
    CHECK_FALSE(is_free);
    writing.resume();
    b.run_all();
    CHECK(is_free);
    CHECK(b.sink->document == "one"); // the call kept its bytes
}

TEST_CASE("the end of an operation releases the sink, which discards after a failure",
          "[sink_runner]") {
    runner_bench b;
    const bool has_failed = GENERATE(false, true);
    b.write("one");
    b.run_all();
    b.runner->end(has_failed);
    CHECK(b.sink->calls == (has_failed ? calls{"write", "discard"} : calls{"write"}));
    CHECK(b.sink.use_count() == 1);
}

TEST_CASE("the child of a fork never calls the sink of its parent", "[sink_runner][fork]") {
    runner_bench b;
    b.write("one");
    b.runner->disown();
    CHECK_FALSE(b.runner->is_busy());
    b.run_all();
    b.runner->end(true);
    CHECK(b.sink->calls.empty());
    REQUIRE(b.written); // the exchange ends
    CHECK(*b.written == asio::error::operation_aborted);
}

TEST_CASE("an abandoned runner calls no function, even if a call returns later", "[sink_runner]") {
    runner_bench b;
    pause_point waiting;
    b.sink->acts_at = 1;
    b.sink->act = b.sink->at_commit = [&] { return waiting.wait(); };
    const bool commits = GENERATE(false, true);
    if (commits)
        b.commit();
    else
        b.write("one");
    b.run_all();
    REQUIRE(waiting.is_reached);
    b.runner->abandon();
    CHECK(b.guard.use_count() == 1); // the waiting function was destroyed
    waiting.resume();
    b.run_all();
    CHECK_FALSE(b.written);
    CHECK_FALSE(b.committed);
    CHECK(b.home.stopped());
}

TEST_CASE("a sink receives a large result in pieces, one call at a time", "[engine][sink_runner]") {
    large_result bench;
    const auto sink = std::make_shared<watched_sink>();
    CHECK_FALSE(bench.export_into(sink));
    CHECK(sink->document.size() == 400'000);
    CHECK(sink->writes > 1);
    CHECK(sink->largest_write < 400'000);
    CHECK(sink->expected_sizes == std::vector<std::uint64_t>{400'000});
    CHECK(sink->calls == std::vector<std::string>{"write", "commit"});
}

TEST_CASE("the bytes of a failed attempt are discarded before the next one",
          "[engine][sink_runner]") {
    large_result bench;
    bench->on(call_kind::result, 1,
              canned_response::cut_body_after(300'000, testing::early_end::reset));
    const auto sink = std::make_shared<watched_sink>();
    CHECK_FALSE(bench.export_into(sink));
    CHECK(sink->document.size() == 400'000);
    CHECK(sink->received > 400'000);
    CHECK(sink->expected_sizes == std::vector<std::uint64_t>{400'000, 400'000});
    CHECK(sink->calls == std::vector<std::string>{"write", "discard", "write", "commit"});
}

} // namespace sink_runner_test
