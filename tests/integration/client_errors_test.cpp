#include "integration/client_bench.hpp"
#include "support/catch.hpp"

#include <chrono>
#include <functional>
#include <string>
#include <vector>

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
using testing::canned_answer;
using testing::early_end;
using testing::emulator;
using testing::occurrences;

using lines = std::vector<std::string>;

std::string error_json(const std::string& code, const std::string& message) {
    return "{\"error\":{\"code\":\"" + code + "\",\"message\":\"" + message + "\"}}";
}

canned_answer error_answer(unsigned status, const std::string& code, const std::string& message) {
    return canned_answer(status, error_json(code, message));
}

canned_answer html_answer(unsigned status) {
    canned_answer answer(status, "<html><body><h1>Bad gateway</h1></body></html>");
    return answer.header("Content-Type", "text/html");
}

canned_answer stalled(std::uint64_t after) {
    return canned_answer::cut_after(after, early_end::stall);
}

// One way for an export to fail.
class failing {
public:
    std::string name;
    std::function<void(emulator&, client_params&)> prepare;
    errc code;
    condition kind;
    submission_state submission;
    bool has_job;
    unsigned http_status;
    std::vector<std::string> words; // in what()
    lines requests;                 // as the service saw them
};

constexpr auto not_sent = submission_state::not_sent;
constexpr auto unconfirmed = submission_state::unconfirmed;
constexpr auto confirmed = submission_state::confirmed;
constexpr auto transient = condition::transient;
constexpr auto permanent = condition::permanent;
constexpr auto caller = condition::caller;
const lines post{"POST export"};
const lines post_get{"POST export", "GET status"};
const lines all_three{"POST export", "GET status", "GET result"};

std::function<void(emulator&, client_params&)> on(call_kind kind, canned_answer answer) {
    return
        [kind, answer](emulator& e, client_params&) { e.on(kind, occurrences::always(), answer); };
}

std::function<void(emulator&, client_params&)>
with_project(std::function<void(testing::project&)> change) {
    return [change](emulator& e, client_params&) {
        testing::project p = quick_project();
        change(p);
        e.add_project(p);
    };
}

std::string deep_json(std::size_t depth) {
    return R"({"status":"running","x":)" + std::string(depth, '[') + std::string(depth, ']') + "}";
}

const std::vector<failing> submission_failures{
    {"a wrong key",
     [](emulator& e, client_params&) { e.set_keys({"another"}); },
     errc::unauthorized,
     permanent,
     not_sent,
     false,
     401,
     {"key", "Demo", "HTTP 401"},
     post},
    {"403",
     on(call_kind::submission, error_answer(403, "Forbidden", "not from this network")),
     errc::forbidden,
     permanent,
     not_sent,
     false,
     403,
     {"not from this network"},
     post},
    {"an unknown project",
     [](emulator& e, client_params&) { e.remove_project("Demo"); },
     errc::project_not_found,
     permanent,
     not_sent,
     false,
     404,
     {"'Demo'", "HTTP 404"},
     post},
    {"409",
     on(call_kind::submission, error_answer(409, "Conflict", "being imported")),
     errc::conflict,
     permanent,
     not_sent,
     false,
     409,
     {"being imported"},
     post},
    {"400",
     on(call_kind::submission, error_answer(400, "InvalidArgument", "no such kind")),
     errc::invalid_request,
     caller,
     not_sent,
     false,
     400,
     {"InvalidArgument", "no such kind"},
     post},
    {"a storage quota that is used up",
     on(call_kind::submission, error_answer(403, "QuotaExceeded", "no more projects")),
     errc::forbidden,
     permanent,
     not_sent,
     false,
     403,
     {"QuotaExceeded"},
     post},
    {"200 to a submission",
     on(call_kind::submission, canned_answer(200, "{}")),
     errc::unexpected_response,
     permanent,
     unconfirmed,
     false,
     200,
     {"HTTP status 200"},
     post},
    {"a page of a proxy",
     on(call_kind::submission, html_answer(418)),
     errc::unexpected_response,
     permanent,
     not_sent,
     false,
     418,
     {"Bad gateway"},
     post},
    {"a redirect of a submission to another origin",
     on(call_kind::submission,
        canned_answer(307).header("Location", "https://login.example/?next=1")),
     errc::foreign_origin,
     permanent,
     not_sent,
     false,
     307,
     {"https://login.example", "the endpoint is http"},
     post},
    {"202 without operation-location",
     on(call_kind::submission, canned_answer(202)),
     errc::unexpected_response,
     permanent,
     unconfirmed,
     false,
     202,
     {"operation-location"},
     post},
    {"202 with an operation-location that is none",
     on(call_kind::submission, canned_answer(202).header("operation-location", "nowhere")),
     errc::malformed_response,
     permanent,
     confirmed,
     true,
     202,
     {"operation-location", "nowhere"},
     post},
    {"an operation-location that is too long for a token",
     on(call_kind::submission,
        canned_answer(202).header("operation-location", "/" + std::string(17'000, 'x'))),
     errc::malformed_response,
     permanent,
     unconfirmed,
     false,
     202,
     {"operation-location has 17001 bytes", "a job may be running"},
     post},
    {"an operation-location elsewhere",
     with_project([](testing::project& p) { p.operation_origin = "https://evil.example"; }),
     errc::foreign_origin,
     permanent,
     confirmed,
     true,
     202,
     {"https://evil.example", "operation-location"},
     post},
    {"500 to a submission",
     on(call_kind::submission, error_answer(500, "InternalServerError", "oops")),
     errc::submit_unconfirmed,
     permanent,
     unconfirmed,
     false,
     500,
     {"oops", "HTTP 500"},
     post},
    {"502 to a submission",
     on(call_kind::submission, html_answer(502)),
     errc::submit_unconfirmed,
     permanent,
     unconfirmed,
     false,
     502,
     {"Bad gateway"},
     post},
    {"no answer to a submission",
     on(call_kind::submission, canned_answer::no_answer(true)),
     errc::submit_unconfirmed,
     permanent,
     unconfirmed,
     false,
     0,
     {"a job may be running"},
     post},
    {"half an answer to a submission",
     on(call_kind::submission, canned_answer::cut_after(40, early_end::close)),
     errc::submit_unconfirmed,
     permanent,
     unconfirmed,
     false,
     0,
     {"header"},
     post},
    {"a submission that is never answered",
     [](emulator& e, client_params& p) {
         e.on(call_kind::submission, 1, stalled(0));
         p.response_timeout = 20ms;
     },
     errc::submit_unconfirmed,
     permanent,
     unconfirmed,
     false,
     0,
     {"a job may be running"},
     post},
    {"a submission that is answered for ever",
     [](emulator& e, client_params& p) {
         e.on(call_kind::submission, 1, stalled(20));
         p.read_timeout = 20ms;
     },
     errc::submit_unconfirmed,
     permanent,
     unconfirmed,
     false,
     0,
     {"header"},
     post},
    {"garbage instead of HTTP",
     on(call_kind::submission, canned_answer::raw_bytes("SSH-2.0-OpenSSH_9.2\r\n")),
     errc::malformed_response,
     permanent,
     unconfirmed,
     false,
     0,
     {"not HTTP"},
     post},
    {"a header without an end",
     on(call_kind::submission, canned_answer(202).header("x-long", std::string(40000, 'x'))),
     errc::response_too_large,
     permanent,
     unconfirmed,
     false,
     0,
     {"max_header_size"},
     post},
};

const std::vector<failing> status_failures{
    {"an unknown job",
     [](emulator& e, client_params& p) {
         e.on(call_kind::status, occurrences::always(),
              error_answer(404, "OperationNotFound", "no such job"));
         p.retry.not_found_grace = 0ms;
     },
     errc::job_not_found,
     permanent,
     confirmed,
     true,
     404,
     {"no such job"},
     post_get},
    {"410",
     on(call_kind::status, error_answer(410, "Gone", "deleted")),
     errc::job_expired,
     permanent,
     confirmed,
     true,
     410,
     {"deleted"},
     post_get},
    {"a key that was changed",
     on(call_kind::status, error_answer(401, "401", "Access denied")),
     errc::unauthorized,
     permanent,
     confirmed,
     true,
     401,
     {"Access denied"},
     post_get},
    {"an HTML page with 200",
     on(call_kind::status, html_answer(200)),
     errc::malformed_response,
     permanent,
     confirmed,
     true,
     200,
     {"status of the job", "byte"},
     post_get},
    {"no body",
     on(call_kind::status, canned_answer(200)),
     errc::malformed_response,
     permanent,
     confirmed,
     true,
     200,
     {"status of the job"},
     post_get},
    {"a compressed status",
     on(call_kind::status, canned_answer(200, "\x1f\x8b\x08").header("Content-Encoding", "gzip")),
     errc::malformed_response,
     permanent,
     confirmed,
     true,
     200,
     {"status of the job", "byte", "'gzip'"},
     post_get},
    {"half a document",
     on(call_kind::status, canned_answer(200, R"({"status":"run)")),
     errc::malformed_response,
     permanent,
     confirmed,
     true,
     200,
     {"ends"},
     post_get},
    {"no status word",
     on(call_kind::status, canned_answer(200, "{}")),
     errc::malformed_response,
     permanent,
     confirmed,
     true,
     200,
     {"'status'"},
     post_get},
    {"a status of the wrong type",
     on(call_kind::status, canned_answer(200, R"({"status":7})")),
     errc::malformed_response,
     permanent,
     confirmed,
     true,
     200,
     {"'status'", "number"},
     post_get},
    {"an array",
     on(call_kind::status, canned_answer(200, "[]")),
     errc::malformed_response,
     permanent,
     confirmed,
     true,
     200,
     {"status of the job"},
     post_get},
    {"JSON that is nested too deep",
     on(call_kind::status, canned_answer(200, deep_json(33))),
     errc::malformed_response,
     permanent,
     confirmed,
     true,
     200,
     {"status of the job"},
     post_get},
    {"JSON that is nested without end",
     on(call_kind::status, canned_answer(200, deep_json(200'000))),
     errc::malformed_response,
     permanent,
     confirmed,
     true,
     200,
     {"status of the job"},
     post_get},
    {"a status that is too large",
     [](emulator& e, client_params& p) {
         e.on(call_kind::status, 1, canned_answer(200, std::string(5000, ' ')));
         p.max_message_size = 4096;
     },
     errc::response_too_large,
     permanent,
     confirmed,
     true,
     200,
     {"max_message_size", "4096"},
     post_get},
    {"a chunked status that is too large",
     [](emulator& e, client_params& p) {
         canned_answer chunked(200);
         chunked.raw = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" +
                       std::string("1388\r\n") + std::string(5000, ' ') + "\r\n0\r\n\r\n";
         e.on(call_kind::status, 1, chunked);
         p.max_message_size = 4096;
     },
     errc::response_too_large,
     permanent,
     confirmed,
     true,
     200,
     {"max_message_size"},
     post_get},
    {"a chunk as large as the world",
     on(call_kind::status,
        canned_answer::raw_bytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                                 "FFFFFFFFFFFFFFFF\r\nx")),
     errc::response_too_large,
     permanent,
     confirmed,
     true,
     200,
     {"max_message_size"},
     post_get},
    {"a success without a result",
     on(call_kind::status, canned_answer(200, R"({"status":"succeeded"})")),
     errc::unexpected_response,
     permanent,
     confirmed,
     true,
     200,
     {"resultUrl"},
     post_get},
    {"a result elsewhere",
     with_project([](testing::project& p) { p.result_origin = "https://evil.example"; }),
     errc::foreign_origin,
     permanent,
     confirmed,
     true,
     200,
     {"https://evil.example", "resultUrl"},
     post_get},
    {"a redirect elsewhere",
     on(call_kind::status, canned_answer(302).header("Location", "https://evil.example/job")),
     errc::foreign_origin,
     permanent,
     confirmed,
     true,
     302,
     {"https://evil.example"},
     post_get},
    {"a redirect to nowhere",
     on(call_kind::status, canned_answer(302)),
     errc::unexpected_response,
     permanent,
     confirmed,
     true,
     302,
     {"location"},
     post_get},
    {"a failed job",
     with_project([](testing::project& p) {
         p.end = testing::job_end::failed;
         p.errors.emplace_back("InvalidArgument", "the container is gone");
     }),
     errc::job_failed,
     permanent,
     confirmed,
     true,
     200,
     {"InvalidArgument", "the container is gone"},
     post_get},
    {"a failed job without a reason",
     with_project([](testing::project& p) { p.end = testing::job_end::failed; }),
     errc::job_failed,
     permanent,
     confirmed,
     true,
     200,
     {"'Demo'"},
     post_get},
    {"a cancelled job",
     with_project([](testing::project& p) { p.end = testing::job_end::cancelled; }),
     errc::job_cancelled,
     permanent,
     confirmed,
     true,
     200,
     {"cancelled at the service"},
     post_get},
    {"a job with an American spelling",
     with_project([](testing::project& p) {
         p.end = testing::job_end::cancelled;
         p.end_word = "canceled";
     }),
     errc::job_cancelled,
     permanent,
     confirmed,
     true,
     200,
     {"cancelled at the service"},
     post_get},
    {"a job that never ends",
     [](emulator& e, client_params& p) {
         testing::project endless = quick_project();
         endless.end = testing::job_end::never;
         endless.states = {"cancelling"};
         e.add_project(endless);
         p.job_timeout = 50ms;
         p.polling.first = p.polling.min_interval = p.polling.max_interval = 1h;
     },
     errc::job_timed_out,
     transient,
     confirmed,
     true,
     0,
     {"job_timeout", "token"},
     post},
};

const std::vector<failing> result_failures{
    {"a result that is gone",
     on(call_kind::result, error_answer(404, "NotFound", "gone")),
     errc::job_not_found,
     permanent,
     confirmed,
     true,
     404,
     {"gone", "fetching"},
     all_three},
    {"a compressed result",
     on(call_kind::result, canned_answer(200, "xx").header("Content-Encoding", "gzip")),
     errc::unexpected_response,
     permanent,
     confirmed,
     true,
     200,
     {"gzip"},
     all_three},
    {"a result that is too large",
     [](emulator& e, client_params& p) {
         testing::project large = quick_project();
         large.result_size = 100'001;
         e.add_project(large);
         p.max_result_size = 100'000;
     },
     errc::response_too_large,
     permanent,
     confirmed,
     true,
     200,
     {"max_result_size", "100000"},
     all_three},
    {"a result without an announced size that is too large",
     [](emulator& e, client_params& p) {
         testing::project large = quick_project();
         large.result_size = 100'001;
         large.framing = testing::body_framing::until_close;
         e.add_project(large);
         p.max_result_size = 100'000;
     },
     errc::response_too_large,
     permanent,
     confirmed,
     true,
     200,
     {"max_result_size"},
     all_three},
    {"a redirect elsewhere",
     on(call_kind::result, canned_answer(307).header("Location", "http://127.0.0.1:1/")),
     errc::foreign_origin,
     permanent,
     confirmed,
     true,
     307,
     {"http://127.0.0.1:1"},
     all_three},
    {"a result that is a page",
     on(call_kind::result, html_answer(200)),
     errc::malformed_response,
     permanent,
     confirmed,
     true,
     200,
     {"the result is a page of HTML"},
     all_three},
    {"a result of nothing",
     on(call_kind::result, canned_answer(200)),
     errc::malformed_response,
     permanent,
     confirmed,
     true,
     200,
     {"the result is empty"},
     all_three},
    {"a result that is a text",
     on(call_kind::result,
        canned_answer(200, "upstream connect error").header("Content-Type", "text/plain")),
     errc::malformed_response,
     permanent,
     confirmed,
     true,
     200,
     {"the result of 22 bytes is no whole JSON"},
     all_three},
    {"half of a result, announced as the whole",
     on(call_kind::result, canned_answer(200, R"({"assets":{"doc)")),
     errc::malformed_response,
     permanent,
     confirmed,
     true,
     200,
     {"the result of 15 bytes is no whole JSON"},
     all_three},
    {"a partial answer",
     on(call_kind::result, canned_answer(206, "{}")),
     errc::unexpected_response,
     permanent,
     confirmed,
     true,
     206,
     {"HTTP status 206"},
     all_three},
};

void check(const failing& f, bool tls) {
    client_bench b(tls);
    client_params params = b.params();
    f.prepare(b.service(), params);
    const auto done = b.export_project(b.make_client(params));
    REQUIRE(done.calls == 1);
    INFO(done.what());
    CHECK(done.code() == f.code);
    CHECK(done.code() == f.kind);
    CHECK(done.known().submission == f.submission);
    CHECK((done.failure().job() != nullptr) == f.has_job);
    if (done.failure().job())
        CHECK(done.failure().job()->project_name() == "Demo");
    CHECK(done.known().http_status == f.http_status);
    CHECK(done.known().project_name == "Demo");
    // Time that runs out is no attempt that failed.
    CHECK(done.known().failures == (f.code == errc::job_timed_out ? 0U : 1U));
    CHECK_THAT(done.what(), contains_text("'Demo'"));
    for (const std::string& word : f.words)
        CHECK_THAT(done.what(), contains_text(word));
    CHECK(done.what().find(b->key()) == std::string::npos);
    CHECK(b.seen() == f.requests);
}

} // namespace

TEST_CASE("a submission that fails tells why", "[client][errors]") {
    const failing& f = GENERATE(from_range(submission_failures.begin(), submission_failures.end()));
    const bool tls = GENERATE(false, true);
    CAPTURE(f.name, tls);
    check(f, tls);
}

TEST_CASE("a wait that fails tells why", "[client][errors]") {
    const failing& f = GENERATE(from_range(status_failures.begin(), status_failures.end()));
    const bool tls = GENERATE(false, true);
    CAPTURE(f.name, tls);
    check(f, tls);
}

TEST_CASE("a fetch that fails tells why", "[client][errors]") {
    const failing& f = GENERATE(from_range(result_failures.begin(), result_failures.end()));
    const bool tls = GENERATE(false, true);
    CAPTURE(f.name, tls);
    check(f, tls);
}

TEST_CASE("a connection that gave an answer without sense carries no other request",
          "[client][errors]") {
    struct row {
        canned_answer answer;
        bool is_kept;
    };
    const auto r =
        GENERATE(row{canned_answer(200, "[]"), false}, row{canned_answer(200), false},
                 row{canned_answer(206, "{}"), false}, row{canned_answer(202, "{}"), false},
                 row{canned_answer(200, R"({"status":"failed"})"), true},
                 row{error_answer(400, "InvalidRequest", "no"), true});
    client_bench b(GENERATE(false, true));
    b->on(call_kind::status, 1, r.answer);
    const client c = b.make_client();
    CHECK_FALSE(b.export_project(c).is_good());
    CHECK(b->counters().connections == 1);
    CHECK(b.export_project(c).is_good());
    CHECK(b->counters().connections == (r.is_kept ? 1U : 2U));
}
