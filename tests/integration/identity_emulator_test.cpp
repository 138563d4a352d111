// The HTTP responses of the emulated token issuer.

#include <langexport/testing/identity_emulator.hpp>

#include "integration/emulator_peer.hpp"
#include "integration/running_issuer.hpp"
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <boost/system/system_error.hpp>

#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace identity_emulator_test {

namespace asio = boost::asio;
namespace testing = langexport::testing;

namespace {

using namespace std::chrono_literals;
using langexport_tests::contains_text;
using langexport_tests::content_of;
using langexport_tests::http_response;
using langexport_tests::raw_peer;
using langexport_tests::running_issuer;
using langexport_tests::temporary_folder;
using testing::canned_response;
using testing::identity_emulator_options;
using testing::issuer_call;
using testing::issuer_error;
using testing::occurrences;

const std::string scope = "https%3A%2F%2Fcognitiveservices.azure.com%2F.default";
const std::string resource = "https%3A%2F%2Fcognitiveservices.azure.com";
const std::string metadata = "Metadata: true\r\n";

std::uint16_t port_of(const std::string& url) {
    return static_cast<std::uint16_t>(std::stoul(url.substr(url.rfind(':') + 1)));
}

// An issuer, and requests to it on connections of their own.
class bench {
public:
    explicit bench(identity_emulator_options options = {}) : issuer(std::move(options)) {}

    http_response post(const std::string& target, const std::string& form) {
        return exchange("POST " + target +
                        " HTTP/1.1\r\nHost: localhost\r\n"
                        "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: " +
                        std::to_string(form.size()) + "\r\n\r\n" + form);
    }
    http_response get(const std::string& target, const std::string& headers = "") {
        return exchange("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n");
    }
    http_response exchange(const std::string& request) {
        return raw_peer(port_of(issuer->authority()), authority_pem).exchange(request);
    }

    std::string token_path() { return "/" + issuer->options().tenant_id + "/oauth2/v2.0/token"; }
    std::string form(const std::string& proof) {
        return "grant_type=client_credentials&client_id=" + issuer->options().client_id +
               "&scope=" + scope + "&" + proof;
    }
    std::string secret() { return "client_secret=" + issuer->options().client_secret; }
    static std::string assertion(const std::string& token) {
        return "client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3A"
               "jwt-bearer&client_assertion=" +
               token;
    }
    static std::string machine(const std::string& more = "") {
        return "/metadata/identity/oauth2/token?api-version=2018-02-01&resource=" + resource + more;
    }
    static std::string app(const std::string& more = "") {
        return "/msi/token?api-version=2019-08-01&resource=" + resource + more;
    }
    std::string app_header() {
        return "X-IDENTITY-HEADER: " + issuer->options().identity_header + "\r\n";
    }

    running_issuer issuer;
    std::string authority_pem;
};

boost::json::object json_of(const http_response& response) {
    return boost::json::parse(response.body).as_object();
}
std::string text(const boost::json::value& value) {
    return std::string(value.as_string());
}

} // namespace

TEST_CASE("an application receives a token for its secret or its assertion",
          "[emulator][identity_emulator]") {
    bench b;
    for (const std::string& proof :
         {b.secret(), bench::assertion(b.issuer->options().client_assertion)}) {
        const http_response response = b.post(b.token_path(), b.form(proof));
        CHECK(response.status == 200);
        CHECK(response.header("Content-Type") == "application/json; charset=utf-8");
        CHECK(response.header("Cache-Control") == "no-store, no-cache");
        const auto body = json_of(response);
        CHECK(text(body.at("token_type")) == "Bearer");
        CHECK(body.at("expires_in").as_int64() == 3600);
        CHECK(text(body.at("access_token")) == b.issuer->tokens().back());
    }
    REQUIRE(b.issuer->tokens().size() == 2);
    CHECK(b.issuer->tokens()[0] != b.issuer->tokens()[1]);
    const auto requests = b.issuer->requests();
    REQUIRE(requests.size() == 2);
    CHECK(requests[0].kind == issuer_call::application);
    CHECK(requests[0].method == "POST");
    CHECK(requests[0].target == b.token_path());
    CHECK(requests[0].client_id == b.issuer->options().client_id);
    CHECK(requests[0].scope == "https://cognitiveservices.azure.com/.default");
    CHECK(requests[0].status == 200);
}

TEST_CASE("an application that the authority rejects receives its error and no token",
          "[emulator][identity_emulator]") {
    bench b;
    const std::string id = "&client_id=" + b.issuer->options().client_id;
    const std::string grant = "grant_type=client_credentials";
    struct row {
        std::string path, form;
        unsigned status;
        const char* error;
        const char* description;
    };
    const row rows[] = {
        {"/elsewhere/oauth2/v2.0/token", b.form(b.secret()), 400, "invalid_request",
         "AADSTS90002: Tenant 'elsewhere' not found"},
        {b.token_path(), "grant_type=password" + id, 400, "unsupported_grant_type", "AADSTS70003"},
        {b.token_path(), grant, 400, "invalid_request", "AADSTS900144"},
        {b.token_path(), grant + "&client_id=other", 400, "unauthorized_client",
         "AADSTS700016: Application with identifier 'other'"},
        {b.token_path(), grant + id + "&scope=https%3A%2F%2Fother.example%2F.default", 400,
         "invalid_scope", "AADSTS70011"},
        {b.token_path(), grant + id + "&scope=" + resource, 400, "invalid_scope", "AADSTS70011"},
        {b.token_path(), b.form("client_secret=hush-hush"), 401, "invalid_client",
         "AADSTS7000215: Invalid client secret"},
        {b.token_path(), b.form(bench::assertion("hush-hush")), 401, "invalid_client",
         "AADSTS700213"},
        {b.token_path(),
         b.form("client_assertion=" + b.issuer->options().client_assertion), // without its type
         401, "invalid_client", "AADSTS700213"},
        {b.token_path(), b.form("x=y"), 401, "invalid_client", "AADSTS7000216"},
    };
    for (const row& each : rows) {
        CAPTURE(each.description);
        const http_response response = b.post(each.path, each.form);
        CHECK(response.status == each.status);
        const auto body = json_of(response);
        CHECK(text(body.at("error")) == each.error);
        CHECK_THAT(text(body.at("error_description")), contains_text(each.description));
        CHECK(response.body.find("hush-hush") == std::string::npos);
        CHECK(b.issuer->requests().back().status == each.status);
        CHECK(b.issuer->requests().back().target.find("hush-hush") == std::string::npos);
    }
    CHECK(b.issuer->tokens().empty());
}

TEST_CASE("the endpoints of managed identities check their header, version and client",
          "[emulator][identity_emulator]") {
    bench b;
    const std::string known = "&client_id=" + b.issuer->options().client_id;
    struct row {
        std::string target, headers;
        unsigned status;
        issuer_call kind;
    };
    const row rows[] = {
        {bench::machine(), metadata, 200, issuer_call::machine},
        {bench::machine(known), metadata, 200, issuer_call::machine},
        {bench::machine(), "", 400, issuer_call::machine},
        {bench::machine(), "Metadata: false\r\n", 400, issuer_call::machine},
        {bench::machine("&client_id=other"), metadata, 400, issuer_call::machine},
        {"/metadata/identity/oauth2/token?api-version=2018-02-01", metadata, 400,
         issuer_call::machine},
        {"/metadata/identity/oauth2/token?api-version=1&resource=" + resource, metadata, 400,
         issuer_call::machine},
        {bench::app(), b.app_header(), 200, issuer_call::app_service},
        {bench::app(known), b.app_header(), 200, issuer_call::app_service},
        {bench::app(), "", 403, issuer_call::app_service},
        {bench::app(), "X-IDENTITY-HEADER: other\r\n", 403, issuer_call::app_service},
        {bench::app("&client_id=other"), b.app_header(), 400, issuer_call::app_service},
        {"/msi/token?api-version=2017-09-01&resource=" + resource, b.app_header(), 400,
         issuer_call::app_service},
        {"/", metadata, 404, issuer_call::other},
    };
    std::size_t tokens = 0;
    for (const row& each : rows) {
        CAPTURE(each.target, each.headers);
        const http_response response = b.get(each.target, each.headers);
        CHECK(response.status == each.status);
        CHECK(b.issuer->requests().back().kind == each.kind);
        tokens += each.status == 200;
        REQUIRE(b.issuer->tokens().size() == tokens);
        if (each.status == 200) {
            const auto body = json_of(response);
            CHECK(text(body.at("access_token")) == b.issuer->tokens().back());
            CHECK(body.at("expires_on").is_string());
            CHECK(body.contains("expires_in") == (each.kind == issuer_call::machine));
        }
    }
    CHECK(b.issuer->identity_endpoint() == b.issuer->authority() + "/msi/token");
}

TEST_CASE("the authority describes its tenant", "[emulator][identity_emulator]") {
    bench b;
    const std::string tenant = b.issuer->options().tenant_id;
    const std::string tail = "/.well-known/openid-configuration";
    for (const std::string& base : {"/" + tenant + "/v2.0", "/" + tenant, std::string()}) {
        const http_response response = b.get(base + tail);
        CHECK(response.status == 200);
        CHECK(text(json_of(response).at("token_endpoint")) ==
              b.issuer->authority() + b.token_path());
    }
    const http_response other = b.get("/other/v2.0" + tail);
    CHECK(other.status == 400);
    CHECK(text(json_of(other).at("error")) == "invalid_tenant");
}

TEST_CASE("lifetime, clock and form of a token follow the options",
          "[emulator][identity_emulator]") {
    identity_emulator_options options;
    options.token_lifetime = 90s;
    options.clock_offset = 1000h;
    std::vector<std::string> seen;
    options.on_token = [&seen](const std::string& token) { seen.push_back(token); };
    SECTION("numbers") {
        options.times_as_text = false;
    }
    SECTION("texts") {
        options.times_as_text = true;
    }
    bench b(options);
    const auto body = json_of(b.get(bench::machine(), metadata));
    REQUIRE(seen.size() == 1);
    CHECK(seen == b.issuer->tokens());
    const auto number = [&](const char* name) {
        const boost::json::value& value = body.at(name);
        CHECK(value.is_string() == *options.times_as_text);
        return value.is_string() ? std::stoll(text(value)) : value.as_int64();
    };
    CHECK(number("expires_in") == 90);
    const auto now = std::chrono::duration_cast<std::chrono::seconds>(
        std::chrono::system_clock::now().time_since_epoch());
    CHECK(number("expires_on") >= (now + 999h).count());
}

TEST_CASE("secrets are generated unless they are set, and the assertion can be replaced",
          "[emulator][identity_emulator]") {
    identity_emulator_options options;
    options.client_secret = "my-secret-5b1d";
    bench b(options), other;
    CHECK(b.issuer->options().client_secret == "my-secret-5b1d");
    CHECK_FALSE(b.issuer->options().client_assertion.empty());
    CHECK_FALSE(b.issuer->options().identity_header.empty());
    CHECK(b.issuer->options().client_assertion != other.issuer->options().client_assertion);
    CHECK(b.post(b.token_path(), b.form("client_secret=my-secret-5b1d")).status == 200);

    const std::string old = bench::assertion(b.issuer->options().client_assertion);
    b.issuer->set_client_assertion("head.body.sign");
    CHECK(b.post(b.token_path(), b.form(old)).status == 401);
    CHECK(b.post(b.token_path(), b.form(bench::assertion("head.body.sign"))).status == 200);
}

TEST_CASE("rules replace the responses to selected requests", "[emulator][identity_emulator]") {
    bench b;
    b.issuer->on(issuer_call::machine, 2, issuer_error(429, "too_many", "Slow down."));
    b.issuer->on(issuer_call::any, occurrences::from(3), canned_response(503));
    const auto ask = [&b] { return b.get(bench::machine(), metadata).status; };
    CHECK(ask() == 200);
    CHECK(ask() == 429);
    CHECK(ask() == 503);
    CHECK(b.get("/").status == 503);
    CHECK(b.issuer->tokens().size() == 1);
    CHECK(b.issuer->requests().size() == 4);
    b.issuer->clear_faults();
    CHECK(ask() == 200);

    b.issuer->on(issuer_call::machine, 1, canned_response::cut_after(0, testing::early_end::close));
    CHECK(ask() == 0); // no response, although there is a token
    CHECK(b.issuer->tokens().size() == 3);
}

TEST_CASE("an error of the authority has its codes and ids, another one only its words",
          "[emulator][identity_emulator]") {
    const auto parse = [](const canned_response& response) {
        return boost::json::parse(response.body).as_object();
    };
    const canned_response entra =
        issuer_error(401, "invalid_client", "AADSTS7000215: Invalid client secret.");
    CHECK(entra.status == 401);
    const auto known = parse(entra);
    CHECK(text(known.at("error")) == "invalid_client");
    CHECK(known.at("error_codes").as_array() == boost::json::array{7000215});
    CHECK(text(known.at("error_description"))
              .starts_with(
                  "AADSTS7000215: Invalid client secret. Trace ID: " + text(known.at("trace_id")) +
                  " Correlation ID: " + text(known.at("correlation_id")) + " Timestamp: "));
    CHECK(text(known.at("error_uri")).ends_with("=7000215"));
    for (const char* description : {"Identity not found", "", "AADSTS", "AADSTSx: y"}) {
        const auto other = parse(issuer_error(400, "invalid_request", description));
        CHECK(other.size() == 2);
        CHECK(text(other.at("error_description")) == description);
    }
}

TEST_CASE("an issuer with TLS has a certificate that clients can trust",
          "[emulator][identity_emulator]") {
    const temporary_folder folder;
    identity_emulator_options options;
    options.tls = true;
    bench b(options);
    CHECK(b.issuer->authority().starts_with("https://localhost:"));
    b.issuer->write_certificate((folder / "ca.pem").string());
    b.authority_pem = content_of(folder / "ca.pem");
    CHECK(b.post(b.token_path(), b.form(b.secret())).status == 200);
    CHECK_THROWS_AS(b.issuer->write_certificate((folder / "no" / "ca.pem").string()),
                    boost::system::system_error);
}

TEST_CASE("an issuer does not start where it cannot listen", "[emulator][identity_emulator]") {
    asio::io_context context;
    identity_emulator_options options;
    options.address = GENERATE("", "localhost", "1.2.3");
    CHECK_THROWS_AS(testing::identity_emulator(context.get_executor(), options),
                    std::invalid_argument);
    const testing::identity_emulator first(context.get_executor());
    options.address = "127.0.0.1";
    options.port = port_of(first.authority());
    CHECK_THROWS_AS(testing::identity_emulator(context.get_executor(), options),
                    boost::system::system_error);
}

TEST_CASE("a stopped issuer closes its connections and leaves no work in its context",
          "[emulator][identity_emulator]") {
    bench b;
    const std::uint16_t port = port_of(b.issuer->authority());
    raw_peer idle(port);
    CHECK(idle.exchange("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").status == 404);
    b.issuer->stop();
    CHECK(idle.receive_all().empty());
    // The bench waits for its context: the test ends only when run() has returned.
}

} // namespace identity_emulator_test
