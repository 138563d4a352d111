// The id and the tag of an operation, and the counters of operations.

#include "support/catch.hpp"
#include "support/engine_bench.hpp"

#include <langexport/export_project.hpp>
#include <langexport/export_projects.hpp>
#include <langexport/list_projects.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include <chrono>
#include <cstdint>
#include <exception>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace operation_id_test {

using namespace std::chrono_literals;
using namespace langexport;
using langexport_tests::bench_response;
using langexport_tests::bench_service;
using langexport_tests::engine_bench;
using langexport_tests::manual_time;
using langexport_tests::seen_request;
namespace asio = boost::asio;

namespace {

// The names of the events by the operation that they name.
class event_index final : public observer {
public:
    std::map<std::pair<std::uint64_t, std::string>, std::set<std::string>> events;

    void on_queued(const queued_event& e) noexcept override { add("queued", e); }
    void on_submitted(const submitted_event& e) noexcept override {
        add(e.is_late ? "submitted late" : "submitted", e);
    }
    void on_polled(const polled_event& e) noexcept override { add("polled", e); }
    void on_throttled(const throttled_event& e) noexcept override { add("throttled", e); }
    void on_retried(const retried_event& e) noexcept override { add("retried", e); }
    void on_warning(const warning_event& e) noexcept override { add("warning", e); }
    void on_finished(const finished_event& e) noexcept override { add("finished", e); }
    void on_failed(const failed_event& e) noexcept override {
        add("failed", e);
        CHECK(e.error.diagnostics().operation_id == e.operation_id);
        CHECK(e.error.diagnostics().tag == e.tag);
    }
    void on_exchange(const exchange_event& e) noexcept override { add("exchange", e); }

private:
    template <class Event>
    void add(const char* name, const Event& e) {
        events[{e.operation_id, std::string(e.tag)}].insert(name);
    }
};

export_request tagged(const std::string& tag) {
    export_request request("Claims");
    request.tag = tag;
    return request;
}

template <class Result>
auto into(std::exception_ptr& error) {
    return [&error](std::exception_ptr thrown, const Result&) { error = std::move(thrown); };
}

void check_balance(const client_stats& stats) {
    CHECK(stats.started == stats.finished + stats.failed + stats.pending);
}

} // namespace

// Measured with a pointer of 8 bytes: an id and a tag may cost a waiting export 8 bytes.
static_assert(sizeof(void*) != 8 || sizeof(detail::export_operation) <= 440 + 8);

TEST_CASE("every event of an operation has its id and tag", "[engine][observer]") {
    auto log = std::make_shared<event_index>();
    client_params params = engine_bench::default_params();
    params.observer = log;
    engine_bench bench(params);
    const auto usual = bench.service->respond;
    std::size_t gets = 0, posts = 0;
    bench.service->respond = [&](const seen_request& request) -> bench_response {
        if (request.method == "POST" && ++posts == 1)
            return bench_service::response("429 Too Many Requests", "{}", "Retry-After: 1\r\n");
        if (request.method == "GET" && ++gets == 1)
            return bench_service::response("200 OK", R"({"status":"pondering"})");
        return usual(request);
    };
    std::exception_ptr first, second;
    export_project(bench.client(), tagged("monday"), into<exported_project>(first));
    bench.run();
    export_project(bench.client(), tagged("tuesday"), into<exported_project>(second));
    bench.run();
    CHECK_FALSE(first);
    CHECK_FALSE(second);
    CHECK(log->events.size() == 2);
    CHECK(log->events[{1, "monday"}] == std::set<std::string>{"queued", "submitted", "polled",
                                                              "throttled", "retried", "warning",
                                                              "finished", "exchange"});
    CHECK(log->events[{2, "tuesday"}] == std::set<std::string>{"queued", "submitted", "polled",
                                                               "warning", "finished", "exchange"});
}

TEST_CASE("a submission that is confirmed late keeps its id and tag", "[engine][observer]") {
    auto log = std::make_shared<event_index>();
    client_params params = engine_bench::default_params();
    params.observer = log;
    engine_bench bench(params);
    bench.service->latency = 100ms;
    asio::cancellation_signal signal;
    std::exception_ptr error;
    export_project(bench.client(), tagged("monday"),
                   asio::bind_cancellation_slot(signal.slot(), into<exported_project>(error)));
    bench.at(manual_time::start + 50ms, [&] { signal.emit(asio::cancellation_type::terminal); });
    bench.run();
    CHECK(code_of(error) == asio::error::operation_aborted);
    CHECK(log->events.size() == 1);
    CHECK(log->events[{1, "monday"}] ==
          std::set<std::string>{"queued", "failed", "exchange", "submitted late"});
    // The response to another request of the connection has its own operation.
    export_project(bench.client(), tagged("tuesday"), into<exported_project>(error));
    bench.run();
    CHECK(log->events.size() == 2);
    CHECK_FALSE(error);
}

TEST_CASE("an error has the tag in its message, unless the tag cannot be shown",
          "[engine][observer]") {
    engine_bench bench(engine_bench::default_params());
    std::exception_ptr error;
    const auto run = [&](export_request request) {
        export_project(bench.client(), request, into<exported_project>(error));
        bench.run();
        REQUIRE(get_export_error(error));
        CHECK(code_of(error) == errc::invalid_request);
        CHECK(bench.service->requests.empty());
        return get_export_error(error)->diagnostics();
    };
    export_request bad = tagged("monday");
    bad.trained_model_label = "a\nb";
    CHECK(run(bad).tag == "monday");
    CHECK_THAT(message_of(error), langexport_tests::contains_text("(tag monday)"));
    CHECK(run(tagged("mon\nday")).tag.empty());
    CHECK_THAT(message_of(error),
               langexport_tests::contains_text("export_request::tag has a control"));
    CHECK(run(tagged(std::string(257, 'x'))).tag.empty());
    const std::string secret = "9f3c1d7a5b2e4860a1c3e5f708192b3d";
    CHECK(run(tagged("a " + secret)).tag == "a [redacted]");
    CHECK(message_of(error).find(secret) == std::string::npos);
    check_balance(bench.client().stats());
    CHECK(bench.client().stats().failed == 4);
}

TEST_CASE("each outcome of a batch has the id and tag of its operation", "[engine][batch]") {
    engine_bench bench(engine_bench::default_params());
    const auto usual = bench.service->respond;
    bench.service->respond = [&](const seen_request& request) -> bench_response {
        if (request.target.find("Missing") != std::string::npos)
            return bench_service::response("404 Not Found", "{}");
        return usual(request);
    };
    export_request missing("Missing");
    missing.tag = "third";
    std::vector<export_request> requests{tagged("first"), tagged("second"), missing,
                                         tagged("not\nshown")};
    std::map<std::string, std::uint64_t> ids;
    batch_options options;
    options.on_finished = [&](const batch_outcome& one) {
        ids[one.item.request.tag] = one.operation_id;
    };
    batch_summary sum;
    export_projects(bench.client(), requests, options,
                    [&](std::exception_ptr, batch_summary result) { sum = std::move(result); });
    bench.run();
    CHECK(sum.exported == 2);
    CHECK(sum.failed == 2);
    CHECK(ids ==
          std::map<std::string, std::uint64_t>{{"first", 1}, {"second", 2}, {"third", 3}, {"", 4}});
    check_balance(bench.client().stats());
}

TEST_CASE("the counters count each operation once", "[engine][stats]") {
    client_params params = engine_bench::default_params();
    params.max_pending = 3;
    engine_bench bench(params);
    bench.service->run_time = 1h;
    std::vector<std::exception_ptr> errors(7);
    asio::cancellation_signal signal;
    export_project(bench.client(), tagged("cancelled"),
                   asio::bind_cancellation_slot(signal.slot(), into<exported_project>(errors[0])));
    export_request late("Late");
    late.deadline = 30s;
    export_project(bench.client(), late, into<exported_project>(errors[1]));
    submit_export(bench.client(), export_request("Submitted"), into<export_job>(errors[2]));
    bench.run_ready();
    export_project(bench.client(), tagged("drained"), into<exported_project>(errors[3]));
    export_project(bench.client(), tagged("too many"), into<exported_project>(errors[4]));
    export_project(bench.client(), tagged("bad\n"), into<exported_project>(errors[5]));
    bench.run(manual_time::start + 10s);
    client_stats stats = bench.client().stats();
    CHECK(stats.started == 6);
    CHECK(stats.finished == 1);
    CHECK(stats.failed == 2);
    CHECK(stats.pending == 3);
    signal.emit(asio::cancellation_type::terminal);
    bench.run(manual_time::start + 40s);
    stats = bench.client().stats();
    CHECK(stats.failed == 4);
    CHECK(stats.pending == 1);
    check_balance(stats);
    bool is_drained = false;
    bench.client().drain(1min,
                         [&](std::exception_ptr, const drain_summary&) { is_drained = true; });
    bench.run(manual_time::start + 50s);
    check_balance(bench.client().stats());
    CHECK(bench.client().stats().pending == 1);
    bench.run();
    CHECK(is_drained);
    stats = bench.client().stats();
    CHECK(stats.started == 6);
    CHECK(stats.failed == 5);
    check_balance(stats);
}

} // namespace operation_id_test
