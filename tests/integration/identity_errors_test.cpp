// What a token's absence means: messages, retries, and what no output contains.

#include "integration/identity_bench.hpp"
#include "support/catch.hpp"
#include "support/silent_listener.hpp"

#include <chrono>
#include <cstddef>
#include <exception>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace identity_errors_test {

namespace testing = langexport::testing;
using namespace std::chrono_literals;
using langexport::bearer_token_source;
using langexport::client;
using langexport::errc;
using langexport::exported_project;
using langexport_tests::contains_text;
using langexport_tests::event_list;
using langexport_tests::identity_bench;
using langexport_tests::outcome;
using langexport_tests::quick_project;
using langexport_tests::silent_listener;
using langexport_tests::source_kind;
using testing::canned_response;
using testing::issuer_call;
using testing::issuer_error;
using testing::malformation;
using testing::occurrences;

namespace {

constexpr std::size_t attempts = 3;

outcome<exported_project> export_with(identity_bench& b, bearer_token_source source) {
    langexport::client_params params = b.params();
    params.credential = langexport::credential(std::move(source));
    params.retry.max_attempts = attempts;
    return b.service.export_project(b.service.make_client(params));
}

struct error_row {
    source_kind kind;
    canned_response response;
    bool is_permanent;
    std::vector<const char*> words;
};

} // namespace

TEST_CASE("each response of an issuer has its message, and is retried if it may pass",
          "[identity]") {
    using enum source_kind;
    const error_row rows[] = {
        {secret,
         issuer_error(401, "invalid_client", "AADSTS7000222: The secret has expired."),
         true,
         {"gave no token for the client secret", "invalid_client", "AADSTS7000222", "HTTP 401",
          "Trace ID", "request id ", "check the client secret: it may be wrong or have expired"}},
        {workload,
         issuer_error(401, "invalid_client", "AADSTS700213: No matching record."),
         true,
         {"for the workload identity", "AADSTS700213", "federated credential"}},
        {secret,
         issuer_error(400, "unauthorized_client", "AADSTS700016: Not found."),
         true,
         {"unauthorized_client", "check the client id and the tenant id"}},
        {secret,
         issuer_error(400, "invalid_request", "AADSTS90002: Tenant not found."),
         true,
         {"invalid_request", "HTTP 400", "check the tenant id and the client id"}},
        {secret,
         issuer_error(400, "invalid_scope", "AADSTS70011: Not valid."),
         true,
         {"invalid_scope", "check the scope"}},
        {secret,
         issuer_error(400, "something_new", "Never heard of."),
         true,
         {"something_new", "Never heard of."}},
        {secret,
         canned_response(404, "<html><body>No such page</body></html>"),
         true,
         {"HTTP 404", "No such page"}},
        {secret,
         canned_response(302).header("Location", "https://elsewhere.example/"),
         true,
         {"it redirects to another address, which is not followed"}},
        {secret, canned_response(429).header("Retry-After", "0"), false, {"HTTP 429"}},
        {secret, canned_response(500), false, {"HTTP 500", "try again later"}},
        {secret,
         canned_response(503, "{\"error\":\"temporarily_unavailable\"}"),
         false,
         {"temporarily_unavailable"}},
        {secret,
         canned_response(200, "{}"),
         false,
         {"the response cannot be used: it has no access"}},
        {secret, canned_response(200, "<html>"), false, {"it is not JSON"}},
        {secret, canned_response(200), false, {"it is empty"}},
        {secret,
         canned_response(200, R"({"access_token":"t","expires_in":0})"),
         false,
         {"its token has expired"}},
        {secret, canned_response::malformed(malformation::no_http), false, {"it is not HTTP"}},
        {secret,
         canned_response::malformed(malformation::half_json),
         false,
         {"the response cannot"}},
        {secret, canned_response::oversize(1 << 20), true, {"it has more than 131072 bytes"}},
        {secret, canned_response::no_response(false), false, {"the connection failed"}},
        {machine,
         issuer_error(400, "invalid_request", "Identity not found"),
         true,
         {"for the managed identity of this machine", "Identity not found",
          "check that this machine or app has a managed identity"}},
        {machine, canned_response(404), false, {"HTTP 404"}},
        {machine, canned_response(410), false, {"HTTP 410"}},
        {machine, canned_response(429), false, {"HTTP 429"}},
        {machine, canned_response(500), false, {"HTTP 500"}},
        {app_service,
         canned_response(400, R"({"statusCode":400,"message":"No identity"})"),
         true,
         {"for the managed identity of this app", "No identity"}},
        {app_service, canned_response(503), false, {"HTTP 503"}},
    };
    for (const error_row& each : rows) {
        identity_bench b;
        b.service->add_project(quick_project());
        b.issuer().on(issuer_call::any, occurrences::always(), each.response);
        const auto end = export_with(b, b.source(each.kind));
        INFO(end.what());
        CHECK(end.code() == errc::credential_unavailable);
        CHECK(end.known().is_permanent == each.is_permanent);
        CHECK(end.known().submission == langexport::submission_state::not_sent);
        CHECK_THAT(end.what(), contains_text("no credential is available: "));
        for (const char* word : each.words)
            CHECK_THAT(end.what(), contains_text(word));
        CHECK(b.issuer().requests().size() == (each.is_permanent ? 1 : attempts));
        CHECK(b.service.number_seen() == 0);

        INFO("and the next response, if it is good, is used");
        b.issuer().clear_faults();
        CHECK(export_with(b, b.source(each.kind)).is_good());
    }
}

TEST_CASE("an issuer that cannot be reached is an error that names it", "[identity]") {
    identity_bench b;
    b.service->add_project(quick_project());
    langexport::entra_options options = b.options();
    const char* word = "";
    bool is_permanent = false;
    silent_listener silent(silent_listener::manner::accepting);
    SECTION("no server listens") {
        options.authority_host =
            "http://127.0.0.1:" + std::to_string(langexport_tests::closed_port());
        word = "the connection failed: to 127.0.0.1:";
    }
    SECTION("the server is silent") {
        options.authority_host = "http://127.0.0.1:" + std::to_string(silent.port());
        options.timeouts.whole = 20ms;
        word = "the request and its response took too long";
    }
    SECTION("it is not the one that is trusted") {
        testing::identity_emulator_options with;
        with.tls = true;
        langexport_tests::running_issuer other(with);
        options.authority_host = other->authority();
        is_permanent = true;
        word = "the certificate of 'localhost' was not accepted";
        const auto end = export_with(b, langexport::entra_client_secret(options, "a-secret-5b1d"));
        CHECK_THAT(end.what(), contains_text(word));
        CHECK_THAT(end.what(), contains_text("the trusted certificates (entra_options::ca_file, "
                                             "entra_options::ca_folder or the variable"));
        CHECK(end.known().is_permanent);
        return;
    }
    const auto end = export_with(b, langexport::entra_client_secret(options, "a-secret-5b1d"));
    CHECK(end.code() == errc::credential_unavailable);
    CHECK_THAT(end.what(), contains_text(options.authority_host + " gave no token"));
    CHECK_THAT(end.what(), contains_text(word));
    CHECK(end.known().is_permanent == is_permanent);
}

TEST_CASE("no output contains a secret, even if the issuer returns it", "[identity]") {
    const auto kind =
        GENERATE(source_kind::secret, source_kind::workload, source_kind::app_service);
    identity_bench b;
    b.service->add_project(quick_project());
    const auto& known = b.issuer().options();
    const std::vector<std::string> secrets = {known.client_secret, known.client_assertion,
                                              known.identity_header};
    std::string all;
    for (const std::string& secret : secrets)
        all += secret + " ";
    b.issuer().on(issuer_call::any, 1,
                  issuer_error(500, "echo", "AADSTS1: you sent " + all).header("request-id", all));
    b.issuer().on(issuer_call::any, 2, issuer_error(401, "invalid_client", "you sent " + all));
    langexport::client_params params = b.params();
    params.credential = langexport::credential(b.source(kind));
    const auto events = std::make_shared<event_list>();
    params.observer = events;
    const auto end = b.service.export_project(b.service.make_client(params));
    CHECK(end.code() == errc::credential_unavailable);
    std::string output = end.what() + end.known().service.message + end.known().request_id +
                         langexport::message_of(end.known().cause);
    for (const std::string& line : events->lines())
        output += line;
    output += events->last_failure()->what();
    // The issuer knows all of them; only that of this source can be known here.
    const std::string& own = secrets[static_cast<std::size_t>(kind)];
    CHECK(output.find(own) == std::string::npos);
    CHECK_THAT(output, contains_text("[redacted]"));
}

TEST_CASE("the password of a proxy is not shown, even if the proxy returns it", "[identity]") {
    identity_bench b;
    b.service->add_project(quick_project());
    // It plays the proxy.
    b.issuer().on(issuer_call::any, occurrences::always(),
                  canned_response::raw_bytes("HTTP/1.1 407 you sent YWRhOnMzY3JldC13b3Jkcw==, "
                                             "which is ada:s3cret-words\r\n\r\n"));
    langexport::entra_options options = b.options();
    options.authority_host = "https://login.example";
    options.proxy =
        "http://ada:s3cret-words@" + b.issuer().authority().substr(std::string("http://").size());
    const auto end = export_with(b, langexport::entra_client_secret(options, "a-secret-5b1d"));
    CHECK(end.code() == errc::credential_unavailable);
    CHECK(end.known().is_permanent);
    CHECK_THAT(end.what(), contains_text("check entra_options::proxy"));
    CHECK_THAT(end.what(), contains_text("did not accept the user and password (407 you sent "
                                         "[redacted]"));
    CHECK(end.what().find("s3cret") == std::string::npos);
    CHECK(end.what().find("YWRh") == std::string::npos);
}

TEST_CASE("a secret is sent to the issuer only", "[identity]") {
    identity_bench b;
    b.service->add_project(quick_project());
    b.issuer().on(issuer_call::any, 1,
                  canned_response(307).header("Location", b.service->endpoint() + "/steal"));
    CHECK(export_with(b, b.source(source_kind::secret)).code() == errc::credential_unavailable);
    CHECK(b.service.number_seen() == 0);
    REQUIRE(export_with(b, b.source(source_kind::secret)).is_good());
    for (const testing::request_record& each : b.service->requests()) {
        CHECK(each.body.find(b.issuer().options().client_secret) == std::string::npos);
        for (const auto& [name, value] : each.headers)
            CHECK(value.find(b.issuer().options().client_secret) == std::string::npos);
    }
}

} // namespace identity_errors_test
