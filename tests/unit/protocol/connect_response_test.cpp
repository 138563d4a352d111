#include <langexport/detail/protocol/connect_response.hpp>

#include "support/catch.hpp"

#include <string_view>

namespace connect_response_test {

using namespace langexport;

TEST_CASE("the response to CONNECT is classified by its status line and its header",
          "[proxy][connect_response]") {
    struct row {
        std::string_view header;
        unsigned status;
        std::string_view reason, schemes;
    };
    const row rows[] = {
        {"HTTP/1.1 200 Connection established\r\n\r\n", 200, "Connection established", ""},
        {"HTTP/1.0 200\r\nContent-Length: 10\r\n\r\n", 200, "", ""},
        {"HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Negotiate\r\n"
         "proxy-authenticate: Basic realm=\"x\"\r\n\r\n",
         407, "Proxy Authentication Required", "Negotiate, Basic"},
        {"HTTP/1.1 403 No\x1b[31m\n\n", 403, "No [31m", ""},
        {"HTTP/1.1 99 x\r\n\r\n", 0, "", ""},
        {"HTTP/1.1 2000 x\r\n\r\n", 0, "", ""},
        {"HTTP/1.1 +20 x\r\n\r\n", 0, "", ""},
        {"HTTP/2 200\r\n\r\n", 0, "", ""},
        {"220 mail.example ESMTP\r\n", 0, "", ""},
        {"", 0, "", ""},
    };
    for (const row& each : rows) {
        CAPTURE(each.header);
        const auto read = detail::read_connect_response(each.header);
        CHECK(read.status == each.status);
        CHECK(read.reason == each.reason);
        CHECK(read.schemes == each.schemes);
    }
}

} // namespace connect_response_test
