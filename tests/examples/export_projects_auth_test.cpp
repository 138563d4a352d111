// The tool against a service whose keys are switched off: applications, managed identities, commands.

#include "examples/tool_bench.hpp"

#include <langexport/testing/identity_emulator.hpp>

#include <boost/asio/io_context.hpp>

#include <filesystem>
#include <map>
#include <string>
#include <thread>
#include <vector>

using namespace langexport_tests;
namespace testing = langexport::testing;

namespace {

// The service, which accepts tokens of an issuer only, and the issuer on a thread of its own.
class token_bench {
public:
    token_bench()
        : issuer(context_.get_executor(), options()), runner_([this] { context_.run(); }) {
        tool.service.add_project(project_of("A"));
        tool.service.add_project(project_of("B"));
        tool.service.set_keys({});
        issuer.write_certificate((tool.folder / "ca.pem").string());
        environment = {{"AZURE_LANGUAGE_ENDPOINT", tool.service.endpoint()},
                       {"SSL_CERT_FILE", (tool.folder / "ca.pem").string()}};
        for (const char* name :
             {"AZURE_LANGUAGE_KEY", "AZURE_LANGUAGE_KEY2", "AZURE_TENANT_ID", "AZURE_CLIENT_ID",
              "AZURE_CLIENT_SECRET", "AZURE_FEDERATED_TOKEN_FILE", "IDENTITY_ENDPOINT"})
            environment[name] = "";
    }
    ~token_bench() {
        issuer.stop();
        runner_.join();
    }
    token_bench(const token_bench&) = delete;
    token_bench& operator=(const token_bench&) = delete;

    void use_application() {
        environment["AZURE_TENANT_ID"] = issuer.options().tenant_id;
        environment["AZURE_CLIENT_ID"] = issuer.options().client_id;
        environment["AZURE_AUTHORITY_HOST"] = issuer.authority();
    }

    // Runs the tool to its end; it shows no secret.
    int run(texts arguments) {
        arguments.insert(arguments.begin(), {LANGEXPORT_EXPORT_PROJECTS, "--output-dir",
                                             (tool.folder / "out").string(), "--quota-window", "0",
                                             "--poll-first", "20ms", "--log-level", "trace"});
        child_process process(arguments, environment);
        const int status = process.wait();
        err = process.err();
        for (const std::string& secret :
             {issuer.options().client_secret, issuer.options().client_assertion,
              issuer.options().identity_header}) {
            CHECK(err.find(secret) == std::string::npos);
            CHECK(content_of(tool.usual_report()).find(secret) == std::string::npos);
        }
        for (const std::string& token : issuer.tokens())
            CHECK(err.find(token) == std::string::npos);
        return status;
    }

    tool_bench tool;

private:
    testing::identity_emulator_options options() {
        testing::identity_emulator_options result;
        result.tls = true;
        result.on_token = [this](const std::string& token) {
            tool.service.set_bearer_tokens({token});
        };
        return result;
    }

    boost::asio::io_context context_;

public:
    testing::identity_emulator issuer;
    std::map<std::string, std::string> environment;
    std::string err;

private:
    std::thread runner_;
};

} // namespace

TEST_CASE("an application exports with its secret or its assertion", "[tool][auth]") {
    token_bench b;
    b.use_application();
    SECTION("a secret") {
        b.environment["AZURE_CLIENT_SECRET"] = b.issuer.options().client_secret;
    }
    SECTION("an assertion") {
        write_content(b.tool.folder / "assertion", b.issuer.options().client_assertion);
        b.environment["AZURE_FEDERATED_TOKEN_FILE"] = (b.tool.folder / "assertion").string();
    }
    CHECK(b.run({"A", "B"}) == 0);
    INFO(b.err);
    CHECK(b.tool.is_exported("A.json", "A"));
    CHECK(b.issuer.tokens().size() == 1);
}

TEST_CASE("what an authority says of an application is shown with advice", "[tool][auth]") {
    token_bench b;
    b.use_application();
    b.environment["AZURE_CLIENT_SECRET"] = "a-secret-of-another-application";
    CHECK(b.run({"A"}) == 1);
    CHECK_THAT(b.err, contains_text("invalid_client"));
    CHECK(b.err.find("a-secret-of-another") == std::string::npos);
    CHECK(b.tool.service.counters().jobs_created == 0);
}

TEST_CASE("a managed identity exports", "[tool][auth]") {
    token_bench b;
    b.environment["IDENTITY_ENDPOINT"] = b.issuer.identity_endpoint();
    b.environment["IDENTITY_HEADER"] = b.issuer.options().identity_header;
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
    CHECK(b.run({"--token-command", "cat '" + (b.tool.folder / "token").string() + "'", "A"}) == 0);
    INFO(b.err);
    CHECK(b.err.find(token) == std::string::npos);

    CHECK(b.run({"--token-command", "echo not logged in >&2; exit 1", "--attempt-timeout", "1s",
                 "--deadline", "2s", "A"}) == 1);
    CHECK_THAT(b.err, contains_text("the token command ended with status 1: not logged in"));
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

TEST_CASE("without a credential nothing is sent, and the possibilities are named", "[tool][auth]") {
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
