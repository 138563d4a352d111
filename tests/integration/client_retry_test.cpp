#include "integration/client_bench.hpp"
#include "support/catch.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace client_retry_test {

namespace testing = langexport::testing;

namespace {

using namespace std::chrono_literals;
using langexport::client;
using langexport::client_params;
using langexport::condition;
using langexport::errc;
using langexport::export_job;
using langexport::export_request;
using langexport::export_status;
using langexport::exported_project;
using langexport::submission_state;
using langexport_tests::client_bench;
using langexport_tests::contains_text;
using langexport_tests::quick_project;
using testing::call_kind;
using testing::canned_response;
using testing::early_end;
using testing::occurrences;

using lines = std::vector<std::string>;

canned_response stalled(std::uint64_t after) {
    return canned_response::cut_after(after, early_end::stall);
}

bool stalls(const canned_response& response) {
    return response.cut && response.ending == early_end::stall;
}

} // namespace

TEST_CASE("a rejected submission is retried after the time that the service requests",
          "[client][retry]") {
    client_bench b(GENERATE(false, true));
    const unsigned status = GENERATE(429U, 503U);
    const std::string field = GENERATE("retry-after-ms", "x-ms-retry-after-ms");
    b->on(call_kind::submission, occurrences::between(1, 3),
          canned_response(status, "{}").header(field, "30"));
    client_params params = b.params();
    const auto done = b.export_project(b.make_client(params));
    REQUIRE(done.is_good());
    CHECK(b.seen() == lines{"POST export", "POST export", "POST export", "POST export",
                            "GET status", "GET result"});
    CHECK(b->counters().jobs_created == 1);
    const auto seen = b->requests();
    for (std::size_t i = 1; i < 4; ++i)
        CHECK(seen[i].time - seen[i - 1].time >= 30ms);
}

TEST_CASE("polls and fetches also wait for the time that the service requests", "[client][retry]") {
    client_bench b(false);
    const auto kind = GENERATE(call_kind::status, call_kind::result);
    const unsigned status = GENERATE(429U, 503U);
    b->on(kind, 1, canned_response(status, "{}").header("retry-after-ms", "40"));
    const auto done = b.export_project(b.make_client());
    REQUIRE(done.is_good());
    const auto seen = b->requests();
    REQUIRE(seen.size() == 4);
    const std::size_t second = kind == call_kind::status ? 2 : 3;
    CHECK(seen[second].time - seen[second - 1].time >= 40ms);
}

TEST_CASE("a job is not polled before the time that its pending status names", "[client][retry]") {
    client_bench b(false);
    b->on(call_kind::status, 1,
          canned_response(200, R"({"status":"running"})").header("retry-after-ms", "40"));
    const auto done = b.export_project(b.make_client());
    REQUIRE(done.is_good());
    const auto seen = b->requests();
    REQUIRE(seen.size() == 4);
    CHECK(seen[2].time - seen[1].time >= 40ms);
}

TEST_CASE("a submission that may have arrived is never retried, unless duplicates are allowed",
          "[client][retry]") {
    const bool tls = GENERATE(false, true);
    const auto fault =
        GENERATE(canned_response::no_response(true), canned_response::no_response(false),
                 canned_response::cut_after(0, early_end::reset),
                 canned_response::cut_after(1, early_end::close),
                 canned_response::cut_after(100, early_end::reset), canned_response(500, "{}"),
                 canned_response(502), canned_response(504), canned_response(408));
    client_bench b(tls);
    b->on(call_kind::submission, 1, fault);
    const client c = b.make_client();
    SECTION("duplicates are not allowed") {
        const auto done = b.export_project(c);
        CHECK(done.code() == errc::submit_unconfirmed);
        CHECK(done.known().submission == submission_state::unconfirmed);
        CHECK(done.known().submits == 1);
        CHECK(b.seen() == lines{"POST export"});
    }
    SECTION("duplicates are allowed") {
        export_request request("Demo");
        request.allow_duplicates = true;
        const auto done = b.export_project(c, request);
        REQUIRE(done.is_good());
        CHECK(b.seen() == lines{"POST export", "POST export", "GET status", "GET result"});
    }
}

TEST_CASE("a job is known from its response header even if the body fails", "[client][retry]") {
    const bool tls = GENERATE(false, true);
    client_bench b(tls);
    const std::string link = b->endpoint() + "/language/authoring/some/job";
    const std::string header = "HTTP/1.1 202 Accepted\r\nOperation-Location: " + link + "\r\n";
    const auto body = GENERATE("Content-Length: 9\r\n\r\ncut", "Content-Length: 5000000\r\n\r\n",
                               "Transfer-Encoding: chunked\r\n\r\nno size\r\n");
    b->on(call_kind::submission, 1, canned_response::raw_bytes(header + body));
    client_params params = b.params();
    params.retry.not_found_grace = 0s;
    const auto done = b.export_project(b.make_client(params));
    CHECK(done.code() == errc::job_not_found);
    CHECK(done.known().submission == submission_state::confirmed);
    REQUIRE(done.known().job);
    CHECK(done.known().job->operation_location() == link);
}

TEST_CASE("a GET is retried after any failure of its response", "[client][retry]") {
    const bool tls = GENERATE(false, true);
    const auto kind = GENERATE(call_kind::status, call_kind::result);
    struct row {
        const char* name;
        canned_response response;
    };
    const row table[] = {
        {"none, closed", canned_response::no_response(true)},
        {"none, reset", canned_response::cut_after(0, early_end::reset)},
        {"cut in the header", canned_response::cut_after(20, early_end::close)},
        {"reset in the header", canned_response::cut_after(20, early_end::reset)},
        {"cut in the body", canned_response::cut_after(600, early_end::close)},
        {"reset in the body", canned_response::cut_after(600, early_end::reset)},
        {"stalled at once", stalled(0)},
        {"stalled in the header", stalled(20)},
        {"stalled in the body", stalled(600)},
        {"408", canned_response(408)},
        {"429", canned_response(429)},
        {"500", canned_response(500, "oops")},
        {"502", canned_response(502, "<html>")},
        {"503", canned_response(503)},
        {"504", canned_response(504)},
    };
    for (const row& r : table) {
        CAPTURE(r.name, tls, kind == call_kind::result);
        client_bench b(tls);
        b->on(kind, occurrences::between(1, 2), r.response);
        client_params params = b.params();
        if (stalls(r.response))
            params.response_timeout = params.read_timeout = 150ms;
        // The last limit, for responses that pass both of these.
        params.attempt_timeout = params.result_timeout = 10s;
        const auto done = b.export_project(b.make_client(params));
        if (!done.is_good())
            FAIL_CHECK(done.what());
        CHECK(b->counters().jobs_created == 1);
        const std::size_t number = b.number_seen();
        CHECK(number == 5);
    }
}

TEST_CASE("a truncated result is fetched again", "[client][retry]") {
    const bool tls = GENERATE(false, true);
    using testing::body_framing;
    const auto framing =
        GENERATE(body_framing::content_length, body_framing::chunked, body_framing::until_close);
    const auto how = GENERATE(early_end::close, early_end::reset);
    CAPTURE(tls, static_cast<int>(framing), static_cast<int>(how));
    client_bench b(tls);
    testing::project p = quick_project();
    p.result_size = 300'000;
    p.framing = framing;
    b->add_project(p);
    client_params params = b.params();
    params.retry.max_attempts = 3;
    SECTION("the third response is complete") {
        b->on(call_kind::result, occurrences::between(1, 2),
              canned_response::cut_after(250'000, how));
        const auto done = b.export_project(b.make_client(params));
        REQUIRE(done.is_good());
        CHECK(done.result.document.size() == 300'000);
        CHECK(b->counters().result_gets == 3);
    }
    SECTION("every response is truncated") {
        b->on(call_kind::result, occurrences::always(), canned_response::cut_after(250'000, how));
        const auto done = b.export_project(b.make_client(params));
        CHECK(done.code() == errc::response_truncated);
        CHECK(done.code() == condition::transient);
        CHECK(done.known().failures == 3);
        CHECK(done.failure().job());
        CHECK_THAT(done.what(), contains_text("bytes of its body"));
        CHECK(b->counters().result_gets == 3);
    }
}

TEST_CASE(
    "a body of unknown length ends with close_notify over TLS, and with complete JSON over TCP",
    "[client][retry]") {
    const bool tls = GENERATE(false, true);
    client_bench b(tls);
    testing::project p = quick_project();
    p.framing = testing::body_framing::until_close;
    b->add_project(p);
    canned_response rude;
    rude.without_goodbye = true;
    b->on(call_kind::result, occurrences::always(), rude);
    client_params params = b.params();
    params.retry.max_attempts = 2;
    const auto done = b.export_project(b.make_client(params));
    if (tls) {
        CHECK(done.code() == errc::response_truncated);
        CHECK(b->counters().result_gets == 2);
    } else {
        CHECK(done.is_good());
    }
}

TEST_CASE("a status of unknown length is accepted only if it is complete JSON", "[client][retry]") {
    client_bench b(false);
    const std::string header = "HTTP/1.1 200 OK\r\n\r\n";
    b->on(call_kind::status, 1, canned_response::raw_bytes(header + R"({"status":"runn)"));
    b->on(call_kind::status, 2, canned_response::raw_bytes(header + R"({"status":"running"})"));
    CHECK(b.export_project(b.make_client()).is_good());
    CHECK(b.seen() == lines{"POST export", "GET status", "GET status", "GET status", "GET result"});
}

TEST_CASE("an error reports the number of attempts and the last cause", "[client][retry]") {
    struct row {
        const char* name;
        canned_response response;
        errc code;
        unsigned status;
    };
    const row table[] = {
        {"closed", canned_response::no_response(true), errc::connection_failed, 0},
        {"cut", canned_response::cut_after(30, early_end::close), errc::response_truncated, 0},
        {"no byte", stalled(0), errc::response_timeout, 0},
        {"half", stalled(30), errc::read_timeout, 0},
        {"503", canned_response(503, R"({"error":{"code":"ServiceUnavailable","message":"m"}})"),
         errc::service_unavailable, 503},
        {"500", canned_response(500), errc::service_unavailable, 500},
        {"429", canned_response(429), errc::throttled, 429},
    };
    const bool tls = GENERATE(false, true);
    const auto kind = GENERATE(call_kind::status, call_kind::result);
    for (const row& r : table) {
        CAPTURE(r.name, tls);
        client_bench b(tls);
        b->on(kind, occurrences::always(), r.response);
        client_params params = b.params();
        params.retry.max_attempts = params.retry.max_throttled = 3;
        if (stalls(r.response))
            params.response_timeout = params.read_timeout = 150ms;
        const auto done = b.export_project(b.make_client(params));
        INFO(done.what());
        CHECK(done.code() == r.code);
        CHECK(done.code() == condition::transient);
        CHECK(done.known().failures == 3);
        CHECK(done.known().http_status == r.status);
        CHECK(done.known().submission == submission_state::confirmed);
        REQUIRE(done.failure().job());
        CHECK_THAT(done.what(), contains_text("token"));
        // One more where a connection in use ends before the first byte: it may have been idle too long.
        const std::uint64_t expected = r.code == errc::connection_failed ? 4 : 3;
        const auto counters = b->counters();
        CHECK((kind == call_kind::status ? counters.status_gets : counters.result_gets) ==
              expected);
    }
}

TEST_CASE("a response that arrives too slowly fails at attempt_timeout", "[client][retry]") {
    client_bench b(GENERATE(false, true));
    canned_response drip;
    drip.drip_bytes = 1;
    drip.drip_pause = 5ms;
    b->on(call_kind::status, occurrences::always(), drip);
    client_params params = b.params();
    params.attempt_timeout = 400ms; // time enough for the submission, too
    params.retry.max_attempts = 2;
    const auto done = b.export_project(b.make_client(params));
    CHECK(done.code() == errc::attempt_timeout);
    CHECK(b->counters().status_gets == 2);
}

TEST_CASE("a job that the service does not know yet is polled again", "[client][retry]") {
    client_bench b(GENERATE(false, true));
    testing::project p = quick_project();
    p.creation_lag = 200ms;
    b->add_project(p);
    const auto done = b.export_project(b.make_client());
    REQUIRE(done.is_good());
    CHECK(b->counters().not_found > 0);
}

TEST_CASE("get_export_status completes with the first response", "[client][retry]") {
    client_bench b(GENERATE(false, true));
    const client c = b.make_client();
    const auto job = b.submit(c);
    REQUIRE(job.is_good());
    b->clear_requests();
    SECTION("an error response is not retried") {
        const unsigned status = GENERATE(404U, 429U, 500U, 503U);
        b->on(call_kind::status, 1, canned_response(status));
        const auto asked = b.status(c, job.result);
        CHECK(asked.calls == 1);
        CHECK(asked.known().http_status == status);
        CHECK(b.seen() == lines{"GET status"});
    }
    SECTION("a lost response is retried") {
        b->on(call_kind::status, 1, canned_response::no_response(true));
        CHECK(b.status(c, job.result).is_good());
        CHECK(b.seen() == lines{"GET status", "GET status"});
    }
}

TEST_CASE("a few redirects within the origin are followed, with the key", "[client][retry]") {
    client_bench b(GENERATE(false, true));
    const auto kind = GENERATE(call_kind::status, call_kind::result);
    b->on(call_kind::other, 1,
          kind == call_kind::status ? canned_response(200, R"({"status":"failed"})")
                                    : canned_response(200, R"({"assets":{}})"));
    b->on(kind, 1, canned_response(307).header("Location", "/elsewhere?a=b"));
    const auto done = b.export_project(b.make_client());
    if (kind == call_kind::status)
        CHECK(done.code() == errc::job_failed);
    else
        CHECK(done.is_good());
    const auto seen = b->requests();
    CHECK(seen.back().target == "/elsewhere?a=b");
    CHECK(seen.back().credential == testing::credential_seen::first_key);
}

TEST_CASE("redirect loops end with an error", "[client][retry]") {
    client_bench b(false);
    b->on(call_kind::any, occurrences::from(2), canned_response(302).header("Location", "/round"));
    const auto done = b.export_project(b.make_client());
    CHECK(done.code() == errc::unexpected_response);
    CHECK_THAT(done.what(), contains_text("it was redirected more than 5 times"));
    CHECK(b.number_seen() == 7);
}

TEST_CASE("after a temporary redirect the next poll uses the original URL", "[client][retry]") {
    client_bench b(GENERATE(false, true));
    const unsigned status = GENERATE(301U, 302U, 303U, 307U, 308U);
    const bool is_lasting = status == 301 || status == 308;
    CAPTURE(status);
    const canned_response running(200, R"({"status":"running"})");
    const canned_response next = GENERATE(true, false) ? running : canned_response(503, "{}");
    b->on(call_kind::status, 1, canned_response(status).header("Location", "/elsewhere"));
    b->on(call_kind::other, 1, next);
    b->on(call_kind::other, occurrences::from(2), canned_response(200, R"({"status":"failed"})"));
    const auto done = b.export_project(b.make_client());
    std::vector<std::string> asked;
    for (const auto& request : b->requests())
        if (request.method == "GET")
            asked.push_back(request.target);
    REQUIRE(asked.size() >= 3);
    CHECK(asked[1] == "/elsewhere");
    if (is_lasting) {
        CHECK(asked[2] == "/elsewhere");
        CHECK(done.code() == errc::job_failed);
    } else {
        CHECK(asked[2] == asked[0]);
        CHECK(done.is_good());
    }
}

TEST_CASE("a gateway's own status is retried for a GET, and never for a submission",
          "[client][retry]") {
    const unsigned status = GENERATE(505U, 520U, 522U, 524U, 529U, 599U);
    CAPTURE(status);
    client_bench b(false);
    SECTION("a GET") {
        const auto kind = GENERATE(call_kind::status, call_kind::result);
        b->on(kind, 2, canned_response(status, "<html>error</html>"));
        CHECK(b.export_project(b.make_client()).is_good());
    }
    SECTION("a submission") {
        b->on(call_kind::submission, 1, canned_response(status, "<html>error</html>"));
        const auto done = b.export_project(b.make_client());
        CHECK(done.code() == errc::submit_unconfirmed);
        CHECK(done.known().submission == submission_state::unconfirmed);
        CHECK(done.known().http_status == status);
        CHECK(b.seen() == lines{"POST export"});
    }
}

TEST_CASE("an invalid request is rejected before anything is sent", "[client][errors]") {
    client_bench b(false);
    const client c = b.make_client();
    const auto rejected = [&](const auto& done, const std::string& word) {
        CHECK(done.code() == errc::invalid_request);
        CHECK(done.code() == condition::caller);
        INFO(done.what());
        CHECK_THAT(done.what(), contains_text(word));
        CHECK(done.known().submission != submission_state::unconfirmed);
    };
    rejected(b.export_project(c, export_request("")), "project_name");
    rejected(b.export_project(c, export_request("a\nb")), "project_name");
    rejected(b.export_project(c, export_request(std::string(101, 'x'))), "project_name");
    export_request request("Demo");
    request.trained_model_label = "model";
    client_params older = b.params();
    older.api_version = "2022-05-01";
    rejected(b.submit(b.make_client(older), request), "trained_model_label");
    request = export_request("Demo");
    request.deadline = 0ms;
    rejected(b.submit(c, request), "deadline");
    rejected(b.status(c, export_job()), "export_job");
    rejected(b.wait(c, export_job()), "export_job");
    rejected(b.resume(c, export_job()), "export_job");
    rejected(b.fetch(c, export_status()), "result_url");
    rejected(b.resume(c, export_job("Demo", "no link", {})), "the operation location of the job");
    CHECK(b.number_seen() == 0);
    CHECK(b->counters().connections == 0);
}

TEST_CASE("operations beyond max_pending are rejected, not queued", "[client][limits]") {
    client_bench b(false);
    client_params params = b.params();
    params.max_pending = 3;
    const client c = b.make_client(params);
    std::vector<std::shared_ptr<langexport_tests::outcome<exported_project>>> all;
    for (int i = 0; i < 5; ++i)
        all.push_back(b.begin<exported_project>(
            [&](auto token) { export_project(c, export_request("Demo"), std::move(token)); }));
    REQUIRE(b.run_dry());
    for (std::size_t i = 0; i < 5; ++i) {
        CHECK(all[i]->is_good() == (i < 3));
        if (i >= 3) {
            CHECK(all[i]->code() == errc::queue_full);
            CHECK(all[i]->code() == condition::caller);
            CHECK(all[i]->known().submission == submission_state::not_sent);
            CHECK_THAT(all[i]->what(), contains_text("max_pending"));
        }
    }
    CHECK(b.export_project(c).is_good());
}

} // namespace client_retry_test
