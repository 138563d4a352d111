// Codes, conditions, the one line that what() gives, and reading exception pointers.

#include <langexport/error.hpp>

#include <langexport/detail/base/text.hpp>
#include <langexport/detail/protocol/read_error.hpp>
#include <langexport/export_job.hpp>
#include <langexport/export_status.hpp>

#include "support/catch.hpp"

#include <boost/asio/error.hpp>

#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace error_test {

using namespace langexport;
using namespace langexport_tests;

static_assert(std::is_nothrow_copy_constructible_v<export_error>);
static_assert(std::is_nothrow_copy_assignable_v<export_error>);
static_assert(std::is_nothrow_move_constructible_v<export_error>);
static_assert(std::is_base_of_v<boost::system::system_error, export_error>);

namespace {

const error_code aborted = boost::asio::error::operation_aborted;

struct code_row {
    errc code;
    std::string_view name;
    condition kind;
};

constexpr code_row all_codes[] = {
    {errc::invalid_request, "invalid_request", condition::caller},
    {errc::invalid_configuration, "invalid_configuration", condition::caller},
    {errc::credential_unavailable, "credential_unavailable", condition::transient},
    {errc::unauthorized, "unauthorized", condition::permanent},
    {errc::forbidden, "forbidden", condition::permanent},
    {errc::project_not_found, "project_not_found", condition::permanent},
    {errc::job_not_found, "job_not_found", condition::permanent},
    {errc::job_expired, "job_expired", condition::permanent},
    {errc::conflict, "conflict", condition::permanent},
    {errc::throttled, "throttled", condition::transient},
    {errc::service_unavailable, "service_unavailable", condition::transient},
    {errc::unexpected_response, "unexpected_response", condition::permanent},
    {errc::malformed_response, "malformed_response", condition::permanent},
    {errc::response_too_large, "response_too_large", condition::permanent},
    {errc::response_truncated, "response_truncated", condition::transient},
    {errc::foreign_origin, "foreign_origin", condition::permanent},
    {errc::submit_unconfirmed, "submit_unconfirmed", condition::permanent},
    {errc::job_failed, "job_failed", condition::permanent},
    {errc::job_cancelled, "job_cancelled", condition::permanent},
    {errc::job_partially_completed, "job_partially_completed", condition::permanent},
    {errc::deadline_exceeded, "deadline_exceeded", condition::caller},
    {errc::job_timed_out, "job_timed_out", condition::transient},
    {errc::resolve_failed, "resolve_failed", condition::transient},
    {errc::resolve_timeout, "resolve_timeout", condition::transient},
    {errc::connect_timeout, "connect_timeout", condition::transient},
    {errc::handshake_timeout, "handshake_timeout", condition::transient},
    {errc::response_timeout, "response_timeout", condition::transient},
    {errc::read_timeout, "read_timeout", condition::transient},
    {errc::write_timeout, "write_timeout", condition::transient},
    {errc::attempt_timeout, "attempt_timeout", condition::transient},
    {errc::connection_failed, "connection_failed", condition::transient},
    {errc::tls_failed, "tls_failed", condition::permanent},
    {errc::proxy_failed, "proxy_failed", condition::permanent},
    {errc::sink_failed, "sink_failed", condition::permanent},
    {errc::source_failed, "source_failed", condition::permanent},
    {errc::client_closed, "client_closed", condition::caller},
    {errc::queue_full, "queue_full", condition::caller},
    {errc::malformed_document, "malformed_document", condition::caller},
    {errc::callback_failed, "callback_failed", condition::caller},
    {errc::cancelled, "cancelled", condition::caller},
};

std::string message_of(error_code code, diagnostics known) {
    return export_error(code, std::move(known)).what();
}

std::shared_ptr<const export_job> some_job() {
    return std::make_shared<const export_job>("p", "https://a.example/j", export_job::time_point());
}

} // namespace

TEST_CASE("every code has its name, a message and exactly one condition", "[error]") {
    for (const auto& each : all_codes) {
        INFO(each.name);
        const error_code code = each.code;
        CHECK(code.failed());
        CHECK(code == each.code);
        CHECK(to_string(each.code) == each.name);
        CHECK(error_name(code) == each.name);
        for (const auto kind : {condition::transient, condition::permanent, condition::caller}) {
            CHECK((code == kind) == (kind == each.kind));
            CHECK((kind == code) == (kind == each.kind));
        }
        for (const auto& other : all_codes)
            CHECK((code == other.code) == (each.code == other.code));

        const std::string what = message_of(code, {});
        CHECK(what.size() > 20);
        CHECK(what.find('\n') == std::string::npos);
        if (each.code != errc::cancelled)
            CHECK_THAT(what, contains_text(code.message()));
        else
            CHECK(what == "the operation was cancelled");
    }
    CHECK(std::size(all_codes) == static_cast<std::size_t>(errc::cancelled));
}

TEST_CASE("a cancelled operation has the code of Asio", "[error]") {
    const error_code code = errc::cancelled;
    CHECK(code == aborted);
    CHECK(code == boost::asio::error::operation_aborted);
    CHECK(aborted == errc::cancelled);
    CHECK(aborted == condition::caller);
    CHECK(error_name(aborted) == "cancelled");
}

TEST_CASE("codes of other libraries have names and none of our conditions", "[error]") {
    const error_code rejected = boost::asio::error::connection_refused;
    CHECK_THAT(error_name(rejected), contains_text("system:"));
    CHECK(error_name(error_code()) == "ok");
    for (const auto& code : {rejected, error_code()}) {
        for (const auto kind : {condition::transient, condition::permanent, condition::caller})
            CHECK_FALSE(code == kind);
    }
}

TEST_CASE("unknown error numbers have a name and do no harm", "[error]") {
    for (const int value : {0, -1, static_cast<int>(errc::cancelled) + 1, 1'000'000}) {
        const error_code code(value, error_category());
        CHECK(code.message() == "unknown langexport error");
        CHECK(to_string(static_cast<errc>(value)) == "unknown");
        CHECK_FALSE(code == condition::transient);
        CHECK_FALSE(std::string(message_of(code, {})).empty());
    }
    CHECK(std::string_view(error_category().name()) == "langexport");
    CHECK(std::string_view(condition_category().name()) == "langexport.condition");
    CHECK(make_error_condition(condition::transient).message() == "transient failure");
    CHECK(make_error_condition(condition::permanent).message() == "permanent failure");
    CHECK(make_error_condition(condition::caller).message() == "caller error");
    CHECK(condition_category().message(7) == "unknown condition");
}

TEST_CASE("submission states have names", "[error]") {
    CHECK(to_string(submission_state::not_sent) == "not_sent");
    CHECK(to_string(submission_state::unconfirmed) == "unconfirmed");
    CHECK(to_string(submission_state::confirmed) == "confirmed");
}

TEST_CASE("what() has the failed step, the project, the service's message and advice", "[error]") {
    diagnostics known;
    known.project_name = "Invoices";
    known.doing = "submitting the export of";
    known.http_status = 404;
    known.request_id = "6f1c";
    known.service.code = "ProjectNotFound";
    known.service.message = "The project was not found.";
    CHECK(message_of(errc::project_not_found, known) ==
          "submitting the export of 'Invoices' failed: there is no such project; the service says "
          "ProjectNotFound: \"The project was not found.\" (HTTP 404, request id 6f1c); check the "
          "project's name (upper and lower case count), its surface (export_request::surface: "
          "analyze-text, analyze-conversations or query-knowledgebases) and "
          "client_params::endpoint");

    service_error inner;
    inner.code = "QuotaExceeded";
    known.service.inner = {inner};
    known.service.code = "Forbidden";
    known.service.message.clear();
    known.request_id.clear();
    known.http_status = 403;
    CHECK(
        message_of(errc::forbidden, known) ==
        "submitting the export of 'Invoices' failed: the service does not allow this; the service "
        "says Forbidden [QuotaExceeded] (HTTP 403); check the role of the identity, the network "
        "rules and the quota of the resource");

    known.service = {};
    known.service.message = "Bad Gateway nginx";
    known.http_status = 502;
    CHECK_THAT(
        message_of(errc::service_unavailable, known),
        contains_text("; the service says \"Bad Gateway nginx\" (HTTP 502); try again later"));

    known.service = {};
    known.service.details.emplace_back().code = "InvalidArgument";
    CHECK_THAT(message_of(errc::invalid_request, known),
               contains_text("; the service says InvalidArgument (HTTP 502)"));

    known.service = {};
    known.service.inner = {inner};
    CHECK_THAT(message_of(errc::forbidden, known),
               contains_text("; the service says [QuotaExceeded] (HTTP 502)"));
}

TEST_CASE("what() of bad input is short", "[error]") {
    diagnostics known;
    known.detail = "export_request::project_name is empty";
    CHECK(
        message_of(errc::invalid_request, known) ==
        "the request is not valid: export_request::project_name is empty; correct it: nothing was "
        "exported");
}

TEST_CASE("what() names the cause of a lower layer once", "[error]") {
    diagnostics known;
    known.cause_code = boost::asio::error::connection_refused;
    CHECK(message_of(errc::connection_failed, known) ==
          "the connection failed (" + known.cause_code.message() +
              "); check client_params::endpoint and the network between here and there");
    known.cause_code = errc::connection_failed;
    CHECK(message_of(errc::connection_failed, known) ==
          "the connection failed; check client_params::endpoint and the network between here and "
          "there");
}

TEST_CASE("what() says where a job's resume token is, and advises to resume a job that continues",
          "[error]") {
    constexpr auto token = "; the job's resume token is kept in this error (job()->to_token())";
    const std::string resume = std::string("; the job continues: resume it") + token;
    diagnostics without, with;
    with.job = some_job();
    with.submission = submission_state::confirmed;
    for (const auto& each : all_codes) {
        INFO(each.name);
        const bool lives_on =
            each.kind != condition::permanent && each.code != errc::invalid_request;
        CHECK_THAT(message_of(each.code, with), contains_text(token));
        CHECK((message_of(each.code, with).find(resume) != std::string::npos) == lives_on);
        CHECK_THAT(message_of(each.code, without), !contains_text("token is kept"));
        CHECK_THAT(message_of(each.code, with), !contains_text(with.job->to_token()));
    }
    INFO("a job that failed, and has no successor yet");
    with.submission = submission_state::not_sent;
    CHECK_THAT(message_of(errc::throttled, with),
               contains_text(token) && !contains_text("job continues"));
}

TEST_CASE("a 403 to every key explains that key authentication is disabled", "[error]") {
    diagnostics known;
    known.http_status = 403;
    for (const bool is_inner : {false, true}) {
        service_error said;
        said.code = "AuthenticationTypeDisabled";
        said.message = "Key based authentication is disabled for this resource.";
        known.service = said;
        if (is_inner) {
            known.service.code = "Forbidden";
            known.service.inner = {said};
        }
        CHECK_THAT(message_of(errc::forbidden, known),
                   contains_text("keys are switched off for this resource: use an access token") &&
                       !contains_text("role of the identity"));
    }
    for (const std::string code : {"AuthenticationTypeDisabled", "authenticationtypedisabled"}) {
        service_error said;
        said.code = code;
        known.service = service_error();
        known.service.code = "Forbidden";
        known.service.details = {service_error(), said};
        CHECK_THAT(message_of(errc::forbidden, known), contains_text("keys are switched off"));
        known.service = said;
        known.http_status = 401;
        CHECK_THAT(message_of(errc::unauthorized, known), contains_text("keys are switched off"));
    }
    known.service = service_error();
    known.http_status = 403;
    INFO("another 403");
    known.service.code = "Forbidden";
    known.service.inner.clear();
    CHECK_THAT(message_of(errc::forbidden, known),
               contains_text("role of the identity") && !contains_text("switched off"));
}

TEST_CASE("if plain HTTP met TLS, or the other way round, the advice names the scheme", "[error]") {
    diagnostics known;
    known.detail = detail::expects_tls_detail;
    CHECK(message_of(errc::tls_failed, known) ==
          "TLS failed: the endpoint is http, but its server expects TLS: use https");
    known.detail = detail::speaks_no_tls_detail + std::string(", a.example:443");
    CHECK(message_of(errc::tls_failed, known) ==
          "TLS failed: the endpoint is https, but its server does not speak TLS: check scheme and "
          "port, a.example:443");
}

TEST_CASE("the cause of a failure is reported once", "[error]") {
    diagnostics known;
    known.cause_code = make_error_code(boost::system::errc::connection_refused);
    known.detail = "127.0.0.1: " + known.cause_code.message();
    const std::string what = message_of(errc::connection_failed, known);
    CHECK(what.find("rejected") == what.rfind("rejected"));
    known.detail = "127.0.0.1";
    CHECK_THAT(message_of(errc::connection_failed, known),
               contains_text("127.0.0.1 (" + known.cause_code.message() + ")"));
}

TEST_CASE("what() explains an expired deadline and a failed job", "[error]") {
    diagnostics known;
    known.project_name = "Invoices";
    known.doing = "waiting for the export of project";
    CHECK(message_of(errc::deadline_exceeded, known) ==
          "waiting for the export of project 'Invoices' failed: the deadline of the operation "
          "passed; allow it more time");
    known.job = some_job();
    known.submission = submission_state::confirmed;
    constexpr const char* token =
        "the job's resume token is kept in this error (job()->to_token())";
    CHECK(message_of(errc::deadline_exceeded, known) ==
          std::string("waiting for the export of project 'Invoices' failed: the deadline of the "
                      "operation passed; allow it more time; the job continues: resume it; ") +
              token);
    CHECK(message_of(errc::job_timed_out, known) ==
          std::string("waiting for the export of project 'Invoices' failed: the job did not end "
                      "within job_timeout; allow it more time; the job continues: resume it; ") +
              token);
    INFO("the service's most specific code is reported");
    export_status last(*some_job());
    last.status = job_status::running;
    last.status_text = "running";
    known.status = std::make_shared<const export_status>(last);
    CHECK_THAT(message_of(errc::job_timed_out, known),
               contains_text("its last status was 'running'; allow it more time"));
    CHECK_THAT(message_of(errc::deadline_exceeded, known), contains_text("status was 'running'"));
    CHECK_THAT(message_of(errc::job_failed, known), !contains_text("last status"));
    last.status = job_status::unknown;
    last.status_text = "expired";
    known.status = std::make_shared<const export_status>(last);
    CHECK_THAT(message_of(errc::job_timed_out, known),
               contains_text("its last status was 'expired', which this version does not know;"));
    last.status = job_status::succeeded;
    known.status = std::make_shared<const export_status>(last);
    CHECK_THAT(message_of(errc::deadline_exceeded, known), !contains_text("last status"));
    known.status.reset();
    known.service.code = "InternalServerError";
    known.service.message = "It did not work.";
    known.service.inner.resize(3);
    known.service.inner[0].code = "Outer";
    known.service.inner[1].code = "StorageFull";
    known.service.inner[1].message = "The container is full.";
    CHECK(message_of(errc::job_failed, known) ==
          std::string("waiting for the export of project 'Invoices' failed: the export job failed; "
                      "the service says InternalServerError: \"It did not work.\" [StorageFull: "
                      "\"The container is full.\"]; see the service's reason, then submit it "
                      "again; ") +
              token);
    INFO("the project is reported wherever it is known");
    known.doing.clear();
    CHECK_THAT(message_of(errc::job_failed, known),
               contains_text("project 'Invoices': the export"));
}

TEST_CASE("what() has the service's own code and message, in every form", "[error]") {
    const auto said = [](const char* body) {
        diagnostics known;
        known.service = detail::read_error(body, 32);
        return message_of(errc::forbidden, known);
    };
    CHECK_THAT(
        said(R"({"error":{"code":"Forbidden","message":"No.","innererror":{"code":"Quota",)"
             R"("message":"Too many.","innererror":{"code":"Projects","message":"500."}}}})"),
        contains_text("says Forbidden: \"No.\" [Projects: \"500.\"];"));
    CHECK_THAT(said(R"({"error":{"code":"403","message":"No."}})"),
               contains_text("says 403: \"No.\";"));
    CHECK_THAT(said(R"({"statusCode":403,"message":"No."})"), contains_text("says 403: \"No.\";"));
    CHECK_THAT(said(R"({"errors":[{"code":"A","message":"a","innererror":{"code":"B"}},)"
                    R"({"code":"C"}]})"),
               contains_text("says A: \"a\" [B];"));
    CHECK_THAT(said(R"({"error":{"code":"A","message":"a","details":[{"code":"B",)"
                    R"("message":"b"}]}})"),
               contains_text("says A: \"a\" [B: \"b\"];"));
    CHECK_THAT(said(R"({"error":{"code":"A","message":"a","innererror":{"message":"only"}}})"),
               contains_text("says A: \"a\" [\"only\"];"));
    CHECK_THAT(said(R"({"title":"Wrong.","errors":{"name":["too long"]}})"),
               contains_text("says \"Wrong.\";"));
}

TEST_CASE("what() warns if a job may be running", "[error]") {
    constexpr auto advice = "a job may be running: submit again if a second job does no harm";
    diagnostics sure, unsure;
    unsure.submission = submission_state::unconfirmed;
    for (const errc code :
         {errc::cancelled, errc::client_closed, errc::deadline_exceeded, errc::malformed_response,
          errc::response_too_large, errc::response_timeout, errc::service_unavailable}) {
        INFO(to_string(code));
        CHECK_THAT(message_of(code, unsure), contains_text(advice));
        CHECK_THAT(message_of(code, sure), !contains_text(advice));
    }
    CHECK(message_of(errc::cancelled, unsure) ==
          std::string("the operation was cancelled; ") + advice);
    // Once is enough.
    const std::string what = message_of(errc::submit_unconfirmed, unsure);
    CHECK(what.find(advice) == what.rfind(advice));
    CHECK_THAT(what, contains_text(advice));
}

TEST_CASE("what() of a document that is too large says so", "[error]") {
    diagnostics known;
    known.http_status = 413;
    CHECK_THAT(message_of(errc::invalid_request, known), !contains_text("too large"));
    known.kind = job_kind::importing;
    CHECK(message_of(errc::invalid_request, known) ==
          "the request is not valid (HTTP 413); the document is too large for the service, or for "
          "a gateway in front of it: divide the project into smaller ones");
}

TEST_CASE("what() of an invalid request does not advise a retry", "[error]") {
    diagnostics known;
    known.job = some_job();
    CHECK_THAT(message_of(errc::invalid_request, known),
               !contains_text("resume it") && contains_text("come from this service"));
}

TEST_CASE("what() is one line of bounded length for every message of the service", "[error]") {
    diagnostics known;
    known.service.message = "first\r\nsecond\t\x1b[31m\xff " + std::string(100'000, 'x');
    known.project_name = std::string(50'000, '\n');
    known.doing = "exporting";
    const std::string what = message_of(errc::job_failed, known);
    CHECK(what.size() <= 1200);
    CHECK(what.find_first_of("\r\n\t\x1b") == std::string::npos);
    CHECK(detail::find_invalid_utf8(what) == std::string::npos);
}

TEST_CASE("a request id of any length leaves room for the rest of what()", "[error]") {
    diagnostics known;
    known.http_status = 502;
    known.request_id = "4711" + std::string(5'000, 'x') + "end";
    CHECK_THAT(message_of(errc::service_unavailable, known),
               contains_text("(HTTP 502, request id 4711xxx") &&
                   contains_text("xxxend); try again"));
    known.request_id = "aef9ba5f-122f-4227-9fa0-34a5b2019ba5";
    CHECK_THAT(message_of(errc::service_unavailable, known), contains_text(known.request_id + ")"));
}

TEST_CASE("copies of an error share their details, and no error is ever empty", "[error]") {
    diagnostics known;
    known.detail = "x";
    known.job = some_job();
    export_error first(errc::conflict, std::move(known));
    const export_error copy = first;
    const export_error moved = std::move(first);
    CHECK(&copy.diagnostics() == &moved.diagnostics());
    CHECK(&first.diagnostics() == &moved.diagnostics()); // NOLINT(bugprone-use-after-move)
    CHECK(std::string_view(first.what()) == moved.what());
    REQUIRE(first.job());
    CHECK(first.job()->project_name() == "p");
    CHECK(export_error(errc::conflict, {}).job() == nullptr);
    CHECK(first.code() == errc::conflict);
}

TEST_CASE("an export_error is found in an exception pointer without a rethrow", "[error]") {
    diagnostics known;
    known.detail = "the detail";
    const auto pointer = std::make_exception_ptr(export_error(errc::throttled, std::move(known)));
    const export_error* found = get_export_error(pointer);
    REQUIRE(found);
    CHECK(found->diagnostics().detail == "the detail");
    CHECK(get_export_error(pointer)->code() == errc::throttled);
    CHECK(code_of(pointer) == errc::throttled);

    CHECK(get_export_error(nullptr) == nullptr);
    CHECK_FALSE(code_of(nullptr).failed());

    const auto system = std::make_exception_ptr(boost::system::system_error(aborted));
    CHECK(get_export_error(system) == nullptr);
    CHECK(code_of(system) == errc::cancelled);

    for (const auto& other :
         {std::make_exception_ptr(std::runtime_error("x")), std::make_exception_ptr(7)}) {
        CHECK(get_export_error(other) == nullptr);
        CHECK(code_of(other) == boost::system::errc::state_not_recoverable);
    }
}

TEST_CASE("an error thrown for bad input carries its code and detail", "[error]") {
    try {
        detail::throw_error(errc::invalid_configuration, "the field");
    } catch (const boost::system::system_error& error) {
        CHECK(error.code() == errc::invalid_configuration);
        CHECK(std::string(error.what()) ==
              "the configuration is not valid: the field; correct the field named");
    }
}

} // namespace error_test
