// The proxy that a URL gets, compared with curl itself.

#include "support/catch.hpp"
#include "support/child_process.hpp"
#include "support/foreign_server.hpp"
#include "support/relay_proxy.hpp"
#include "support/scoped_environment.hpp"
#include "support/silent_listener.hpp"

#include <langexport/proxy.hpp>

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace curl_rules_test {

using langexport_tests::child_process;
using langexport_tests::closed_port;
using langexport_tests::foreign_server;
using langexport_tests::relay_proxy;
using langexport_tests::scoped_environment;

namespace {

using variables = std::map<std::string, std::string>;

const std::vector<std::string> names = {"http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY",
                                        "all_proxy",  "ALL_PROXY",  "no_proxy",    "NO_PROXY"};

// Whether curl connects to a proxy for this URL. Names lead to this machine; nothing listens there.
bool curl_uses(const relay_proxy& proxy, const std::string& curl, const std::string& url,
               const std::string& host, const variables& environment) {
    const std::string port = url.substr(url.rfind(':') + 1);
    variables all = environment;
    for (const std::string& name : names)
        all.emplace(name, ""); // curl does not tell an empty variable from none
    const std::size_t before = proxy.connections();
    child_process process({curl, "-s", "-m", "20", "-o", "/dev/null", "--resolve",
                           host + ":" + port + ":127.0.0.1", url},
                          all);
    process.wait();
    return proxy.connections() > before;
}

struct row {
    variables environment; // P stands for the address of the proxy
    const char* host;
    bool is_secure = false;
};

variables with_list(const char* list) {
    return {{"http_proxy", "P"}, {"no_proxy", list}};
}

} // namespace

TEST_CASE("proxies are read from the environment as curl reads them", "[proxy]") {
    const std::string curl = foreign_server::find({"/usr/bin/curl", "/usr/local/bin/curl"});
    if (curl.empty()) {
        WARN("skipped: curl is not installed");
        return;
    }
    const row rows[] = {
        {{}, "a.example"},
        {{{"http_proxy", "P"}}, "a.example"},
        {{{"HTTP_PROXY", "P"}}, "a.example"},
        {{{"https_proxy", "P"}}, "a.example"},
        {{{"all_proxy", "P"}}, "a.example"},
        {{{"ALL_PROXY", "P"}}, "a.example"},
        {{{"http_proxy", ""}, {"all_proxy", "P"}}, "a.example"},
        {{{"http_proxy", "P"}}, "a.example", true},
        {{{"https_proxy", "P"}}, "a.example", true},
        {{{"HTTPS_PROXY", "P"}}, "a.example", true},
        {{{"https_proxy", ""}, {"HTTPS_PROXY", "P"}}, "a.example", true},
        {{{"ALL_PROXY", "P"}}, "a.example", true},
        {{{"https_proxy", "P"}, {"no_proxy", "a.example"}}, "a.example", true},
        {{{"http_proxy", "P"}, {"NO_PROXY", "a.example"}}, "a.example"},
        {{{"http_proxy", "P"}, {"no_proxy", "b.example"}, {"NO_PROXY", "a.example"}}, "a.example"},
        {{{"http_proxy", "P"}, {"no_proxy", ""}, {"NO_PROXY", "a.example"}}, "a.example"},
        {with_list("*"), "a.example"},
        {with_list("b.example,*"), "a.example"},
        {with_list("A.Example"), "a.example"},
        {with_list("example"), "www.a.example"},
        {with_list(".a.example"), "a.example"},
        {with_list(".a.example"), "www.a.example"},
        {with_list("..a.example"), "a.example"},
        {with_list("a.example."), "a.example"},
        {with_list("xample"), "a.example"},
        {with_list("*.example"), "a.example"},
        {with_list(",, b.example\t,a.example ,"), "a.example"},
        {with_list("www.a.example"), "a.example"},
        {with_list("."), "a.example"},
        {with_list("127.0.0.1"), "127.0.0.1"},
        {with_list("127.0.0.1/32"), "127.0.0.1"},
        {with_list("127.0.0.1/33"), "127.0.0.1"},
        {with_list("127.0.0.0/8"), "127.200.0.1"},
        {with_list("127.0.0.0/9"), "127.200.0.1"},
        {with_list("127.128.0.0/9"), "127.200.0.1"},
        {with_list("10.0.0.0/8"), "127.0.0.1"},
        {with_list("0.0.0.0/0"), "127.0.0.1"},
        {with_list("127.0.0.1/0"), "127.0.0.1"},
        {with_list("127.0.0.1/0"), "127.0.0.2"},
        {with_list("127.0.0.1/-1"), "127.0.0.1"},
        {with_list("[127.0.0.1]"), "127.0.0.1"},
        {with_list("127.0.0.1."), "127.0.0.1"},
        {with_list(" 127.0.0.1 "), "127.0.0.1"},
        {with_list("127.0.0.1\n"), "127.0.0.1"},
        {with_list(" *"), "a.example"},
        {with_list("* "), "a.example"},
        {with_list("*\n"), "a.example"},
        {with_list("*,"), "a.example"},
        {with_list("a.example\n"), "a.example"},
        {with_list("a.example\nb.example"), "b.example"},
        {with_list("a.example\t"), "a.example"},
        {with_list("\na.example"), "a.example"},
        {with_list("[a.example]"), "a.example"},
        {with_list("a.example/8"), "a.example"},
        {with_list("a.example.."), "a.example"},
        {{{"http_proxy", "P"}, {"no_proxy", "\n"}, {"NO_PROXY", "*"}}, "a.example"},
        {with_list("0.1"), "127.0.0.1"},
        {with_list("127.0.0.0/8"), "a.example"},
        {with_list("localhost"), "localhost"},
        {with_list("localhost"), "sub.localhost"},
    };
    const relay_proxy server;
    const std::string proxy = server.url();
    for (const row& each : rows) {
        variables environment = each.environment;
        std::string shown;
        for (auto& [name, value] : environment) {
            shown += name + "=" + value + " ";
            if (value == "P")
                value = proxy;
        }
        const std::string url = std::string(each.is_secure ? "https://" : "http://") + each.host +
                                ":" + std::to_string(closed_port());
        CAPTURE(shown, url);
        const bool curl_does = curl_uses(server, curl, url, each.host, environment);
        const scoped_environment set(names, environment);
        CHECK(!langexport::proxy_from_environment(url).empty() == curl_does);
    }
}

} // namespace curl_rules_test
