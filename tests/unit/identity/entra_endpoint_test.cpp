// The token endpoint of an application: its address, its route, and the request for a token.
// tests/unit/identity/entra_options_test.cpp has the options that are rejected.

#include <langexport/identity/impl/entra_endpoint.hpp>

#include "support/catch.hpp"
#include "unit/rejection.hpp"

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

namespace entra_endpoint_test {

using namespace langexport;
using namespace langexport::detail;
using langexport_tests::contains_text;
using langexport_tests::rejection;
using langexport_tests::rejection_of;

namespace {

entra_options good_options() {
    return entra_options("contoso.example", "11111111-2222-3333-4444-555555555555");
}

proof_function proof_of(std::string_view text) {
    return
        [bytes = std::make_shared<const secret_bytes>(text.begin(), text.end())] { return bytes; };
}

// A text with the secret, after redaction.
std::string redacted(const secret_redactor& hidden) {
    std::string text = "it was s3cret/+ then";
    hidden.redact(text);
    return text;
}

} // namespace

TEST_CASE("an authority is an origin and a path", "[identity][entra_endpoint]") {
    struct row {
        const char* url;
        const char* authority;
        const char* path;
        bool is_secure;
    };
    for (const row& each : {row{"https://login.example", "login.example", "", true},
                            row{"https://login.example/", "login.example", "", true},
                            row{"https://login.example:8443//", "login.example:8443", "", true},
                            row{"https://gate.example/entra/", "gate.example", "/entra", true},
                            row{"http://localhost:8080/a/b", "localhost:8080", "/a/b", false}}) {
        CAPTURE(each.url);
        const split_url parts = parse_entra_authority("the authority", each.url);
        CHECK(parts.origin.authority() == each.authority);
        CHECK(parts.origin.is_secure == each.is_secure);
        CHECK(parts.target == each.path);
    }
    for (const char* bad :
         {"", "login.example", "http://login.example", "https://a:b@login.example",
          "https://login.example/?a=b", "https://login.example?"}) {
        CAPTURE(bad);
        const rejection found = rejection_of([&] { parse_entra_authority("the authority", bad); });
        CHECK(found.code == errc::invalid_configuration);
        CHECK(found.detail.starts_with("the authority "));
        CHECK(found.detail.find("a:b") == std::string::npos);
    }
}

TEST_CASE("the request for a token names the application and hides its secret",
          "[identity][entra_endpoint]") {
    entra_options options = good_options();
    options.authority_host = "https://gate.example:8443/entra/";
    options.scope = "https://a.example/.default";
    struct row {
        client_proof kind;
        std::string_view field;
    };
    for (const row& each : {row{client_proof::secret, "client_secret="},
                            row{client_proof::assertion, "client_assertion="}}) {
        const token_endpoint endpoint =
            make_entra_endpoint(options, each.kind, proof_of("s3cret/+"));
        CHECK(endpoint.issuer == token_issuer::authority);
        CHECK(endpoint.subject.empty());
        CHECK(endpoint.route.peer.authority() == "gate.example:8443");
        secret_redactor hidden;
        const request_message request = endpoint.write_request(hidden);
        CHECK(request.method == "POST");
        CHECK(request.target() == "/entra/contoso.example/oauth2/v2.0/token");
        const std::string text(view(request.bytes));
        CHECK_THAT(text, contains_text("\r\nHost: gate.example:8443\r\n") &&
                             contains_text("client_id=11111111-2222-3333-4444-555555555555") &&
                             contains_text("scope=https%3A%2F%2Fa.example%2F.default") &&
                             contains_text(std::string(each.field) + "s3cret%2F%2B"));
        CHECK(redacted(hidden).find("s3cret") == std::string::npos);
    }
}

TEST_CASE("a request without a proof fails, and the next request needs a new one",
          "[identity][entra_endpoint]") {
    int calls = 0;
    const token_endpoint endpoint =
        make_entra_endpoint(good_options(), client_proof::assertion, [&calls] {
            if (++calls == 1)
                throw std::runtime_error("no file");
            return proof_of("s3cret/+")();
        });
    CHECK(calls == 0); // only a request needs the proof
    secret_redactor hidden;
    CHECK_THROWS_WITH(endpoint.write_request(hidden), "no file");
    CHECK_NOTHROW(endpoint.write_request(hidden));
    CHECK(calls == 2);
}

TEST_CASE("a proxy is not used for local addresses", "[identity][entra_endpoint]") {
    const auto has_proxy = [](const char* host) {
        entra_options options = good_options();
        options.authority_host = host;
        options.proxy = "http://proxy.example:3128";
        const auto endpoint = make_entra_endpoint(options, client_proof::secret, {});
        return !endpoint.route.proxy.empty();
    };
    for (const char* host :
         {"http://localhost:8080", "https://localhost", "https://127.0.0.2:8443", "https://[::1]",
          "http://169.254.1.2:4321", "https://169.254.1.2", "https://169.254.169.254"})
        CHECK_FALSE(has_proxy(host));
    for (const char* host : {"https://login.microsoftonline.com", "https://169.253.1.2",
                             "https://10.169.254.1", "https://169.254.1.2.example"})
        CHECK(has_proxy(host));
}

} // namespace entra_endpoint_test
