#include <langexport/detail/engine/notifier.hpp>

#include "support/catch.hpp"
#include "support/manual_time.hpp"

#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace notifier_test {

using namespace langexport;
using namespace std::chrono_literals;
using detail::exchange_failure;
using detail::operation_kind;
using detail::steady_time;

namespace {

const steady_time start{1000h};
const std::string key = "0123456789abcdef0123456789abcdef";

// Writes a line for each event, with its important fields.
class event_log final : public observer {
public:
    std::vector<std::string> lines;

    void on_queued(const queued_event& event) noexcept override {
        add("queued", event.project_name, std::to_string(event.queue_position));
    }
    void on_submitted(const submitted_event& event) noexcept override {
        add("submitted", event.request_id, event.is_late ? "late" : "in time");
    }
    void on_polled(const polled_event& event) noexcept override {
        add("polled", std::to_string(event.polls), in_ms(event.next_poll));
    }
    void on_throttled(const throttled_event& event) noexcept override {
        add("throttled", std::to_string(event.http_status), in_ms(event.throttled_for));
    }
    void on_retried(const retried_event& event) noexcept override {
        add("retried", event.detail, in_ms(event.wait));
    }
    void on_warning(const warning_event& event) noexcept override {
        add("warned", event.code, event.message);
    }
    void on_finished(const finished_event& event) noexcept override {
        add("finished", in_ms(event.queue_time), in_ms(event.elapsed));
    }
    void on_failed(const failed_event& event) noexcept override {
        add("failed", event.error.code().message(), "");
    }
    void on_connection_opened(const connection_opened_event& event) noexcept override {
        add("opened", std::to_string(event.number), in_ms(event.took));
    }
    void on_connection_failed(const connection_failed_event& event) noexcept override {
        add("opening failed", event.detail,
            event.will_retry ? in_ms(event.wait) : std::string("no retry"));
    }
    void on_token_failed(const token_failed_event& event) noexcept override {
        add("token failed", event.detail,
            event.will_retry ? in_ms(event.wait) : std::string("no retry"));
    }
    void on_quota_failed(const quota_failed_event& event) noexcept override {
        add("quota failed " + std::to_string(event.failures), event.detail, in_ms(event.wait));
    }
    void on_connection_closed(const connection_closed_event& event) noexcept override {
        add("closed", std::to_string(event.number), in_ms(event.life));
    }
    void on_exchange(const exchange_event& event) noexcept override {
        add("exchange", event.method, event.target);
    }

private:
    static std::string in_ms(std::chrono::steady_clock::duration time) {
        return std::to_string(std::chrono::round<std::chrono::milliseconds>(time).count());
    }
    void add(std::string_view event, std::string_view first, std::string_view second) {
        lines.push_back(std::string(event).append(": ").append(first).append(", ").append(second));
    }
};

class no_opener final : public detail::stream_opener {
public:
    detail::task<void> open(detail::watchdog&, detail::opening&) override { co_return; }
    void interrupt() override {}
    void rejected(detail::opening&, const exchange_failure&, steady_time) override {}
    void destroy_waiters() noexcept override {}
    void forked(bool) override {}
};

// A notifier with its dependencies.
struct fixture {
    std::shared_ptr<event_log> log = std::make_shared<event_log>();
    detail::counters counts;
    detail::token_manager tokens{subscription_key(key), retry_params()};
    detail::notifier notify{log, counts, tokens};
    langexport_tests::manual_time time;
    detail::timer_queue timers{time, [] {}};
    no_opener opener;
    detail::export_progress progress;
    detail::connection place{timers, opener};

    std::shared_ptr<detail::export_operation>
    make_operation(operation_kind kind = operation_kind::document) {
        auto r = std::make_shared<detail::export_operation>(nullptr, detail::operation_handler());
        progress.plan.kind = kind;
        r->set_job(export_job("Claims", "https://h/jobs/1?api-version=1", {}));
        progress.next = request_kind::status;
        r->state = detail::export_state(progress);
        r->started = start;
        r->first_sent = start + 1ms;
        return r;
    }
    // The one line that was written since the last call.
    std::string line() {
        REQUIRE(log->lines.size() == 1);
        std::string only = log->lines.front();
        log->lines.clear();
        return only;
    }
};

} // namespace

TEST_CASE("each notification calls the observer once", "[notifier]") {
    fixture f;
    const auto r = f.make_operation();

    f.notify.queued(*r, 3);
    CHECK(f.line() == "queued: Claims, 3");

    f.notify.submitted(*r, "id");
    CHECK(f.line() == "submitted: id, in time");
    f.notify.submitted_late(detail::late_submission(), r->job(), "id");
    CHECK(f.line() == "submitted: id, late");

    f.progress.polls = 2;
    r->state = detail::export_state(f.progress);
    f.notify.polled(*r, 5s);
    CHECK(f.line() == "polled: 2, 5000");

    f.notify.throttled(*r, request_kind::status, 429, 7s, 100);
    CHECK(f.line() == "throttled: 429, 7000");

    f.notify.retried(*r, request_kind::status, errc::connection_failed, start + 2s, start);
    CHECK(f.line() == "retried: , 2000");

    f.notify.finished(*r, start + 9ms);
    CHECK(f.line() == "finished: 1, 9");

    f.notify.failed(*r, export_error(make_error_code(errc::cancelled), diagnostics()));
    CHECK(f.log->lines.size() == 1);
    f.log->lines.clear();

    f.place.opened_at = start + 4ms;
    f.notify.opened(f.place, start, true);
    CHECK(f.line() == "opened: 1, 4");

    f.notify.closed(f.place, close_reason::aged, start + 10ms);
    CHECK(f.line() == "closed: 1, 6");

    f.notify.opening_failed({errc::connection_failed, "rejected", {}}, 1, start + 1s, start);
    CHECK(f.line() == "opening failed: rejected, 1000");
    f.notify.opening_failed({errc::connection_failed, "rejected", {}}, 1, std::nullopt, start);
    CHECK(f.line() == "opening failed: rejected, no retry");
}

TEST_CASE("an exchange event describes the request that was sent", "[notifier]") {
    fixture f;
    const detail::request_writer writer(origin{true, "h", 443}, "");
    writer.write(f.place.exchange.request, {request_kind::submission, "/a/b?c=" + key, "", "id"});
    ++f.counts.in_flight;
    f.place.exchange.bytes_sent = 20;
    f.place.exchange.bytes_received = 30;
    f.notify.exchanged(f.place, start);
    CHECK(f.line() == "exchange: POST, /a/b?c=[redacted]");
    const client_stats stats = f.counts.read();
    CHECK(stats.in_flight == 0);
    CHECK(stats.bytes_sent == 20);
    CHECK(stats.bytes_received == 30);
}

TEST_CASE("no event contains a secret", "[notifier]") {
    fixture f;
    const auto r = f.make_operation();
    r->parts().failure = std::make_unique<detail::last_failure>();
    r->failure()->detail = "the proxy said " + key;
    service_error warning;
    warning.code = "UnknownStatus";
    warning.message = "it is " + key;

    f.notify.submitted(*r, key);
    f.notify.retried(*r, request_kind::status, errc::service_unavailable, start, start);
    f.notify.warned(*r, request_kind::status, warning);
    f.notify.opening_failed({errc::connection_failed, "at " + key, {}}, 1, std::nullopt, start);
    f.notify.token_failed({errc::credential_unavailable, "it printed " + key, {}}, 1, std::nullopt,
                          false, start);
    f.notify.quota_failed({1, std::make_exception_ptr(std::runtime_error(key)), 1, start}, start);
    f.place.exchange.request.bytes.clear();
    f.place.exchange.response.request_id = key;
    f.place.exchange.failure = exchange_failure{errc::connection_failed, key, {}};
    f.notify.exchanged(f.place, start);
    CHECK(f.log->lines.size() == 7);
    for (const std::string& line : f.log->lines)
        CHECK(line.find(key) == std::string::npos);
}

TEST_CASE("a failure of the quota source says what happened and when the next try is",
          "[notifier]") {
    fixture f;
    f.notify.quota_failed(
        {1, std::make_exception_ptr(std::runtime_error("Redis has gone")), 2, start + 3s}, start);
    CHECK(f.line() == "quota failed 2: Redis has gone, 3000");
    f.notify.quota_failed({2, nullptr, 1, start}, start + 1s);
    CHECK(f.line() == "quota failed 1: the quota source destroyed its receiver, 0");
}

TEST_CASE("an unknown job status causes one warning, each unusual result causes one",
          "[notifier]") {
    fixture f;
    const auto r = f.make_operation();
    service_error warning;
    warning.code = "UnknownStatus";
    f.notify.warned(*r, request_kind::status, warning);
    f.notify.warned(*r, request_kind::status, warning);
    CHECK(f.line() == "warned: UnknownStatus, ");
    warning.code = "ProjectNameDiffers";
    f.notify.warned(*r, request_kind::result, warning);
    CHECK(f.line() == "warned: ProjectNameDiffers, ");
    f.notify.warned(*r, request_kind::result, service_error());
    CHECK(f.log->lines.empty());
}

TEST_CASE("a retry after the deadline is counted, but no event announces it", "[notifier]") {
    fixture f;
    const auto r = f.make_operation();
    f.progress.deadline = start + 1s;
    r->state = detail::export_state(f.progress);
    f.notify.retried(*r, request_kind::status, errc::service_unavailable, start + 2s, start);
    CHECK(f.log->lines.empty());
    CHECK(f.counts.read().retries == 1);
}

TEST_CASE("a list of projects causes no start and end events", "[notifier]") {
    fixture f;
    const auto r = f.make_operation(operation_kind::projects);
    f.notify.queued(*r, 0);
    f.notify.finished(*r, start);
    f.notify.failed(*r, export_error(make_error_code(errc::cancelled), diagnostics()));
    CHECK(f.log->lines.empty());
    CHECK(f.counts.read().finished == 1);
    CHECK(f.counts.read().failed == 1);
}

TEST_CASE("without an observer everything is counted", "[notifier]") {
    fixture f;
    f.notify.replace(nullptr);
    const auto r = f.make_operation();
    f.notify.opened(f.place, start, false);
    f.notify.opening_failed({errc::connection_failed, "", {}}, 1, std::nullopt, start);
    f.notify.retried(*r, request_kind::status, errc::service_unavailable, start, start);
    f.notify.finished(*r, start);
    const client_stats stats = f.counts.read();
    CHECK(stats.connections_open == 1);
    CHECK(stats.connections_opened == 1);
    CHECK(stats.connections_failed == 1);
    CHECK(stats.retries == 1);
    CHECK(stats.finished == 1);
    f.notify.closed(f.place, close_reason::aged, start);
    CHECK(f.counts.read().connections_open == 0);
    CHECK(f.log->lines.empty());
}

} // namespace notifier_test
