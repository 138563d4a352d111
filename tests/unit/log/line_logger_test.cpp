#include <langexport/log/line_logger.hpp>

#include <langexport/export_job.hpp>

#include "support/catch.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace line_logger_test {

using namespace langexport;
using namespace langexport_tests;
using namespace std::chrono_literals;

namespace {

using lines = std::vector<std::string>;

} // namespace

TEST_CASE("log levels have names", "[log]") {
    for (const auto level : {log_level::error, log_level::warning, log_level::info,
                             log_level::debug, log_level::trace})
        CHECK(parse_log_level(to_string(level)) == level);
    CHECK_FALSE(parse_log_level("verbose"));
    CHECK_FALSE(parse_log_level(""));
}

TEST_CASE("each kind of event is logged at its level", "[log]") {
    lines all;
    log_level most = log_level::warning;
    line_logger logger(log_level::trace, [&](log_level level, std::string_view line) {
        if (level <= most)
            all.emplace_back(line);
    });
    const auto tell = [&](log_level up_to) {
        most = up_to;
        all.clear();
        logger.on_queued(queued_event{"p", request_kind::submission, 3});
        logger.on_throttled(throttled_event{"p", request_kind::submission, 429, 20s, 5});
        logger.on_throttled(throttled_event{"p", request_kind::status, 503, 2s, 0});
        logger.on_retried(retried_event{"p", request_kind::result, 2, errc::connection_failed, 0,
                                        "before a response came", 1500ms});
        logger.on_retried(
            retried_event{"p", request_kind::status, 1, errc::service_unavailable, 503, "", 1s});
        logger.on_connection_failed(connection_failed_event{
            errc::connect_timeout, "to name.example", {}, 2, 23606ms, true});
        const error_code rejected = make_error_code(boost::system::errc::connection_refused);
        const std::string detail = "127.0.0.1: " + rejected.message();
        logger.on_connection_failed(
            connection_failed_event{errc::connection_failed, detail, rejected, 3, 0s, false});
        logger.on_connection_failed(
            connection_failed_event{errc::tls_failed, "name.example", rejected, 3, 0s, false});
        logger.on_token_failed(
            token_failed_event{"the command ended with status 3", {}, 1, 2s, true, false});
        logger.on_token_failed(token_failed_event{"the office", rejected, 2, 500ms, true, true});
        logger.on_token_failed(token_failed_event{detail, rejected, 3, 0s, false, false});
        logger.on_quota_failed(quota_failed_event{"Redis has gone", 1, 1500ms});
        logger.on_connection_opened(connection_opened_event{1, "[::1]:443", true, true, 3ms});
        logger.on_connection_closed(connection_closed_event{1, close_reason::by_peer, 12, 60s});
        exchange_event exchange{};
        exchange.connection = 1;
        exchange.request = request_kind::status;
        exchange.method = "GET";
        exchange.target = "/jobs/1?api-version=v";
        exchange.http_status = 200;
        exchange.request_id = "r-1";
        exchange.client_request_id = "c-1";
        exchange.bytes_sent = 300;
        exchange.bytes_received = 500;
        exchange.duration = 412us;
        logger.on_exchange(exchange);
        exchange.failure = errc::response_truncated;
        exchange.detail = "inside its header";
        exchange.request_id = "";
        exchange.duration = 30ms;
        logger.on_exchange(exchange);
        return all;
    };
    CHECK(tell(log_level::warning) ==
          lines{"the service responded with 429: no submission for 20 s, then 5 a window",
                "the service responded with 503: no status request for 2 s",
                "no connection, the next try in 23.6 s: the connection was not made in time: to "
                "name.example",
                "no connection: the connection failed: 127.0.0.1: Connection refused",
                "no connection: TLS failed: name.example (Connection refused)",
                "no token, the next try in 2 s: the command ended with status 3",
                "no new token, the next try in 500 ms: the office (Connection refused)",
                "no token: 127.0.0.1: Connection refused",
                "no shared quota, the next try in 1.5 s: Redis has gone"});
    const lines debug = tell(log_level::debug);
    REQUIRE(debug.size() == 14);
    CHECK(debug[0] == "queued p: its submission is behind 3 others");
    CHECK(debug[3] == "repeating the result of p in 1.5 s: the connection failed: before a "
                      "response came");
    CHECK(debug[4] == "repeating the status of p in 1 s: the service is not available (HTTP 503)");
    CHECK(debug[12] == "connection 1 to [::1]:443 opened in 3 ms, TLS resumed");
    CHECK(debug[13] == "connection 1 closed after 12 requests in 1 min: closed by the server");
    const lines trace = tell(log_level::trace);
    REQUIRE(trace.size() == 16);
    CHECK(trace[14] ==
          "GET /jobs/1?api-version=v -> 200 in 0.4 ms on connection 1, 300 bytes out, 500 "
          "in, client request id c-1, request id r-1");
    CHECK(trace[15] == "GET /jobs/1?api-version=v -> the connection ended inside the response: "
                       "inside its header in 30 ms on "
                       "connection 1, 300 bytes out, 500 in, client request id c-1");
}

TEST_CASE("a line names the operation and its tag", "[log]") {
    lines all;
    line_logger logger(log_level::trace,
                       [&](log_level, std::string_view line) { all.emplace_back(line); });
    queued_event queued{"p", request_kind::submission, 0, 12, "nightly"};
    logger.on_queued(queued);
    queued.tag = {};
    logger.on_queued(queued);
    diagnostics known;
    known.tag = "nightly";
    logger.on_failed(
        failed_event{export_error(make_error_code(errc::job_failed), known), 12, "nightly"});
    CHECK(all == lines{"queued p: its submission is behind 0 others (operation 12, tag nightly)",
                       "queued p: its submission is behind 0 others (operation 12)",
                       "the export job failed (tag nightly); see the service's reason, then submit "
                       "it again (operation 12)"});
}

TEST_CASE("events are logged up to the chosen level", "[log]") {
    const export_job job("p", "https://name.example/jobs/1", {});
    export_status status(job);
    status.status = job_status::running;
    status.status_text = "run\nning";
    const polled_event polled{status, 2, 1500ms};
    const submitted_event late{job, "r-1", true};
    const finished_event finished{"p", job, 12, 3s, 1s, 1, 2, 0};

    const auto lines_at = [&](log_level most) {
        lines all;
        line_logger logger(most, [&](log_level level, std::string_view line) {
            CHECK(level <= most);
            all.emplace_back(line);
        });
        logger.on_submitted(late);
        logger.on_polled(polled);
        logger.on_finished(finished);
        logger.on_failed(failed_event{export_error(make_error_code(errc::job_failed), {})});
        return all;
    };
    CHECK(lines_at(log_level::error) ==
          lines{"the export job failed; see the service's reason, then submit it again"});
    CHECK(lines_at(log_level::warning).size() == 2);
    CHECK(lines_at(log_level::warning)[0] == "submitted p, after its export had ended");
    CHECK(lines_at(log_level::info)[1] == "finished p: 12 bytes after 3 s");
    CHECK(lines_at(log_level::debug)[1] == "polled p: 'run ning', poll 2, the next one in 1.5 s");
    status.errors.emplace_back();
    status.errors.back().code = "MadeUp";
    CHECK(lines_at(log_level::trace)[2] == "  error MadeUp: ");
    CHECK(describe(polled) == "run\nning, polled 2 times");
    status.status = job_status::not_started;
    CHECK(describe(polled) == "not started yet, polled 2 times");
    status.status = job_status::succeeded;
    CHECK(describe(polled) == "fetching the result");
}

TEST_CASE("imports are logged as such", "[log][import]") {
    lines all;
    line_logger logger(log_level::info,
                       [&](log_level, std::string_view line) { all.emplace_back(line); });
    const export_job job("p", "https://name.example/jobs/1", {}, job_kind::importing);
    logger.on_submitted(submitted_event{job, "", false, 1, "nightly"});
    logger.on_submitted(submitted_event{job, "", true, 1, "nightly"});
    finished_event finished{"p", job, 12, 1500ms, 0ms, 1, 2, 0};
    finished.kind = job_kind::importing;
    logger.on_finished(finished);
    diagnostics known;
    known.kind = job_kind::importing;
    for (const errc code : {errc::job_failed, errc::job_cancelled, errc::job_partially_completed})
        logger.on_failed(failed_event{export_error(make_error_code(code), known)});
    CHECK(all ==
          lines{"submitted the import of p (operation 1, tag nightly)",
                "submitted the import of p, after its import had ended (operation 1, tag nightly)",
                "imported p: 12 bytes after 1.5 s",
                "the import job failed; see the service's reason, then submit it again",
                "the import job was cancelled at the service; submit the import again",
                "the import job ended with only a part of the assets; compare the project with its "
                "document, and import it again"});
    export_status status(job);
    status.status = job_status::succeeded;
    status.status_text = "succeeded";
    CHECK(describe(polled_event{status, 2, 0ms}) == "succeeded");
}

} // namespace line_logger_test
