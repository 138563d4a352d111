// The programs behind a proxy with a password, and with a gateway that requires a client certificate.

#include "examples/token_bench.hpp"
#include "support/certificate_gateway.hpp"
#include "support/proxy_server.hpp"
#include "support/scoped_environment.hpp"

#include <langexport/proxy.hpp>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <string>

namespace programs_network_test {

using namespace langexport_tests;

namespace {

bool is_skipped(const proxy_server& proxy) {
    if (proxy.is_installed() && nginx::is_installed())
        return false;
    WARN("skipped: squid or nginx is not installed");
    return true;
}

// The service behind the proxy and the gateway, and the environment and options with which a program reaches it.
class network {
public:
    network() {
        bench.service.add_project(project_of("A"));
        bench.service.add_project(project_of("B"));
        proxy->start("ada", "s3cret-words");
        environment = {{"AZURE_LANGUAGE_ENDPOINT", gateway.url()},
                       {"AZURE_LANGUAGE_KEY", test_key},
                       {"HTTPS_PROXY", proxy->url("ada:s3cret-words")},
                       {"SSL_CERT_FILE", gateway.server.path("ca.pem")},
                       {"no_proxy", "elsewhere.example"}};
    }

    // Runs a program, and checks that its output does not contain the password.
    int run(const std::string& program, texts arguments) {
        arguments.insert(arguments.begin(), std::string(LANGEXPORT_EXAMPLES) + "/" + program);
        child_process process(arguments, environment);
        const int status = process.wait();
        out = process.out();
        err = process.err();
        CHECK(err.find("s3cret") == std::string::npos);
        return status;
    }

    tool_bench bench;
    std::unique_ptr<proxy_server> proxy = make_squid();
    certificate_gateway gateway{bench.service.port()};
    std::map<std::string, std::string> environment;
    std::string out, err;
};

} // namespace

TEST_CASE("the backup tool works through a proxy and with a client certificate", "[network]") {
    if (is_skipped(*make_squid()))
        return;
    network n;
    const std::string output = (n.bench.folder / "out").string();
    n.environment.erase("SSL_CERT_FILE");
    const texts options = {"--output-dir",   output,
                           "--ca-file",      n.gateway.server.path("ca.pem"),
                           "--client-cert",  n.gateway.server.path("client.pem"),
                           "--client-key",   n.gateway.server.path("client.key"),
                           "--quota-window", "0",
                           "--poll-first",   "20ms",
                           "--job-timeout",  "30s"};
    texts all = options;
    all.insert(all.end(), {"A", "B"});
    CHECK(n.run("export_projects", all) == 0);
    INFO(n.err);
    CHECK(n.bench.is_exported("A.json", "A"));
    CHECK(n.bench.is_exported("B.json", "B"));
    CHECK_THAT(n.proxy->log(), contains_text("CONNECT localhost:"));
    for (const auto& request : n.bench.service.requests())
        CHECK_FALSE(request.has_header("Proxy-Authorization"));

    // An option can disable the proxy, or replace the proxy of the environment.
    all.insert(all.end(), {"--proxy", "none"});
    CHECK(n.run("export_projects", all) == 0);
    all.back() = "http://127.0.0.1:9";
    all.insert(all.begin(), {"--deadline", "3s"});
    CHECK(n.run("export_projects", all) == 1);
    CHECK_THAT(n.err, contains_text("to the proxy http://127.0.0.1:9"));
    all.back() = n.proxy->url("ada:s3cret-words");
    CHECK(n.run("export_projects", all) == 2);
    CHECK_THAT(n.err, contains_text("--proxy contains a user or a password"));
    all.back() = "socks5://127.0.0.1:9";
    CHECK(n.run("export_projects", all) == 2);
    CHECK_THAT(n.err, contains_text("only http:// is"));
}

TEST_CASE("a config names proxy and certificates of each resource", "[network]") {
    if (is_skipped(*make_squid()))
        return;
    network n;
    n.environment.erase("SSL_CERT_FILE");
    const std::string config = (n.bench.folder / "backup.json").string();
    const auto write = [&](const std::string& more) {
        write_content(config, R"({"resources":[{"endpoint":")" + n.gateway.url() +
                                  R"(","key_env":"AZURE_LANGUAGE_KEY","projects":["A"],)"
                                  R"("output_dir":"out","ca_file":")" +
                                  n.gateway.server.path("ca.pem") + R"(","client_cert":")" +
                                  n.gateway.server.path("both.pem") + R"(")" + more + "}]}");
    };
    write("");
    CHECK(n.run("export_projects", {"--config", config}) == 0);
    CHECK_THAT(n.proxy->log(), contains_text("CONNECT localhost:"));
    write(R"(,"proxy":"none")");
    CHECK(n.run("export_projects", {"--config", config}) == 0);
    write(R"(,"proxy":"http://127.0.0.1:9")");
    CHECK(n.run("export_projects", {"--config", config, "--deadline", "3s"}) == 1);
    CHECK_THAT(n.err, contains_text("to the proxy http://127.0.0.1:9"));
    write(R"(,"client_key_passphrase_file":"x","client_cert":"")");
    CHECK(n.run("export_projects", {"--config", config}) == 2);
    write_content(config, R"({"resources":[{"endpoint":")" + n.gateway.url() +
                              R"(","key_env":"AZURE_LANGUAGE_KEY","projects":["A"],)"
                              R"("output_dir":"out","client_cert":"nowhere.pem"}]})");
    CHECK(n.run("export_projects", {"--config", config}) != 0);
    CHECK_THAT(n.err, contains_text("\"client_cert\"") && contains_text("nowhere.pem"));
    CHECK(n.err.find("tls.") == std::string::npos);
    write(R"(,"proxy":"http://ada:s3cret-words@127.0.0.1:9")");
    CHECK(n.run("export_projects", {"--config", config}) == 2);
    CHECK_THAT(n.err, contains_text("resources[0].proxy contains a user or a password"));
}

TEST_CASE("one export works through a proxy and with a client certificate", "[network]") {
    if (is_skipped(*make_squid()))
        return;
    network n;
    n.environment["AZURE_LANGUAGE_CLIENT_CERT"] = n.gateway.server.path("client.pem");
    n.environment["AZURE_LANGUAGE_CLIENT_KEY"] = n.gateway.server.path("client.key");
    CHECK(n.run("export_one", {"A"}) == 0);
    INFO(n.err);
    CHECK_THAT(n.out, contains_text(R"("projectName":"A")"));
    CHECK_THAT(n.proxy->log(), contains_text("CONNECT localhost:"));

    n.environment["HTTPS_PROXY"] = n.proxy->url("ada:s3cret-word");
    CHECK(n.run("export_one", {"A"}) == 1);
    CHECK_THAT(n.err, contains_text("did not accept the user and password"));
}

namespace {

// A service that accepts no keys, and requires a client certificate.
class strict_service {
public:
    strict_service() : b(options_with(identity.authority_pem)) {
        proxy->start("ada", "s3cret-words");
        write_content(b.secrets / "client.pem", identity.certificate_pem);
        write_content(b.secrets / "client.key", identity.private_key_pem);
        b.environment["HTTPS_PROXY"] = proxy->url("ada:s3cret-words");
    }

    // Runs a program, and checks that no output and no log contains a secret.
    int run(const std::string& program, texts arguments) {
        arguments.insert(arguments.begin(), std::string(LANGEXPORT_EXAMPLES) + "/" + program);
        child_process process(arguments, b.environment);
        const int status = process.wait();
        out = process.out();
        err = process.err();
        std::string shown = out + err + proxy->log();
        for (const auto& request : b.issuer.requests())
            shown += request.target;
        CHECK(shown.find("s3cret") == std::string::npos);
        b.check_shows_no_secret(shown);
        for (const auto& request : b.tool.service.requests())
            CHECK_FALSE(request.has_header("Proxy-Authorization"));
        return status;
    }

    const langexport::testing::server_certificate identity =
        langexport::testing::make_certificate({});
    token_bench b;
    std::unique_ptr<proxy_server> proxy = make_squid();
    std::string out, err;

private:
    static langexport::testing::emulator_options options_with(const std::string& authority_pem) {
        auto options = options_of(true);
        options.client_authority_pem = authority_pem;
        return options;
    }
};

} // namespace

TEST_CASE(
    "both programs reach a service behind a proxy that requires a client certificate and a token",
    "[network]") {
    if (!make_squid()->is_installed()) {
        WARN("skipped: squid is not installed");
        return;
    }
    strict_service s;
    SECTION("a client secret") {
        s.b.use_secret();
    }
    SECTION("a workload identity") {
        s.b.use_assertion();
    }
    SECTION("a managed identity") {
        s.b.use_app_service();
    }
    const std::string certificate = (s.b.secrets / "client.pem").string();
    const std::string key = (s.b.secrets / "client.key").string();
    texts options = {"--output-dir",
                     (s.b.tool.folder / "out").string(),
                     "--quota-window",
                     "0",
                     "--poll-first",
                     "20ms",
                     "A"};
    CHECK(s.run("export_projects", options) == 1);
    CHECK_THAT(s.err, contains_text("client certificate"));
    options.insert(options.end(), {"--client-cert", certificate, "--client-key", key, "B"});
    CHECK(s.run("export_projects", options) == 0);
    INFO(s.err);
    CHECK(s.b.tool.is_exported("A.json", "A"));
    CHECK(s.b.tool.is_exported("B.json", "B"));

    s.b.environment["AZURE_LANGUAGE_CLIENT_CERT"] = certificate;
    s.b.environment["AZURE_LANGUAGE_CLIENT_KEY"] = key;
    CHECK(s.run("export_one", {"A"}) == 0);
    CHECK_THAT(s.out, contains_text(R"("projectName":"A")"));
    CHECK_THAT(s.proxy->log(),
               contains_text("CONNECT localhost:" + std::to_string(s.b.tool.service.port())));
    CHECK(s.b.tool.service.counters().jobs_created == 3);
}

TEST_CASE("the setting of the guide excludes a private endpoint from the proxy", "[network]") {
    child_process shell({"/bin/sh", LANGEXPORT_EXAMPLES_SCRIPTS "/private_endpoint.sh"});
    REQUIRE(shell.wait() == 0);
    const scoped_environment set(
        {"https_proxy", "HTTPS_PROXY", "no_proxy", "NO_PROXY"},
        {{"https_proxy", "http://proxy.example:3128"}, {"no_proxy", shell.out()}});
    const auto proxy_of = [](const char* url) {
        return langexport::proxy_from_environment(url).to_string();
    };
    CHECK(proxy_of("https://my-resource.cognitiveservices.azure.com").empty());
    CHECK(proxy_of("https://login.microsoftonline.com") == "http://proxy.example:3128");
}

TEST_CASE("both programs trust the certificates of SSL_CERT_FILE and SSL_CERT_DIR", "[network]") {
    tool_bench b(true);
    b.service.add_project(project_of("A"));
    const auto folder = b.folder / "trusted";
    std::filesystem::create_directory(folder);
    std::filesystem::create_directory(b.folder / "empty");
    std::filesystem::copy_file(b.folder / "ca.pem", folder / "ca.pem");
    REQUIRE(std::system(("openssl rehash '" + folder.string() + "'").c_str()) == 0);
    const std::string none = (b.folder / "none.pem").string();
    write_content(none, "");
    const std::string nowhere = (b.folder / "nowhere").string();
    const std::string empty = (b.folder / "empty").string();
    struct row {
        std::string file, directory;
        const char* why; // null: the program succeeds
    };
    const row rows[] = {
        {(b.folder / "ca.pem").string(), empty, nullptr},
        {none, folder.string(), nullptr},
        {none, "/nowhere:" + empty + ":" + folder.string(), nullptr},
        {none, folder.string() + ":" + empty, nullptr},
        {none, empty, "no trust anchors"},
        {none, "/nowhere:" + empty, "no trust anchors"},
        {(b.folder / "ca.pem").string(), "", nullptr},
        {"", folder.string(), nullptr},
        {nowhere, folder.string(), "SSL_CERT_FILE: no certificates"},
        {(b.folder / "ca.pem").string(), nowhere, "SSL_CERT_DIR: there is no folder"},
    };
    for (const row& each : rows) {
        CAPTURE(each.file, each.directory);
        auto environment = b.settings();
        environment["SSL_CERT_FILE"] = each.file;
        environment["SSL_CERT_DIR"] = each.directory;
        const auto check = [&](const texts& words) {
            child_process process(words, environment);
            const int status = process.wait();
            INFO(process.err());
            CHECK((status == 0) == !each.why);
            if (each.why)
                CHECK_THAT(process.err(), contains_text(each.why));
        };
        check({LANGEXPORT_EXAMPLES "/export_one", "A"});
        check({LANGEXPORT_EXPORT_PROJECTS, "--output-dir", (b.folder / "out").string(),
               "--deadline", "5s", "A"});
    }
}

} // namespace programs_network_test
