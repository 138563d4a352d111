#include <langexport/detail/protocol/token_request.hpp>

#include "support/catch.hpp"

#include <string>

namespace token_request_test {

using namespace langexport::detail;

namespace {

std::string bytes_of(const request_message& message) {
    return std::string(view(message.bytes));
}

} // namespace

TEST_CASE("form values are percent-encoded except for unreserved characters", "[identity]") {
    struct row {
        const char* value;
        const char* encoded;
    };
    const row each = GENERATE(row{"", ""}, row{"Az09-._~", "Az09-._~"}, row{"a b", "a%20b"},
                              row{"a+b&c=d%e", "a%2Bb%26c%3Dd%25e"},
                              row{"https://x/.default", "https%3A%2F%2Fx%2F.default"},
                              row{"\xC3\xA9\n", "%C3%A9%0A"});
    secret_bytes form;
    append_form_value(form, each.value);
    CHECK(view(form) == each.encoded);
}

TEST_CASE("the request for an application's token is a form", "[identity]") {
    client_token_request request;
    request.authority = "login.example:8443";
    request.target = "/tenant/oauth2/v2.0/token";
    request.client_id = "client";
    request.scope = "https://s/.default";
    request.proof = "a&b=c";
    const request_message message = write_token_request(request);
    const std::string form = "grant_type=client_credentials&client_id=client&scope=https%3A%2F%2Fs"
                             "%2F.default&client_secret=a%26b%3Dc";
    CHECK(bytes_of(message) == "POST /tenant/oauth2/v2.0/token HTTP/1.1\r\n"
                               "Host: login.example:8443\r\n"
                               "User-Agent: langexport/" LANGEXPORT_VERSION_STRING "\r\n"
                               "Accept: */*\r\n"
                               "Accept-Encoding: identity\r\n"
                               "Connection: close\r\n"
                               "Content-Type: application/x-www-form-urlencoded\r\n"
                               "Content-Length: " +
                                   std::to_string(form.size()) + "\r\n\r\n" + form);
    CHECK(message.target() == "/tenant/oauth2/v2.0/token");

    request.kind = client_proof::assertion;
    request.proof = "head.body.sign";
    CHECK(bytes_of(write_token_request(request))
              .ends_with("&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-"
                         "type%3Ajwt-bearer&client_assertion=head.body.sign"));
}

TEST_CASE("the request for a managed identity's token has its header and parameters",
          "[identity]") {
    identity_token_request request;
    request.authority = "169.254.169.254";
    request.path = "/metadata/identity/oauth2/token";
    request.api_version = "2018-02-01";
    request.resource = "https://r";
    request.header_name = "Metadata";
    request.header_value = "true";
    CHECK(
        bytes_of(write_token_request(request)) ==
        "GET /metadata/identity/oauth2/token?api-version=2018-02-01&resource=https%3A%2F%2Fr "
        "HTTP/1.1\r\nHost: 169.254.169.254\r\n"
        "User-Agent: langexport/" LANGEXPORT_VERSION_STRING "\r\n"
        "Accept: */*\r\nAccept-Encoding: identity\r\nConnection: close\r\nMetadata: true\r\n\r\n");
    request.client_id = "me&you";
    request.path = "/msi/token?x=1";
    CHECK(write_token_request(request).target() ==
          "/msi/token?x=1&api-version=2018-02-01&resource=https%3A%2F%2Fr&client_id=me%26you");
}

} // namespace token_request_test
