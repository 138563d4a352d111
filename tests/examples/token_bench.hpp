#ifndef LANGEXPORT_TESTS_EXAMPLES_TOKEN_BENCH_HPP
#define LANGEXPORT_TESTS_EXAMPLES_TOKEN_BENCH_HPP

// Programs that get tokens from an issuer, and a service that accepts no keys.

#include "examples/tool_bench.hpp"

#include <langexport/testing/identity_emulator.hpp>

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <filesystem>
#include <map>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace langexport_tests {

/// A service that accepts tokens only, and the issuer, which has its own thread.
class token_bench {
public:
    /// @param options         Options of the service.
    /// @param token_lifetime  The lifetime that the issuer states for its tokens.
    explicit token_bench(const langexport::testing::emulator_options& options = options_of(false),
                         std::chrono::seconds token_lifetime = std::chrono::hours(1))
        : tool(options.tls, options),
          issuer(context_.get_executor(), issuer_options(token_lifetime)),
          runner_([this] { context_.run(); }) {
        tool.service.add_project(project_of("A"));
        tool.service.add_project(project_of("B"));
        tool.service.set_keys({});
        // The program trusts both certificates.
        const std::string of_service = content_of(tool.folder / "ca.pem");
        issuer.write_certificate((tool.folder / "ca.pem").string());
        write_content(tool.folder / "ca.pem", content_of(tool.folder / "ca.pem") + of_service);
        environment = {{"AZURE_LANGUAGE_ENDPOINT", tool.service.endpoint()},
                       {"SSL_CERT_FILE", (tool.folder / "ca.pem").string()}};
        for (const char* name :
             {"AZURE_LANGUAGE_KEY", "AZURE_LANGUAGE_KEY2", "AZURE_TENANT_ID", "AZURE_CLIENT_ID",
              "AZURE_CLIENT_SECRET", "AZURE_FEDERATED_TOKEN_FILE", "IDENTITY_ENDPOINT",
              "AZURE_LANGUAGE_AUDIENCE"})
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
    void use_secret() {
        use_application();
        environment["AZURE_CLIENT_SECRET"] = issuer.options().client_secret;
    }
    void use_assertion() {
        use_application();
        write_content(secrets / "assertion", issuer.options().client_assertion);
        environment["AZURE_FEDERATED_TOKEN_FILE"] = (secrets / "assertion").string();
    }
    void use_app_service() {
        environment["IDENTITY_ENDPOINT"] = issuer.identity_endpoint();
        environment["IDENTITY_HEADER"] = issuer.options().identity_header;
    }

    /// Runs the tool, and checks that its output contains no secret.
    int run(texts arguments) {
        arguments.insert(arguments.begin(),
                         {"--quota-window", "0", "--output-dir", (tool.folder / "out").string()});
        return run_plainly(std::move(arguments));
    }
    int run_plainly(texts arguments) {
        arguments.insert(arguments.begin(), {LANGEXPORT_EXPORT_PROJECTS, "--poll-first", "20ms",
                                             "--log-level", "trace"});
        child_process process(arguments, environment);
        const int status = process.wait();
        err = process.err();
        check_shows_no_secret(process.out() + err);
        return status;
    }

    /// Checks that the text, the files in the tool's folder and the requests to the service contain no secret.
    void check_shows_no_secret(std::string shown) {
        namespace fs = std::filesystem;
        for (const auto& entry : fs::recursive_directory_iterator(tool.folder.path()))
            if (entry.is_regular_file())
                shown += entry.path().string() + content_of(entry.path());
        add_requests(shown, tool.service);
        std::vector<std::string> hidden = issuer.tokens();
        for (const std::string& secret :
             {issuer.options().client_secret, issuer.options().client_assertion,
              issuer.options().identity_header})
            hidden.push_back(secret);
        for (const std::string& secret : hidden)
            CHECK(shown.find(secret) == std::string::npos);
    }
    static void add_requests(std::string& text, const langexport::testing::emulator& service) {
        for (const auto& request : service.requests()) {
            text += request.target + request.body;
            for (const auto& [name, value] : request.headers)
                text += value;
        }
    }

    tool_bench tool;
    const temporary_folder secrets; ///< What may have a secret.

private:
    langexport::testing::identity_emulator_options
    issuer_options(std::chrono::seconds token_lifetime) {
        langexport::testing::identity_emulator_options result;
        result.tls = true;
        result.token_lifetime = token_lifetime;
        result.on_token = [this](const std::string& token) {
            valid_.push_back(token);
            tool.service.set_bearer_tokens(valid_);
        };
        return result;
    }

    std::vector<std::string> valid_; // guarded by the issuer's mutex
    boost::asio::io_context context_;

public:
    langexport::testing::identity_emulator issuer;
    std::map<std::string, std::string> environment;
    std::string err;

private:
    std::thread runner_;
};

} // namespace langexport_tests

#endif
