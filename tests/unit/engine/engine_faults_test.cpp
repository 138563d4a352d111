// One call of the opener, a stream, the timer, the token source or a sink fails: the first, the second, and so on
// until there are no more.

#include "support/catch.hpp"
#include "support/engine_bench.hpp"

#include <langexport/export_project.hpp>
#include <langexport/result_sink.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include <chrono>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>

using namespace std::chrono_literals;
using namespace langexport;
using langexport_tests::bench_service;
using langexport_tests::call_counter;
using langexport_tests::engine_bench;
using langexport_tests::manual_time;
namespace asio = boost::asio;

namespace {

// Keeps its data, and throws if its call is the chosen one.
class counted_sink final : public result_sink {
public:
    explicit counted_sink(call_counter& faults) : faults_(faults) {}

    asio::awaitable<void> write(asio::const_buffer piece) override {
        was_misused = was_misused || is_over;
        if (faults_.fails())
            throw std::runtime_error("no room");
        document.append(static_cast<const char*>(piece.data()), piece.size());
        co_return;
    }
    asio::awaitable<void> commit() override {
        was_misused = was_misused || is_over;
        if (faults_.fails())
            throw std::runtime_error("no commit");
        is_over = true;
        ++commits;
        co_return;
    }
    void discard() noexcept override {
        was_misused = was_misused || is_over;
        document.clear();
    }

    std::string document;
    int commits = 0;
    bool is_over = false;
    bool was_misused = false;

private:
    call_counter& faults_;
};

enum class fault { failure, cancellation, destruction };

// Two operations: an export into a sink, and a batch's kind of load beside it. Members are destroyed after the bench.
class scenario {
public:
    explicit scenario(fault what, std::size_t hit_at) : what_(what) {
        faults.hit_at = hit_at;
        faults.is_failure = what == fault::failure;
        client_params params = engine_bench::default_params();
        params.deadline = 30min;
        params.credential = credential(bearer_token_source([this] { return make_token(); }));
        bench.emplace(params);
        bench->service->run_time = 20s;
        bench->service->latency = 100ms;
        bench->service->faults = &faults;
        bench->time().on_arm = [this] { return faults.fails(); };
        faults.on_hit = [this] {
            if (what_ == fault::cancellation)
                for (asio::cancellation_signal& each : signals)
                    each.emit(asio::cancellation_type::terminal);
            if (what_ == fault::destruction)
                bench->stop();
        };
    }

    void start() {
        export_request request("Claims");
        request.on_submitted = [this, owned = guard](const export_job& job) { return store(job); };
        request.on_update = [this, owned = guard](const export_update&) {
            was_late = was_late || calls[0] > 0;
            if (faults.fails())
                throw std::runtime_error("no update");
        };
        export_project_to(bench->client(), request, sink,
                          asio::bind_cancellation_slot(
                              signals[0].slot(), [this, owned = guard, client = bench->client()](
                                                     std::exception_ptr error, export_status) {
                                  ++calls[0];
                                  errors[0] = std::move(error);
                              }));
        export_project(bench->client(), export_request("Other"),
                       asio::bind_cancellation_slot(
                           signals[1].slot(), [this, owned = guard, client = bench->client()](
                                                  std::exception_ptr error, exported_project) {
                               ++calls[1];
                               errors[1] = std::move(error);
                           }));
        bench->run();
    }

    call_counter faults;
    std::shared_ptr<int> guard = std::make_shared<int>(); // owned by both handlers
    asio::cancellation_signal signals[2];
    int calls[2] = {0, 0};
    std::exception_ptr errors[2];
    int stored = 0;        // jobs of the first operation
    bool was_late = false; // an update came after the end
    std::shared_ptr<counted_sink> sink = std::make_shared<counted_sink>(faults);
    std::optional<engine_bench> bench;

private:
    asio::awaitable<void> store(const export_job&) {
        if (faults.fails())
            throw std::runtime_error("no store");
        ++stored;
        co_return;
    }
    asio::awaitable<access_token> make_token() {
        if (faults.fails())
            throw std::runtime_error("no token");
        const access_token token("4b7d2e9f61a80c53", bench->time().system_now() + 1h);
        co_return token;
    }

    fault what_;
};

void check_common(const scenario& played) {
    CHECK(played.calls[0] <= 1);
    CHECK(played.calls[1] <= 1);
    CHECK_FALSE(played.sink->was_misused);
    CHECK_FALSE(played.was_late);
    CHECK(played.sink->commits <= 1);
    // Only a committed sink has a complete document, and only then the operation succeeds.
    if (played.sink->commits == 1)
        CHECK(played.sink->document == bench_service::document);
    if (played.calls[0] == 1 && !played.errors[0]) {
        CHECK(played.sink->commits == 1);
        CHECK(played.stored == 1);
    }
}

// The number of calls in an undisturbed run.
std::size_t count_calls() {
    scenario played(fault::failure, 0);
    played.start();
    CHECK(played.calls[0] == 1);
    CHECK_FALSE(played.errors[0]);
    CHECK_FALSE(played.errors[1]);
    return played.faults.calls;
}

} // namespace

TEST_CASE("if any call fails, each handler is invoked once and nothing leaks", "[engine][faults]") {
    const std::size_t calls = count_calls();
    REQUIRE(calls >= 40);
    std::size_t succeeded = 0;
    for (std::size_t n = 1; n <= calls; ++n) {
        INFO("call " << n);
        scenario played(fault::failure, n);
        played.start();
        check_common(played);
        CHECK(played.calls[0] == 1);
        CHECK(played.calls[1] == 1);
        succeeded += !played.errors[0] && !played.errors[1];
        CHECK(played.guard.use_count() == 1);
        const client_stats stats = played.bench->client().stats();
        CHECK(stats.pending == 0);
        CHECK(stats.in_flight == 0);
        // Every permit is released.
        played.bench->time().pass(10min);
        CHECK(played.bench->client().stats().submissions.left == 10);
        CHECK(played.bench->client().stats().reads.left == 100);
        // At most one job for each export, except for a retry after a safe failure.
        std::size_t posts = played.bench->service->number_of("POST");
        CHECK(posts <= 3);
    }
    // Most failures are repaired by another attempt.
    CHECK(succeeded * 2 > calls);
}

TEST_CASE("if both operations are cancelled at any call, they complete at once",
          "[engine][faults]") {
    const std::size_t calls = count_calls();
    for (std::size_t n = 1; n <= calls; ++n) {
        INFO("call " << n);
        scenario played(fault::cancellation, n);
        played.start();
        check_common(played);
        CHECK(played.calls[0] == 1);
        CHECK(played.calls[1] == 1);
        CHECK(played.guard.use_count() == 1);
        CHECK(played.bench->client().stats().pending == 0);
        for (const std::exception_ptr& each : played.errors)
            if (each)
                CHECK(code_of(each) == asio::error::operation_aborted);
    }
}

TEST_CASE("if the context is destroyed at any call, no handler is invoked later and nothing leaks",
          "[engine][faults]") {
    const std::size_t calls = count_calls();
    for (std::size_t n = 1; n <= calls; ++n) {
        INFO("call " << n);
        scenario played(fault::destruction, n);
        played.start();
        const int before[2] = {played.calls[0], played.calls[1]};
        played.bench->destroy_context();
        CHECK(played.calls[0] == before[0]);
        CHECK(played.calls[1] == before[1]);
        CHECK(played.guard.use_count() == 1);
        CHECK(played.sink.use_count() == 1);
        CHECK(played.bench->service->streams_open == 0);
        check_common(played);
    }
}
