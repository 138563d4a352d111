// Options of an application: what is rejected, and with which message.

#include <langexport/identity/entra_options.hpp>

#include <langexport/identity/entra_client_secret.hpp>
#include <langexport/identity/entra_workload_identity.hpp>

#include "support/catch.hpp"
#include "unit/rejection.hpp"

#include <chrono>
#include <functional>
#include <string>

namespace entra_options_test {

using namespace std::chrono_literals;
using namespace langexport;
using langexport_tests::contains_text;
using langexport_tests::rejection;
using langexport_tests::rejection_of;

namespace {

const std::string secret = "8Q~Pq2vXw-Zk4Lr.Tn6By";

entra_options good_options() {
    return entra_options("contoso.onmicrosoft.com", "11111111-2222-3333-4444-555555555555");
}

} // namespace

TEST_CASE("invalid application options are rejected with a sentence", "[identity][entra_options]") {
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
        const rejection first = rejection_of([&] { entra_client_secret(options, secret); });
        CHECK(first.code == errc::invalid_configuration);
        CHECK_THAT(first.detail, contains_text(std::string("entra_options::") + each.named));
        CHECK_THAT(first.detail, contains_text(each.why));
        CHECK(first.what.find(secret) == std::string::npos);
        const rejection second = rejection_of([&] { entra_workload_identity(options, "/token"); });
        CHECK(second.detail == first.detail);
    }
}

TEST_CASE("authorities on this machine may use http, others must use https",
          "[identity][entra_options]") {
    const char* host =
        GENERATE("https://login.microsoftonline.com", "https://login.microsoftonline.us/",
                 "https://login.chinacloudapi.cn", "http://localhost:8080", "http://127.0.0.1",
                 "http://[::1]:80", "http://169.254.1.2:4321", "https://gateway.example/entra");
    entra_options options = good_options();
    options.authority_host = host;
    CHECK(rejection_of([&] { entra_client_secret(options, secret); }).detail.empty());
}

} // namespace entra_options_test
