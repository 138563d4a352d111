// The effect of a token source's error on the operations that need a token, with a manual clock.

#include "support/catch.hpp"
#include "support/engine_bench.hpp"

#include <langexport/credential.hpp>
#include <langexport/error.hpp>
#include <langexport/export_project.hpp>

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <exception>
#include <string>
#include <vector>

namespace token_errors_test {

using namespace std::chrono_literals;
using namespace langexport;
using langexport_tests::contains_text;
using langexport_tests::engine_bench;
using langexport_tests::manual_time;
namespace asio = boost::asio;

namespace {

diagnostics invalid_client() {
    diagnostics known;
    known.detail = "https://login.example gave no token for the client secret";
    known.service.code = "invalid_client";
    known.service.message = "AADSTS7000215: Invalid client secret provided.";
    known.http_status = 401;
    known.request_id = "trace-1";
    known.advice = "check the client secret";
    known.is_permanent = true;
    return known;
}

// A source that fails a number of times, and the times of its calls.
class failing_source {
public:
    failing_source(diagnostics known, std::size_t failures)
        : known_(std::move(known)), failures_(failures) {}

    bearer_token_source source() {
        return bearer_token_source([this] { return token(); });
    }
    void begin(engine_bench& bench) { bench_ = &bench; }
    const std::vector<manual_time::time_point>& asked() const { return asked_; }

private:
    asio::awaitable<access_token> token() {
        asked_.push_back(bench_->time().now());
        if (asked_.size() <= failures_)
            throw export_error(make_error_code(errc::credential_unavailable), known_);
        const access_token good("token-4b7d2e9f61", bench_->time().system_now() + 1h);
        co_return good;
    }

    const diagnostics known_;
    const std::size_t failures_;
    engine_bench* bench_ = nullptr;
    std::vector<manual_time::time_point> asked_;
};

// The events that an observer receives about the source.
class failure_log final : public observer {
public:
    std::vector<std::string> lines;

    void on_token_failed(const token_failed_event& event) noexcept override {
        lines.push_back(std::to_string(event.failures) + (event.has_token ? " has a token" : "") +
                        (event.will_retry ? " waits: " : " ends: ") + std::string(event.detail));
        wait += event.wait;
    }
    std::chrono::steady_clock::duration wait{};
};

struct outcome {
    int calls = 0;
    std::exception_ptr error;
};

auto into(outcome& end) {
    return [&end](std::exception_ptr error, const exported_project&) {
        ++end.calls;
        end.error = std::move(error);
    };
}

} // namespace

TEST_CASE("a permanent error of a token source ends all operations at once, without a retry",
          "[engine][tokens]") {
    failing_source office(invalid_client(), 1000);
    client_params params = engine_bench::default_params();
    params.credential = office.source();
    params.quota.submissions = 2; // most of them wait for the quota
    engine_bench bench(params);
    office.begin(bench);
    const auto begin = bench.time().now();
    std::vector<outcome> ends(20);
    for (std::size_t i = 0; i < ends.size(); ++i)
        export_project(bench.client(), export_request("p" + std::to_string(i)), into(ends[i]));
    bench.run();
    CHECK(office.asked().size() == 1);
    CHECK(bench.time().now() == begin);
    CHECK(bench.service->requests.empty());
    for (const outcome& end : ends) {
        REQUIRE(end.calls == 1);
        const export_error* const error = get_export_error(end.error);
        REQUIRE(error);
        CHECK(error->code() == errc::credential_unavailable);
        CHECK(error->diagnostics().is_permanent);
        CHECK(error->diagnostics().submission == submission_state::not_sent);
        CHECK_THAT(
            error->what(),
            contains_text("no credential is available: https://login.example gave no token for "
                          "the client secret; the service says invalid_client: \"AADSTS7000215: "
                          "Invalid client secret provided.\" (HTTP 401, request id trace-1); "
                          "check the client secret"));
    }
}

TEST_CASE("other errors of a token source are retried", "[engine][tokens]") {
    diagnostics known = invalid_client();
    known.is_permanent = false;
    failing_source office(known, 2);
    client_params params = engine_bench::default_params();
    params.credential = office.source();
    engine_bench bench(params);
    office.begin(bench);
    outcome end;
    export_project(bench.client(), export_request("p"), into(end));
    bench.run();
    CHECK(end.calls == 1);
    CHECK_FALSE(end.error);
    CHECK(office.asked().size() == 3);
}

TEST_CASE("the wait that a token source's error sets is respected, up to max_retry_after",
          "[engine][tokens]") {
    struct row {
        std::chrono::seconds wanted;
        bool honors;
        std::chrono::seconds least;
        std::chrono::seconds most;
    };
    const row each = GENERATE(row{90s, true, 90s, 91s}, row{24h, true, 600s, 601s},
                              row{90s, false, 0s, 1s}, row{0s, true, 0s, 1s});
    diagnostics known = invalid_client();
    known.is_permanent = false;
    known.retry_after = each.wanted;
    failing_source office(known, 1);
    client_params params = engine_bench::default_params();
    params.credential = office.source();
    params.retry.honor_retry_after = each.honors;
    engine_bench bench(params);
    office.begin(bench);
    outcome end;
    export_project(bench.client(), export_request("p"), into(end));
    bench.run();
    CHECK_FALSE(end.error);
    REQUIRE(office.asked().size() == 2);
    const auto wait = office.asked()[1] - office.asked()[0];
    CHECK(wait >= each.least);
    CHECK(wait <= each.most);
}

TEST_CASE("after a permanent error a later operation calls the source again", "[engine][tokens]") {
    failing_source office(invalid_client(), 1);
    client_params params = engine_bench::default_params();
    params.credential = office.source();
    engine_bench bench(params);
    office.begin(bench);
    outcome first, second;
    export_project(bench.client(), export_request("p"), into(first));
    bench.run();
    CHECK(code_of(first.error) == errc::credential_unavailable);
    export_project(bench.client(), export_request("p"), into(second));
    bench.run();
    CHECK(second.calls == 1);
    CHECK_FALSE(second.error);
}

TEST_CASE("an observer receives each failure of a token source, its reason and the next attempt",
          "[engine][tokens]") {
    const bool is_permanent = GENERATE(false, true);
    diagnostics known = invalid_client();
    known.is_permanent = is_permanent;
    failing_source office(known, 2);
    const auto log = std::make_shared<failure_log>();
    client_params params = engine_bench::default_params();
    params.credential = office.source();
    params.observer = log;
    engine_bench bench(params);
    office.begin(bench);
    const auto begin = bench.time().now();
    outcome end;
    export_project(bench.client(), export_request("p"), into(end));
    bench.run();
    CHECK(end.calls == 1);
    const std::string reason =
        "https://login.example gave no token for the client secret; the service says "
        "invalid_client: \"AADSTS7000215: Invalid client secret provided.\" (HTTP 401, request id "
        "trace-1); check the client secret";
    if (is_permanent) {
        CHECK(log->lines == std::vector<std::string>{"1 ends: " + reason});
        CHECK(log->wait.count() == 0);
        return;
    }
    CHECK(log->lines == std::vector<std::string>{"1 waits: " + reason, "2 waits: " + reason});
    REQUIRE(office.asked().size() == 3);
    CHECK(office.asked().back() - begin == log->wait);
}

TEST_CASE("an observer receives an event if a valid token cannot be renewed yet",
          "[engine][tokens]") {
    const auto log = std::make_shared<failure_log>();
    client_params params = engine_bench::default_params();
    engine_bench* bench_of_source = nullptr;
    std::size_t asked = 0;
    params.credential = bearer_token_source([&]() -> asio::awaitable<access_token> {
        if (++asked == 2)
            throw std::runtime_error("the office is closed");
        const auto life = asked == 1 ? 10min : 60min;
        const access_token good("token-4b7d2e9f61", bench_of_source->time().system_now() + life);
        co_return good;
    });
    params.observer = log;
    engine_bench bench(params);
    bench_of_source = &bench;
    outcome first, second;
    export_project(bench.client(), export_request("p"), into(first));
    bench.at(bench.time().now() + 9min + 30s,
             [&] { export_project(bench.client(), export_request("q"), into(second)); });
    bench.run();
    CHECK_FALSE(first.error);
    CHECK_FALSE(second.error);
    CHECK(asked >= 2);
    REQUIRE(log->lines.size() == 1);
    CHECK(log->lines[0] == "1 has a token waits: the token source threw");
}

TEST_CASE("an observer receives an event if a token source does not respond", "[engine][tokens]") {
    const auto log = std::make_shared<failure_log>();
    client_params params = engine_bench::default_params();
    params.retry.max_attempts = 2;
    params.observer = log;
    std::vector<bearer_token_source::receiver> waiting;
    params.credential = detail::make_token_source(
        [&](const asio::any_io_executor&, bearer_token_source::receiver done) {
            waiting.push_back(std::move(done));
        });
    engine_bench bench(params);
    outcome end;
    export_project(bench.client(), export_request("p"), into(end));
    bench.run();
    CHECK(code_of(end.error) == errc::credential_unavailable);
    REQUIRE(log->lines.size() == 2);
    CHECK_THAT(log->lines[0], contains_text("waits: the token source has not responded"));
    CHECK_THAT(log->lines[1], contains_text("ends: the token source has not responded"));
}

} // namespace token_errors_test
