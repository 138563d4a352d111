// The credentials of the programs: which kind is chosen, and tokens that a command prints.

#include "examples/tool/backup_config.hpp"
#include "examples/tool/connection_settings.hpp"
#include "examples/tool/credential_settings.hpp"
#include "examples/tool/option_names.hpp"

#include "support/catch.hpp"
#include "support/scoped_environment.hpp"
#include "support/temporary_folder.hpp"
#include "unit/refusal.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <exception>
#include <fstream>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

using namespace langexport_tests;
using namespace std::chrono_literals;
using langexport::errc;
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

std::optional<langexport::access_token> token_of(std::string_view text) {
    return tool::read_command_token(text, {}, "the token command");
}

// Runs a command. Returns its output, or the reason of its failure.
std::string run(const std::string& command, std::chrono::milliseconds limit = 30s) {
    boost::asio::io_context context;
    std::string result;
    boost::asio::co_spawn(
        context, tool::output_of_command(command, limit, "the --token-command"),
        [&](std::exception_ptr error, std::pair<std::string, std::string> output) {
            result = output.first;
            if (const auto* known = langexport::get_export_error(error))
                result = known->diagnostics().detail;
        });
    context.run();
    return result;
}

bool is_permanent(const std::string& command) {
    boost::asio::io_context context;
    bool result = false;
    boost::asio::co_spawn(context, tool::output_of_command(command, 30s, "the command"),
                          [&](std::exception_ptr error, std::pair<std::string, std::string>) {
                              const auto* known = langexport::get_export_error(error);
                              result = known && known->diagnostics().is_permanent;
                          });
    context.run();
    return result;
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
        return refusal_of([&] { resource.make_params(); }).detail;
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
    CHECK_THAT(refusal_of([&] { resource.make_params(); }).detail,
               contains_text("entra_options::ca_folder: there are no certificates in the folder "
                             "'/nowhere/certificates'"));
}

TEST_CASE("a passphrase that cannot be read is an error that names its setting", "[tool][auth]") {
    const temporary_folder folder;
    tool::connection_settings s;
    s.client_cert = "/cert";
    const auto why = [&](const char* name) {
        s.client_key_passphrase_file = folder / name;
        langexport::client_params params("https://a.example", langexport::subscription_key("k"));
        s.apply_to(params);
        return refusal_of([&] { params.tls.passphrase(); }).detail;
    };
    CHECK_THAT(tool::with_option_names(why("nowhere")),
               contains_text("--client-key-passphrase-file: ") && contains_text("nowhere"));
    CHECK_THAT(tool::with_option_names(why("nowhere"), true),
               contains_text("\"client_key_passphrase_file\": "));
    std::ofstream(folder / "empty") << "\nsecond line\n";
    CHECK_THAT(why("empty"), contains_text("the first line of '"));
    std::ofstream(folder / "good") << "pass phrase\r\nmore\n";
    CHECK(why("good").empty());
    CHECK(tool::passphrase_in(folder / "good") == "pass phrase");
}

TEST_CASE("a token and its expiry are read from what az prints", "[tool][auth]") {
    const auto seconds = [](std::string_view text) {
        return std::chrono::duration_cast<std::chrono::seconds>(
                   token_of(text)->expires().time_since_epoch())
            .count();
    };
    CHECK(seconds(R"({"accessToken":"abc","expires_on":1790000000,"tokenType":"Bearer"})") ==
          1790000000);
    CHECK(seconds(R"({"accessToken":"abc","expires_on":"1790000000"})") == 1790000000);
    CHECK(seconds("\n abc \r\n") == 600); // a token alone: ten minutes from now, which is 0 here
    std::tm local{};
    local.tm_year = 126;
    local.tm_mon = 10;
    local.tm_mday = 29;
    local.tm_hour = 13;
    local.tm_isdst = -1;
    CHECK(seconds(R"({"accessToken":"abc","expiresOn":"2026-11-29 13:00:00.123456"})") ==
          std::mktime(&local));
    // Times that the clock cannot represent in nanoseconds: expired, and far away.
    CHECK(seconds(R"({"accessToken":"abc","expiresOn":"0867-11-29 08:00:00.000000"})") == 0);
    CHECK(seconds(R"({"accessToken":"abc","expiresOn":"9999-12-31 23:59:59.000000"})") ==
          7258118400);

    struct row {
        std::string_view text, why;
    };
    const row rows[] = {
        {"", "printed nothing"},
        {" \n", "printed nothing"},
        {"hush-hush hush", "a character that is not allowed"},
        {"ERROR: Please run 'az login'\n", "a character that is not allowed"},
        {R"({"accessToken":"hush-hush"})", "without 'expires_on'"},
        {R"({"accessToken":"hush-hush","expires_on":"soon"})", "without 'expires_on'"},
        {R"({"accessToken":"hush-hush","expires_on":-1})", "without 'expires_on'"},
        {R"({"accessToken":7,"expires_on":1790000000})", "without a string 'accessToken'"},
        {R"({"token":"hush-hush"})", "without a string 'accessToken'"},
        {R"({"accessToken":"hush-)", "without a string 'accessToken'"},
    };
    for (const row& each : rows) {
        CAPTURE(each.text);
        const auto refused = refusal_of([&] { token_of(each.text); });
        CHECK(refused.code == errc::credential_unavailable);
        CHECK_THAT(refused.detail, contains_text(std::string(each.why)));
        CHECK(refused.detail.find("hush") == std::string::npos);
    }
}

TEST_CASE("a command for tokens runs in a shell, and its failure is shown", "[tool][auth]") {
    CHECK(run("echo abc | tr a-c x-z") == "xyz\n");
    CHECK(run("printf %s \"$0\"; cat") == "/bin/sh"); // its input is empty
    // Its standard error is shown, too, if its output is unusable.
    for (const char* const useless : {"echo please login >&2", "echo please login >&2; echo {}"}) {
        boost::asio::io_context context;
        std::string why;
        boost::asio::co_spawn(context, tool::token_of_command(useless, "the command"),
                              [&](std::exception_ptr error, const langexport::access_token&) {
                                  if (const auto* known = langexport::get_export_error(error))
                                      why = known->diagnostics().detail;
                              });
        context.run();
        CHECK_THAT(why, contains_text(": please login"));
    }
    CHECK(run("echo out; echo no login >&2; exit 3") ==
          "the --token-command ended with status 3: no login");
    CHECK(run("kill -9 $$") == "the --token-command was ended by signal 9");
    CHECK_THAT(run("no-such-command-here"), contains_text("ended with status 127: "));
    CHECK_FALSE(is_permanent("exit 3")); // not a permanent failure
    CHECK(is_permanent("no-such-command-here"));
    CHECK_THAT(run("head -c 200000 /dev/zero"), contains_text("printed too much"));
    CHECK(run("head -c 100000 /dev/zero >&2; echo x") == "x\n"); // errors do not block it
    // The command is killed with all processes that it started.
    CHECK(run("sleep 600 & sleep 600", 50ms) == "the --token-command did not end within 50 ms");
    CHECK_THAT(run("exec >&-; sleep 600", 50ms), contains_text("did not end within 50 ms"));
}

TEST_CASE("the tool does not wait for a process that a token command leaves running",
          "[tool][auth]") {
    const std::chrono::milliseconds limit = 15s;
    CHECK(run("echo abc; sleep 20 &", limit) == "abc\n");
    CHECK(run("sleep 20 & printf ab; sleep 0.05; printf c", limit) ==
          "abc"); // output that arrives within the limit
    CHECK(run("sleep 20 & head -c 100000 /dev/zero | tr '\\0' x", limit).size() == 100000);
    CHECK(run("sleep 20 & echo no login >&2; exit 3", limit) ==
          "the --token-command ended with status 3: no login");
    CHECK(run("sleep 20 & echo abc; exit 3", limit) == "the --token-command ended with status 3");
    CHECK(run("sleep 20 &", limit).empty());
    // If the command itself has printed nothing, such a process has a short time to print the token.
    CHECK(run("(sleep 0.1; echo abc; sleep 20) &", limit) == "abc\n");
}

TEST_CASE("a token command that is cancelled is killed, and nothing waits for it", "[tool][auth]") {
    boost::asio::io_context context;
    boost::asio::cancellation_signal cancel;
    bool has_ended = false;
    boost::asio::co_spawn(
        context, tool::output_of_command("sleep 600", 600s, "the command"),
        boost::asio::bind_cancellation_slot(
            cancel.slot(), [&](std::exception_ptr error, std::pair<std::string, std::string>) {
                has_ended = error != nullptr;
            }));
    context.poll();
    cancel.emit(boost::asio::cancellation_type::terminal);
    context.run();
    CHECK(has_ended);
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
