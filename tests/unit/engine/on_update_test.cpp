// export_request::on_update: which updates there are, their order and pace, and what never happens.

#include "support/catch.hpp"
#include "support/engine_bench.hpp"
#include "support/manual_event.hpp"

#include <langexport/export_project.hpp>
#include <langexport/export_projects.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include <algorithm>
#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace on_update_test {

using namespace std::chrono_literals;
using namespace langexport;
using langexport_tests::bench_service;
using langexport_tests::engine_bench;
using langexport_tests::manual_event;
using langexport_tests::manual_time;
using langexport_tests::seen_request;
namespace asio = boost::asio;

namespace {

// One export, and its updates with their times.
class scene {
public:
    struct seen {
        export_update update;
        manual_time::duration at;
    };

    scene() : scene(engine_bench::default_params()) {}
    explicit scene(const client_params& params) : bench(params) {
        bench.service->run_time = 20s;
        request.tag = "monday";
        request.on_update = [this, owned = guard](const export_update& update) {
            CHECK(ends == 0);
            all.push_back({update, bench.time().now() - manual_time::start});
            if (on_call)
                on_call();
        };
    }

    void start() {
        export_project(
            bench.client(), request,
            asio::bind_cancellation_slot(
                signal.slot(), [this, owned = guard](std::exception_ptr thrown, exported_project) {
                    ++ends;
                    error = std::move(thrown);
                }));
    }
    // The kinds, without repetitions.
    std::vector<update_kind> kinds() const {
        std::vector<update_kind> result;
        for (const seen& each : all)
            if (result.empty() || result.back() != each.update.kind)
                result.push_back(each.update.kind);
        return result;
    }
    void check_pace() const {
        for (std::size_t i = 1; i < all.size(); ++i)
            CHECK(all[i].at - all[i - 1].at >= 100ms);
    }

    engine_bench bench;
    std::shared_ptr<int> guard = std::make_shared<int>();
    export_request request{"Claims"};
    asio::cancellation_signal signal;
    std::function<void()> on_call;
    std::vector<seen> all;
    std::exception_ptr error;
    int ends = 0;
};

// A result of some size.
std::string large_document(std::size_t size) {
    return "{" + std::string(size - bench_service::document.size(), ' ') +
           bench_service::document.substr(1);
}

void serve(engine_bench& bench, const std::string& document) {
    const auto usual = bench.service->respond;
    bench.service->respond =
        [&bench, usual, document](const seen_request& request) -> langexport_tests::bench_response {
        const bool is_result = request.target.find("/result") != std::string::npos;
        bench.service->piece_size = is_result ? document.size() / 100 : 0;
        return is_result ? bench_service::response("200 OK", document) : usual(request);
    };
}

} // namespace

TEST_CASE("updates report the phases of an export in order", "[engine][on_update]") {
    scene s;
    s.start();
    s.bench.run();
    CHECK(s.ends == 1);
    CHECK_FALSE(s.error);
    CHECK(s.kinds() == std::vector<update_kind>{update_kind::queued, update_kind::submitted,
                                                update_kind::status});
    s.check_pace();
    const export_update& first = s.all.front().update;
    CHECK(s.all.front().at == 0s);
    CHECK(first.operation_id == 1);
    CHECK(first.tag == "monday");
    CHECK(first.project_name == "Claims");
    CHECK(first.job.empty());
    CHECK(s.all[1].at == 100ms);
    CHECK_FALSE(s.all[1].update.job.empty());
    CHECK(s.all[1].update.polls == 0);
    const export_update& last = s.all.back().update;
    CHECK(s.all[2].update.status == job_status::running);
    CHECK(last.status == job_status::succeeded);
    CHECK(last.status_text == "succeeded");
    CHECK(last.polls >= 2);
    CHECK_FALSE(last.job.empty());
    CHECK(s.guard.use_count() == 2); // the request of the test
}

TEST_CASE("a download is reported at most ten times a second", "[engine][on_update]") {
    scene s;
    s.bench.service->run_time = 0s;
    s.bench.service->piece_interval = 20ms;
    serve(s.bench, large_document(1'000'000));
    s.start();
    s.bench.run();
    CHECK_FALSE(s.error);
    s.check_pace();
    std::vector<std::uint64_t> bytes;
    for (const scene::seen& each : s.all)
        if (each.update.kind == update_kind::downloading) {
            bytes.push_back(each.update.bytes);
            if (each.update.bytes > 0)
                CHECK(each.update.total == 1'000'000u);
        }
    // Two seconds.
    CHECK(bytes.size() >= 18);
    CHECK(bytes.size() <= 21);
    CHECK(std::is_sorted(bytes.begin(), bytes.end()));
    CHECK(std::set<std::uint64_t>(bytes.begin(), bytes.end()).size() == bytes.size());
    CHECK(bytes.back() > 800'000);
}

TEST_CASE("the newest update replaces one that waits", "[engine][on_update]") {
    client_params params = engine_bench::default_params();
    params.polling.first = 10ms;
    scene s(params);
    s.bench.service->run_time = 0s;
    s.bench.service->latency = 10ms;
    s.bench.service->piece_interval = 10ms;
    serve(s.bench, large_document(10'000));
    s.start();
    s.bench.run();
    CHECK_FALSE(s.error);
    REQUIRE(s.all.size() >= 2);
    // Submission and status came within the first 100 ms.
    const export_update& second = s.all[1].update;
    CHECK(s.all[1].at == 100ms);
    CHECK(second.kind == update_kind::downloading);
    CHECK_FALSE(second.job.empty());
    CHECK(second.polls == 1);
    CHECK(second.status == job_status::succeeded);
}

TEST_CASE("a retry is reported with its reason and wait", "[engine][on_update]") {
    scene s;
    const auto usual = s.bench.service->respond;
    int gets = 0;
    s.bench.service->respond =
        [&](const seen_request& request) -> langexport_tests::bench_response {
        if (request.method == "GET" && ++gets == 1)
            return bench_service::response("503 Service Unavailable", "{}");
        return usual(request);
    };
    s.start();
    s.bench.run();
    CHECK_FALSE(s.error);
    CHECK(s.kinds() == std::vector<update_kind>{update_kind::queued, update_kind::submitted,
                                                update_kind::retrying, update_kind::status});
    const export_update& retry = s.all[2].update;
    CHECK(retry.why == errc::service_unavailable);
    CHECK(retry.wait > 0s);
    CHECK(retry.failures == 1);
    CHECK_FALSE(s.all[3].update.why);
}

TEST_CASE("no update comes after the completion", "[engine][on_update]") {
    scene s;
    SECTION("if one waits when the operation is cancelled") {
        // At 50 ms the update `submitted` waits.
        s.bench.at(manual_time::start + 50ms,
                   [&] { s.signal.emit(asio::cancellation_type::terminal); });
        s.start();
        s.bench.run();
        CHECK(s.all.size() == 1);
        CHECK(code_of(s.error) == asio::error::operation_aborted);
    }
    SECTION("if a call cancels the operation") {
        s.on_call = [&] { s.signal.emit(asio::cancellation_type::terminal); };
        s.start();
        s.bench.run();
        CHECK(s.all.size() == 1);
    }
    SECTION("if a deadline passes") {
        s.request.deadline = 60ms;
        s.start();
        s.bench.run();
        CHECK(s.all.size() == 1);
        CHECK(code_of(s.error) == errc::deadline_exceeded);
    }
    SECTION("if the client is closed") {
        s.start();
        s.bench.run(manual_time::start);
        s.bench.drop_client();
        s.bench.run();
        CHECK(code_of(s.error) == errc::client_closed);
    }
    CHECK(s.ends == 1);
    CHECK(s.guard.use_count() == 2);
}

TEST_CASE("an exception in on_update is reported to the observer and fails nothing",
          "[engine][on_update]") {
    struct warnings final : observer {
        void on_warning(const warning_event& e) noexcept override {
            if (e.code != "UpdateFailed")
                return;
            messages.push_back(std::string(e.project_name) + ", " + std::string(e.tag) + ", " +
                               std::to_string(e.operation_id) + ": " + std::string(e.message));
        }
        std::vector<std::string> messages;
    };
    auto log = std::make_shared<warnings>();
    client_params params = engine_bench::default_params();
    params.observer = log;
    scene s(params);
    s.on_call = [&] {
        if (s.all.size() == 2)
            throw std::runtime_error("no page, key 9f3c1d7a5b2e4860a1c3e5f708192b3d");
    };
    s.start();
    s.bench.run();
    CHECK_FALSE(s.error);
    CHECK(s.all.size() > 3);
    CHECK(log->messages ==
          std::vector<std::string>{"Claims, monday, 1: on_update threw: no page, key [redacted]"});
}

TEST_CASE("on_update is not called while on_submitted runs", "[engine][on_update][on_submitted]") {
    scene s;
    manual_event release(s.bench.context());
    std::size_t before = 0, after = 0;
    s.request.on_submitted = [&](const export_job&) -> asio::awaitable<void> {
        before = s.all.size();
        co_await release.wait();
        after = s.all.size();
    };
    s.bench.at(manual_time::start + 9s, [&] { release.set(); });
    s.start();
    s.bench.run();
    CHECK_FALSE(s.error);
    CHECK(before == 1);
    CHECK(after == 1);
    CHECK(s.all[1].update.kind == update_kind::submitted);
    CHECK(s.all[1].at >= 9s);
}

TEST_CASE("updates wait no longer than their context", "[engine][on_update]") {
    auto s = std::make_unique<scene>();
    const std::shared_ptr<int> guard = s->guard;
    SECTION("while one waits for its time") {
        s->start();
        s->bench.run(manual_time::start + 50ms);
        CHECK(s->all.size() == 1);
    }
    SECTION("while a call runs") {
        s->on_call = [&] { s->bench.stop(); };
        s->start();
        s->bench.run();
    }
    s->bench.destroy_context();
    CHECK(s->ends == 0);
    s.reset();
    CHECK(guard.use_count() == 1);
}

TEST_CASE("each request of a batch has its own updates", "[engine][on_update][batch]") {
    scene s;
    std::set<std::string> tags;
    std::vector<export_request> requests(3, s.request);
    for (std::size_t i = 0; i < 2; ++i) {
        requests[i].tag = "item " + std::to_string(i);
        requests[i].on_update = [&](const export_update& update) { tags.insert(update.tag); };
    }
    requests[2].on_update = nullptr;
    batch_summary sum;
    export_projects(s.bench.client(), requests, batch_options(),
                    [&](std::exception_ptr, batch_summary result) { sum = std::move(result); });
    s.bench.run();
    CHECK(sum.exported == 3);
    CHECK(tags == std::set<std::string>{"item 0", "item 1"});
}

} // namespace on_update_test
