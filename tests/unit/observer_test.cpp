// The events of a client in virtual time. tests/integration/observer_test.cpp has those of real connections.

#include <langexport/observer.hpp>

#include "support/catch.hpp"
#include "support/virtual_bench.hpp"

#include <langexport/export_project.hpp>

#include <chrono>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace observer_test {

namespace testing = langexport::testing;
using namespace std::chrono_literals;
using langexport::client_params;
using langexport::close_reason;
using langexport::errc;
using langexport::export_request;
using langexport::exported_project;
using langexport_tests::bench_service;
using langexport_tests::instant_project;
using langexport_tests::outcome;
using langexport_tests::seen_request;
using langexport_tests::virtual_bench;

namespace {

using lines = std::vector<std::string>;

std::string text(std::string_view view) {
    return std::string(view);
}

// Keeps a line for each event of an operation: the event, the id and tag of the operation, and some fields.
class operation_log final : public langexport::observer {
public:
    lines events;

    void on_queued(const langexport::queued_event& e) noexcept override {
        add("queued", e, text(e.project_name) + " " + std::to_string(e.queue_position));
    }
    void on_submitting(const langexport::submitting_event& e) noexcept override {
        add("submitting", e, text(e.project_name));
    }
    void on_submitted(const langexport::submitted_event& e) noexcept override {
        add("submitted", e, e.job.project_name() + (e.is_late ? " late" : ""));
    }
    void on_polled(const langexport::polled_event& e) noexcept override {
        add("polled", e, e.status.status_text + " " + std::to_string(e.polls));
    }
    void on_throttled(const langexport::throttled_event& e) noexcept override {
        add("throttled", e,
            std::to_string(e.http_status) + " " +
                std::to_string(e.throttled_for / std::chrono::seconds(1)) + "s");
    }
    void on_retried(const langexport::retried_event& e) noexcept override {
        add("retried", e, text(to_string(e.why)) + " " + std::to_string(e.failures));
    }
    void on_finished(const langexport::finished_event& e) noexcept override {
        add("finished", e, std::to_string(e.submits) + " " + std::to_string(e.polls));
    }
    void on_failed(const langexport::failed_event& e) noexcept override {
        add("failed", e, langexport::error_name(e.error.code()));
    }

private:
    template <class Event>
    void add(const char* name, const Event& event, const std::string& more) {
        events.push_back(std::string(name) + " " + std::to_string(event.operation_id) + " '" +
                         text(event.tag) + "' " + more);
    }
};

class observed_bench {
public:
    const std::shared_ptr<operation_log> log = std::make_shared<operation_log>();

    std::shared_ptr<outcome<exported_project>> begin(const std::string& project,
                                                     const std::string& tag = {}) {
        export_request request(project);
        request.tag = tag;
        return bench.begin<exported_project>(
            [&](auto token) { export_project(bench.client(), request, std::move(token)); });
    }

private:
    client_params params() const {
        client_params made = virtual_bench::quick_params();
        made.observer = log;
        return made;
    }

public:
    virtual_bench bench{params()};
};

} // namespace

TEST_CASE("each reason for closing a connection has its own words", "[observer]") {
    std::set<std::string_view> words;
    for (const close_reason reason :
         {close_reason::aged, close_reason::by_peer, close_reason::after_response,
          close_reason::after_failure, close_reason::client_closed})
        words.insert(to_string(reason));
    CHECK(words.size() == 5);
    CHECK(words.count("unknown") == 0);
    CHECK(to_string(close_reason::by_peer) == "closed by the server");
    CHECK(to_string(static_cast<close_reason>(99)) == "unknown");
}

TEST_CASE("the events of an export name its operation and tag", "[observer]") {
    observed_bench b;
    const auto done = b.begin("Demo", "monday");
    b.bench.run();
    CHECK(done->is_good());
    CHECK(b.log->events == lines{"queued 1 'monday' Demo 0", "submitting 1 'monday' Demo",
                                 "submitted 1 'monday' Demo", "polled 1 'monday' succeeded 1",
                                 "finished 1 'monday' 1 1"});
}

TEST_CASE("an export that fails has one failed event, with the error of its caller", "[observer]") {
    observed_bench b;
    const auto done = b.begin("None");
    b.bench.run();
    CHECK(done->code() == errc::project_not_found);
    CHECK(b.log->events == lines{"queued 1 '' None 0", "submitting 1 '' None",
                                 "failed 1 '' " + langexport::error_name(errc::project_not_found)});
}

TEST_CASE("a retried submission has an event for the failure and for each attempt", "[observer]") {
    observed_bench b;
    int posts = 0;
    const auto usual = b.bench.service->respond;
    b.bench.service->respond = [&](const seen_request& seen) -> langexport_tests::bench_response {
        const bool fails = seen.method == "POST" && ++posts == 1;
        return fails ? bench_service::response("429 Too Many Requests", "{}", "Retry-After: 7\r\n")
                     : usual(seen);
    };
    const auto done = b.begin("Demo");
    b.bench.run();
    CHECK(done->is_good());
    CHECK(b.log->events == lines{"queued 1 '' Demo 0", "submitting 1 '' Demo",
                                 "throttled 1 '' 429 7s", "retried 1 '' throttled 1",
                                 "submitting 1 '' Demo", "submitted 1 '' Demo",
                                 "polled 1 '' succeeded 1", "finished 1 '' 2 1"});
}

TEST_CASE("a job that is confirmed after the end of its operation has a late event", "[observer]") {
    observed_bench b;
    b.bench.service->latency = 10s;
    export_request request("Demo");
    request.deadline = 5s;
    const auto done = b.bench.begin<exported_project>(
        [&](auto token) { export_project(b.bench.client(), request, std::move(token)); });
    b.bench.run();
    CHECK(done->code() == errc::deadline_exceeded);
    CHECK(b.log->events == lines{"queued 1 '' Demo 0", "submitting 1 '' Demo",
                                 "failed 1 '' deadline_exceeded", "submitted 1 '' Demo late"});
}

TEST_CASE("an observer that overrides nothing changes nothing", "[observer]") {
    client_params params = virtual_bench::quick_params();
    params.observer = std::make_shared<langexport::observer>();
    virtual_bench b(params);
    const auto done = b.begin<exported_project>(
        [&](auto token) { export_project(b.client(), export_request("Demo"), std::move(token)); });
    b.run();
    CHECK(done->is_good());
}

} // namespace observer_test
