#include <langexport/detail/engine/user_calls.hpp>

#include "support/catch.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>

#include <memory>
#include <utility>

namespace user_calls_test {

using namespace langexport::detail;
namespace asio = boost::asio;

namespace {

struct calls_bench {
    calls_bench() {
        calls->open(context.get_executor(),
                    asio::make_strand(asio::any_io_executor(context.get_executor())));
    }

    asio::io_context context;
    std::unique_ptr<user_calls> calls = std::make_unique<user_calls>();
};

} // namespace

TEST_CASE("a call keeps the context's work until it has returned", "[engine][user_calls]") {
    calls_bench b;
    CHECK_FALSE(b.calls->is_busy());
    b.calls->begin();
    CHECK(b.calls->is_busy());
    b.context.poll();
    CHECK_FALSE(b.context.stopped());
    b.calls->post([&b] { b.calls->end(); });
    CHECK(b.calls->is_busy());
    b.context.poll();
    CHECK_FALSE(b.calls->is_busy());
    CHECK(b.context.stopped());
}

TEST_CASE("a function waits for the running call", "[engine][user_calls]") {
    calls_bench b;
    int runs = 0;
    b.calls->when_free([&runs] { ++runs; });
    CHECK(runs == 1);
    CHECK_FALSE(b.calls->run_waiting());
    b.calls->begin();
    b.calls->when_free([&runs] { ++runs; });
    CHECK(runs == 1);
    b.calls->end();
    CHECK(b.calls->run_waiting());
    CHECK(runs == 2);
    CHECK_FALSE(b.calls->run_waiting());
}

TEST_CASE("nothing of the client is used after calls were closed", "[engine][user_calls]") {
    calls_bench b;
    bool has_run = false;
    b.calls->begin();
    // The waiting function owns the calls, as an operation does that waits for its sink.
    user_calls& calls = *b.calls;
    calls.when_free(
        [owner = std::shared_ptr<user_calls>(std::move(b.calls)), &has_run] { has_run = true; });
    calls.post([&has_run] { has_run = true; });
    b.context.poll();
    CHECK(std::exchange(has_run, false));
    calls.close();
    b.context.restart();
    b.context.poll();
    CHECK(b.context.stopped()); // no work is left
    CHECK_FALSE(has_run);
}

TEST_CASE("a function that is posted after the calls were closed is destroyed",
          "[engine][user_calls]") {
    calls_bench b;
    b.calls->begin();
    b.calls->close();
    CHECK(b.calls->is_busy());
    bool has_run = false;
    b.calls->post([&has_run] { has_run = true; });
    b.calls->forget_call();
    CHECK_FALSE(b.calls->is_busy());
    b.context.poll();
    CHECK_FALSE(has_run);
}

} // namespace user_calls_test
