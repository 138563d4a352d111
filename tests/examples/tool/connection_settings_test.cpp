// The way to a resource: proxy, certificates and the client certificate.

#include "examples/tool/connection_settings.hpp"

#include "examples/tool/option_names.hpp"
#include "support/catch.hpp"
#include "support/scoped_environment.hpp"
#include "support/temporary_folder.hpp"
#include "unit/rejection.hpp"

#include <fstream>
#include <stdexcept>
#include <string>

namespace connection_settings_test {

using namespace langexport_tests;
using tool::connection_settings;

namespace {

constexpr const char* endpoint = "https://a.example";

scoped_environment proxies_of_environment(const scoped_environment::variables& values) {
    return scoped_environment({"https_proxy", "HTTPS_PROXY", "http_proxy", "all_proxy", "ALL_PROXY",
                               "no_proxy", "NO_PROXY"},
                              values);
}

template <class Call>
std::string invalid_argument_of(Call call) {
    try {
        call();
    } catch (const std::invalid_argument& error) {
        return error.what();
    }
    return {};
}

} // namespace

TEST_CASE("the proxy of a setting, or none, replaces that of the environment",
          "[tool][connection_settings]") {
    const auto environment =
        proxies_of_environment({{"https_proxy", "http://of-environment.example:1"}});
    connection_settings s;
    CHECK(s.proxy_to(endpoint) == langexport::proxy_url("http://of-environment.example:1"));
    s.proxy = "http://of-setting.example:2";
    CHECK(s.proxy_to(endpoint) == langexport::proxy_url("http://of-setting.example:2"));
    for (const char* none : {"none", "NONE"}) {
        s.proxy = none;
        CHECK(s.proxy_to(endpoint).empty());
    }
}

TEST_CASE("a proxy with a password, or one that is not HTTP, is rejected without the password",
          "[tool][connection_settings]") {
    connection_settings s;
    for (const char* url : {"http://user:hush@proxy.example", "http://user@proxy.example"}) {
        INFO(url);
        s.proxy = url;
        const std::string why = invalid_argument_of([&] { s.proxy_to(endpoint); });
        CHECK_THAT(why, contains_text("name the proxy in the environment (https_proxy)"));
        CHECK(why.find("hush") == std::string::npos);
    }
    s.proxy = "socks5://proxy.example";
    CHECK(rejection_of([&] { s.proxy_to(endpoint); }).code ==
          langexport::errc::invalid_configuration);
}

TEST_CASE("a passphrase without a client certificate is rejected", "[tool][connection_settings]") {
    connection_settings s;
    CHECK_NOTHROW(s.check());
    s.client_key_passphrase_file = "/passphrase";
    CHECK(invalid_argument_of([&] { s.check(); }) ==
          "there is a passphrase of a client key and no client certificate");
    s.client_cert = "/cert";
    CHECK_NOTHROW(s.check());
}

TEST_CASE("a client gets every setting of the connection", "[tool][connection_settings]") {
    connection_settings s;
    for (const tool::path_setting& each : tool::path_settings)
        s.*each.member = std::string("/") + each.field;
    s.proxy = "none";
    langexport::client_params params(endpoint, langexport::subscription_key("k"));
    s.apply_to(params);
    CHECK(params.ca_file == "/ca_file");
    CHECK(params.tls.ca_folder == "/ca_folder");
    CHECK(params.tls.certificate_file == "/client_cert");
    CHECK(params.tls.key_file == "/client_key");
    CHECK(params.tls.passphrase);
    langexport::client_params others(endpoint, langexport::subscription_key("k"));
    connection_settings().apply_to(others);
    CHECK(others.ca_file.empty());
    CHECK_FALSE(others.tls.passphrase);
}

TEST_CASE("a passphrase that cannot be read is an error that names its setting",
          "[tool][connection_settings]") {
    const temporary_folder folder;
    tool::connection_settings s;
    s.client_cert = "/cert";
    const auto why = [&](const char* name) {
        s.client_key_passphrase_file = folder / name;
        langexport::client_params params("https://a.example", langexport::subscription_key("k"));
        s.apply_to(params);
        return rejection_of([&] { params.tls.passphrase(); }).detail;
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

} // namespace connection_settings_test
