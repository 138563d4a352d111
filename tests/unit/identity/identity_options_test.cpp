#include <langexport/identity/entra_client_secret.hpp>
#include <langexport/identity/entra_workload_identity.hpp>
#include <langexport/identity/identity_from_environment.hpp>
#include <langexport/identity/impl/entra_endpoint.hpp>
#include <langexport/identity/impl/identity_environment.hpp>
#include <langexport/identity/managed_identity.hpp>
#include <langexport/identity/token_chain.hpp>

#include "support/catch.hpp"
#include "support/scoped_environment.hpp"
#include "unit/refusal.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <string>

using namespace std::chrono_literals;
using namespace langexport;
using langexport_tests::contains_text;
using langexport_tests::refusal;
using langexport_tests::refusal_of;
using langexport_tests::scoped_environment;

namespace {

const std::string secret = "8Q~Pq2vXw-Zk4Lr.Tn6By";

entra_options good_options() {
    return entra_options("contoso.onmicrosoft.com", "11111111-2222-3333-4444-555555555555");
}

} // namespace

TEST_CASE("invalid application options are rejected with a sentence", "[identity]") {
    struct row {
        const char* named;
        const char* why;
        std::function<void(entra_options&)> change;
    };
    const row rows[] = {
        {"tenant_id", "is empty", [](auto& o) { o.tenant_id.clear(); }},
        {"tenant_id", "at byte 6 of 11", [](auto& o) { o.tenant_id = "tenant/else"; }},
        {"tenant_id", "at byte 6 of 7", [](auto& o) { o.tenant_id = "tenant\n"; }},
        {"tenant_id", "consists only of dots", [](auto& o) { o.tenant_id = ".."; }},
        {"tenant_id", "at most 253", [](auto& o) { o.tenant_id = std::string(254, 'a'); }},
        {"client_id", "is empty", [](auto& o) { o.client_id.clear(); }},
        {"client_id", "at byte 2 of 5", [](auto& o) { o.client_id = "my id"; }},
        {"scope", "is empty", [](auto& o) { o.scope.clear(); }},
        {"scope", "at byte 1 of 3", [](auto& o) { o.scope = "a b"; }},
        {"authority_host", "is empty", [](auto& o) { o.authority_host.clear(); }},
        {"authority_host", "does not start with https://",
         [](auto& o) { o.authority_host = "login.microsoftonline.com"; }},
        {"authority_host", "use https",
         [](auto& o) { o.authority_host = "http://login.microsoftonline.com"; }},
        {"authority_host", "use https", [](auto& o) { o.authority_host = "http://169.253.1.1"; }},
        {"authority_host", "use https", [](auto& o) { o.authority_host = "http://10.0.0.1"; }},
        {"authority_host", "user info", [](auto& o) { o.authority_host = "https://a:b@login"; }},
        {"authority_host", "has a query", [](auto& o) { o.authority_host = "https://login/?a=b"; }},
        {"ca_file", "no certificates can be read",
         [](auto& o) { o.ca_file = "/does/not/exist.pem"; }},
        {"ca_folder: ", "no certificates in the folder '/does/not/exist'",
         [](auto& o) { o.ca_folder = "/does/not/exist"; }},
        {"ca_file has a zero byte", "", [](auto& o) { o.ca_file = std::string("a\0b", 3); }},
        {"ca_folder has a zero byte", "", [](auto& o) { o.ca_folder = std::string("a\0b", 3); }},
        {"timeouts.connect", "must be from 1 ms to 1 d", [](auto& o) { o.timeouts.connect = 0s; }},
        {"timeouts.whole", "must be from 1 ms to 1 d", [](auto& o) { o.timeouts.whole = 25h; }},
    };
    for (const row& each : rows) {
        entra_options options = good_options();
        each.change(options);
        const refusal first = refusal_of([&] { entra_client_secret(options, secret); });
        CHECK(first.code == errc::invalid_configuration);
        CHECK_THAT(first.detail, contains_text(std::string("entra_options::") + each.named));
        CHECK_THAT(first.detail, contains_text(each.why));
        CHECK(first.what.find(secret) == std::string::npos);
        const refusal second = refusal_of([&] { entra_workload_identity(options, "/token"); });
        CHECK(second.detail == first.detail);
    }
}

TEST_CASE("authorities on this machine may use http, others must use https", "[identity]") {
    const char* host =
        GENERATE("https://login.microsoftonline.com", "https://login.microsoftonline.us/",
                 "https://login.chinacloudapi.cn", "http://localhost:8080", "http://127.0.0.1",
                 "http://[::1]:80", "http://169.254.1.2:4321", "https://gateway.example/entra");
    entra_options options = good_options();
    options.authority_host = host;
    CHECK(refusal_of([&] { entra_client_secret(options, secret); }).detail.empty());
}

TEST_CASE("a proxy is not used for local addresses", "[identity]") {
    const auto has_proxy = [](const char* host) {
        entra_options options = good_options();
        options.authority_host = host;
        options.proxy = "http://proxy.example:3128";
        const auto endpoint =
            detail::make_entra_endpoint(options, detail::client_proof::secret, {});
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

TEST_CASE("an application is read from the environment, and an error names its variable",
          "[identity]") {
    struct row {
        std::map<std::string, std::string> variables;
        const char* why; // empty: it is good
    };
    const row rows[] = {
        {{{"AZURE_TENANT_ID", "t"}, {"AZURE_CLIENT_ID", "c"}}, ""},
        {{{"AZURE_TENANT_ID", "t"},
          {"AZURE_CLIENT_ID", "c"},
          {"AZURE_AUTHORITY_HOST", "login.microsoftonline.us"}},
         ""},
        {{{"AZURE_CLIENT_ID", "c"}}, "AZURE_TENANT_ID is not set"},
        {{{"AZURE_TENANT_ID", "t"}}, "AZURE_CLIENT_ID is not set"},
        {{{"AZURE_TENANT_ID", "a/b"}, {"AZURE_CLIENT_ID", "c"}}, "AZURE_TENANT_ID has a character"},
        {{{"AZURE_TENANT_ID", "t"}, {"AZURE_CLIENT_ID", "c d"}}, "AZURE_CLIENT_ID has a character"},
        {{{"AZURE_TENANT_ID", "t"},
          {"AZURE_CLIENT_ID", "c"},
          {"AZURE_AUTHORITY_HOST", "http://login.example"}},
         "AZURE_AUTHORITY_HOST is http"},
    };
    for (const row& each : rows) {
        CAPTURE(each.why);
        detail::identity_environment environment;
        environment.variable = [&](const std::string& name) {
            const auto found = each.variables.find(name);
            return found == each.variables.end() ? std::string() : found->second;
        };
        entra_options options;
        const refusal found =
            refusal_of([&] { options = detail::make_entra_options(environment); });
        if (*each.why) {
            CHECK(found.detail.starts_with(each.why));
            CHECK(found.code == errc::invalid_configuration);
            continue;
        }
        CHECK(found.detail.empty());
        CHECK(options.tenant_id == "t");
        CHECK(options.client_id == "c");
        CHECK(options.authority_host == (each.variables.size() == 2
                                             ? "https://login.microsoftonline.com"
                                             : "https://login.microsoftonline.us"));
        CHECK(options.proxy.empty());
    }
}

TEST_CASE("a proxy of the environment that cannot be used is an error only if it would be used",
          "[identity]") {
    const scoped_environment set({"https_proxy", "HTTPS_PROXY", "http_proxy", "all_proxy",
                                  "ALL_PROXY", "no_proxy", "NO_PROXY"},
                                 {{"HTTPS_PROXY", "socks5://hush-hush@proxy:1080"},
                                  {"all_proxy", "ftp://hush-hush"},
                                  {"no_proxy", ".internal.example"}});
    const auto refuse = [](const char* authority) {
        detail::identity_environment environment;
        environment.variable = [authority](const std::string& name) {
            return std::string(name == "AZURE_TENANT_ID"        ? "t"
                               : name == "AZURE_CLIENT_ID"      ? "c"
                               : name == "AZURE_CLIENT_SECRET"  ? "a-secret-5b1d"
                               : name == "AZURE_AUTHORITY_HOST" ? authority
                                                                : "");
        };
        return refusal_of([&] { detail::make_identity_from_environment(environment); });
    };
    for (const char* near : {"http://localhost:1", "https://127.0.0.1", "http://[::1]:1",
                             "https://169.254.1.2", "https://login.internal.example"})
        CHECK(refuse(near).detail.empty());
    const refusal found = refuse("https://login.microsoftonline.com");
    CHECK(found.code == errc::invalid_configuration);
    CHECK(found.detail.starts_with("the environment variable HTTPS_PROXY: the proxy's address "));
    CHECK(found.detail.find("hush") == std::string::npos);
}

TEST_CASE("the tokens of an environment are for the cloud of its authority", "[identity]") {
    struct row {
        const char *authority, *audience; // of the environment
        const char* result;               // without "/.default"
    };
    const std::string cloud = "https://cognitiveservices.azure.";
    const row rows[] = {
        {"", "", "com"},
        {"https://login.microsoftonline.com/", "", "com"},
        {"https://login.microsoftonline.us", "", "us"},
        {"login.microsoftonline.us", "", "us"},
        {"https://LOGIN.microsoftonline.us:443/", "", "us"},
        {"https://login-us.microsoftonline.com", "", "us"},
        {"https://login.chinacloudapi.cn", "", "cn"},
        {"https://login.partner.microsoftonline.cn", "", "cn"},
        {"https://login.custom.example", "", "com"},
        {"https://login.microsoftonline.us.example", "", "com"},
        {"https://login.microsoftonline.us", "https://language.custom.example",
         "https://language.custom.example"},
        {"", "https://language.custom.example/.default", "https://language.custom.example"},
    };
    for (const row& each : rows) {
        CAPTURE(each.authority, each.audience);
        detail::identity_environment environment;
        environment.variable = [&](const std::string& name) {
            return std::string(name == "AZURE_TENANT_ID"           ? "t"
                               : name == "AZURE_CLIENT_ID"         ? "c"
                               : name == "AZURE_AUTHORITY_HOST"    ? each.authority
                               : name == "AZURE_LANGUAGE_AUDIENCE" ? each.audience
                                                                   : "");
        };
        const std::string expected =
            (*each.audience ? std::string() : cloud) + each.result + "/.default";
        CHECK(detail::make_entra_options(environment).scope == expected);
    }
    detail::identity_environment environment;
    environment.variable = [](const std::string& name) {
        return std::string(name == "AZURE_LANGUAGE_AUDIENCE" ? "two words"
                           : name == "AZURE_AUTHORITY_HOST"  ? ""
                                                             : "x");
    };
    CHECK_THAT(refusal_of([&] { detail::make_entra_options(environment); }).detail,
               contains_text("AZURE_LANGUAGE_AUDIENCE has a space"));
}

TEST_CASE("an impossible client secret is rejected and not shown", "[identity]") {
    for (const std::string& bad :
         {std::string(), secret + "\n", "two " + secret, std::string(1025, 'x')}) {
        const refusal found = refusal_of([&] { entra_client_secret(good_options(), bad); });
        CHECK(found.code == errc::invalid_configuration);
        CHECK_THAT(found.detail, contains_text("the client secret "));
        CHECK(found.what.find("8Q~P") == std::string::npos);
    }
    CHECK(refusal_of([] { entra_workload_identity(good_options(), ""); }).code ==
          errc::invalid_configuration);
    CHECK(refusal_of([] { token_chain({}); }).code == errc::invalid_configuration);
}

TEST_CASE("invalid managed identity options are rejected", "[identity]") {
    managed_identity_options options;
    options.client_id = "a b";
    CHECK_THAT(refusal_of([&] { managed_identity(options); }).detail,
               contains_text("managed_identity_options::client_id has a character"));
    options = managed_identity_options();
    options.resource = "";
    CHECK_THAT(refusal_of([&] { managed_identity(options); }).detail,
               contains_text("managed_identity_options::resource is empty"));
    options = managed_identity_options();
    options.timeouts.read = -1s;
    CHECK_THAT(refusal_of([&] { managed_identity(options); }).detail,
               contains_text("managed_identity_options::timeouts.read must be"));
}

TEST_CASE("the endpoint of App Service is rejected unless it is local or uses https",
          "[identity]") {
    struct row {
        const char* endpoint;
        const char* header;
        const char* why;
    };
    const row each = GENERATE(
        row{"http://127.0.0.1:41741/msi/token", "a-header", ""},
        row{"http://169.254.129.3:8081/msi/token", "a-header", ""},
        row{"https://identity.example/msi/token", "a-header", ""},
        row{"http://identity.example/msi/token", "a-header", "IDENTITY_ENDPOINT is http"},
        row{"http://10.1.2.3/msi/token", "a-header", "IDENTITY_ENDPOINT is http"},
        row{"identity", "a-header", "does not start with https://"},
        row{"http://127.0.0.1/msi/token", "", "IDENTITY_HEADER is not"},
        row{"http://127.0.0.1/msi/token", "a header", "the value of IDENTITY_HEADER has a"});
    detail::identity_environment environment;
    environment.variable = [&](const std::string& name) {
        return std::string(name == "IDENTITY_ENDPOINT" ? each.endpoint
                           : name == "IDENTITY_HEADER" ? each.header
                                                       : "");
    };
    const refusal found =
        refusal_of([&] { detail::make_managed_identity(managed_identity_options(), environment); });
    CHECK_THAT(found.detail, contains_text(each.why));
    CHECK((found.code == errc::invalid_configuration) == (*each.why != '\0'));
}
