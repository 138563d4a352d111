#include <langexport/detail/protocol/link.hpp>

#include "support/catch.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace link_test {

using namespace langexport;
using namespace langexport_tests;

namespace {

const auto service = endpoint::parse("https://name.cognitiveservices.azure.com");
const auto gateway = endpoint::parse("https://gateway.example:8443/language-eu/");
const auto local = endpoint::parse("http://localhost:5000");
const auto v6 = endpoint::parse("https://[2001:db8::1]");
const std::vector<origin> no_backends;

} // namespace

TEST_CASE("a link to the endpoint's own origin is followed literally", "[link]") {
    struct {
        const endpoint& from;
        std::string_view url, target;
    } const cases[] = {
        {service, "https://name.cognitiveservices.azure.com/a/b?api-version=1",
         "/a/b?api-version=1"},
        {service, "https://name.cognitiveservices.azure.com:443/a", "/a"},
        {service, "HTTPS://Name.CognitiveServices.Azure.COM/A/b", "/A/b"},
        {service, "https://name.cognitiveservices.azure.com", "/"},
        {service, "https://name.cognitiveservices.azure.com?x=1", "/?x=1"},
        {service, "https://name.cognitiveservices.azure.com//a/%2F/../:b;c=d?e=%20&f", //
         "//a/%2F/../:b;c=d?e=%20&f"},
        {service, "/language/authoring?x=1", "/language/authoring?x=1"},
        {service, "/", "/"},
        {gateway, "https://gateway.example:8443/somewhere/else", "/somewhere/else"},
        {gateway, "/somewhere/else", "/somewhere/else"},
        {local, "http://localhost:5000/a", "/a"},
        {local, "http://localhost:05000/a", "/a"},
        {v6, "https://[2001:db8::1]/a", "/a"},
    };
    for (const auto& each : cases) {
        INFO(each.url);
        const auto link = detail::resolve_link(each.from, no_backends, each.url);
        CHECK_FALSE(link.failure);
        CHECK(link.target == each.target);
        CHECK(link.why.empty());
    }
}

TEST_CASE("a link to another origin is rejected, and the error names both", "[link]") {
    struct {
        const endpoint& from;
        std::string_view url, to;
    } const cases[] = {
        {service, "https://evil.example/a", "https://evil.example"},
        {service, "https://name.cognitiveservices.azure.com.evil.example/a",
         "https://name.cognitiveservices.azure.com.evil.example"},
        {service, "https://name.cognitiveservices.azure.com.:443/",
         "https://name.cognitiveservices.azure.com."},
        {service, "https://name.cognitiveservices.azure.com:8443/a",
         "https://name.cognitiveservices.azure.com:8443"},
        // The same host, in clear text.
        {service, "http://name.cognitiveservices.azure.com/a",
         "http://name.cognitiveservices.azure.com"},
        {service, "http://name.cognitiveservices.azure.com:443/a",
         "http://name.cognitiveservices.azure.com:443"},
        {service, "//evil.example/a", "https://evil.example"},
        {local, "//evil.example/a", "http://evil.example"},
        {local, "http://127.0.0.1:5000/a", "http://127.0.0.1:5000"},
        {gateway, "https://name.cognitiveservices.azure.com/a",
         "https://name.cognitiveservices.azure.com"},
        {gateway, "https://gateway.example/a", "https://gateway.example"},
    };
    for (const auto& each : cases) {
        INFO(each.url);
        const auto link = detail::resolve_link(each.from, no_backends, each.url);
        CHECK(link.failure == errc::foreign_origin);
        CHECK(link.target.empty());
        CHECK(link.why == "leads to " + std::string(each.to) + ", the endpoint is " +
                              each.from.origin().to_string());
    }
}

TEST_CASE("a link to a gateway's backend is followed through the gateway", "[link]") {
    std::vector<origin> backends(2);
    backends[0].host = "name.cognitiveservices.azure.com";
    backends[1].host = "other.example";
    backends[1].port = 8443;
    struct {
        const endpoint& from;
        std::string_view url, target;
    } const followed[] = {
        {gateway, "https://name.cognitiveservices.azure.com/language/a?b=c",
         "/language-eu/language/a?b=c"},
        {gateway, "https://Name.cognitiveservices.azure.com:443?b=c", "/language-eu/?b=c"},
        {gateway, "https://other.example:8443/x", "/language-eu/x"},
        {gateway, "https://gateway.example:8443/language-eu/x", "/language-eu/x"},
        {service, "https://other.example:8443/x", "/x"},
    };
    for (const auto& each : followed) {
        INFO(each.url);
        const auto link = detail::resolve_link(each.from, backends, each.url);
        CHECK_FALSE(link.failure);
        CHECK(link.target == each.target);
    }
    for (const std::string_view url :
         {"http://name.cognitiveservices.azure.com/a", "https://other.example/x",
          "//other.example:8443/x", "https://third.example/"}) {
        INFO(url);
        CHECK(detail::resolve_link(gateway, backends, url).failure == errc::foreign_origin);
    }
}

TEST_CASE("text that is not a link is rejected with the reason", "[link]") {
    struct {
        std::string url, why;
    } const cases[] = {
        {"", "is empty"},
        {"export/jobs/1", "does not start with https://"},
        {"name.cognitiveservices.azure.com/a", "does not start with https://"},
        {"ftp://name.cognitiveservices.azure.com/a", "has the scheme 'ftp'"},
        {"javascript:alert(1)", "does not start with https://"},
        {"https:/name.cognitiveservices.azure.com/a", "does not start with https://"},
        {"https://", "has no host"},
        {"//", "has no host"},
        {"//name.cognitiveservices.azure.com/a", "has no scheme"},
        {"https://name.cognitiveservices.azure.com/a b", "has a space"},
        {"https://name.cognitiveservices.azure.com/a\r\nX: y", "control"},
        {"/a\r\nX: y", "control"},
        {"/\u20ac", "non-ASCII"},
        {"/a\\b", "has a character that no URL may have"},
        {"/a%", "has a character that no URL may have"},
        {"/a#b", "has a fragment"},
        {"https://name.cognitiveservices.azure.com:0/a", "has a port"},
        {"https://name.cognitiveservices.azure.com\\@evil.example/", "user info"},
        {std::string(100'000, 'a'), "does not start with https://"},
    };
    for (const auto& each : cases) {
        INFO(each.url);
        const auto link = detail::resolve_link(service, no_backends, each.url);
        CHECK(link.failure == errc::malformed_response);
        CHECK(link.target.empty());
        CHECK_THAT(link.why, contains_text(each.why));
        CHECK(link.why.size() < 400);
        CHECK(detail::find_invalid_utf8(link.why) == std::string::npos);
    }
}

TEST_CASE("possible secrets in a link do not appear in the message", "[link]") {
    for (const std::string_view url :
         {"https://user:secret@name.cognitiveservices.azure.com/a", "https://secret@evil.example/a",
          "https://name.cognitiveservices.azure.com/a b?sig=secret", "/a b?sig=secret",
          "blob?sig=secret", "https://evil.example/a?sig=secret",
          "secret@https://name.cognitiveservices.azure.com"}) {
        INFO(url);
        const auto link = detail::resolve_link(service, no_backends, url);
        CHECK(link.failure);
        CHECK_THAT(link.why, !contains_text("secret"));
    }
}

} // namespace link_test
