// Text helpers, URLs and endpoints. Results of our own strict parser are compared with those of
// Boost.URL.

#include <langexport/endpoint.hpp>

#include <langexport/detail/base/text.hpp>

#include "support/catch.hpp"
#include "unit/rejection.hpp"

#include <boost/url/ipv4_address.hpp>
#include <boost/url/ipv6_address.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace endpoint_test {

using namespace langexport;
using namespace langexport_tests;
using namespace std::string_literals;
using namespace std::string_view_literals;

TEST_CASE("text is cut between characters, never inside one", "[text]") {
    CHECK(detail::cut_utf8("abc", 3) == "abc");
    CHECK(detail::cut_utf8("abc", 2) == "ab");
    CHECK(detail::cut_utf8("abc", 0).empty());
    CHECK(detail::cut_utf8("a\u00e9", 2) == "a");
    CHECK(detail::cut_utf8("\u20ac\u20ac", 5) == "\u20ac");
    CHECK(detail::cut_utf8("\U0001F600", 3).empty());
    CHECK(detail::cut_utf8("\x80\x80\x80\x80\x80\x80", 5).size() == 5);
}

TEST_CASE("a message is one line of valid UTF-8 without control characters", "[text]") {
    struct {
        std::string_view given, expected;
    } const cases[] = {
        {"", ""},
        {"plain", "plain"},
        {"two\r\nlines\tand a tab", "two  lines and a tab"},
        {"\x1b[31mred\x7f"sv, " [31mred "},
        {"zero\0byte"sv, "zero byte"},
        {"gr\u00fc\u00df \u20ac \U0001F600", "gr\u00fc\u00df \u20ac \U0001F600"},
        {"Latin-1 \xfc\xdf", "Latin-1 ??"},
        {"cut \xe2\x82", "cut ??"},
        {"\xc2\x9b"
         "31m",
         "  31m"},
    };
    for (const auto& each : cases)
        CHECK(detail::one_printable_line(each.given) == each.expected);
}

TEST_CASE("a message that is too long keeps its start and its end", "[text]") {
    for (std::size_t most = 16; most < 40; ++most) {
        for (std::size_t size = 0; size < 60; ++size) {
            std::string text;
            while (text.size() < size)
                text += "\u20ac";
            const std::string line = detail::one_printable_line("<" + text + ">", most);
            INFO(most << ", " << size << ": " << line);
            REQUIRE(line.size() <= most);
            REQUIRE(detail::find_invalid_utf8(line) == std::string::npos);
            REQUIRE(line.front() == '<');
            REQUIRE(line.back() == '>');
            REQUIRE((line.find(" ... ") == std::string::npos) == (text.size() + 2 <= most));
        }
    }
}

TEST_CASE("invalid UTF-8 is found at its first byte", "[text]") {
    struct {
        std::string_view text;
        std::size_t at;
    } const cases[] = {
        {"", std::string_view::npos},
        {"abc \u00e9\u20ac\U0001F600\U0010FFFF", std::string_view::npos},
        {"a\x80", 1},
        {"a\xc0\x80", 1},        // overlong
        {"ab\xe0\x80\x80", 2},   // overlong
        {"\xed\xa0\x80", 0},     // a surrogate
        {"\xf4\x90\x80\x80", 0}, // above U+10FFFF
        {"\xf5\x80\x80\x80", 0}, // no lead byte
        {"\u20ac\xe2\x82", 3},   // cut
        {"\xe2\x82"
         "a",
         0},
        {"\xff", 0},
    };
    for (const auto& each : cases) {
        INFO(each.text);
        CHECK(detail::find_invalid_utf8(each.text) == each.at);
    }
}

TEST_CASE("a path segment is percent-encoded, even if it is only dots", "[text]") {
    CHECK(detail::percent_encode("Az09-._~") == "Az09-._~");
    CHECK(detail::percent_encode("a b/c?d#e%f&g=h+i") == "a%20b%2Fc%3Fd%23e%25f%26g%3Dh%2Bi");
    CHECK(detail::percent_encode("\u20ac") == "%E2%82%AC");
    CHECK(detail::percent_encode("..") == "%2E%2E");
    CHECK(detail::percent_encode("") == "");
    CHECK(detail::percent_encode("..a") == "..a");
}

TEST_CASE("percent-encoding is decoded, and text that only resembles it is kept", "[text]") {
    for (const char* text : {"", "Az09-._~", "a b/c?d#e%f&g=h+i", "\u20ac", "..", "%41%"})
        CHECK(detail::percent_decode(detail::percent_encode(text)) == text);
    CHECK(detail::percent_decode("%2b%2B+%00") == std::string("+++\0", 4));
    for (const char* text : {"%", "%2", "%%", "%g0", "%0g", "%-1", "%+1", "% 1", "a%"})
        CHECK(detail::percent_decode(text) == text);
}

TEST_CASE("decimal numbers contain only digits", "[text]") {
    CHECK(detail::parse_decimal("0") == 0u);
    CHECK(detail::parse_decimal("18446744073709551615") == 18446744073709551615u);
    for (const auto text :
         {"", "-1", "+1", " 1", "1 ", "1.0", "0x1", "18446744073709551616", "1e3"}) {
        INFO(text);
        CHECK_FALSE(detail::parse_decimal(text));
    }
}

TEST_CASE("base64url restores every text and rejects non-canonical encodings", "[text]") {
    CHECK(detail::base64url_encode("") == "");
    CHECK(detail::base64url_encode("f") == "Zg");
    CHECK(detail::base64url_encode("fo") == "Zm8");
    CHECK(detail::base64url_encode("foo") == "Zm9v");
    CHECK(detail::base64url_encode("\xfb\xff\xfe") == "-__-");
    std::mt19937 random(1);
    for (int i = 0; i < 500; ++i) {
        std::string bytes(random() % 40, '\0');
        for (char& c : bytes)
            c = static_cast<char>(random());
        REQUIRE(detail::base64url_decode(detail::base64url_encode(bytes)) == bytes);
    }
    for (const auto text : {"Z", "Zh", "Zm9", "Zg==", "Zm9v ", "Zm+v", "Zm/v", "Zm9vZ"}) {
        INFO(text);
        CHECK_FALSE(detail::base64url_decode(text));
    }
}

TEST_CASE("the checksum is CRC-32", "[text]") {
    CHECK(detail::checksum("") == 0);
    CHECK(detail::checksum("123456789") == 0xCBF43926u);
}

TEST_CASE("an endpoint is parsed into its origin and its path prefix", "[endpoint]") {
    struct {
        std::string_view url, normal, authority, prefix;
        std::uint16_t port;
    } const cases[] = {
        {"https://name.cognitiveservices.azure.com", "https://name.cognitiveservices.azure.com",
         "name.cognitiveservices.azure.com", "", 443},
        {"https://name.cognitiveservices.azure.com/", "https://name.cognitiveservices.azure.com",
         "name.cognitiveservices.azure.com", "", 443},
        {"https://name.cognitiveservices.azure.com///", "https://name.cognitiveservices.azure.com",
         "name.cognitiveservices.azure.com", "", 443},
        {"HTTPS://WestEurope.API.cognitive.microsoft.com:443",
         "https://westeurope.api.cognitive.microsoft.com", "westeurope.api.cognitive.microsoft.com",
         "", 443},
        {"https://gateway.example:8443/language/eu/", "https://gateway.example:8443/language/eu",
         "gateway.example:8443", "/language/eu", 8443},
        {"https://gateway.example/A%20b", "https://gateway.example/A%20b", "gateway.example",
         "/A%20b", 443},
        {"http://localhost:5000", "http://localhost:5000", "localhost:5000", "", 5000},
        {"http://LOCALHOST:80/", "http://localhost", "localhost", "", 80},
        {"http://127.8.9.10", "http://127.8.9.10", "127.8.9.10", "", 80},
        {"http://[::1]:8080", "http://[::1]:8080", "[::1]:8080", "", 8080},
        {"https://[2001:DB8:0:0::1]", "https://[2001:db8::1]", "[2001:db8::1]", "", 443},
        {"https://3f2a", "https://3f2a", "3f2a", "", 443}, // a container's name
        {"https://my_host-1.lan:1", "https://my_host-1.lan:1", "my_host-1.lan:1", "", 1},
        {"https://host.example.:65535", "https://host.example.:65535", "host.example.:65535", "",
         65535},
    };
    for (const auto& each : cases) {
        INFO(each.url);
        const auto read = endpoint::parse(each.url);
        CHECK(read.to_string() == each.normal);
        CHECK(read.origin().authority() == each.authority);
        CHECK(read.path_prefix() == each.prefix);
        CHECK(read.origin().port == each.port);
        CHECK(endpoint::parse(read.to_string()) == read);
    }
}

TEST_CASE("an invalid endpoint is rejected, and the message says why", "[endpoint]") {
    struct {
        std::string_view url, why;
    } const cases[] = {
        {"", "is empty"},
        {" https://host.example", "has a space, control or non-ASCII character at byte 0"},
        {"https://host.example\n", "has a space, control or non-ASCII character at byte 20"},
        {"https://h\u00f6st.example",
         "has a host name with non-ASCII characters: write the name in its ASCII form"},
        {"https://host.example\0"sv, "character at byte 20"},
        {"h\u00f6st.example", // without a scheme
         "has a host name with non-ASCII characters: write the name in its ASCII form"},
        {"h\u00f6st.example:443/path",
         "has a host name with non-ASCII characters: write the name in its ASCII form"},
        {"https://h\xf6st.example/path", // Latin-1
         "has a host name with non-ASCII characters: write the name in its ASCII form"},
        {"h\xf6st.example",
         "has a host name with non-ASCII characters: write the name in its ASCII form"},
        {"h\u00f6st example", "has a space, control or non-ASCII character at byte 1"},
        {"https://host.example/h\u00f6st", "non-ASCII character at byte 22"},
        {"host.example", "does not start with https://"},
        {"https:/host.example", "does not start with https://"},
        {"ftp://host.example", "has the scheme 'ftp'; only https (and http) is known"},
        {"://host.example", "has the scheme ''"},
        {"ht=tps://host.example", "has the scheme of no URL"},
        {"https://", "has no host"},
        {"https:///path", "has no host"},
        {"https://:443", "has no host"},
        {"https://host.example:", "has a port that is not a number from 1 to 65535"},
        {"https://host.example:0", "has a port that is not a number from 1 to 65535"},
        {"https://host.example:65536", "has a port that is not a number from 1 to 65535"},
        {"https://host.example:99999999999999999999", "has a port"},
        {"https://host.example:443x", "has a port"},
        {"https://host.example:+443", "has a port"},
        {"https://host.example:443:443", "has more than one ':' behind its scheme"},
        {"https://fe80::1", "an IPv6 address stands in '[' and ']'"},
        {"http://::1/", "an IPv6 address stands in '[' and ']'"},
        {"https://host.example?api-version=1", "has a query ('?')"},
        {"https://host.example/a?b", "has a query ('?')"},
        {"https://host.example#top", "has a fragment ('#')"},
        {"https://host.example/a/../b", "has '.' or '..' in its path"},
        {"https://host.example/.", "has '.' or '..' in its path"},
        {"https://host.example/%2E%2e/", "has '.' or '..' in its path"},
        {"https://host.example/a\\b", "has a character that no URL may have at byte 22"},
        {"https://host.example/%zz", "has a character that no URL may have at byte 21"},
        {"https://host.example/a%2", "has a character that no URL may have at byte 22"},
        {"https://ho%73t.example", "has a malformed host name"},
        {"https://host..example", "has a malformed host name"},
        {"https://.example", "has a malformed host name"},
        {"https://-host.example", "has a malformed host name"},
        {"https://host\\.example", "has a malformed host name"},
        {"https://127.1", "looks like an IPv4 address and is none"},
        {"https://2130706433", "looks like an IPv4 address and is none"},
        {"https://0x7f.0.0.1", "looks like an IPv4 address and is none"},
        {"https://127.0.0.0x1", "looks like an IPv4 address and is none"},
        {"https://127.0.0.1.", "looks like an IPv4 address and is none"},
        {"https://127.0.0.256", "looks like an IPv4 address and is none"},
        {"https://[::1", "has a '[' without ']'"},
        {"https://[]", "has no host"},
        {"https://[::g]", "not an IPv6 address"},
        {"https://[::1%25lo]", "not an IPv6 address"},
        {"https://[127.0.0.1]", "not an IPv6 address"},
        {"https://[::1]x", "has text between ']' and the path"},
        {"http://host.example", "is http: the key would cross the network in clear text"},
        {"http://localhost.example", "is http"},
        {"http://127.0.0.1.example", "is http"},
    };
    for (const auto& each : cases) {
        INFO(each.url);
        const auto rejected = rejection_of([&] { endpoint::parse(each.url); });
        CHECK(rejected.code == errc::invalid_configuration);
        CHECK_THAT(rejected.detail, contains_text(std::string(each.why)));
        CHECK_THAT(rejected.detail, contains_text("client_params::endpoint"));
        CHECK(detail::find_invalid_utf8(rejected.what) == std::string::npos);
    }
}

TEST_CASE("user info in an endpoint is rejected and does not appear in the message", "[endpoint]") {
    for (const auto url :
         {"https://user:secret@host.example", "https://secret@host.example",
          "user:secret@https://host.example", "https://host.example@secret.example/", "secret@",
          "https://user:secret@[::1", "https://secret@host.example:port"}) {
        INFO(url);
        const auto rejected = rejection_of([&] { endpoint::parse(url); });
        CHECK(rejected.code == errc::invalid_configuration);
        CHECK_THAT(rejected.what, !contains_text("secret"));
    }
}

TEST_CASE("a key in place of an endpoint does not appear in the message", "[endpoint]") {
    const std::string key = "e58b081006f7e3dfC967A64CB14028D5";
    for (const std::string& url :
         {key, key + "\n", "https:" + key, "://" + key, key + "://x",
          "https://host.example/?key=" + key, "http://host.example/" + key,
          "https://host.example:" + key, "http://" + key, "http://" + key + ".example/",
          "https://" + key + "/?x", "https://" + key + "/../x"}) {
        INFO(url);
        const auto rejected = rejection_of([&] { endpoint::parse(url); });
        CHECK(rejected.code == errc::invalid_configuration);
        CHECK_THAT(rejected.what, !contains_text(key.substr(0, 8)));
    }
    CHECK_THAT(rejection_of([&] { endpoint::parse(key); }).detail,
               contains_text("client_params::endpoint (32 characters) does not start with"));
    CHECK_THAT(rejection_of([&] { endpoint::parse(key + " "); }).detail,
               contains_text("a space, control or non-ASCII character at byte 32"));
    CHECK_THAT(rejection_of([&] { endpoint::parse("http://host.example/x"); }).detail,
               contains_text("client_params::endpoint (21 characters) is http"));
}

TEST_CASE("http to another machine needs to be allowed explicitly", "[endpoint]") {
    CHECK(endpoint::parse("http://host.example:8080", true).to_string() ==
          "http://host.example:8080");
    CHECK_FALSE(endpoint::parse("http://host.example", true).origin().is_secure);
}

TEST_CASE("a very long URL is parsed or rejected", "[endpoint]") {
    const std::string path(100'000, 'a');
    CHECK(endpoint::parse("https://host.example/" + path).path_prefix().size() == path.size() + 1);
    const auto host = rejection_of([&] { endpoint::parse("https://" + path); });
    CHECK_THAT(host.detail, contains_text("has a malformed host name"));
    CHECK(host.what.size() <= 1300);
    CHECK(rejection_of([&] { endpoint::parse("https://[" + path + "]"); }).code);
    CHECK(rejection_of([&] { endpoint::parse(path + "://host.example"); }).code);
    CHECK(rejection_of([&] {
              endpoint::parse("https://h:" + std::string(100'000, '0') + "1x");
          }).code);
}

namespace {

// Fails the test if Boost.URL understands an accepted URL in another way. Returns whether we
// accepted it.
bool agrees_with_boost_url(const std::string& url) {
    detail::split_url ours;
    std::string why;
    if (!detail::parse_url(url, ours, why)) {
        REQUIRE_FALSE(why.empty());
        return false;
    }
    INFO(url);
    const auto theirs = boost::urls::parse_uri(url);
    REQUIRE(theirs.has_value());
    const auto text = [](boost::urls::pct_string_view part) {
        return std::string(part.data(), part.size());
    };
    const std::string host = text(theirs->encoded_host_address());
    // Boost.URL 1.81 ends the host of http://127.0.0.1.example behind the digits.
    if (theirs->host_type() == boost::urls::host_type::ipv4 &&
        ours.origin.host.size() > host.size())
        return true;
    CHECK(ours.origin.is_secure == (theirs->scheme_id() == boost::urls::scheme::https));
    CHECK_FALSE(theirs->has_userinfo());
    CHECK_FALSE(theirs->has_fragment());

    if (theirs->host_type() == boost::urls::host_type::ipv6) {
        CHECK(boost::urls::ipv6_address(ours.origin.host) == theirs->host_ipv6_address());
    } else {
        CHECK(ours.origin.host == detail::to_lower(host));
        // A text that we read as an address must never be read as a name, and vice versa.
        const bool numeric = theirs->host_type() == boost::urls::host_type::ipv4;
        if (numeric)
            CHECK(theirs->host_ipv4_address() == boost::urls::ipv4_address(ours.origin.host));
    }
    const std::uint16_t standard = ours.origin.is_secure ? 443 : 80;
    CHECK(ours.origin.port == (theirs->has_port() ? theirs->port_number() : standard));

    std::string target = text(theirs->encoded_path());
    if (target.empty())
        target = "/";
    if (theirs->has_query())
        target.append("?").append(text(theirs->encoded_query()));
    CHECK(ours.target == target);
    return true;
}

} // namespace

TEST_CASE("accepted URLs are understood as Boost.URL understands them", "[endpoint]") {
    const std::vector<std::string> seeds = {
        "https://name.cognitiveservices.azure.com/language/authoring/analyze-text/projects/p/"
        "export/"
        "jobs/aef9ba5f-122f-4227-9fa0-34a5b2019ba5_638191008000000000?api-version=2023-04-01",
        "https://host.example:443/a/./../b//c/?x=1&y=%20&z=?/",
        "http://[2001:db8::192.0.2.1]:8080/%E2%82%AC;v=1,2:@!$&'()*+",
        "http://127.0.0.1:80",
        "HTTPS://Host_1.Example.?",
        "https://a",
        "https://[::ffff:1.2.3.4]?q",
    };
    for (const auto& seed : seeds)
        REQUIRE(agrees_with_boost_url(seed));

    const std::string_view interesting =
        "/:@?#[]%.-_~\\0123456789abcdefxAZ +&=<>\"^`{|}\x01\x7f\xc3";
    std::mt19937 random(20230508);
    const auto below = [&random](std::size_t most) { return random() % most; };
    int accepted = 0;
    for (int i = 0; i < 20'000; ++i) {
        std::string url = seeds[below(seeds.size())];
        for (std::size_t edits = below(3) + 1; edits > 0; --edits) {
            // Most of them before the path, where the decisions are.
            const std::size_t at = below(std::min<std::size_t>(url.size(), below(4) ? 34 : 1000));
            const char c = interesting[below(interesting.size())];
            switch (below(4)) {
            case 0:
                url[at] = c;
                break;
            case 1:
                url.insert(at, 1, c);
                break;
            case 2:
                url.erase(at, below(8) + 1);
                break;
            default:
                url.insert(at, url.substr(below(url.size()), below(8)));
            }
            if (url.empty())
                url = "h";
        }
        accepted += agrees_with_boost_url(url);
    }
    CHECK(accepted > 1'000);
}

} // namespace endpoint_test
