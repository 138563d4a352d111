#include "integration/client_bench.hpp"
#include "integration/export_failure.hpp"
#include "support/catch.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace client_status_errors_test {

namespace testing = langexport::testing;

namespace {

using namespace std::chrono_literals;
using namespace langexport_tests;
using langexport::client;
using langexport::client_params;
using langexport::errc;
using testing::call_kind;
using testing::canned_response;
using testing::emulator;
using testing::occurrences;

const std::vector<failing> status_failures{
    {.name = "an unknown job",
     .prepare =
         [](emulator& e, client_params& p) {
             e.on(call_kind::status, occurrences::always(),
                  error_response(404, "OperationNotFound", "no such job"));
             p.retry.not_found_grace = 0ms;
         },
     .code = errc::job_not_found,
     .kind = permanent,
     .submission = confirmed,
     .has_job = true,
     .http_status = 404,
     .words = {"no such job"},
     .requests = post_get},
    {.name = "410",
     .prepare = on(call_kind::status, error_response(410, "Gone", "deleted")),
     .code = errc::job_expired,
     .kind = permanent,
     .submission = confirmed,
     .has_job = true,
     .http_status = 410,
     .words = {"deleted"},
     .requests = post_get},
    {.name = "a key that was changed",
     .prepare = on(call_kind::status, error_response(401, "401", "Access denied")),
     .code = errc::unauthorized,
     .kind = permanent,
     .submission = confirmed,
     .has_job = true,
     .http_status = 401,
     .words = {"Access denied"},
     .requests = post_get},
    {.name = "an HTML page with 200",
     .prepare = on(call_kind::status, html_response(200)),
     .code = errc::malformed_response,
     .kind = permanent,
     .submission = confirmed,
     .has_job = true,
     .http_status = 200,
     .words = {"status of the job", "byte"},
     .requests = post_get},
    {.name = "no body",
     .prepare = on(call_kind::status, canned_response(200)),
     .code = errc::malformed_response,
     .kind = permanent,
     .submission = confirmed,
     .has_job = true,
     .http_status = 200,
     .words = {"status of the job"},
     .requests = post_get},
    {.name = "a compressed status",
     .prepare = on(call_kind::status,
                   canned_response(200, "\x1f\x8b\x08").header("Content-Encoding", "gzip")),
     .code = errc::malformed_response,
     .kind = permanent,
     .submission = confirmed,
     .has_job = true,
     .http_status = 200,
     .words = {"status of the job", "byte", "'gzip'"},
     .requests = post_get},
    {.name = "half a document",
     .prepare = on(call_kind::status, canned_response(200, R"({"status":"run)")),
     .code = errc::malformed_response,
     .kind = permanent,
     .submission = confirmed,
     .has_job = true,
     .http_status = 200,
     .words = {"ends"},
     .requests = post_get},
    {.name = "no status word",
     .prepare = on(call_kind::status, canned_response(200, "{}")),
     .code = errc::malformed_response,
     .kind = permanent,
     .submission = confirmed,
     .has_job = true,
     .http_status = 200,
     .words = {"'status'"},
     .requests = post_get},
    {.name = "a status of the wrong type",
     .prepare = on(call_kind::status, canned_response(200, R"({"status":7})")),
     .code = errc::malformed_response,
     .kind = permanent,
     .submission = confirmed,
     .has_job = true,
     .http_status = 200,
     .words = {"'status'", "number"},
     .requests = post_get},
    {.name = "an array",
     .prepare = on(call_kind::status, canned_response(200, "[]")),
     .code = errc::malformed_response,
     .kind = permanent,
     .submission = confirmed,
     .has_job = true,
     .http_status = 200,
     .words = {"status of the job"},
     .requests = post_get},
    {.name = "JSON that is nested too deep",
     .prepare = on(call_kind::status, canned_response(200, deep_json(33))),
     .code = errc::malformed_response,
     .kind = permanent,
     .submission = confirmed,
     .has_job = true,
     .http_status = 200,
     .words = {"status of the job"},
     .requests = post_get},
    {.name = "JSON that is nested without end",
     .prepare = on(call_kind::status, canned_response(200, deep_json(200'000))),
     .code = errc::malformed_response,
     .kind = permanent,
     .submission = confirmed,
     .has_job = true,
     .http_status = 200,
     .words = {"status of the job"},
     .requests = post_get},
    {.name = "a status that is too large",
     .prepare =
         [](emulator& e, client_params& p) {
             e.on(call_kind::status, 1, canned_response(200, std::string(5000, ' ')));
             p.max_message_size = 4096;
         },
     .code = errc::response_too_large,
     .kind = permanent,
     .submission = confirmed,
     .has_job = true,
     .http_status = 200,
     .words = {"max_message_size", "4096"},
     .requests = post_get},
    {.name = "a chunked status that is too large",
     .prepare =
         [](emulator& e, client_params& p) {
             canned_response chunked(200);
             chunked.raw = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" +
                           std::string("1388\r\n") + std::string(5000, ' ') + "\r\n0\r\n\r\n";
             e.on(call_kind::status, 1, chunked);
             p.max_message_size = 4096;
         },
     .code = errc::response_too_large,
     .kind = permanent,
     .submission = confirmed,
     .has_job = true,
     .http_status = 200,
     .words = {"max_message_size"},
     .requests = post_get},
    {.name = "an enormous chunk",
     .prepare = on(call_kind::status, canned_response::raw_bytes(
                                          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                                          "FFFFFFFFFFFFFFFF\r\nx")),
     .code = errc::response_too_large,
     .kind = permanent,
     .submission = confirmed,
     .has_job = true,
     .http_status = 200,
     .words = {"max_message_size"},
     .requests = post_get},
    {.name = "a success without a result",
     .prepare = on(call_kind::status, canned_response(200, R"({"status":"succeeded"})")),
     .code = errc::unexpected_response,
     .kind = permanent,
     .submission = confirmed,
     .has_job = true,
     .http_status = 200,
     .words = {"resultUrl"},
     .requests = post_get},
    {.name = "a result elsewhere",
     .prepare = with_project([](testing::project& p) { p.result_origin = "https://evil.example"; }),
     .code = errc::foreign_origin,
     .kind = permanent,
     .submission = confirmed,
     .has_job = true,
     .http_status = 200,
     .words = {"https://evil.example", "resultUrl"},
     .requests = post_get},
    {.name = "a redirect elsewhere",
     .prepare =
         on(call_kind::status, canned_response(302).header("Location", "https://evil.example/job")),
     .code = errc::foreign_origin,
     .kind = permanent,
     .submission = confirmed,
     .has_job = true,
     .http_status = 302,
     .words = {"https://evil.example"},
     .requests = post_get},
    {.name = "a redirect to nowhere",
     .prepare = on(call_kind::status, canned_response(302)),
     .code = errc::unexpected_response,
     .kind = permanent,
     .submission = confirmed,
     .has_job = true,
     .http_status = 302,
     .words = {"location"},
     .requests = post_get},
    {.name = "a failed job",
     .prepare = with_project([](testing::project& p) {
         p.end = testing::job_end::failed;
         p.errors.emplace_back("InvalidArgument", "the container is gone");
     }),
     .code = errc::job_failed,
     .kind = permanent,
     .submission = confirmed,
     .has_job = true,
     .http_status = 200,
     .words = {"InvalidArgument", "the container is gone"},
     .requests = post_get},
    {.name = "a failed job without a reason",
     .prepare = with_project([](testing::project& p) { p.end = testing::job_end::failed; }),
     .code = errc::job_failed,
     .kind = permanent,
     .submission = confirmed,
     .has_job = true,
     .http_status = 200,
     .words = {"'Demo'"},
     .requests = post_get},
    {.name = "a cancelled job",
     .prepare = with_project([](testing::project& p) { p.end = testing::job_end::cancelled; }),
     .code = errc::job_cancelled,
     .kind = permanent,
     .submission = confirmed,
     .has_job = true,
     .http_status = 200,
     .words = {"cancelled at the service"},
     .requests = post_get},
    {.name = "a job with an American spelling",
     .prepare = with_project([](testing::project& p) {
         p.end = testing::job_end::cancelled;
         p.end_word = "canceled";
     }),
     .code = errc::job_cancelled,
     .kind = permanent,
     .submission = confirmed,
     .has_job = true,
     .http_status = 200,
     .words = {"cancelled at the service"},
     .requests = post_get},
    {.name = "a job that never ends",
     .prepare =
         [](emulator& e, client_params& p) {
             testing::project endless = quick_project();
             endless.end = testing::job_end::never;
             endless.states = {"cancelling"};
             e.add_project(endless);
             p.job_timeout = 50ms;
             p.polling.first = p.polling.min_interval = p.polling.max_interval = 1h;
         },
     .code = errc::job_timed_out,
     .kind = transient,
     .submission = confirmed,
     .has_job = true,
     .words = {"job_timeout", "token"},
     .requests = post},
};

} // namespace

TEST_CASE("a wait that fails reports why", "[client][errors]") {
    check_each(status_failures);
}

} // namespace client_status_errors_test
