#include <langexport/detail/policy/classify_response.hpp>

#include <langexport/detail/base/secret_redactor.hpp>
#include <langexport/detail/protocol/result_check.hpp>

#include "support/catch.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace classify_response_test {

using namespace std::chrono_literals;
using namespace langexport;
using namespace langexport::detail;
using langexport_tests::contains_text;

namespace {

constexpr std::chrono::system_clock::time_point now{std::chrono::hours(480'000)};

class bench {
public:
    classified_response read(request_kind kind, const response_message& response) {
        const response_context context{at,     backends, 32,          10min,      now,
                                       redact, expected, api_version, has_secret, proxy};
        return classify_response(kind, response, context, status);
    }
    status_outcome outcome(request_kind kind, const response_message& response) {
        return read(kind, response).event.outcome;
    }

    endpoint at = endpoint::parse("https://gateway.example/eu");
    std::vector<origin> backends;
    redact_hook redact;
    secret_check_hook has_secret;
    result_expectation expected;
    std::string api_version;
    const proxy_url* proxy = nullptr;
    export_status status{export_job("Demo", "https://gateway.example/jobs/1", now)};
};

response_message with(unsigned status, std::string body = {}) {
    response_message response;
    response.status = status;
    response.body = std::move(body);
    return response;
}

// A body with its content type.
struct typed_body {
    const char* type;
    std::string body;
    const char* why; // null: it is accepted as a result
};

void check_result(bench& b, const typed_body& each) {
    INFO(each.type << ": " << each.body);
    auto response = with(200, each.body);
    response.content_type = each.type;
    const auto read = b.read(request_kind::result, response);
    CHECK(read.event.outcome.category ==
          (each.why ? status_class::rejected : status_class::accepted));
    if (each.why) {
        CHECK(read.event.outcome.code == errc::malformed_response);
        CHECK_THAT(read.detail, contains_text(each.why));
    }
    // The same, in the smallest pieces.
    result_check in_pieces(response.content_type, response.content_encoding, b.expected);
    for (const char c : each.body)
        in_pieces.take(std::string_view(&c, 1));
    CHECK(in_pieces.problem_at_end().has_value() == (each.why != nullptr));
}

} // namespace

TEST_CASE("a 202 has the link of the job", "[classify_response]") {
    bench b;
    auto response = with(202);
    SECTION("at the endpoint itself") {
        response.operation_location = "https://gateway.example:443/eu/jobs/7?api-version=1";
        const classified_response read = b.read(request_kind::submission, response);
        CHECK(read.event.outcome.category == status_class::accepted);
        CHECK(read.target == "/eu/jobs/7?api-version=1");
    }
    SECTION("behind the gateway") {
        origin backend;
        backend.host = "backend.example";
        b.backends.push_back(backend);
        response.operation_location = "https://backend.example/jobs/7";
        CHECK(b.read(request_kind::submission, response).target == "/eu/jobs/7");
    }
    SECTION("elsewhere") {
        response.operation_location = "https://evil.example/jobs/7";
        const classified_response read = b.read(request_kind::submission, response);
        CHECK(read.event.outcome.category == status_class::rejected);
        CHECK(read.event.outcome.code == errc::foreign_origin);
        CHECK(read.target.empty());
        CHECK_THAT(read.detail, contains_text("operation-location") &&
                                    contains_text("https://evil.example") &&
                                    contains_text("https://gateway.example"));
    }
    SECTION("over another scheme") {
        response.operation_location = "http://gateway.example/eu/jobs/7";
        CHECK(b.outcome(request_kind::submission, response).code == errc::foreign_origin);
    }
    SECTION("without a link") {
        CHECK(b.outcome(request_kind::submission, response).code == errc::unexpected_response);
    }
    SECTION("with an invalid link") {
        response.operation_location = "https://gateway.example:x/";
        CHECK(b.outcome(request_kind::submission, response).code == errc::malformed_response);
    }
}

TEST_CASE("the message for a rejected version names the setting", "[classify_response]") {
    struct row {
        unsigned status;
        const char* body;
        errc code;
        const char* detail;
    };
    const std::string rejected = "the service rejects api-version 2022-05-01: set "
                                 "client_params::api_version to a version that it supports";
    const std::string perhaps = "perhaps the service does not support api-version 2022-05-01 "
                                "(client_params::api_version) for this surface";
    const row rows[] = {
        {400,
         R"({"error":{"code":"InvalidRequest","message":"Invalid Request.","innererror":
            {"code":"UnsupportedApiVersion","message":"It is not supported."}}})",
         errc::invalid_request, rejected.c_str()},
        {400, R"({"error":{"code":"InvalidArgument","message":"Bad.","target":"api-version"}})",
         errc::invalid_request, rejected.c_str()},
        {404, R"({"error":{"code":"BadRequest","message":"API version not supported"}})",
         errc::invalid_request, rejected.c_str()},
        {404, R"({"error":{"code":"NotFound","details":[{"code":"InvalidApiVersionParameter"}]}})",
         errc::invalid_request, rejected.c_str()},
        {404, R"({"error":{"code":"404","message":"Resource not found"}})", errc::project_not_found,
         perhaps.c_str()},
        {404, "", errc::project_not_found, perhaps.c_str()},
        {404, R"({"error":{"code":"ProjectNotFound","message":"No such project."}})",
         errc::project_not_found, ""},
        {400, R"({"error":{"code":"InvalidArgument","message":"Bad.","target":"format"}})",
         errc::invalid_request, ""},
        {422, R"({"error":{"code":"UnsupportedApiVersion","message":"No."}})",
         errc::invalid_request, rejected.c_str()},
        {406, R"({"error":{"code":"InvalidApiVersionParameter"}})", errc::invalid_request,
         rejected.c_str()},
        {501, R"({"error":{"code":"UnsupportedApiVersion"}})", errc::invalid_request,
         rejected.c_str()},
        {400, R"({"error":{"code":"InvalidRequest","message":"Unsupported version: 2022-05-01"}})",
         errc::invalid_request, rejected.c_str()},
        // The error quotes the request.
        {404,
         R"({"error":{"code":"ProjectNotFound","message":"No /projects/P?api-version=2022-05-01."}})",
         errc::project_not_found, ""},
        {503, R"({"error":{"code":"UnsupportedApiVersion"}})", errc::service_unavailable, ""},
        {403, R"({"error":{"code":"403","message":"Your role has no API version."}})",
         errc::forbidden, ""},
        {401, R"({"error":{"code":"401","message":"Wrong key or API version."}})",
         errc::unauthorized, ""},
    };
    for (const row& r : rows) {
        CAPTURE(r.status, r.body);
        bench b;
        b.at = endpoint::parse("https://name.example"); // a path is a likely cause of its own
        b.api_version = "2022-05-01";
        const auto read = b.read(request_kind::submission, with(r.status, r.body));
        CHECK(read.event.outcome.code == r.code);
        CHECK(read.detail == r.detail);
        // What follows a link of the service has no version of ours.
        b.api_version.clear();
        CHECK(b.read(request_kind::submission, with(r.status, r.body)).detail.empty());
    }
}

TEST_CASE("a job's link is not longer than a resume token allows", "[classify_response]") {
    bench b;
    auto response = with(202);
    response.operation_location = "https://gateway.example/";
    response.operation_location.append(16 * 1024 - response.operation_location.size(), 'j');
    CHECK(b.outcome(request_kind::submission, response).category == status_class::accepted);
    CHECK_FALSE(export_job("p", response.operation_location, now).to_token().empty());
    response.operation_location += 'j';
    const auto read = b.read(request_kind::submission, response);
    CHECK(read.event.outcome.code == errc::malformed_response);
    CHECK(read.detail == "operation-location has 16385 bytes; at most 16384 are possible");
}

TEST_CASE("a status response replaces the last one", "[classify_response]") {
    bench b;
    b.status.status_text = "notStarted";
    SECTION("running") {
        const auto read = b.read(request_kind::status, with(200, R"({"status":"running"})"));
        CHECK(read.event.outcome.category == status_class::accepted);
        CHECK(read.event.status == job_status::running);
        CHECK(read.target.empty());
        CHECK(b.status.status_text == "running");
        CHECK(b.status.job().project_name() == "Demo");
    }
    SECTION("succeeded, with its link") {
        const auto read = b.read(
            request_kind::status,
            with(200, R"({"status":"succeeded","resultUrl":"https://gateway.example/r?a=b"})"));
        CHECK(read.event.status == job_status::succeeded);
        CHECK_FALSE(read.event.no_result);
        CHECK(read.target == "/r?a=b");
    }
    SECTION("succeeded, without a link") {
        const auto read = b.read(request_kind::status, with(200, R"({"status":"succeeded"})"));
        CHECK(read.event.outcome.category == status_class::accepted);
        CHECK(read.event.no_result == errc::unexpected_response);
        CHECK_THAT(read.detail, contains_text("it has no resultUrl"));
        CHECK(b.status.status_text == "succeeded");
    }
    SECTION("succeeded, with a link to elsewhere") {
        const auto read =
            b.read(request_kind::status,
                   with(200, R"({"status":"succeeded","resultUrl":"https://evil.example/r"})"));
        CHECK(read.event.outcome.category == status_class::accepted);
        CHECK(read.event.no_result == errc::foreign_origin);
        CHECK(read.target.empty());
        CHECK_THAT(read.detail, contains_text("resultUrl leads to https://evil.example"));
    }
    SECTION("succeeded, with an invalid link") {
        const auto read =
            b.read(request_kind::status,
                   with(200, R"({"status":"succeeded","resultUrl":"results/1?sig=secret"})"));
        CHECK(read.event.no_result == errc::malformed_response);
        CHECK_THAT(read.detail,
                   contains_text("resultUrl 'results/1' does not start with https://"));
    }
    SECTION("partially completed, without a link") {
        const auto read =
            b.read(request_kind::status, with(200, R"({"status":"partiallyCompleted"})"));
        CHECK(read.event.outcome.category == status_class::accepted);
        CHECK(read.event.no_result == errc::unexpected_response);
        CHECK_THAT(read.detail, contains_text("resultUrl"));
    }
    SECTION("failed, with its reason") {
        const auto read =
            b.read(request_kind::status,
                   with(200, R"({"status":"failed","errors":[{"code":"A","message":"b"}]})"));
        CHECK(read.event.status == job_status::failed);
        CHECK(read.service.code == "A");
    }
    SECTION("failed, with its reason after errors without content") {
        const auto read = b.read(request_kind::status,
                                 with(200, R"({"status":"failed","errors":[null,{"code":"A"}]})"));
        CHECK(read.service.code == "A");
    }
    SECTION("an error instead of a status is shown") {
        const auto read =
            b.read(request_kind::status, with(200, R"({"error":{"code":"A","message":"b"}})"));
        CHECK(read.event.outcome.code == errc::malformed_response);
        CHECK(read.service.message == "b");
    }
    SECTION("an invalid status does not replace the last one") {
        const auto read = b.read(request_kind::status, with(200, R"({"status":"running")"));
        CHECK(read.event.outcome.code == errc::malformed_response);
        CHECK(b.status.status_text == "notStarted");
    }
}

TEST_CASE("a job that is not found after its expiration time has expired", "[classify_response]") {
    bench b;
    const std::string streamed_check = R"({"error":{"code":"OperationNotFound","message":"none"}})";
    CHECK_FALSE(b.read(request_kind::status, with(404, streamed_check)).event.job_has_expired);
    b.status.expires = now + 1s;
    CHECK_FALSE(b.read(request_kind::status, with(404, streamed_check)).event.job_has_expired);
    b.status.expires = now;
    const auto read = b.read(request_kind::status, with(404, streamed_check));
    CHECK(read.event.job_has_expired);
    CHECK(read.service.code == "OperationNotFound");
}

TEST_CASE("a result is accepted unchanged if it has no content encoding", "[classify_response]") {
    bench b;
    auto response = with(200, "id\tquestion\n1\twhy?\n");
    response.content_type = "text/tab-separated-values";
    CHECK(b.outcome(request_kind::result, response).category == status_class::accepted);
    for (const char* good : {"identity", "Identity"}) {
        response.content_encoding = good;
        CHECK(b.outcome(request_kind::result, response).category == status_class::accepted);
    }
    for (const char* bad : {"gzip", "br", "identity, gzip", "x"}) {
        response.content_encoding = bad;
        const auto read = b.read(request_kind::result, response);
        CHECK(read.event.outcome.code == errc::unexpected_response);
        CHECK_THAT(read.detail, contains_text(bad));
    }
}

TEST_CASE("a document that cannot be a result is rejected even without the structure check",
          "[classify_response]") {
    const typed_body cases[] = {
        {"application/json; charset=utf-8", R"({"assets":{}})", nullptr},
        {"application/json", " [1]\r\n", nullptr},
        {"application/json", "\xEF\xBB\xBF{}", nullptr},
        {"", R"({"assets":{}})", nullptr},
        {"", "PK\x03\x04 and so on", nullptr},
        {"text/tab-separated-values", "a\tb\n", nullptr},
        {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "PK", nullptr},
        {"application/octet-stream", "<", nullptr},
        {"application/json", "", "the result is empty"},
        {"text/plain", "", "the result is empty"},
        {"", "", "the result is empty"},
        {"application/json", R"({"assets":{)", "the result of 11 bytes is not complete JSON"},
        {"application/json", "{}{}", "is not complete JSON"},
        {"application/json", "null", "is not complete JSON"},
        {"Application/JSON ;charset=utf-8", "<html></html>", "is not complete JSON"},
        {"application/problem+json", "{", "is not complete JSON"},
        {"", R"({"assets":{)", "is not complete JSON"},
        {"", " <!doctype html><p>Log in", "the result is a page of HTML"},
        {"text/html; charset=utf-8", "{}", "the result is a page of HTML"},
        {"TEXT/HTML", "", "the result is a page of HTML"},
        {"application/xhtml+xml", "<html/>", "the result is a page of HTML"},
    };
    for (const auto& each : cases) {
        bench b;
        b.expected.has_structure = false;
        check_result(b, each);
    }
}

TEST_CASE("if JSON is expected, no other content is a result, regardless of its content type",
          "[classify_response]") {
    const typed_body cases[] = {
        {"application/json; charset=utf-8", R"({"assets":{}})", nullptr},
        {"application/octet-stream", R"({"assets":{}})", nullptr},
        {"text/plain", "\xEF\xBB\xBF {}\n", nullptr},
        {"", " [1]", nullptr},
        {"text/plain", "upstream connect error", "the result of 22 bytes is not complete JSON"},
        {"", "PK\x03\x04 and so on", "is not complete JSON"},
        {"text/tab-separated-values", "a\tb\n", "is not complete JSON"},
        {"application/octet-stream", "<", "is not complete JSON"},
        {"application/octet-stream", R"({"assets":{)", "is not complete JSON"},
        {"text/plain", "", "the result is empty"},
        {"", "", "the result is empty"},
        {"", "<p>Log in", "the result is a page of HTML"},
        {"text/html", "{}", "the result is a page of HTML"},
    };
    for (const auto& each : cases) {
        bench b;
        b.expected.due = result_forms::project;
        b.expected.has_structure = false;
        check_result(b, each);
    }
}

TEST_CASE("an unrequested content encoding is named if a body cannot be read",
          "[classify_response]") {
    bench b;
    auto response = with(200, "\x1f\x8b\x08");
    const auto detail_of = [&] { return b.read(request_kind::status, response).detail; };
    response.content_encoding = "gzip";
    CHECK_THAT(detail_of(), contains_text("the status of the job: byte 0") &&
                                contains_text("the content encoding 'gzip', which the client"));
    response.content_encoding = "identity";
    CHECK_THAT(detail_of(), !contains_text("encoding"));
    response.content_encoding = std::string(41, 'x');
    CHECK_THAT(detail_of(), contains_text("the content encoding of 41 characters"));
    response.status = 503;
    CHECK_THAT(detail_of(), contains_text("the response has the content encoding"));
    CHECK(b.read(request_kind::status, response).service.empty());
    INFO("what can be read is read");
    response = with(200, R"({"status":"running"})");
    response.content_encoding = "utf-8";
    CHECK(b.outcome(request_kind::status, response).category == status_class::accepted);
}

TEST_CASE("a 407 is the proxy's, whatever its page quotes", "[classify_response]") {
    bench b;
    b.at = endpoint::parse("http://localhost:8080");
    b.api_version = "2023-04-01";
    const auto response =
        with(407, "<html>required for http://localhost:8080/a?api-version=2023-04-01</html>");
    CHECK(b.outcome(request_kind::submission, response).code == errc::proxy_failed);
    proxy_url proxy("http://proxy.example:3128");
    b.proxy = &proxy;
    auto read = b.read(request_kind::submission, response);
    CHECK_THAT(read.detail, contains_text("proxy.example:3128 requires a user and a password"));
    CHECK(read.service.message.empty());
    proxy = proxy_url("http://ada:words@proxy.example:3128");
    read = b.read(request_kind::submission, response);
    CHECK_THAT(read.detail, contains_text("did not accept the user and password"));
    CHECK(read.detail.find("words@") == std::string::npos);
}

TEST_CASE("an echoed secret is redacted in every part of a response before text is cut",
          "[classify_response][secrets]") {
    const std::string secret = "K3y0g2n7vQ4xLd9sTz1rBw8mHc5jYk6pAeUfOiXaNbMcZtRhGyWqEsDlVoCuJPFK";
    // Half of it would be enough for an attacker.
    const std::string part = secret.substr(0, 12);
    const auto holds = [&](const std::string& text) {
        return to_lower(text).find(to_lower(part)) != std::string::npos;
    };
    const auto nothing_in = [&](const service_error& said) {
        return !holds(said.code) && !holds(said.message) && !holds(said.target);
    };
    bench b;
    secret_redactor redactor;
    redactor.add(secret);
    b.redact = [&](std::string& text) { redactor.redact(text); };
    b.has_secret = [&](std::string_view text) { return redactor.is_in(text); };
    // The secret lies across the place where texts are cut.
    const auto before = [&](std::size_t limit) { return std::string(limit - 20, 'x') + secret; };
    SECTION("in a message") {
        const auto read =
            b.read(request_kind::status, with(400, R"({"error":{"code":")" + before(200) +
                                                       R"(","message":")" + before(2000) + "\"}}"));
        CHECK(nothing_in(read.service));
        CHECK(read.service.message.size() <= 2000);
    }
    SECTION("in a page") {
        for (std::size_t at = 180; at < 205; ++at) {
            const auto read = b.read(request_kind::status,
                                     with(502, "<p>" + std::string(at, 'x') + secret + "</p>"));
            CHECK(nothing_in(read.service));
        }
    }
    SECTION("in the status of a job") {
        const std::string body = R"({"status":")" + before(200) + R"(","resultUrl":"/r?k=)" +
                                 secret + R"(","errors":[{"code":"A","message":")" + before(2000) +
                                 R"("}],"warnings":[{"target":")" + before(200) + "\"}]}";
        b.read(request_kind::status, with(200, body));
        CHECK(b.status.errors.size() == 1);
        CHECK_FALSE(holds(b.status.status_text));
        CHECK_FALSE(holds(b.status.result_url));
        CHECK(nothing_in(b.status.errors.at(0)));
        CHECK(nothing_in(b.status.warnings.at(0)));
    }
    SECTION("in a link that would be followed") {
        const auto read =
            b.read(request_kind::status,
                   with(200, R"({"status":"succeeded","resultUrl":"https://gateway.example/r/)" +
                                 secret + "\"}"));
        CHECK(read.target.empty());
        CHECK(read.event.no_result == errc::malformed_response);
        CHECK_THAT(read.detail, contains_text("resultUrl contains a key or token of this client"));
        CHECK(b.status.result_url.empty());
        CHECK_THAT(b.status.warnings.at(0).message, contains_text("it was not stored"));
    }
    SECTION("a link with only a part of the secret is followed unchanged") {
        const std::string url = "https://gateway.example/r/" + secret.substr(1);
        const auto read = b.read(request_kind::status,
                                 with(200, R"({"status":"succeeded","resultUrl":")" + url + "\"}"));
        CHECK(read.target == "/r/" + secret.substr(1));
        CHECK(b.status.result_url == url);
    }
    SECTION("in a link that is not followed") {
        auto response = with(202);
        for (const std::string& link :
             {"https://" + secret + ".example/", "jobs/" + before(100) + "/", "jobs/" + secret,
              "https://gateway.example/" + before(200) + "\\"}) {
            response.operation_location = response.location = link;
            CHECK_FALSE(holds(b.read(request_kind::submission, response).detail));
            response.status = 307;
            CHECK_FALSE(holds(b.read(request_kind::submission, response).detail));
            CHECK_FALSE(holds(b.read(request_kind::status, response).detail));
            response.status = 202;
        }
    }
    SECTION("in a content encoding") {
        auto response = with(200, "{}");
        for (const std::string& encoding : {before(100), "x" + secret, secret}) {
            response.content_encoding = encoding;
            const std::string detail = b.read(request_kind::result, response).detail;
            CHECK_FALSE(holds(detail));
            CHECK_THAT(detail, !contains_text(secret.substr(secret.size() - 12)));
        }
    }
}

TEST_CASE("a server that expects TLS is recognized by several messages", "[classify_response]") {
    for (const char* body :
         {"<html><head><title>400 The plain HTTP request was sent to HTTPS port</title></head>",
          "<p>Reason: You're speaking plain HTTP to an SSL-enabled server port.<br />",
          "Client sent an HTTP request to an HTTPS server.\n"}) {
        INFO(body);
        bench b;
        b.at = endpoint::parse("http://localhost:8443");
        for (const auto kind : {request_kind::submission, request_kind::status}) {
            const auto read = b.read(kind, with(400, body));
            CHECK(read.event.outcome.category == status_class::rejected);
            CHECK(read.event.outcome.code == errc::tls_failed);
            CHECK_THAT(read.detail, contains_text("use https"));
        }
        INFO("the same words over TLS are a 400");
        b.at = endpoint::parse("https://localhost:8443");
        CHECK(b.read(request_kind::submission, with(400, body)).event.outcome.code ==
              errc::invalid_request);
    }
}

TEST_CASE("a redirect from http to https of the same host advises the https endpoint",
          "[classify_response]") {
    const auto at = endpoint::parse("http://127.0.0.1:8080");
    for (const std::string link : {"https://127.0.0.1:8080/a", "https://127.0.0.1/a"})
        CHECK_THAT(resolve_link(at, {}, link).why, contains_text(": use https"));
    CHECK_THAT(resolve_link(at, {}, "https://other.example/a").why, !contains_text("use https"));
    CHECK_THAT(resolve_link(endpoint::parse("https://a.example"), {}, "http://a.example/x").why,
               !contains_text("use https"));
}

TEST_CASE("a 404 names its likely cause", "[classify_response]") {
    bench b;
    CHECK_THAT(b.read(request_kind::submission, with(404)).detail,
               contains_text("the endpoint has the path '/eu'"));
    CHECK_THAT(b.read(request_kind::result, with(404)).detail,
               contains_text("there is no result at its address"));
    CHECK(b.read(request_kind::status, with(404)).detail.empty());
    b.at = endpoint::parse("https://name.example");
    CHECK(b.read(request_kind::submission, with(404)).detail.empty());
}

TEST_CASE("a redirect is followed within its origin", "[classify_response]") {
    bench b;
    auto response = with(307);
    SECTION("by URL") {
        response.location = "https://gateway.example/elsewhere";
        CHECK(b.read(request_kind::status, response).target == "/elsewhere");
    }
    SECTION("by path") {
        response.location = "/elsewhere?x";
        CHECK(b.read(request_kind::result, response).target == "/elsewhere?x");
    }
    SECTION("never to another host") {
        for (const char* where : {"https://evil.example/", "//evil.example/",
                                  "http://gateway.example/", "https://gateway.example:8443/"}) {
            response.location = where;
            const auto read = b.read(request_kind::status, response);
            CHECK(read.event.outcome.category == status_class::rejected);
            CHECK(read.target.empty());
        }
    }
    SECTION("never for a submission") {
        response.location = "/elsewhere";
        const auto read = b.read(request_kind::submission, response);
        CHECK(read.event.outcome.code == errc::unexpected_response);
        CHECK(read.target.empty());
        CHECK_THAT(read.detail, contains_text("307") && contains_text("/elsewhere"));
        response.location = "https://evil.example/";
        const auto foreign = b.read(request_kind::submission, response);
        CHECK(foreign.event.outcome.code == errc::foreign_origin);
        CHECK(foreign.target.empty());
        CHECK_THAT(foreign.detail, contains_text("leads to https://evil.example, the endpoint is "
                                                 "https://gateway.example"));
    }
}

TEST_CASE("Retry-After is read from any response, and bounded", "[classify_response]") {
    bench b;
    for (const unsigned status : {200U, 404U, 429U, 503U}) {
        auto response = with(status, R"({"status":"running"})");
        response.retry_after = "7";
        CHECK(b.read(request_kind::status, response).event.retry_after == steady_duration(7s));
        response.retry_after = "999999999";
        CHECK(b.read(request_kind::status, response).event.retry_after == steady_duration(10min));
        response.retry_after = "soon";
        CHECK_FALSE(b.read(request_kind::status, response).event.retry_after);
    }
}

TEST_CASE("the service's clock decides whether a job has expired", "[classify_response]") {
    bench b;
    auto response = with(404);
    b.status.expires = now + 1h;
    CHECK_FALSE(b.read(request_kind::status, response).event.job_has_expired);
    response.date = "Fri, 31 Dec 2100 00:00:00 GMT";
    CHECK(b.read(request_kind::status, response).event.job_has_expired);
    b.status.expires = now - 1h;
    response.date = "Thu, 01 Jan 1970 00:00:00 GMT";
    CHECK_FALSE(b.read(request_kind::status, response).event.job_has_expired);
    response.date = "yesterday";
    CHECK(b.read(request_kind::status, response).event.job_has_expired);
}

TEST_CASE("the service's code and message are read from errors of every form",
          "[classify_response]") {
    bench b;
    const auto words = [&](unsigned status, const char* body) {
        return b.read(request_kind::status, with(status, body)).service;
    };
    CHECK(words(401, R"({"error":{"code":"401","message":"Access denied"}})").code == "401");
    CHECK(words(429, R"({"statusCode":429,"message":"slow down"})").message == "slow down");
    CHECK_THAT(words(502, "<html><h1>Bad gateway</h1></html>").message,
               contains_text("Bad gateway"));
    CHECK(words(500, "").empty());
    CHECK(words(203, R"({"error":{"code":"X","message":"y"}})").code == "X");
}

} // namespace classify_response_test
