#include <langexport/detail/protocol/request_writer.hpp>

#include <langexport/detail/base/secret.hpp>
#include <langexport/version.hpp>

#include "support/catch.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace request_writer_test {

using namespace langexport;
using detail::request_message;
using detail::request_parts;
using detail::request_writer;

namespace {

constexpr std::string_view credential_line = "Ocp-Apim-Subscription-Key: 0123456789abcdef\r\n";

origin origin_of(const char* host, std::uint16_t port = 443) {
    origin result;
    result.host = host;
    result.port = port;
    return result;
}

std::string bytes_of(const request_message& message) {
    return std::string(detail::view(message.bytes));
}

} // namespace

TEST_CASE("a GET has the fields of every request and no body", "[request_writer]") {
    const request_writer writer(origin_of("contoso.example"), "");
    request_message message;
    writer.write(message, request_parts{request_kind::status, "/jobs/1?api-version=2023-04-01",
                                        credential_line, "id-1", "this is no part of a GET"});
    CHECK(bytes_of(message) == "GET /jobs/1?api-version=2023-04-01 HTTP/1.1\r\n"
                               "Host: contoso.example\r\n"
                               "User-Agent: langexport/" LANGEXPORT_VERSION_STRING "\r\n"
                               "Accept: */*\r\n"
                               "Accept-Encoding: identity\r\n"
                               "Ocp-Apim-Subscription-Key: 0123456789abcdef\r\n"
                               "x-ms-client-request-id: id-1\r\n"
                               "\r\n");
    CHECK(message.method == "GET");
    CHECK(message.target() == "/jobs/1?api-version=2023-04-01");
}

TEST_CASE("a POST has the length of its body and the JSON content type", "[request_writer]") {
    const request_writer writer(origin_of("contoso.example", 8443), "nightly/2.1");
    request_message message;
    writer.write(message, request_parts{request_kind::submission, "/:export?x=1", credential_line,
                                        "id-2", R"({"a":1})"});
    CHECK(bytes_of(message) == "POST /:export?x=1 HTTP/1.1\r\n"
                               "Host: contoso.example:8443\r\n"
                               "User-Agent: nightly/2.1 langexport/" LANGEXPORT_VERSION_STRING
                               "\r\n"
                               "Accept: */*\r\n"
                               "Accept-Encoding: identity\r\n"
                               "Ocp-Apim-Subscription-Key: 0123456789abcdef\r\n"
                               "x-ms-client-request-id: id-2\r\n"
                               "Content-Type: application/json\r\n"
                               "Content-Length: 7\r\n"
                               "\r\n"
                               R"({"a":1})");
    CHECK(message.method == "POST");
    CHECK(message.target() == "/:export?x=1");
}

TEST_CASE("a POST without a body has a Content-Length of 0 and no Content-Type",
          "[request_writer]") {
    const request_writer writer(origin_of("h"), "");
    request_message message;
    writer.write(message, request_parts{request_kind::submission, "/x", credential_line, "id"});
    const std::string bytes = bytes_of(message);
    CHECK(bytes.find("Content-Type") == std::string::npos);
    CHECK(bytes.ends_with("\r\nContent-Length: 0\r\n\r\n"));
}

TEST_CASE("every kind of request except a submission is a GET", "[request_writer]") {
    const request_writer writer(origin_of("h"), "");
    for (const request_kind kind :
         {request_kind::status, request_kind::result, request_kind::listing}) {
        request_message message;
        writer.write(message, request_parts{kind, "/x", credential_line, "id"});
        CHECK(message.method == "GET");
    }
}

TEST_CASE("the message buffer is reused for the next request", "[request_writer]") {
    const request_writer writer(origin_of("h"), "");
    request_message message;
    writer.write(message, request_parts{request_kind::submission, "/long/target", credential_line,
                                        "id", "{}"});
    writer.write(message, request_parts{request_kind::status, "/x", credential_line, "id"});
    CHECK(bytes_of(message).starts_with("GET /x HTTP/1.1\r\n"));
    CHECK(message.target() == "/x");
    message.clear();
    CHECK(message.bytes.empty());
    CHECK(message.target().empty());
    CHECK(message.method.empty());
}

TEST_CASE("only over plain HTTP the proxy receives its password and the whole URL",
          "[request_writer]") {
    const proxy_url proxy("http://ada:s3cret-words@proxy:3128");
    origin service = origin_of("contoso.example");
    request_message message;
    request_writer(service, "", proxy)
        .write(message, request_parts{request_kind::status, "/jobs/1", credential_line, "id-1"});
    CHECK(bytes_of(message).starts_with("GET /jobs/1 HTTP/1.1\r\n"));
    CHECK(bytes_of(message).find("Proxy-Authorization") == std::string::npos);

    service.is_secure = false;
    request_writer(service, "", proxy)
        .write(message, request_parts{request_kind::status, "/jobs/1", credential_line, "id-1"});
    CHECK(bytes_of(message).starts_with("GET http://contoso.example:443/jobs/1 HTTP/1.1\r\n"
                                        "Host: contoso.example:443\r\n"));
    CHECK(bytes_of(message).find("Proxy-Authorization: Basic YWRhOnMzY3JldC13b3Jkcw==\r\n") !=
          std::string::npos);
    CHECK(message.target() == "/jobs/1");
}

TEST_CASE("the request for a tunnel names host and port of the origin", "[proxy][request_writer]") {
    CHECK(detail::view(
              detail::write_connect_request("a.example:443", "Proxy-Authorization: x\r\n")) ==
          "CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\nUser-Agent: "
          "langexport/" LANGEXPORT_VERSION_STRING "\r\nProxy-Authorization: x\r\n\r\n");
}

TEST_CASE("a body that follows has its length and media type in the header",
          "[request_writer][import]") {
    const request_writer writer(origin_of("h"), "");
    request_message message;
    request_parts parts{request_kind::submission, "/:import", credential_line, "id"};
    parts.streamed = detail::streamed_body{5'000'000'000, "text/x"};
    writer.write(message, parts);
    CHECK_THAT(bytes_of(message),
               langexport_tests::contains_text("\r\nContent-Type: text/x\r\n"
                                               "Content-Length: 5000000000\r\n\r\n"));
    CHECK(bytes_of(message).ends_with("\r\n\r\n"));
    CHECK(message.method == "POST");
}

} // namespace request_writer_test
