// Proxy settings, and a proxy's response to CONNECT.

#include "fuzz/promise.hpp"
#include "fuzz/targets.hpp"

#include <langexport/detail/base/text.hpp>
#include <langexport/detail/protocol/connect_response.hpp>
#include <langexport/impl/no_proxy.hpp>
#include <langexport/proxy.hpp>

#include <string>
#include <string_view>

namespace langexport_tests::fuzz {

using namespace langexport;

void read_proxy(std::string_view text) {
    if (const auto proxy = result_of([&] { return proxy_url(text); })) {
        const std::string shown = proxy->to_string();
        const proxy_url again{shown};
        promise(again.to_string() == shown, "an address is read the same again", shown);
        promise(!again.has_password(), "an address that is shown has no password", shown);
        const std::string line(detail::view(detail::authorization_line_of(*proxy)));
        promise(line.empty() || line.find("\r\n") == line.size() - 2, "one header line", line);
    }

    const auto response = detail::read_connect_response(text);
    promise(response.status == 0 || (response.status >= 100 && response.status <= 999),
            "a status has three digits");
    promise(response.reason.size() <= 200 && response.schemes.size() <= 300, "words are short");

    // The list, and a host behind its first line.
    const std::size_t line = text.find('\n');
    const std::string_view list = text.substr(0, line);
    const std::string_view host = line == text.npos ? "a.example" : text.substr(line + 1);
    const bool is_listed = detail::is_listed_in_no_proxy(list, host, 443);
    promise(!is_listed || !list.empty(), "an empty list has no host");
    promise(detail::is_listed_in_no_proxy("*", host, 443), "a star lists all hosts");
    // A star lists all hosts only if it is alone.
    promise(detail::is_listed_in_no_proxy("x, " + std::string(list), host, 443) || !is_listed ||
                list == "*",
            "one more entry takes no other away");
}

} // namespace langexport_tests::fuzz
