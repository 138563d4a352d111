// export_request::on_submitted: when it is called, what its failure does, and how an operation ends during it.

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
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace on_submitted_test {

using namespace std::chrono_literals;
using namespace langexport;
using langexport_tests::bench_service;
using langexport_tests::engine_bench;
using langexport_tests::manual_event;
using langexport_tests::manual_time;
using langexport_tests::seen_request;
namespace asio = boost::asio;

namespace {

// One export whose function waits for an event. Everything that happens is noted, with its second.
class scene {
public:
    scene() : scene(engine_bench::default_params()) {}
    explicit scene(const client_params& params) : bench(params), release(bench.context()) {
        bench.service->run_time = 20s;
        const auto usual = bench.service->respond;
        bench.service->respond =
            [this, usual](const seen_request& seen) -> langexport_tests::bench_response {
            note(seen.method);
            return usual(seen);
        };
        request.on_submitted = [this, owned = guard](const export_job& job) { return store(job); };
    }

    void start() {
        export_project(
            bench.client(), request,
            asio::bind_cancellation_slot(
                signal.slot(), [this, owned = guard](std::exception_ptr thrown, exported_project) {
                    note("end");
                    error = std::move(thrown);
                }));
    }
    void open_at(manual_time::duration after) {
        bench.at(manual_time::start + after, [this] { release.set(); });
    }
    void cancel_at(manual_time::duration after,
                   asio::cancellation_type type = asio::cancellation_type::terminal) {
        bench.at(manual_time::start + after, [this, type] { signal.emit(type); });
    }
    // The operation failed during the call, and its error has the job.
    void check_failed(const error_code& code) const {
        CHECK(code_of(error) == code);
        REQUIRE(get_export_error(error));
        REQUIRE(get_export_error(error)->job());
        CHECK(get_export_error(error)->job()->to_token() == token);
        CHECK(get_export_error(error)->diagnostics().submission == submission_state::confirmed);
    }
    void note(const std::string& text) {
        const auto now = bench.time().now() - manual_time::start;
        notes.push_back(
            text + " " +
            std::to_string(std::chrono::duration_cast<std::chrono::seconds>(now).count()));
    }

    using lines = std::vector<std::string>;

    engine_bench bench;
    std::shared_ptr<int> guard = std::make_shared<int>();
    manual_event release;
    export_request request{"Claims"};
    asio::cancellation_signal signal;
    std::exception_ptr error;
    lines notes;
    std::string token;
    bool ignores_cancellation = false;

private:
    asio::awaitable<void> store(const export_job& job) {
        note("store");
        token = job.to_token();
        if (ignores_cancellation)
            co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
        try {
            co_await release.wait();
        } catch (const boost::system::system_error&) {
            note("cancelled");
            throw;
        }
        note("stored");
    }
};

} // namespace

TEST_CASE(
    "on_submitted completes before the first poll, and its duration does not count for job_timeout",
    "[engine][on_submitted]") {
    client_params params = engine_bench::default_params();
    params.job_timeout = 10s;
    scene s(params);
    s.bench.service->run_time = 65s;
    s.open_at(60s);
    s.start();
    s.bench.run();
    CHECK_FALSE(s.error);
    REQUIRE(s.notes.size() >= 5);
    CHECK(scene::lines(s.notes.begin(), s.notes.begin() + 4) ==
          scene::lines{"POST 0", "store 0", "stored 60", "GET 60"});
    CHECK(s.notes.back().starts_with("end "));
    CHECK(export_job::from_token(s.token).project_name() == "Claims");
    CHECK(s.guard.use_count() == 2); // the request of the test
    CHECK(s.bench.client().stats().poll_lag_max < 1s);
}

TEST_CASE("submit_export completes after on_submitted", "[engine][on_submitted]") {
    scene s;
    s.open_at(5s);
    export_job job;
    submit_export(s.bench.client(), s.request, [&](std::exception_ptr thrown, export_job result) {
        s.note("end");
        s.error = std::move(thrown);
        job = std::move(result);
    });
    s.bench.run();
    CHECK_FALSE(s.error);
    CHECK(s.notes == scene::lines{"POST 0", "store 0", "stored 5", "end 5"});
    CHECK(job.to_token() == s.token);
}

TEST_CASE("if on_submitted throws, the operation fails and its error has the job",
          "[engine][on_submitted]") {
    scene s;
    bool is_coroutine = GENERATE(true, false);
    s.request.on_submitted = [&, is_coroutine](const export_job& job) -> asio::awaitable<void> {
        s.token = job.to_token();
        if (!is_coroutine)
            throw std::runtime_error("the disk is full");
        return [](manual_event& release) -> asio::awaitable<void> {
            release.set();
            co_await release.wait();
            throw std::runtime_error("the disk is full");
        }(s.release);
    };
    s.start();
    s.bench.run();
    s.check_failed(make_error_code(errc::callback_failed));
    CHECK(s.notes == scene::lines{"POST 0", "end 0"});
    CHECK(message_of(get_export_error(s.error)->diagnostics().cause) == "the disk is full");
    CHECK_THAT(message_of(s.error),
               langexport_tests::contains_text("on_submitted: the disk is full"));
    CHECK(s.bench.client().stats().failed == 1);
}

TEST_CASE("a cancellation reaches on_submitted, and the operation ends after it",
          "[engine][on_submitted][cancel]") {
    scene s;
    SECTION("which stops") {
        const auto type =
            GENERATE(asio::cancellation_type::terminal, asio::cancellation_type::partial);
        s.cancel_at(3s, type);
        s.start();
        s.bench.run();
        CHECK(s.notes == scene::lines{"POST 0", "store 0", "cancelled 3", "end 3"});
        s.check_failed(asio::error::operation_aborted);
    }
    SECTION("which must not be interrupted") {
        s.ignores_cancellation = true;
        s.cancel_at(3s);
        s.open_at(7s);
        s.start();
        s.bench.run();
        CHECK(s.notes == scene::lines{"POST 0", "store 0", "stored 7", "end 7"});
        s.check_failed(asio::error::operation_aborted);
    }
    SECTION("but total cancellation has no effect after the submission") {
        s.cancel_at(3s, asio::cancellation_type::total);
        s.open_at(7s);
        s.start();
        s.bench.run();
        CHECK_FALSE(s.error);
    }
    SECTION("and it is not called after a cancellation before the response") {
        s.bench.service->latency = 2s;
        s.cancel_at(1s);
        s.start();
        s.bench.run();
        CHECK(s.notes == scene::lines{"POST 0", "end 1"});
        CHECK(code_of(s.error) == asio::error::operation_aborted);
    }
    CHECK(s.guard.use_count() == 2);
    CHECK(s.bench.client().stats().pending == 0);
}

TEST_CASE("a deadline ends an operation during on_submitted", "[engine][on_submitted][deadline]") {
    scene s;
    s.request.deadline = 8s;
    s.start();
    s.bench.run();
    CHECK(s.notes == scene::lines{"POST 0", "store 0", "cancelled 8", "end 8"});
    s.check_failed(make_error_code(errc::deadline_exceeded));
}

TEST_CASE("a drain during on_submitted gives it time", "[engine][on_submitted][drain]") {
    scene s;
    const bool only_submits = GENERATE(true, false);
    drain_summary summary;
    const auto drain_at = [&](manual_time::duration after, manual_time::duration within) {
        s.bench.at(manual_time::start + after, [&s, &summary, within] {
            s.bench.client().drain(within, [&s, &summary](std::exception_ptr, drain_summary sum) {
                s.note("drained");
                summary = std::move(sum);
            });
        });
    };
    if (only_submits)
        submit_export(s.bench.client(), s.request, [&](std::exception_ptr thrown, export_job) {
            s.note("end");
            s.error = std::move(thrown);
        });
    else
        s.start();
    SECTION("enough to finish") {
        drain_at(1s, 10min);
        s.open_at(30s);
        s.bench.run();
        CHECK_FALSE(s.error);
        CHECK(summary.finished == 1);
        CHECK(summary.unfinished.empty());
    }
    SECTION("and then cancels it") {
        drain_at(1s, 9s);
        s.bench.run();
        s.check_failed(make_error_code(errc::client_closed));
        REQUIRE(summary.unfinished.size() == 1);
        CHECK(summary.unfinished.front().to_token() == s.token);
        // The drain waits for the operation, but not for the call.
        CHECK(s.notes == scene::lines{"POST 0", "store 0", "drained 10", "cancelled 10", "end 10"});
    }
}

TEST_CASE("if the client is closed during on_submitted, the error has the job",
          "[engine][on_submitted]") {
    scene s;
    s.start();
    s.bench.at(manual_time::start + 2s, [&] { s.bench.drop_client(); });
    s.bench.run();
    CHECK(s.notes == scene::lines{"POST 0", "store 0", "cancelled 2", "end 2"});
    s.check_failed(make_error_code(errc::client_closed));
}

TEST_CASE("if the context is destroyed during on_submitted, nothing is called and nothing leaks",
          "[engine][on_submitted]") {
    auto s = std::make_unique<scene>();
    const std::shared_ptr<int> guard = s->guard;
    // A cycle: the function owns a handle to the client.
    s->request.on_submitted = [s = s.get(), owned = s->guard,
                               client = s->bench.client()](const export_job&) {
        s->note("store");
        return s->release.wait();
    };
    s->start();
    s->request.on_submitted = nullptr;
    s->bench.run(manual_time::start + 5s);
    CHECK(s->release.is_waited_for());
    SECTION("while it waits") {}
    SECTION("after it was cancelled and before it has returned") {
        s->signal.emit(asio::cancellation_type::terminal);
    }
    s->release.release_context();
    s->bench.destroy_context();
    CHECK(s->notes == scene::lines{"POST 0", "store 0"});
    s.reset();
    CHECK(guard.use_count() == 1);
}

TEST_CASE("in the child of a fork an operation ends without on_submitted",
          "[engine][on_submitted][fork]") {
    scene s;
    s.start();
    s.bench.run(manual_time::start + 5s);
    s.bench.engine()->context_has_forked(true);
    s.bench.run_ready();
    CHECK(s.notes == scene::lines{"POST 0", "store 0", "end 0"});
    s.check_failed(make_error_code(errc::client_closed));
    s.release.set(); // the coroutine of the parent
    s.bench.run_ready();
    CHECK(s.notes.back() == "stored 0");
    CHECK(s.guard.use_count() == 2);
}

TEST_CASE("on_submitted is called for each job of a failed job's export",
          "[engine][on_submitted]") {
    client_params params = engine_bench::default_params();
    params.retry.max_resubmissions = 1;
    scene s(params);
    const auto usual = s.bench.service->respond;
    int gets = 0;
    s.bench.service->respond = [&](const seen_request& seen) -> langexport_tests::bench_response {
        if (seen.method == "GET" && ++gets == 1)
            return bench_service::response(
                "200 OK", R"({"status":"failed","errors":[{"code":"InternalServerError",)"
                          R"("message":"try again"}]})");
        return usual(seen);
    };
    s.release.set();
    s.start();
    s.bench.run();
    CHECK_FALSE(s.error);
    CHECK(std::count_if(s.notes.begin(), s.notes.end(),
                        [](const std::string& note) { return note.starts_with("stored"); }) == 2);
}

TEST_CASE("each request of a batch has its own on_submitted", "[engine][on_submitted][batch]") {
    scene s;
    s.release.set();
    export_request failing("Loans");
    failing.on_submitted = [](const export_job&) -> asio::awaitable<void> {
        throw std::runtime_error("no room");
    };
    std::vector<export_request> requests{s.request, failing, export_request("Plain")};
    std::vector<std::string> failed;
    batch_options options;
    options.on_finished = [&](const batch_outcome& one) {
        if (one.error) {
            failed.push_back(one.item.request.project_name);
            CHECK(code_of(one.error) == errc::callback_failed);
            CHECK_FALSE(one.item.job.empty());
        }
    };
    batch_summary sum;
    export_projects(s.bench.client(), requests, options,
                    [&](std::exception_ptr, batch_summary result) { sum = std::move(result); });
    s.bench.run();
    CHECK(sum.exported == 2);
    CHECK(failed == std::vector<std::string>{"Loans"});
    CHECK(export_job::from_token(s.token).project_name() == "Claims");
}

TEST_CASE("an empty on_submitted is none", "[engine][on_submitted]") {
    scene s;
    CHECK(s.request.on_submitted);
    s.request.on_submitted = nullptr;
    CHECK_FALSE(s.request.on_submitted);
    s.start();
    s.bench.run();
    CHECK_FALSE(s.error);
    CHECK(s.token.empty());
}

} // namespace on_submitted_test
