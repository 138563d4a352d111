// Identities that the environment describes.

#include <langexport/identity/identity_from_environment.hpp>
#include <langexport/identity/impl/identity_environment.hpp>

#include "support/catch.hpp"
#include "support/scoped_environment.hpp"
#include "unit/rejection.hpp"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace identity_from_environment_test {

using namespace langexport;
using langexport_tests::contains_text;
using langexport_tests::rejection;
using langexport_tests::rejection_of;
using langexport_tests::scoped_environment;

namespace {

using variables = std::map<std::string, std::string>;

detail::identity_environment environment_of(variables values) {
    detail::identity_environment environment;
    environment.variable = [values = std::move(values)](const std::string& name) {
        const auto found = values.find(name);
        return found == values.end() ? std::string() : found->second;
    };
    return environment;
}

rejection rejection_in(variables values) {
    return rejection_of([&] { detail::make_identity_from_environment(environment_of(values)); });
}

// An application without a proof of its identity, and more.
variables application_and(variables more) {
    more.emplace("AZURE_TENANT_ID", "t");
    more.emplace("AZURE_CLIENT_ID", "c");
    return more;
}

const std::vector<std::string> all_names = {"AZURE_TENANT_ID",
                                            "AZURE_CLIENT_ID",
                                            "AZURE_CLIENT_SECRET",
                                            "AZURE_FEDERATED_TOKEN_FILE",
                                            "IDENTITY_ENDPOINT",
                                            "IDENTITY_HEADER",
                                            "AZURE_AUTHORITY_HOST",
                                            "AZURE_LANGUAGE_AUDIENCE",
                                            "https_proxy",
                                            "HTTPS_PROXY",
                                            "http_proxy",
                                            "all_proxy",
                                            "ALL_PROXY",
                                            "no_proxy",
                                            "NO_PROXY"};

} // namespace

TEST_CASE("an application is read from the environment, and an error names its variable",
          "[identity][identity_from_environment]") {
    struct row {
        variables values;
        const char* why; // empty: it is good
    };
    const row rows[] = {
        {application_and({}), ""},
        {application_and({{"AZURE_AUTHORITY_HOST", "login.microsoftonline.us"}}), ""},
        {{{"AZURE_CLIENT_ID", "c"}}, "AZURE_TENANT_ID is not set"},
        {{{"AZURE_TENANT_ID", "t"}}, "AZURE_CLIENT_ID is not set"},
        {application_and({{"AZURE_TENANT_ID", "a/b"}}), "AZURE_TENANT_ID has a character"},
        {application_and({{"AZURE_CLIENT_ID", "c d"}}), "AZURE_CLIENT_ID has a character"},
        {application_and({{"AZURE_AUTHORITY_HOST", "http://login.example"}}),
         "AZURE_AUTHORITY_HOST is http"},
    };
    for (const row& each : rows) {
        CAPTURE(each.why);
        entra_options options;
        const rejection found = rejection_of(
            [&] { options = detail::make_entra_options(environment_of(each.values)); });
        if (*each.why) {
            CHECK(found.detail.starts_with(each.why));
            CHECK(found.code == errc::invalid_configuration);
            continue;
        }
        CHECK(found.detail.empty());
        CHECK(options.tenant_id == "t");
        CHECK(options.client_id == "c");
        CHECK(options.authority_host == (each.values.size() == 2
                                             ? "https://login.microsoftonline.com"
                                             : "https://login.microsoftonline.us"));
        CHECK(options.proxy.empty());
    }
}

TEST_CASE(
    "for a missing or incomplete identity in the environment, the message says what is missing",
    "[identity][identity_from_environment]") {
    const std::string nothing = rejection_in({}).what;
    for (const char* name : {"AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET",
                             "AZURE_FEDERATED_TOKEN_FILE", "IDENTITY_ENDPOINT", "IDENTITY_HEADER",
                             "AZURE_AUTHORITY_HOST and AZURE_LANGUAGE_AUDIENCE are optional"})
        CHECK_THAT(nothing, contains_text(name));
    struct row {
        variables values;
        const char* why;
    };
    const row rows[] = {
        {{}, "describes no identity"},
        {{{"AZURE_TENANT_ID", "t"}}, "describes no identity"},
        {{{"AZURE_CLIENT_SECRET", "s"}, {"AZURE_CLIENT_ID", "c"}},
         "AZURE_CLIENT_SECRET is set, but AZURE_TENANT_ID is not"},
        {{{"AZURE_CLIENT_SECRET", "s"}, {"AZURE_TENANT_ID", "t"}},
         "AZURE_CLIENT_SECRET is set, but AZURE_CLIENT_ID is not"},
        {{{"AZURE_FEDERATED_TOKEN_FILE", "/f"}, {"AZURE_TENANT_ID", "t"}},
         "AZURE_FEDERATED_TOKEN_FILE is set, but AZURE_CLIENT_ID is not"},
        {{{"IDENTITY_ENDPOINT", "http://127.0.0.1/"}}, "IDENTITY_HEADER is not"},
        {application_and(
             {{"AZURE_CLIENT_SECRET", "s"}, {"AZURE_AUTHORITY_HOST", "http://login.example"}}),
         "use https"},
        // Each of several sources must be complete.
        {application_and(
             {{"AZURE_CLIENT_SECRET", "s"}, {"IDENTITY_ENDPOINT", "http://127.0.0.1/"}}),
         "IDENTITY_HEADER is not"},
        {application_and({{"AZURE_CLIENT_SECRET", "s\n"}}), "the client secret "},
        {{{"AZURE_CLIENT_ID", "c d"}}, "AZURE_CLIENT_ID has a character"},
    };
    for (const row& each : rows) {
        const rejection found = rejection_in(each.values);
        CHECK(found.code == errc::invalid_configuration);
        CHECK_THAT(found.detail, contains_text(each.why));
    }
}

TEST_CASE("each kind of identity, and several of them, can be described",
          "[identity][identity_from_environment]") {
    const variables secret = {{"AZURE_CLIENT_SECRET", "a-secret-5b1d"}};
    const variables file = {{"AZURE_FEDERATED_TOKEN_FILE", "/does/not/exist/yet"}};
    const variables app = {{"IDENTITY_ENDPOINT", "http://127.0.0.1:1/msi/token"},
                           {"IDENTITY_HEADER", "a-header"}};
    variables all = application_and(secret);
    all.insert(file.begin(), file.end());
    all.insert(app.begin(), app.end());
    for (const variables& good :
         {application_and(secret), application_and(file), app, application_and({}),
          variables{{"AZURE_CLIENT_ID", "c"}}, all,
          application_and({{"AZURE_CLIENT_SECRET", "s"},
                           {"AZURE_AUTHORITY_HOST", "login.microsoftonline.us"}})})
        CHECK(rejection_in(good).what.empty());
}

TEST_CASE("a proxy of the environment that cannot be used is an error only if it would be used",
          "[identity][identity_from_environment]") {
    const scoped_environment set(all_names, {{"HTTPS_PROXY", "socks5://hush-hush@proxy:1080"},
                                             {"all_proxy", "ftp://hush-hush"},
                                             {"no_proxy", ".internal.example"}});
    const auto reject = [](const char* authority) {
        return rejection_in(application_and(
            {{"AZURE_CLIENT_SECRET", "a-secret-5b1d"}, {"AZURE_AUTHORITY_HOST", authority}}));
    };
    for (const char* near : {"http://localhost:1", "https://127.0.0.1", "http://[::1]:1",
                             "https://169.254.1.2", "https://login.internal.example"})
        CHECK(reject(near).detail.empty());
    const rejection found = reject("https://login.microsoftonline.com");
    CHECK(found.code == errc::invalid_configuration);
    CHECK(found.detail.starts_with("the environment variable HTTPS_PROXY: the proxy's address "));
    CHECK(found.detail.find("hush") == std::string::npos);
}

TEST_CASE("the tokens of an environment are for the cloud of its authority",
          "[identity][identity_from_environment]") {
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
        const auto environment =
            environment_of(application_and({{"AZURE_AUTHORITY_HOST", each.authority},
                                            {"AZURE_LANGUAGE_AUDIENCE", each.audience}}));
        const std::string expected = (*each.audience ? std::string() : cloud) + each.result;
        CHECK(detail::make_entra_options(environment).scope == expected + "/.default");
        CHECK(detail::make_managed_identity_options(environment).resource == expected);
    }
    const auto bad = environment_of(application_and({{"AZURE_LANGUAGE_AUDIENCE", "two words"}}));
    CHECK_THAT(rejection_of([&] { detail::make_entra_options(bad); }).detail,
               contains_text("AZURE_LANGUAGE_AUDIENCE has a space"));
    CHECK_THAT(rejection_of([&] { detail::make_managed_identity_options(bad); }).detail,
               contains_text("AZURE_LANGUAGE_AUDIENCE has a space"));
}

TEST_CASE("the environment of the process is read, without line breaks at the end of values",
          "[identity][identity_from_environment]") {
    {
        const scoped_environment none(all_names, {});
        CHECK_THAT(rejection_of([] { identity_from_environment(); }).detail,
                   contains_text("the environment describes no identity"));
        CHECK_THAT(rejection_of([] { entra_options_from_environment(); }).detail,
                   contains_text("AZURE_TENANT_ID is not set"));
        CHECK(managed_identity_options_from_environment().client_id.empty());
        CHECK(managed_identity_options_from_environment().resource ==
              managed_identity_options().resource);
    }
    const scoped_environment set(all_names, {{"AZURE_TENANT_ID", "t\n"},
                                             {"AZURE_CLIENT_ID", "c\r\n"},
                                             {"AZURE_CLIENT_SECRET", "a-secret-5b1d\n"},
                                             {"AZURE_AUTHORITY_HOST", "login.chinacloudapi.cn"},
                                             {"HTTPS_PROXY", "http://proxy.example:3128"}});
    CHECK(rejection_of([] { identity_from_environment(); }).what.empty());
    const entra_options application = entra_options_from_environment();
    CHECK(application.tenant_id == "t");
    CHECK(application.client_id == "c");
    CHECK(application.authority_host == "https://login.chinacloudapi.cn");
    CHECK(application.scope == "https://cognitiveservices.azure.cn/.default");
    CHECK(application.proxy.empty());
    const managed_identity_options managed = managed_identity_options_from_environment();
    CHECK(managed.client_id == "c");
    CHECK(managed.resource == "https://cognitiveservices.azure.cn");
}

} // namespace identity_from_environment_test
