// Proxies: how addresses are read, and which one the environment names.

#include <langexport/proxy.hpp>

#include <langexport/error.hpp>

#include "support/catch.hpp"
#include "support/scoped_environment.hpp"
#include "unit/rejection.hpp"

#include <map>
#include <string>
#include <string_view>

namespace proxy_test {

using namespace langexport;
using namespace langexport_tests;

namespace {

std::string line_of(const proxy_url& proxy) {
    return std::string(detail::view(detail::authorization_line_of(proxy)));
}

class environment : public scoped_environment {
public:
    explicit environment(const variables& values)
        : scoped_environment({"http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy",
                              "ALL_PROXY", "no_proxy", "NO_PROXY"},
                             values) {}
};

} // namespace

TEST_CASE("a proxy's address has a host, a port, and perhaps a user and a password", "[proxy]") {
    struct row {
        std::string_view url, shown, authorization;
    };
    // The base64 texts are those of RFC 7617 and of coreutils' base64.
    const row rows[] = {
        {"http://proxy.example:3128", "http://proxy.example:3128", ""},
        {"HTTP://Proxy.Example:3128/", "http://proxy.example:3128", ""},
        {"proxy.example:8080", "http://proxy.example:8080", ""},
        {"http://proxy.example", "http://proxy.example:1080", ""},
        {"http://10.1.2.3:80", "http://10.1.2.3:80", ""},
        {"http://[::1]:3128", "http://[::1]:3128", ""},
        {"http://[::1]", "http://[::1]:1080", ""},
        {"http://Aladdin:open%20sesame@proxy:1", "http://proxy:1", "QWxhZGRpbjpvcGVuIHNlc2FtZQ=="},
        {"http://u:p%40%3a%2F@proxy:1", "http://proxy:1", "dTpwQDov"},
        {"http://u:a:b@proxy:1", "http://proxy:1", "dTphOmI="},
        {"http://user@proxy:1", "http://proxy:1", "dXNlcjo="},
        {"u:p@proxy:1", "http://proxy:1", "dTpw"},
        {"http://u:100%@proxy:1", "http://proxy:1", "dToxMDAl"},
    };
    for (const row& each : rows) {
        CAPTURE(each.url);
        const proxy_url proxy{each.url};
        CHECK_FALSE(proxy.empty());
        CHECK(proxy.to_string() == each.shown);
        CHECK(proxy.has_password() == !each.authorization.empty());
        CHECK(line_of(proxy) ==
              (each.authorization.empty()
                   ? std::string()
                   : "Proxy-Authorization: Basic " + std::string(each.authorization) + "\r\n"));
        CHECK(proxy == proxy_url(each.url));
        CHECK_FALSE(proxy == proxy_url("http://other:1"));
    }
    CHECK(proxy_url().empty());
    CHECK(proxy_url("").empty());
    CHECK(proxy_url(static_cast<const char*>(nullptr)).empty());
    CHECK(proxy_url().to_string().empty());
    CHECK_FALSE(proxy_url("http://u:a@p:1") == proxy_url("http://u:b@p:1"));
}

TEST_CASE("an invalid proxy address is rejected without being shown", "[proxy]") {
    struct row {
        std::string url;
        std::string_view why;
    };
    const row rows[] = {
        {"socks5://hush-hush@proxy:1080", "only http:// is"},
        {"https://u:hush-hush@proxy:1", "only http:// is"},
        {"ftp://u:hush-hush@proxy:1", "must look like http://"},
        {"http://u:hush-hush@", "has no host"},
        {"http://u:hush-hush@proxy:0", "port"},
        {"http://u:hush-hush@proxy:65536", "port"},
        {"http://u:hush-hush@proxy:1/path", "a proxy has none"},
        {"http://u:hush-hush@proxy:1?x", "a proxy has none"},
        {"http://proxy:1/hush", "a proxy has none"},
        {"http://proxy:1//", "a proxy has none"},
        {"proxy:1/hush", "a proxy has none"},
        {"http://proxy:1/hush@x", "has a path, which a proxy does not have, or a user"},
        {"http://u:hush/hush@proxy:1", "write it as %XX"},
        {"http://u:hush@hush@proxy:1", "write it as %XX"},
        {"http://u:hush hush@proxy:1", "write it as %XX"},
        {"http://u:hush%0d%0ahush@proxy:1", "a control character"},
        {"http://u:hush-hush@pro xy:1", "write it as %XX"},
        {"http://u:hush-hush@::1:1", "IPv6"},
        {"SOCKS4A://hush-hush@proxy:1080", "only http:// is"},
        {"http://u:h\xc3\xbcsh-hush@proxy:1", "write it as %XX"},
        {"http://u:hush-hush@b\xc3\xbc"
         "cher.example:1",
         "begin with xn--"},
        {"b\xc3\xbc"
         "cher.example:1",
         "begin with xn--"},
        {"http://u:hush-hush@proxy\t:1", "write it as %XX"},
        {"http://u:hush-hush@b\xfc"
         "cher.example:1", // Latin-1
         "begin with xn--"},
    };
    for (const row& each : rows) {
        CAPTURE(each.url);
        const auto rejected = rejection_of([&] { proxy_url{each.url}; });
        CHECK(rejected.code == errc::invalid_configuration);
        CHECK_THAT(rejected.detail, contains_text(std::string(each.why)));
        CHECK(rejected.detail.find("hush") == std::string::npos);
    }
}

TEST_CASE("the environment names the proxy of a URL by curl's rules", "[proxy]") {
    struct row {
        std::map<std::string, std::string> variables;
        std::string_view url, proxy;
    };
    const row rows[] = {
        {{}, "https://a.example", ""},
        {{{"https_proxy", "http://p:1"}}, "https://a.example", "http://p:1"},
        {{{"HTTPS_PROXY", "http://p:1"}}, "https://a.example", "http://p:1"},
        {{{"https_proxy", "http://p:1"}, {"HTTPS_PROXY", "http://q:1"}},
         "https://a.example",
         "http://p:1"},
        {{{"https_proxy", ""}, {"HTTPS_PROXY", "http://q:1"}}, "https://a.example", "http://q:1"},
        {{{"https_proxy", "http://p:1"}}, "http://a.example", ""},
        {{{"http_proxy", "http://p:1"}}, "http://a.example", "http://p:1"},
        {{{"HTTP_PROXY", "http://p:1"}}, "http://a.example", ""},
        {{{"http_proxy", "http://p:1"}}, "https://a.example", ""},
        {{{"all_proxy", "http://p:1"}}, "https://a.example", "http://p:1"},
        {{{"ALL_PROXY", "p:1"}}, "http://a.example", "http://p:1"},
        {{{"all_proxy", "http://p:1"}, {"https_proxy", "http://q:1"}},
         "https://a.example",
         "http://q:1"},
        {{{"https_proxy", "http://p:1"}, {"no_proxy", "a.example"}}, "https://a.example", ""},
        {{{"https_proxy", "http://p:1"}, {"NO_PROXY", "a.example"}}, "https://a.example", ""},
        {{{"https_proxy", "http://p:1"}, {"no_proxy", "*\n"}},
         "https://a.example",
         "http://p:1"}, // as for curl
        {{{"https_proxy", "http://p:1\n"}, {"no_proxy", "\n"}, {"NO_PROXY", "*"}},
         "https://a.example",
         "http://p:1"},
        {{{"https_proxy", "http://p:1"}, {"no_proxy", "b.example"}, {"NO_PROXY", "a.example"}},
         "https://a.example",
         "http://p:1"},
    };
    for (const row& each : rows) {
        const environment set(each.variables);
        CAPTURE(each.url, each.proxy, each.variables.size());
        CHECK(proxy_from_environment(each.url).to_string() == each.proxy);
    }
    const std::map<std::string, std::string> socks = {{"https_proxy", "socks5://hush-hush@p:1"}};
    const environment set(socks);
    const auto rejected = rejection_of([] { proxy_from_environment("https://a.example"); });
    CHECK(rejected.code == errc::invalid_configuration);
    CHECK_THAT(rejected.detail, contains_text("the environment variable https_proxy: "));
    CHECK(rejected.detail.find("hush") == std::string::npos);
}

} // namespace proxy_test
