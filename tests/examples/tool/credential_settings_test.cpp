// The credentials of the programs: which kind is chosen, and for what their tokens are.

#include "examples/tool/credential_settings.hpp"

#include "examples/tool/backup_config.hpp"
#include "support/catch.hpp"
#include "support/scoped_environment.hpp"
#include "unit/rejection.hpp"

#include <map>
#include <optional>
#include <stdexcept>
#include <string>

namespace credential_settings_test {

using namespace langexport_tests;
using tool::auth_kind;
using tool::credential_settings;

namespace {

class environment : public scoped_environment {
public:
    explicit environment(const variables& values)
        : scoped_environment({"AZURE_LANGUAGE_KEY", "AZURE_LANGUAGE_KEY2", "AZURE_TENANT_ID",
                              "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET",
                              "AZURE_FEDERATED_TOKEN_FILE", "IDENTITY_ENDPOINT",
                              "AZURE_AUTHORITY_HOST", "AZURE_LANGUAGE_AUDIENCE"},
                             values) {}
};

using variables = std::map<std::string, std::string>;

credential_settings usual() {
    credential_settings s;
    s.key_env = "AZURE_LANGUAGE_KEY";
    s.key2_env = "AZURE_LANGUAGE_KEY2";
    return s;
}

// The error that `check` reports; empty without one.
std::string problem_of(const credential_settings& s) {
    try {
        s.check();
    } catch (const std::invalid_argument& error) {
        return error.what();
    }
    return {};
}

} // namespace

TEST_CASE("the first configured credential is used", "[tool][auth]") {
    struct row {
        variables set;
        std::optional<auth_kind> kind;
    };
    const variables application = {{"AZURE_TENANT_ID", "t"}, {"AZURE_CLIENT_ID", "c"}};
    variables all = application;
    all["AZURE_LANGUAGE_KEY"] = "k";
    all["IDENTITY_ENDPOINT"] = "http://127.0.0.1/";
    variables two = application;
    two["IDENTITY_ENDPOINT"] = "http://127.0.0.1/";
    const row rows[] = {
        {{}, std::nullopt},
        {{{"AZURE_LANGUAGE_KEY", "k"}}, auth_kind::key},
        {application, auth_kind::entra},
        {{{"AZURE_TENANT_ID", "t"}}, std::nullopt},
        {{{"IDENTITY_ENDPOINT", "http://127.0.0.1/"}}, auth_kind::managed},
        {all, auth_kind::key},
        {two, auth_kind::entra},
    };
    for (const row& each : rows) {
        CAPTURE(each.set);
        const environment set(each.set);
        if (each.kind) {
            CHECK(usual().kind() == *each.kind);
            continue;
        }
        const std::string why = problem_of(usual());
        for (const char* way : {"AZURE_LANGUAGE_KEY", "--key-file", "--auth entra",
                                "--auth managed", "--token-command"})
            CHECK_THAT(why, contains_text(way));
    }
}

TEST_CASE("credentials that contradict each other are rejected", "[tool][auth]") {
    const environment set(variables{});
    credential_settings s = usual();
    s.auth = auth_kind::command;
    CHECK_THAT(problem_of(s), contains_text("needs a --token-command"));
    s.token_command = "true";
    CHECK(problem_of(s).empty());
    s.key_file = "/key";
    CHECK_THAT(problem_of(s), contains_text("--key-file is for --auth key"));
    s.auth = auth_kind::key;
    CHECK_THAT(problem_of(s), contains_text("--token-command is for --auth command"));
    s = usual();
    s.auth = auth_kind::entra;
    CHECK_THAT(problem_of(s), contains_text("AZURE_TENANT_ID and AZURE_CLIENT_ID"));
    const environment application({{"AZURE_TENANT_ID", "t"}, {"AZURE_CLIENT_ID", "c"}});
    CHECK_THAT(problem_of(s), contains_text("AZURE_CLIENT_SECRET or AZURE_FEDERATED_TOKEN_FILE"));
    const variables other_key = {{"AZURE_LANGUAGE_KEY2", "k"}};
    const environment second(other_key);
    s.auth = auth_kind::key;
    CHECK_THAT(problem_of(s), contains_text("no first one"));
}

TEST_CASE("a contradiction in a config is reported with its fields", "[tool][auth]") {
    const environment set(variables{{"AZURE_TENANT_ID", "t"}});
    struct row {
        std::string fields; // of the credential
        std::string why;
    };
    const row rows[] = {
        {R"("auth":"command")", R"("auth": "command" needs a "token_command")"},
        {R"("auth":"managed","token_command":"true")",
         R"("token_command" is for "auth": "command")"},
        {R"("auth":"managed","key_file":"k")", R"("key_file" is for "auth": "key")"},
        {R"("auth":"managed","key_env":"K")", R"("key_env" is for "auth": "key")"},
        {R"("auth":"command","token_command":"true","key2_file":"k")",
         R"("key2_file" is for "auth": "key")"},
        {R"("token_command":"true","key2_env":"K")", R"("key2_env" is for "auth": "key")"},
        {R"("auth":"entra")", R"("auth": "entra" needs AZURE_TENANT_ID and AZURE_CLIENT_ID)"},
        {R"("auth":"key")", R"("auth": "key" needs a "key_file" or a "key_env")"},
        {R"("auth":"key","key2_env":"K")", R"("auth": "key" needs a "key_file" or a "key_env")"},
        {R"("token_command":"true","audience":"https://a")",
         R"("audience" is for "auth": "entra" and "auth": "managed")"},
        {R"("auth":"managed","audience":"two words")", R"("audience" has a space)"},
    };
    for (const row& each : rows) {
        CAPTURE(each.fields);
        const auto config = tool::backup_config::parse(
            R"({"resources":[{"endpoint":"https://a.example","output_dir":"a","projects":["P"],)" +
                each.fields + "}]}",
            "backup.json");
        std::string why;
        try {
            config.resources.at(0).make_params();
        } catch (const langexport::export_error& error) {
            why = error.diagnostics().detail;
        }
        CHECK_THAT(why, contains_text("backup.json:1:15: resources[0]: " + each.why));
        CHECK(why.find("--") == std::string::npos);
    }
}

TEST_CASE("an invalid proxy in the environment is an error if it would be used", "[tool][auth]") {
    const scoped_environment proxies(
        {"https_proxy", "HTTPS_PROXY", "http_proxy", "all_proxy", "ALL_PROXY", "no_proxy",
         "NO_PROXY"},
        {{"HTTPS_PROXY", "socks5://proxy:1080"}, {"no_proxy", ".internal.example"}});
    const auto problem = [](const char* endpoint, const char* authority) {
        const environment set({{"AZURE_TENANT_ID", "t"},
                               {"AZURE_CLIENT_ID", "c"},
                               {"AZURE_CLIENT_SECRET", "a-secret-5b1d"},
                               {"AZURE_AUTHORITY_HOST", authority}});
        tool::backup_resource resource;
        resource.endpoint = endpoint;
        resource.credential.auth = auth_kind::entra;
        return rejection_of([&] { resource.make_params(); }).detail;
    };
    const char* const unused = "https://a.internal.example";
    for (const char* const authority : {"https://127.0.0.1:1", "http://localhost:1",
                                        "https://169.254.1.2", "login.internal.example"})
        CHECK(problem(unused, authority).empty());
    // The message has no line and column of a config.
    const std::string words = "the environment variable HTTPS_PROXY: the proxy's address ";
    CHECK(problem(unused, "login.microsoftonline.com").starts_with(words));
    CHECK(problem("https://a.example", "https://127.0.0.1:1").starts_with(words));
}

TEST_CASE("the authority is reached with the network settings of the resource", "[tool][auth]") {
    const environment set({{"AZURE_TENANT_ID", "t"},
                           {"AZURE_CLIENT_ID", "c"},
                           {"AZURE_CLIENT_SECRET", "a-secret-5b1d"}});
    tool::backup_resource resource;
    resource.endpoint = "https://a.example";
    resource.credential.auth = auth_kind::entra;
    resource.connection.proxy = "NONE";
    CHECK(resource.make_params().proxy.empty());
    resource.connection.ca_folder = "/nowhere/certificates";
    CHECK_THAT(rejection_of([&] { resource.make_params(); }).detail,
               contains_text("entra_options::ca_folder: there are no certificates in the folder "
                             "'/nowhere/certificates'"));
}

TEST_CASE("the host of an endpoint decides the cloud, and so the scope of tokens", "[tool][auth]") {
    CHECK(tool::audience_of("https://a.cognitiveservices.azure.com") ==
          "https://cognitiveservices.azure.com");
    CHECK(tool::audience_of("https://a.cognitiveservices.azure.us/x") ==
          "https://cognitiveservices.azure.us");
    CHECK(tool::audience_of("https://a.cognitiveservices.azure.cn") ==
          "https://cognitiveservices.azure.cn");
    CHECK(tool::audience_of("http://127.0.0.1:1").empty());
    CHECK(tool::audience_of("https://gateway.example").empty());
}

} // namespace credential_settings_test
