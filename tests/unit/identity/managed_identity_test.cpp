// The endpoints of managed identities, and options that are rejected.

#include <langexport/identity/managed_identity.hpp>

#include <langexport/identity/impl/identity_environment.hpp>

#include "support/catch.hpp"
#include "support/scoped_environment.hpp"
#include "unit/rejection.hpp"

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace managed_identity_test {

using namespace std::chrono_literals;
using namespace langexport;
using langexport_tests::contains_text;
using langexport_tests::rejection;
using langexport_tests::rejection_of;
using langexport_tests::scoped_environment;

TEST_CASE("invalid managed identity options are rejected, and their values are not shown",
          "[identity][managed_identity]") {
    struct row {
        const char* why; // empty: it can be used
        std::function<void(managed_identity_options&)> change;
    };
    const row rows[] = {
        {"", [](auto&) {}},
        {"", [](auto& o) { o.client_id = "11111111-2222-3333-4444-555555555555"; }},
        {"", [](auto& o) { o.client_id = "a.b_c~d"; }},
        {"managed_identity_options::client_id has a character that no id has at byte 4 of 9",
         [](auto& o) { o.client_id = "hush hush"; }},
        {"managed_identity_options::client_id has a character",
         [](auto& o) { o.client_id = "hush&resource=x"; }},
        {"managed_identity_options::client_id consists only of dots",
         [](auto& o) { o.client_id = ".."; }},
        {"managed_identity_options::client_id has 254 characters; at most 253 are possible",
         [](auto& o) { o.client_id = std::string(254, 'a'); }},
        {"managed_identity_options::resource is empty", [](auto& o) { o.resource.clear(); }},
        {"managed_identity_options::resource has a space, a control or a non-ASCII character at "
         "byte 4 of 9",
         [](auto& o) { o.resource = "hush hush"; }},
        {"managed_identity_options::timeouts.read must be", [](auto& o) { o.timeouts.read = -1s; }},
    };
    const scoped_environment none({"IDENTITY_ENDPOINT", "IDENTITY_HEADER"}, {});
    for (const row& each : rows) {
        managed_identity_options options;
        each.change(options);
        const rejection found = rejection_of([&] { managed_identity(options); });
        CHECK_THAT(found.detail, contains_text(each.why));
        CHECK((found.code == errc::invalid_configuration) == (*each.why != '\0'));
        CHECK(found.what.find("hush") == std::string::npos);
    }
}

TEST_CASE("the endpoint of App Service is rejected unless it is local or uses https",
          "[identity][managed_identity]") {
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
    const rejection found = rejection_of(
        [&] { detail::make_managed_identity(managed_identity_options(), environment); });
    CHECK_THAT(found.detail, contains_text(each.why));
    CHECK((found.code == errc::invalid_configuration) == (*each.why != '\0'));
}

TEST_CASE("the environment of the process decides between App Service and a virtual machine",
          "[identity][managed_identity]") {
    const std::vector<std::string> names = {"IDENTITY_ENDPOINT", "IDENTITY_HEADER"};
    {
        const scoped_environment machine(names, {{"IDENTITY_HEADER", "not used"}});
        CHECK(rejection_of([] { managed_identity(); }).what.empty());
    }
    {
        const scoped_environment app(names, {{"IDENTITY_ENDPOINT", "http://127.0.0.1:1/token\n"},
                                             {"IDENTITY_HEADER", "a-header\n"}});
        CHECK(rejection_of([] { managed_identity(); }).what.empty());
    }
    const scoped_environment arc(names, {{"IDENTITY_ENDPOINT", "http://127.0.0.1:1/token"}});
    CHECK_THAT(rejection_of([] { managed_identity(); }).detail,
               contains_text("only App Service and Functions are supported, not Azure Arc"));
}

} // namespace managed_identity_test
