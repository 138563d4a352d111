#include "integration/client_bench.hpp"
#include "integration/export_failure.hpp"
#include "support/catch.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace client_errors_test {

namespace testing = langexport::testing;

namespace {

using namespace std::chrono_literals;
using namespace langexport_tests;
using langexport::client;
using langexport::client_params;
using langexport::errc;
using testing::call_kind;
using testing::canned_response;
using testing::early_end;
using testing::emulator;

const std::vector<failing> submission_failures{
    {.name = "a wrong key",
     .prepare = [](emulator& e, client_params&) { e.set_keys({"another"}); },
     .code = errc::unauthorized,
     .kind = permanent,
     .submission = not_sent,
     .http_status = 401,
     .words = {"key", "Demo", "HTTP 401"},
     .requests = post},
    {.name = "403",
     .prepare =
         on(call_kind::submission, error_response(403, "Forbidden", "not from this network")),
     .code = errc::forbidden,
     .kind = permanent,
     .submission = not_sent,
     .http_status = 403,
     .words = {"not from this network"},
     .requests = post},
    {.name = "an unknown project",
     .prepare = [](emulator& e, client_params&) { e.remove_project("Demo"); },
     .code = errc::project_not_found,
     .kind = permanent,
     .submission = not_sent,
     .http_status = 404,
     .words = {"'Demo'", "HTTP 404"},
     .requests = post},
    {.name = "409",
     .prepare = on(call_kind::submission, error_response(409, "Conflict", "being imported")),
     .code = errc::conflict,
     .kind = permanent,
     .submission = not_sent,
     .http_status = 409,
     .words = {"being imported"},
     .requests = post},
    {.name = "400",
     .prepare = on(call_kind::submission, error_response(400, "InvalidArgument", "no such kind")),
     .code = errc::invalid_request,
     .kind = caller,
     .submission = not_sent,
     .http_status = 400,
     .words = {"InvalidArgument", "no such kind"},
     .requests = post},
    {.name = "a storage quota that is used up",
     .prepare = on(call_kind::submission, error_response(403, "QuotaExceeded", "no more projects")),
     .code = errc::forbidden,
     .kind = permanent,
     .submission = not_sent,
     .http_status = 403,
     .words = {"QuotaExceeded"},
     .requests = post},
    {.name = "200 to a submission",
     .prepare = on(call_kind::submission, canned_response(200, "{}")),
     .code = errc::unexpected_response,
     .kind = permanent,
     .submission = unconfirmed,
     .http_status = 200,
     .words = {"HTTP status 200"},
     .requests = post},
    {.name = "a page of a proxy",
     .prepare = on(call_kind::submission, html_response(418)),
     .code = errc::unexpected_response,
     .kind = permanent,
     .submission = not_sent,
     .http_status = 418,
     .words = {"Bad gateway"},
     .requests = post},
    {.name = "a redirect of a submission to another origin",
     .prepare = on(call_kind::submission,
                   canned_response(307).header("Location", "https://login.example/?next=1")),
     .code = errc::foreign_origin,
     .kind = permanent,
     .submission = not_sent,
     .http_status = 307,
     .words = {"https://login.example", "the endpoint is http"},
     .requests = post},
    {.name = "202 without operation-location",
     .prepare = on(call_kind::submission, canned_response(202)),
     .code = errc::unexpected_response,
     .kind = permanent,
     .submission = unconfirmed,
     .http_status = 202,
     .words = {"operation-location"},
     .requests = post},
    {.name = "202 with an operation-location that is none",
     .prepare =
         on(call_kind::submission, canned_response(202).header("operation-location", "nowhere")),
     .code = errc::malformed_response,
     .kind = permanent,
     .submission = confirmed,
     .has_job = true,
     .http_status = 202,
     .words = {"operation-location", "nowhere"},
     .requests = post},
    {.name = "an operation-location that is too long for a token",
     .prepare =
         on(call_kind::submission,
            canned_response(202).header("operation-location", "/" + std::string(17'000, 'x'))),
     .code = errc::malformed_response,
     .kind = permanent,
     .submission = unconfirmed,
     .http_status = 202,
     .words = {"operation-location has 17001 bytes", "a job may be running"},
     .requests = post},
    {.name = "an operation-location elsewhere",
     .prepare =
         with_project([](testing::project& p) { p.operation_origin = "https://evil.example"; }),
     .code = errc::foreign_origin,
     .kind = permanent,
     .submission = confirmed,
     .has_job = true,
     .http_status = 202,
     .words = {"https://evil.example", "operation-location"},
     .requests = post},
    {.name = "500 to a submission",
     .prepare = on(call_kind::submission, error_response(500, "InternalServerError", "oops")),
     .code = errc::submit_unconfirmed,
     .kind = permanent,
     .submission = unconfirmed,
     .http_status = 500,
     .words = {"oops", "HTTP 500"},
     .requests = post},
    {.name = "502 to a submission",
     .prepare = on(call_kind::submission, html_response(502)),
     .code = errc::submit_unconfirmed,
     .kind = permanent,
     .submission = unconfirmed,
     .http_status = 502,
     .words = {"Bad gateway"},
     .requests = post},
    {.name = "no response to a submission",
     .prepare = on(call_kind::submission, canned_response::no_response(true)),
     .code = errc::submit_unconfirmed,
     .kind = permanent,
     .submission = unconfirmed,
     .words = {"a job may be running"},
     .requests = post},
    {.name = "half a response to a submission",
     .prepare = on(call_kind::submission, canned_response::cut_after(40, early_end::close)),
     .code = errc::submit_unconfirmed,
     .kind = permanent,
     .submission = unconfirmed,
     .words = {"header"},
     .requests = post},
    {.name = "a submission without a response",
     .prepare =
         [](emulator& e, client_params& p) {
             e.on(call_kind::submission, 1, stalled(0));
             p.response_timeout = 20ms;
         },
     .code = errc::submit_unconfirmed,
     .kind = permanent,
     .submission = unconfirmed,
     .words = {"a job may be running"},
     .requests = post},
    {.name = "a submission with an endless response",
     .prepare =
         [](emulator& e, client_params& p) {
             e.on(call_kind::submission, 1, stalled(20));
             p.read_timeout = 20ms;
         },
     .code = errc::submit_unconfirmed,
     .kind = permanent,
     .submission = unconfirmed,
     .words = {"header"},
     .requests = post},
    {.name = "garbage instead of HTTP",
     .prepare = on(call_kind::submission, canned_response::raw_bytes("SSH-2.0-OpenSSH_9.2\r\n")),
     .code = errc::malformed_response,
     .kind = permanent,
     .submission = unconfirmed,
     .words = {"not HTTP"},
     .requests = post},
    {.name = "a header without an end",
     .prepare =
         on(call_kind::submission, canned_response(202).header("x-long", std::string(40000, 'x'))),
     .code = errc::response_too_large,
     .kind = permanent,
     .submission = unconfirmed,
     .words = {"max_header_size"},
     .requests = post},
};

const std::vector<failing> result_failures{
    {.name = "a result that is gone",
     .prepare = on(call_kind::result, error_response(404, "NotFound", "gone")),
     .code = errc::job_not_found,
     .kind = permanent,
     .submission = confirmed,
     .has_job = true,
     .http_status = 404,
     .words = {"gone", "fetching"},
     .requests = all_three},
    {.name = "a compressed result",
     .prepare =
         on(call_kind::result, canned_response(200, "xx").header("Content-Encoding", "gzip")),
     .code = errc::unexpected_response,
     .kind = permanent,
     .submission = confirmed,
     .has_job = true,
     .http_status = 200,
     .words = {"gzip"},
     .requests = all_three},
    {.name = "a result that is too large",
     .prepare =
         [](emulator& e, client_params& p) {
             testing::project large = quick_project();
             large.result_size = 100'001;
             e.add_project(large);
             p.max_result_size = 100'000;
         },
     .code = errc::response_too_large,
     .kind = permanent,
     .submission = confirmed,
     .has_job = true,
     .http_status = 200,
     .words = {"max_result_size", "100000"},
     .requests = all_three},
    {.name = "a result without an announced size that is too large",
     .prepare =
         [](emulator& e, client_params& p) {
             testing::project large = quick_project();
             large.result_size = 100'001;
             large.framing = testing::body_framing::until_close;
             e.add_project(large);
             p.max_result_size = 100'000;
         },
     .code = errc::response_too_large,
     .kind = permanent,
     .submission = confirmed,
     .has_job = true,
     .http_status = 200,
     .words = {"max_result_size"},
     .requests = all_three},
    {.name = "a redirect elsewhere",
     .prepare =
         on(call_kind::result, canned_response(307).header("Location", "http://127.0.0.1:1/")),
     .code = errc::foreign_origin,
     .kind = permanent,
     .submission = confirmed,
     .has_job = true,
     .http_status = 307,
     .words = {"http://127.0.0.1:1"},
     .requests = all_three},
    {.name = "a result that is a page",
     .prepare = on(call_kind::result, html_response(200)),
     .code = errc::malformed_response,
     .kind = permanent,
     .submission = confirmed,
     .has_job = true,
     .http_status = 200,
     .words = {"the result is a page of HTML"},
     .requests = all_three},
    {.name = "a result of nothing",
     .prepare = on(call_kind::result, canned_response(200)),
     .code = errc::malformed_response,
     .kind = permanent,
     .submission = confirmed,
     .has_job = true,
     .http_status = 200,
     .words = {"the result is empty"},
     .requests = all_three},
    {.name = "a result that is a text",
     .prepare =
         on(call_kind::result,
            canned_response(200, "upstream connect error").header("Content-Type", "text/plain")),
     .code = errc::malformed_response,
     .kind = permanent,
     .submission = confirmed,
     .has_job = true,
     .http_status = 200,
     .words = {"the result of 22 bytes is not complete JSON"},
     .requests = all_three},
    {.name = "half of a result, announced as the whole",
     .prepare = on(call_kind::result, canned_response(200, R"({"assets":{"doc)")),
     .code = errc::malformed_response,
     .kind = permanent,
     .submission = confirmed,
     .has_job = true,
     .http_status = 200,
     .words = {"the result of 15 bytes is not complete JSON"},
     .requests = all_three},
    {.name = "a partial response",
     .prepare = on(call_kind::result, canned_response(206, "{}")),
     .code = errc::unexpected_response,
     .kind = permanent,
     .submission = confirmed,
     .has_job = true,
     .http_status = 206,
     .words = {"HTTP status 206"},
     .requests = all_three},
};

} // namespace

TEST_CASE("a submission that fails reports why", "[client][errors]") {
    check_each(submission_failures);
}

TEST_CASE("a fetch that fails reports why", "[client][errors]") {
    check_each(result_failures);
}

TEST_CASE("a connection is closed after an invalid response", "[client][errors]") {
    struct row {
        canned_response response;
        bool is_kept;
    };
    const auto r =
        GENERATE(row{canned_response(200, "[]"), false}, row{canned_response(200), false},
                 row{canned_response(206, "{}"), false}, row{canned_response(202, "{}"), false},
                 row{canned_response(200, R"({"status":"failed"})"), true},
                 row{error_response(400, "InvalidRequest", "no"), true});
    client_bench b(GENERATE(false, true));
    b->on(call_kind::status, 1, r.response);
    const client c = b.make_client();
    CHECK_FALSE(b.export_project(c).is_good());
    CHECK(b->counters().connections == 1);
    CHECK(b.export_project(c).is_good());
    CHECK(b->counters().connections == (r.is_kept ? 1U : 2U));
}

} // namespace client_errors_test
