// Times, waits and links that the service writes, and the submission that we write.

#include <langexport/detail/base/text.hpp>
#include <langexport/detail/protocol/link.hpp>
#include <langexport/detail/protocol/retry_after.hpp>
#include <langexport/detail/protocol/submission.hpp>
#include <langexport/detail/protocol/timestamp.hpp>

#include "support/catch.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

using namespace langexport;
using namespace langexport_tests;
using namespace std::chrono_literals;

namespace {

using clock_time = std::chrono::system_clock::time_point;

clock_time at(std::int64_t seconds, std::chrono::nanoseconds more = 0ns) {
    return clock_time(std::chrono::seconds(seconds) +
                      std::chrono::duration_cast<clock_time::duration>(more));
}

} // namespace

TEST_CASE("a timestamp is read in every form that the service writes", "[timestamp]") {
    struct {
        std::string_view text;
        clock_time time;
    } const cases[] = {
        {"2026-02-02T23:15:00Z", at(1'770'074'100)},
        {"2026-02-02T23:15:00+00:00", at(1'770'074'100)},
        {"2026-02-02T23:15:00-00:00", at(1'770'074'100)},
        {"2026-02-02t23:15:00z", at(1'770'074'100)},
        {"2026-02-03T00:15:00+01:00", at(1'770'074'100)},
        {"2026-02-02T13:45:00-09:30", at(1'770'074'100)},
        {"2026-02-02T13:45:00-0930", at(1'770'074'100)},
        {"2026-02-02T23:15:00.5Z", at(1'770'074'100, 500ms)},
        {"2026-02-02T23:15:00.1234567Z", at(1'770'074'100, 123'456'700ns)},
        {"2026-02-02T23:15:00.123456789999+00:00", at(1'770'074'100, 123'456'789ns)},
        {"2026-02-02T23:15:00.000Z", at(1'770'074'100)},
        {"1970-01-01T00:00:00Z", at(0)},
        {"1969-12-31T23:59:59.25Z", at(-1, 250ms)},
        {"1970-01-01T00:00:00+00:01", at(-60)},
        {"2000-02-29T00:00:00Z", at(951'782'400)},
        {"2024-02-29T12:00:00Z", at(1'709'208'000)},
        {"2024-03-01T00:00:00Z", at(1'709'251'200)},
        {"2023-12-31T23:59:59Z", at(1'704'067'199)},
        {"2016-12-31T23:59:60Z", at(1'483'228'800)}, // a leap second
        {"1678-01-01T00:00:00Z", at(-9'214'560'000)},
        {"2262-01-01T00:00:00Z", at(9'214'646'400)},
    };
    for (const auto& each : cases) {
        INFO(each.text);
        CHECK(detail::parse_timestamp(each.text) == each.time);
    }
}

TEST_CASE("a text that is no time is not taken for one", "[timestamp]") {
    for (const std::string_view text :
         {"", "Z", "yesterday", "2026-02-02", "2026-02-02T23:15Z", "2026-02-02T23:15:00",
          "2026-02-02 23:15:00Z", "2026-02-02T23:15:00.Z", "2026-02-02T23:15:00,5Z",
          "2026-02-02T23:15:00.5", "2026-02-02T23:15:00ZZ", "2026-02-02T23:15:00Z ",
          " 2026-02-02T23:15:00Z", "2026-02-02T23:15:00+1:00", "2026-02-02T23:15:00+01",
          "2026-02-02T23:15:00+24:00", "2026-02-02T23:15:00+00:60", "2026-2-2T23:15:00Z",
          "26-02-02T23:15:00Z", "12026-02-02T23:15:00Z", "-026-02-02T23:15:00Z",
          "+026-02-02T23:15:00Z", "2026-02-02T-1:15:00Z", "2026/02/02T23:15:00Z",
          // No calendar and no clock shows these.
          "2026-00-01T00:00:00Z", "2026-13-01T00:00:00Z", "2026-01-00T00:00:00Z",
          "2026-01-32T00:00:00Z", "2026-04-31T00:00:00Z", "2026-02-29T00:00:00Z",
          "1900-02-29T00:00:00Z", "2024-02-30T00:00:00Z", "2026-01-01T24:00:00Z",
          "2026-01-01T00:60:00Z", "2026-01-01T00:00:61Z", "2026-01-01T00:00:60Z"}) {
        INFO(text);
        CHECK_FALSE(detail::parse_timestamp(text));
    }
}

TEST_CASE("a time is read if the clock can count so far", "[timestamp]") {
    struct {
        std::string_view text;
        std::int64_t seconds;
        std::chrono::nanoseconds more;
    } const cases[] = {
        {"0000-12-31T00:00:00+23:59", -62'135'769'540, 0ns},
        {"0001-01-01T00:00:00Z", -62'135'596'800, 0ns},
        {"1677-01-01T00:00:00Z", -9'246'096'000, 0ns},
        {"1970-01-01T00:00:01Z", 1, 0ns},
        {"2263-01-01T00:00:00Z", 9'246'182'400, 0ns},
        {"9999-12-31T23:59:59.9999999Z", 253'402'300'799, 999'999'900ns},
        {"Sun, 06 Nov 9999 08:49:37 GMT", 253'397'494'177, 0ns},
    };
    using std::chrono::seconds;
    constexpr auto least = std::chrono::duration_cast<seconds>(clock_time::duration::min());
    constexpr auto most = std::chrono::duration_cast<seconds>(clock_time::duration::max());
    for (const auto& each : cases) {
        INFO(each.text);
        const bool is_http = each.text.ends_with("GMT");
        const auto read =
            is_http ? detail::parse_http_date(each.text) : detail::parse_timestamp(each.text);
        if (seconds(each.seconds) > least && seconds(each.seconds) < most)
            CHECK(read == at(each.seconds, each.more));
        else
            CHECK_FALSE(read);
    }
}

TEST_CASE("times are shown in their order, those beyond the year 9999, too", "[timestamp]") {
    CHECK(detail::format_utc(at(0, 5ms)) == "1970-01-01T00:00:00.005Z");
    CHECK(detail::format_utc(at(-1)) == "1969-12-31T23:59:59.000Z");
    CHECK(detail::format_utc(clock_time::min()) < detail::format_utc(at(-9'000'000'000)));
    CHECK(detail::format_utc(clock_time::max()) > detail::format_utc(at(9'000'000'000)));
}

TEST_CASE("every day of four centuries is one day after the day before", "[timestamp]") {
    const auto two = [](int number) {
        return std::string{static_cast<char>('0' + number / 10),
                           static_cast<char>('0' + number % 10)};
    };
    auto expected = at(-9'214'560'000); // 1678-01-01
    int days = 0;
    for (int year = 1678; year < 2262; ++year) {
        for (int month = 1; month <= 12; ++month) {
            for (int day = 1; day <= 31; ++day) {
                const auto read = detail::parse_timestamp(std::to_string(year) + "-" + two(month) +
                                                          "-" + two(day) + "T00:00:00Z");
                if (!read)
                    continue; // the month is shorter
                REQUIRE(*read == expected);
                expected += 24h;
                ++days;
            }
        }
    }
    CHECK(days ==
          584 * 365 + 141); // leap years: 146 by fours, without 1700, 1800, 1900, 2100, 2200
}

TEST_CASE("a date of HTTP is read in its three forms", "[timestamp]") {
    for (const std::string_view text :
         {"Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT",
          "Sun Nov  6 08:49:37 1994"}) {
        INFO(text);
        CHECK(detail::parse_http_date(text) == at(784'111'777));
    }
    CHECK(detail::parse_http_date("Wed, 30 Jun 1999 23:59:60 GMT") == at(930'787'200));
    CHECK(detail::parse_http_date("Thursday, 01-Jan-70 00:00:00 GMT") == at(0));
    CHECK(detail::parse_http_date("Tuesday, 01-Jan-69 00:00:00 GMT") == at(3'124'224'000));
    CHECK(detail::parse_http_date("Thu Dec 31 23:59:59 2026") == at(1'798'761'599));
}

TEST_CASE("a text that is no date of HTTP is not taken for one", "[timestamp]") {
    for (const std::string_view text : {"",
                                        "GMT",
                                        "06 Nov 1994 08:49:37 GMT",
                                        "Sun, 06 Nov 1994 08:49:37",
                                        "Sun, 06 Nov 1994 08:49:37 UTC",
                                        "Sun, 06 Nov 1994 08:49:37 +0000",
                                        "Sun, 6 Nov 1994 08:49:37 GMT",
                                        "Son, 06 Nov 1994 08:49:37 GMT",
                                        "Sun, 06 nov 1994 08:49:37 GMT",
                                        "Sun, 06 Nov 94 08:49:37 GMT",
                                        "Sun, 31 Nov 1994 08:49:37 GMT",
                                        "Sun, 06 Nov 1994 24:00:00 GMT",
                                        "Sun, 06 Nov 1994 08:49:37 GMT ",
                                        "Sunday, 06 Nov 1994 08:49:37 GMT",
                                        "Sun, 06-Nov-94 08:49:37 GMT",
                                        "Sun Nov 6 08:49:37 1994",
                                        "Sun Nov  6 08:49:37 94",
                                        "Sun Nov  6 08:49:37 1994 GMT",
                                        "Fri, 29 Feb 2023 00:00:00 GMT",
                                        "1994-11-06T08:49:37Z"}) {
        INFO(text);
        CHECK_FALSE(detail::parse_http_date(text));
    }
}

TEST_CASE("damaged times are read or passed over, and never harm", "[timestamp]") {
    const std::string_view seeds[] = {"2026-02-02T23:15:00.1234567+01:00",
                                      "Sun, 06 Nov 1994 08:49:37 GMT",
                                      "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"};
    const std::string_view alphabet = "0123456789:.-+TZ ,abcSunNovGMT\xff";
    std::mt19937 random(3);
    for (int i = 0; i < 20'000; ++i) {
        std::string text(seeds[random() % 4]);
        for (int edits = 0; edits < 2; ++edits)
            text[random() % text.size()] = alphabet[random() % alphabet.size()];
        if (random() % 4 == 0)
            text.resize(random() % text.size());
        detail::parse_timestamp(text);
        detail::parse_http_date(text);
    }
}

namespace {

detail::answer with_retry_after(std::string text) {
    detail::answer from;
    from.retry_after = std::move(text);
    return from;
}

const auto now = at(784'111'777); // Sun, 06 Nov 1994 08:49:37 GMT
using wait = std::optional<std::chrono::steady_clock::duration>;

} // namespace

TEST_CASE("a wait is read in every form of Retry-After", "[retry_after]") {
    struct {
        std::string text;
        wait expected;
    } const cases[] = {
        {"", {}},
        {"0", 0s},
        {"5", 5s},
        {" 5\t", 5s},
        {"005", 5s},
        {"1.5", 1500ms},
        {"0.0000000019", 1ns},
        {"599", 599s},
        {"600", 600s},
        {"601", 600s},
        {"4294967296", 600s},
        {"99999999999999999999999999999999999999", 600s},
        {"Sun, 06 Nov 1994 08:49:47 GMT", 10s},
        {"Sunday, 06-Nov-94 08:49:47 GMT", 10s},
        {"Sun Nov  6 08:49:47 1994", 10s},
        {"Sun, 06 Nov 1994 08:49:37 GMT", 0s},
        {"Sun, 06 Nov 1994 08:49:36 GMT", 0s},
        {"Thu, 01 Jan 1970 00:00:00 GMT", 0s},
        {"Sun, 06 Nov 2050 08:49:37 GMT", 600s},
        {"-1", {}},
        {"+5", {}},
        {"5s", {}},
        {"5,", {}},
        {"5 5", {}},
        {".5", {}},
        {"5.", {}},
        {"1e3", {}},
        {"0x10", {}},
        {"inf", {}},
        {"soon", {}},
        {"2026-02-02T23:15:00Z", {}},
    };
    for (const auto& each : cases) {
        INFO(each.text);
        CHECK(detail::read_retry_after(with_retry_after(each.text), now, 600s) == each.expected);
    }
}

TEST_CASE("a date to wait for is compared with the answer's own date", "[retry_after]") {
    struct {
        std::string retry_after;
        std::string date;
        wait expected;
    } const cases[] = {
        // The service's clock is behind ours by an hour, or ahead; the wait is the same.
        {"Sun, 06 Nov 1994 07:49:41 GMT", "Sun, 06 Nov 1994 07:49:37 GMT", 4s},
        {"Sun, 06 Nov 1994 09:49:41 GMT", "Sun, 06 Nov 1994 09:49:37 GMT", 4s},
        {"Tue, 06 Nov 2040 09:49:41 GMT", " Tuesday, 06-Nov-40 09:49:37 GMT\t", 4s},
        {"Sun Nov  6 07:49:41 1994", "Sun Nov  6 07:49:37 1994", 4s},
        {"Sun, 06 Nov 1994 08:49:47 GMT", "Sun, 06 Nov 1994 08:49:50 GMT", 0s},
        {"Sun, 06 Nov 1994 08:49:47 GMT", "Thu, 01 Jan 1970 00:00:00 GMT", 600s},
        // Without a usable date of its own, our clock has to do.
        {"Sun, 06 Nov 1994 08:49:47 GMT", "", 10s},
        {"Sun, 06 Nov 1994 08:49:47 GMT", "now", 10s},
        {"Sun, 06 Nov 1994 08:49:47 GMT", "Sun, 32 Nov 1994 08:49:37 GMT", 10s},
        // Seconds need no clock.
        {"5", "Sun, 06 Nov 2040 08:49:37 GMT", 5s},
        {"soon", "Sun, 06 Nov 1994 08:49:37 GMT", {}},
    };
    for (const auto& each : cases) {
        INFO(each.retry_after << " | " << each.date);
        auto from = with_retry_after(each.retry_after);
        from.date = each.date;
        CHECK(detail::read_retry_after(from, now, 600s) == each.expected);
    }
}

TEST_CASE("waits in milliseconds go before those in seconds", "[retry_after]") {
    auto from = with_retry_after("7");
    CHECK(detail::read_retry_after(from, now, 600s) == 7s);
    from.x_ms_retry_after_ms = "1500.25";
    CHECK(detail::read_retry_after(from, now, 600s) == 1500ms + 250us);
    from.retry_after_ms = "20";
    CHECK(detail::read_retry_after(from, now, 600s) == 20ms);
    from.retry_after_ms = "soon";
    CHECK(detail::read_retry_after(from, now, 600s) == 1500ms + 250us);
    from.x_ms_retry_after_ms = "-3";
    CHECK(detail::read_retry_after(from, now, 600s) == 7s);
    from.retry_after_ms = "999999999999999999999999";
    CHECK(detail::read_retry_after(from, now, 600s) == 600s);
    CHECK_FALSE(detail::read_retry_after({}, now, 600s));
}

TEST_CASE("a wait fits between zero and its limit whatever the clocks show", "[retry_after]") {
    const auto future = with_retry_after("Fri, 31 Dec 2261 00:00:00 GMT");
    const auto past = with_retry_after("Sat, 01 Jan 1678 00:00:00 GMT");
    for (const auto when : {clock_time::min(), at(0), clock_time::max()}) {
        for (const auto most : {0ns, 1ns, std::chrono::nanoseconds(600s)}) {
            for (const auto& from : {future, past}) {
                const auto read = detail::read_retry_after(from, when, most);
                REQUIRE(read);
                CHECK(*read >= 0s);
                CHECK(*read <= most);
            }
        }
    }
    CHECK(detail::read_retry_after(future, at(0, 1ns), std::chrono::steady_clock::duration::max()) >
          24h * 365 * 290);
    // Down to the fraction of a second.
    CHECK(detail::read_retry_after(with_retry_after("Sun, 06 Nov 1994 08:49:38 GMT"), now + 250ms,
                                   600s) == 750ms);
}

TEST_CASE("a submission asks for the project by its encoded name", "[submission]") {
    const auto plain = endpoint::parse("https://name.cognitiveservices.azure.com/");
    const auto gateway = endpoint::parse("https://gateway.example/eu/");
    export_request request("Invoices_1.0");
    CHECK(detail::submission_target(plain, "2022-05-01", request) ==
          "/language/authoring/analyze-text/projects/Invoices_1.0/"
          ":export?stringIndexType=Utf16CodeUnit&api-version=2022-05-01");
    CHECK(detail::submission_target(gateway, "2022-05-01", request) ==
          "/eu/language/authoring/analyze-text/projects/Invoices_1.0/"
          ":export?stringIndexType=Utf16CodeUnit&api-version=2022-05-01");

    request.project_name = "a/b?c#d \u20ac%";
    request.string_index_type = "TextElements_v8";
    request.trained_model_label = "model 1&x=y";
    request.asset_kind = "a+b";
    CHECK(detail::submission_target(plain, "2025-05-15-preview", request) ==
          "/language/authoring/analyze-text/projects/a%2Fb%3Fc%23d%20%E2%82%AC%25/:export"
          "?stringIndexType=TextElements_v8&trainedModelLabel=model%201%26x%3Dy&assetKind=a%2Bb"
          "&api-version=2025-05-15-preview");

    request.project_name = "..."; // no step up for a proxy on the way
    CHECK_THAT(detail::submission_target(plain, "2022-05-01", request),
               contains_text("/projects/%2E%2E%2E/:export?"));
}

TEST_CASE("a submission names the assets, or has no body", "[submission]") {
    export_request request("p");
    CHECK(detail::submission_body(request) == R"({"assetsToExport":["*"]})");
    request.assets_to_export = {"a", "\"quoted\" \\ back", "\u20ac \U0001F600", "tab\tnull\x01"};
    CHECK(detail::submission_body(request) ==
          "{\"assetsToExport\":[\"a\",\"\\\"quoted\\\" \\\\ back\",\"\u20ac "
          "\U0001F600\",\"tab\\u0009null\\u0001\"]}");
    const auto read = boost::json::parse(detail::submission_body(request));
    const auto& names = read.at("assetsToExport").as_array();
    REQUIRE(names.size() == request.assets_to_export.size());
    for (std::size_t i = 0; i < names.size(); ++i)
        CHECK(std::string_view(names[i].as_string()) == request.assets_to_export[i]);
    request.assets_to_export.clear();
    CHECK(detail::submission_body(request).empty());
}

namespace {

const auto service = endpoint::parse("https://name.cognitiveservices.azure.com");
const auto gateway = endpoint::parse("https://gateway.example:8443/language-eu/");
const auto local = endpoint::parse("http://localhost:5000");
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
    };
    for (const auto& each : cases) {
        INFO(each.url);
        const auto link = detail::resolve_link(each.from, no_backends, each.url);
        CHECK_FALSE(link.failure);
        CHECK(link.target == each.target);
        CHECK(link.why.empty());
    }
}

TEST_CASE("a link to another origin is refused and names both", "[link]") {
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

TEST_CASE("a text that is no link is refused, with the reason", "[link]") {
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

TEST_CASE("what may be secret in a link stays out of the message", "[link]") {
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
