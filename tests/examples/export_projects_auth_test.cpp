// The backup tool with a service that accepts tokens only: applications, managed identities, token commands.

#include "examples/token_bench.hpp"

#include <langexport/testing/certificate.hpp>

#include <cstdlib>
#include <filesystem>
#include <string>

namespace export_projects_auth_test {

using namespace langexport_tests;

TEST_CASE("an application exports with its secret or its assertion", "[tool][auth]") {
    token_bench b;
    SECTION("a secret") {
        b.use_secret();
    }
    SECTION("an assertion") {
        b.use_assertion();
    }
    CHECK(b.run({"A", "B"}) == 0);
    INFO(b.err);
    CHECK(b.tool.is_exported("A.json", "A"));
    CHECK(b.issuer.tokens().size() == 1);
}

TEST_CASE("an error of the authority is shown with advice", "[tool][auth]") {
    token_bench b;
    b.use_application();
    b.environment["AZURE_CLIENT_SECRET"] = "a-secret-of-another-application";
    CHECK(b.run({"A"}) == 1);
    CHECK_THAT(b.err, contains_text("invalid_client"));
    CHECK(b.err.find("a-secret-of-another") == std::string::npos);
    CHECK(b.tool.service.counters().jobs_created == 0);
}

TEST_CASE("a wrong setting of an identity is reported with the name of its option",
          "[tool][auth]") {
    token_bench b;
    b.use_secret();
    const char* word = "";
    texts arguments = {"A"};
    SECTION("the tenant") {
        b.environment["AZURE_TENANT_ID"] = "a tenant";
        word = "AZURE_TENANT_ID has a character that no id has";
    }
    SECTION("the application") {
        b.environment["AZURE_CLIENT_ID"] = "an application";
        word = "AZURE_CLIENT_ID has a character that no id has";
    }
    SECTION("a managed identity") {
        b.environment["AZURE_CLIENT_ID"] = "an application";
        arguments.insert(arguments.end(), {"--auth", "managed"});
        word = "AZURE_CLIENT_ID has a character that no id has";
    }
    SECTION("the authority") {
        b.environment["AZURE_AUTHORITY_HOST"] = "http://login.example";
        word = "AZURE_AUTHORITY_HOST is http";
    }
    SECTION("the trusted certificates") {
        arguments.insert(arguments.end(), {"--ca-file", "/nowhere/ca.pem"});
        word = "--ca-file: no certificates can be read from the file '/nowhere/ca.pem'";
    }
    SECTION("the endpoint of a managed identity") {
        b.environment["AZURE_TENANT_ID"] = "";
        b.environment["IDENTITY_ENDPOINT"] = "http://identity.example/token";
        b.environment["IDENTITY_HEADER"] = "a-header";
        word = "IDENTITY_ENDPOINT is http";
    }
    CHECK(b.run(arguments) == 2);
    CHECK_THAT(b.err, contains_text(word));
    CHECK(b.err.find("_options") == std::string::npos);
    CHECK(b.tool.service.counters().requests == 0);
    CHECK(b.issuer.requests().empty());
}

TEST_CASE("the operator can choose the scope of tokens", "[tool][auth]") {
    token_bench b;
    const std::string custom = "https://language.custom.example";
    const auto asked_for = [&](const texts& options) {
        texts arguments = options;
        arguments.push_back("A");
        b.run(arguments); // the emulator of the authority rejects other scopes than the usual one
        INFO(b.err);
        REQUIRE_FALSE(b.issuer.requests().empty());
        return b.issuer.requests().back().scope;
    };
    b.use_secret();
    CHECK(b.run({"A"}) == 0);
    CHECK(asked_for({}) == "https://cognitiveservices.azure.com/.default");
    CHECK(asked_for({"--audience", custom}) == custom + "/.default");
    CHECK(asked_for({"--audience", custom + "/.default"}) == custom + "/.default");
    b.environment["AZURE_LANGUAGE_AUDIENCE"] = custom;
    CHECK(asked_for({}) == custom + "/.default");
    CHECK(asked_for({"--audience", "https://other.example"}) == "https://other.example/.default");
    b.use_app_service();
    CHECK(asked_for({"--auth", "managed"}) == custom);
    CHECK(asked_for({"--auth", "managed", "--audience", "https://other.example"}) ==
          "https://other.example");
}

TEST_CASE("certificates named in options are trusted for the authority, too", "[tool][auth]") {
    token_bench b;
    b.use_secret();
    b.environment["SSL_CERT_FILE"] = "";
    const auto folder = b.tool.folder / "trusted";
    std::filesystem::create_directory(folder);
    std::filesystem::copy_file(b.tool.folder / "ca.pem", folder / "ca.pem");
    CHECK(b.run({"--ca-folder", folder.string(), "A"}) == 2);
    CHECK_THAT(b.err, contains_text("--ca-folder: ") &&
                          contains_text("run: openssl rehash " + folder.string()));
    // The file has two certificates, and a hash names one.
    write_content(folder / "ca.pem", "");
    b.issuer.write_certificate((folder / "ca.pem").string());
    REQUIRE(std::system(("openssl rehash '" + folder.string() + "'").c_str()) == 0);
    CHECK(b.run({"--ca-folder", folder.string(), "A"}) == 0);
    CHECK(b.run({"--ca-file", (b.tool.folder / "ca.pem").string(), "A"}) == 0);
    // Other certificates are not trusted.
    const auto other = b.tool.folder / "other.pem";
    write_content(other, langexport::testing::make_certificate({}).authority_pem);
    CHECK(b.run({"--ca-file", other.string(), "A"}) == 1);
    CHECK_THAT(b.err, contains_text("the certificate of 'localhost' was not accepted") &&
                          contains_text("(--ca-file, --ca-folder or the variable SSL_CERT_FILE)"));
}

TEST_CASE("a managed identity exports", "[tool][auth]") {
    token_bench b;
    b.use_app_service();
    CHECK(b.run({"A"}) == 0);
    INFO(b.err);
    CHECK(b.tool.is_exported("A.json", "A"));
}

TEST_CASE("a command prints the token", "[tool][auth]") {
    token_bench b;
    const std::string token = "token-of-a-command-5b1f0c7e9a";
    b.tool.service.set_bearer_tokens({token});
    write_content(b.tool.folder / "token",
                  R"({"accessToken":")" + token + R"(","expires_on":4000000000})");
    CHECK(b.run({"--token-command",
                 "echo note of az >&2; cat '" + (b.tool.folder / "token").string() + "'", "A"}) ==
          0);
    INFO(b.err);
    CHECK(b.err.find(token) == std::string::npos);
    CHECK(b.err.find("note of az") == std::string::npos);

    CHECK(b.run({"--token-command", "echo not logged in >&2; exit 1", "--attempt-timeout", "1s",
                 "--deadline", "2s", "A"}) == 1);
    CHECK_THAT(b.err, contains_text("the --token-command ended with status 1: not logged in"));
}

TEST_CASE("a token command that fails is reported with the reason and the time of the next attempt",
          "[tool][auth]") {
    token_bench b;
    const std::string token = "token-of-a-command-5b1f0c7e9a";
    b.tool.service.set_bearer_tokens({token});
    const std::string mark = (b.tool.folder / "mark").string();
    CHECK(b.run({"--token-command",
                 "test -e '" + mark + "' && echo " + token + " || { touch '" + mark +
                     "'; echo not logged in >&2; exit 3; }",
                 "A"}) == 0);
    CHECK_THAT(b.err, contains_text("no token, the next try in "));
    CHECK_THAT(
        b.err,
        contains_text(
            "the --token-command ended with status 3: not logged in; check the token source\n"));
    CHECK(b.err.find(token) == std::string::npos);
}

TEST_CASE("the command that resumes a run does not show the token command", "[tool][auth]") {
    token_bench b;
    const std::string token = "token-of-a-command-5b1f0c7e9a";
    b.tool.service.set_bearer_tokens({token});
    const std::string command = "echo " + token;
    for (const texts& way :
         {texts{"--token-command", command}, texts{"--token-command=" + command}}) {
        texts arguments = way;
        arguments.insert(arguments.end(), {"--grace", "7s", "A", "Gone"});
        CHECK(b.run(arguments) == 1);
        CHECK(b.err.find(token) == std::string::npos);
        CHECK(b.err.find("echo") == std::string::npos);
        CHECK_THAT(b.err, contains_text("set the variable TOKEN_COMMAND to it\nresume with: "));
        CHECK_THAT(b.err,
                   contains_text(" --grace 7s --token-command \"$TOKEN_COMMAND\" --resume\n"));
    }
    // The printed command works.
    const std::size_t at = b.err.rfind("resume with: ");
    REQUIRE(at != std::string::npos);
    langexport::testing::project gone("Gone");
    b.tool.service.add_project(gone);
    b.environment["TOKEN_COMMAND"] = command;
    child_process shell({"/bin/sh", "-c", b.err.substr(at + std::string("resume with: ").size())},
                        b.environment);
    CHECK(shell.wait() == 0);
    CHECK(b.tool.is_exported("Gone.json", "Gone"));
}

TEST_CASE("a token where a command is expected is not shown by the shell's message",
          "[tool][auth]") {
    token_bench b;
    const std::string token = "eyJ0eXAi.eyJhdWQiOiJ4In0.c2lnbmF0dXJl-0123456789";
    for (const std::string& command : {token, "TOKEN " + token, "'" + token + "' now"}) {
        CAPTURE(command);
        CHECK(b.run({"--token-command", command, "A"}) == 1);
        CHECK_THAT(b.err, contains_text("the --token-command ended with status 127"));
        CHECK(b.err.find(token) == std::string::npos);
    }
}

TEST_CASE("the second key is used when the first one is replaced", "[tool][auth]") {
    token_bench b;
    const std::string second = "9c1d4e7f2a5b8063c9d2e5f8a1b4c7d0";
    b.tool.service.set_keys({second});
    b.environment["AZURE_LANGUAGE_KEY"] = test_key;
    b.environment["AZURE_LANGUAGE_KEY2"] = second;
    CHECK(b.run({"A"}) == 0);
    CHECK(b.err.find(second) == std::string::npos);

    const std::string config = (b.tool.folder / "backup.json").string();
    write_content(b.tool.folder / "second", second);
    write_content(config, R"({"resources":[{"endpoint":")" + b.tool.service.endpoint() +
                              R"(","key_env":"AZURE_LANGUAGE_KEY","key2_file":"second",)"
                              R"("projects":["A"],"output_dir":"out"}]})");
    child_process process({LANGEXPORT_EXPORT_PROJECTS, "--config", config}, b.environment);
    CHECK(process.wait() == 0);
}

TEST_CASE("without a credential nothing is sent, and the message lists the possible credentials",
          "[tool][auth]") {
    token_bench b;
    CHECK(b.run({"A"}) == 2);
    for (const char* way : {"AZURE_LANGUAGE_KEY", "--key-file", "AZURE_TENANT_ID", "--auth managed",
                            "--token-command"})
        CHECK_THAT(b.err, contains_text(way));
    CHECK(b.run({"--auth", "password", "A"}) == 2);
    CHECK_THAT(b.err, contains_text("--auth: key, entra, managed or command"));
    CHECK(b.run({"--auth", "entra", "A"}) == 2);
    CHECK(b.tool.service.counters().requests == 0);
    CHECK(b.issuer.requests().empty());
}

} // namespace export_projects_auth_test
