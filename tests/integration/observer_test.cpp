#include "integration/client_bench.hpp"
#include "support/catch.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace observer_test {

namespace testing = langexport::testing;

namespace {

using namespace std::chrono_literals;
using langexport::client;
using langexport::client_params;
using langexport::client_stats;
using langexport::errc;
using langexport::export_request;
using langexport::exported_project;
using langexport_tests::client_bench;
using testing::canned_response;
using request = testing::call_kind;

// Keeps events as lines, with all fields that do not change between runs.
class everything : public langexport::observer {
public:
    std::vector<std::string> lines;
    std::vector<std::string> targets; // of exchanges
    std::vector<std::string> client_request_ids;
    std::vector<std::chrono::steady_clock::duration> next_polls;
    std::uint64_t bytes_sent = 0, bytes_received = 0;

    std::size_t count(const std::string& begin) const {
        std::size_t found = 0;
        for (const std::string& line : lines)
            found += line.starts_with(begin) ? 1 : 0;
        return found;
    }

    void on_queued(const langexport::queued_event& e) noexcept override {
        add("queued " + text(e.project_name) + " " + text(to_string(e.request)));
    }
    void on_submitted(const langexport::submitted_event& e) noexcept override {
        add("submitted " + e.job.project_name());
    }
    void on_polled(const langexport::polled_event& e) noexcept override {
        add("polled " + e.status.status_text);
        next_polls.push_back(e.next_poll);
    }
    void on_throttled(const langexport::throttled_event& e) noexcept override {
        add("throttled " + text(to_string(e.request)) + " " + std::to_string(e.http_status) +
            (e.throttled_for >= 50ms ? " for long" : "") + " rate " + std::to_string(e.rate));
    }
    void on_retried(const langexport::retried_event& e) noexcept override {
        add("retried " + text(to_string(e.request)) + " " + std::to_string(e.failures) + " " +
            text(to_string(e.why)) + " " + std::to_string(e.http_status));
    }
    void on_finished(const langexport::finished_event& e) noexcept override {
        const bool adds_up = e.queue_time >= 0ns && e.queue_time <= e.elapsed;
        add("finished submits " + std::to_string(e.submits) + " polls " + std::to_string(e.polls) +
            " failures " + std::to_string(e.failures) + (adds_up ? "" : " in no time"));
    }
    void on_failed(const langexport::failed_event& e) noexcept override {
        add("failed " + langexport::error_name(e.error.code()));
    }
    void on_connection_opened(const langexport::connection_opened_event& e) noexcept override {
        add("opened " + std::to_string(e.number) + (e.is_secure ? " TLS" : "") +
            (e.is_resumed ? " resumed" : "") + (e.peer.starts_with("127.0.0.1:") ? "" : " where?"));
    }
    void on_connection_failed(const langexport::connection_failed_event& e) noexcept override {
        add("unconnected " + text(to_string(e.why)) + " " + std::to_string(e.failures));
    }
    void on_connection_closed(const langexport::connection_closed_event& e) noexcept override {
        add("closed " + std::to_string(e.number) + " after " + std::to_string(e.exchanges) + ": " +
            text(to_string(e.why)));
    }
    void on_exchange(const langexport::exchange_event& e) noexcept override {
        add(text(e.method) + " " + text(to_string(e.request)) + " " +
            (e.failure ? text(to_string(*e.failure)) : std::to_string(e.http_status)) + " on " +
            std::to_string(e.connection) + (e.request_id.empty() ? " without id" : ""));
        targets.emplace_back(e.target);
        client_request_ids.emplace_back(e.client_request_id);
        bytes_sent += e.bytes_sent;
        bytes_received += e.bytes_received;
    }

private:
    static std::string text(std::string_view view) { return std::string(view); }
    void add(std::string line) { lines.push_back(std::move(line)); }
};

using lines = std::vector<std::string>;

} // namespace

TEST_CASE("an observer receives an event for every step of an export, down to the exchange",
          "[observer]") {
    const bool tls = GENERATE(false, true);
    client_bench b(tls);
    auto seen = std::make_shared<everything>();
    client_params params = b.params();
    params.quota = langexport::quota_params();
    params.observer = seen;
    {
        const client c = b.make_client(params);
        const auto done = b.export_project(c, export_request("Demo"));
        REQUIRE(done.is_good());
        const client_stats stats = c.stats();
        CHECK(stats.finished == 1);
        CHECK(stats.failed == 0);
        CHECK(stats.pending == 0);
        CHECK(stats.in_flight == 0);
        CHECK(stats.waiting == 0);
        CHECK(stats.submissions_sent == 1);
        CHECK(stats.polls_sent == 1);
        CHECK(stats.results_sent == 1);
        CHECK(stats.bytes_sent == seen->bytes_sent);
        CHECK(stats.bytes_received == seen->bytes_received);
        CHECK(stats.bytes_received > done.result.document.size());
        CHECK(stats.connections_open == 1);
        CHECK(stats.connections_opened == 1);
        CHECK(stats.poll_lag_max >= stats.poll_lag_mean);
        CHECK(stats.submissions.left == std::optional<std::size_t>(9));
        CHECK(stats.reads.rate == 100);
    }
    REQUIRE(b.run_dry());
    CHECK(seen->lines ==
          lines{"queued Demo submission", std::string("opened 1") + (tls ? " TLS" : ""),
                "POST submission 202 on 1", "submitted Demo", "GET status 200 on 1",
                "polled succeeded", "GET result 200 on 1", "finished submits 1 polls 1 failures 0",
                "closed 1 after 3: the client is closed"});
    const auto requests = b->requests();
    REQUIRE(requests.size() == 3);
    for (std::size_t i = 0; i < requests.size(); ++i) {
        CHECK(seen->targets[i] == requests[i].target);
        CHECK(seen->client_request_ids[i] == requests[i].header("x-ms-client-request-id"));
    }
}

TEST_CASE("the next poll is announced unless a time limit comes first", "[observer]") {
    const errc end = GENERATE(errc::cancelled, errc::deadline_exceeded, errc::job_timed_out);
    const bool is_limited = end != errc::cancelled;
    client_bench b(false);
    b->on(request::status, 1,
          canned_response(200, R"({"status":"running"})")
              .header("retry-after-ms", is_limited ? "60000" : "30"));
    auto seen = std::make_shared<everything>();
    client_params params = b.params();
    params.observer = seen;
    export_request wanted("Demo");
    if (end == errc::deadline_exceeded)
        wanted.deadline = 1s;
    if (end == errc::job_timed_out)
        params.job_timeout = 1s;
    const auto done = b.export_project(b.make_client(params), wanted);
    CHECK(done.is_good() == !is_limited);
    REQUIRE_FALSE(seen->next_polls.empty());
    CHECK(seen->next_polls.back() == 0ms);
    if (is_limited)
        CHECK(done.code() == end);
    else
        CHECK(seen->next_polls.front() >= 30ms);
}

TEST_CASE("retry and close events have the reason", "[observer]") {
    client_bench b(false);
    b->on(request::submission, 1, canned_response(429).header("retry-after-ms", "60"));
    b->on(request::status, 1, canned_response(500));
    b->on(request::status, 2, canned_response(200, "{").header("Connection", "close"));
    b->on(request::result, 1, canned_response::no_response(true));
    auto seen = std::make_shared<everything>();
    client_params params = b.params();
    params.quota = langexport::quota_params();
    params.observer = seen;
    const client c = b.make_client(params);
    const auto broken = b.export_project(c, export_request("Demo"));
    CHECK(broken.code() == errc::malformed_response);
    CHECK(seen->count("throttled submission 429 for long rate 5") == 1);
    CHECK(seen->count("retried submission 1 throttled 429") == 1);
    CHECK(seen->count("retried status 2 service_unavailable 500") == 1);
    CHECK(seen->count("closed 1 after 4: the last response ended it") == 1);
    CHECK(seen->count("failed malformed_response") == 1);
    CHECK(b.export_project(c, export_request("Demo")).is_good());
    // On a connection that was used before: this is not a failure of the service.
    CHECK(seen->count("retried result 0 connection_failed 0") == 1);
    CHECK(seen->count("closed 2 after 3: the last exchange failed") == 1);
    const client_stats stats = c.stats();
    CHECK(stats.throttled == 1);
    CHECK(stats.retries == 3);
    CHECK(stats.failed == 1);
    CHECK(stats.connections_opened == 3);
    CHECK(stats.connections_open == 1);
    CHECK(stats.submissions.rate == 5);
}

TEST_CASE("an observer receives an event if a connection cannot be opened", "[observer]") {
    client_bench b(false);
    auto seen = std::make_shared<everything>();
    client_params params = b.params();
    params.observer = seen;
    params.retry.max_attempts = 2;
    b->stop();
    REQUIRE(b.run_until([&] { return b->counters().connections == 0; }));
    params.endpoint = "http://127.0.0.1:1";
    const client c = b.make_client(params);
    CHECK(b.export_project(c, export_request("Demo")).code() == errc::connection_failed);
    CHECK(seen->count("unconnected connection_failed 1") == 1);
    CHECK(seen->count("retried submission 1 connection_failed 0") == 1);
    CHECK(c.stats().connections_failed == 2);
}

TEST_CASE("events contain echoed text without the key", "[observer]") {
    client_bench b(false);
    const std::string key = b->key();
    b->on(request::submission, 1,
          canned_response(503)
              .header("request-id", "id-" + key)
              .header("apim-request-id", "")
              .header("retry-after-ms", "1"));
    class ids : public langexport::observer {
    public:
        std::string all;
        void on_exchange(const langexport::exchange_event& e) noexcept override {
            all.append(e.request_id).append(e.target).append(e.detail);
        }
    };
    auto seen = std::make_shared<ids>();
    client_params params = b.params();
    params.observer = seen;
    CHECK(b.export_project(b.make_client(params), export_request("Demo")).is_good());
    CHECK(seen->all.find("id-[redacted]") != std::string::npos);
    CHECK(seen->all.find(key) == std::string::npos);
}

TEST_CASE("the counters of a waiting client show the reason", "[observer]") {
    client_bench b(false);
    testing::project slow("Slow");
    slow.end = testing::job_end::never;
    b->add_project(slow);
    client_params params = b.params();
    params.quota.submissions = 2;
    params.quota.window = 24h;
    params.polling.first = 1h;
    const client c = b.make_client(params);
    int ended = 0;
    for (int i = 0; i < 5; ++i)
        langexport::export_project(c, export_request("Slow"),
                                   [&](std::exception_ptr, exported_project) { ++ended; });
    REQUIRE(b.run_until([&] { return c.stats().waiting == 2; }));
    const client_stats stats = c.stats();
    CHECK(stats.pending == 5);
    CHECK(stats.queued_submissions == 3);
    CHECK(stats.queued_polls == 0);
    CHECK(stats.submissions.left == std::optional<std::size_t>(0));
    CHECK(stats.submissions.throttled_for == 0ns);
    c.drain(0s, [&](std::exception_ptr, langexport::drain_summary) { CHECK(ended == 5); });
    REQUIRE(b.run_dry());
    CHECK(c.stats().pending == 0);
    CHECK(c.stats().queued_submissions == 0);
    CHECK(c.stats().failed == 5);
}

} // namespace observer_test
