#include <langexport/detail/base/timestamp.hpp>

#include <langexport/detail/base/text.hpp>

#include "support/catch.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace timestamp_test {

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

TEST_CASE("text that is not a time is rejected", "[timestamp]") {
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

TEST_CASE("a time is read if the clock can represent it", "[timestamp]") {
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

TEST_CASE("a time is written in UTC with its milliseconds", "[timestamp]") {
    CHECK(detail::format_utc(at(0)) == "1970-01-01T00:00:00.000Z");
    CHECK(detail::format_utc(at(1'795'468'366, 123ms)) == "2026-11-23T21:12:46.123Z");
    CHECK(detail::format_utc_seconds(at(1'795'468'366, 999ms)) == "2026-11-23T21:12:46Z");
    // 2000 had a 29th of February.
    CHECK(detail::format_utc(at(951'782'399, 999ms)) == "2000-02-28T23:59:59.999Z");
    CHECK(detail::format_utc(at(951'782'400)) == "2000-02-29T00:00:00.000Z");
}

TEST_CASE("a time of the library's own form is read, and no other", "[timestamp]") {
    CHECK(detail::parse_utc("2026-11-23T21:12:46.123Z") == at(1'795'468'366, 123ms));
    CHECK(detail::parse_utc("1970-01-01T00:00:00.000Z") == at(0));
    for (const std::string_view other :
         {"2026-11-23T21:12:46Z", "2026-11-23T21:12:46.1234Z", "2026-11-23t21:12:46.123z",
          "2026-11-23T21:12:46.123+00:00", "1969-12-31T23:59:59.999Z", "2026-02-29T00:00:00.000Z",
          ""}) {
        INFO(other);
        CHECK_FALSE(detail::parse_utc(other));
    }
}

TEST_CASE("a date and a time of day are read as they are written", "[timestamp]") {
    // No calendar decides here: another program's local time may have any year.
    const auto read = detail::parse_date_and_time("9999-02-30 25:61:62.5 and more", " ");
    REQUIRE(read);
    CHECK((read->year == 9999 && read->month == 2 && read->day == 30));
    CHECK((read->hour == 25 && read->minute == 61 && read->second == 62));
    CHECK((read->nanoseconds == 0 && read->offset_minutes == 0));
    CHECK(detail::parse_date_and_time("2026-11-23t21:12:46", "Tt"));
    for (const std::string_view other :
         {"", "2026-11-23", "2026-11-23T21:12:46", "2026-11-23 21:12:4", "2026-11-23 21:12",
          "26-11-23 21:12:46", " 2026-11-23 21:12:46"}) {
        INFO(other);
        CHECK_FALSE(detail::parse_date_and_time(other, " "));
    }
}

TEST_CASE("printed times sort in their order, even beyond the year 9999", "[timestamp]") {
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

TEST_CASE("an HTTP date is read in its three forms", "[timestamp]") {
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

TEST_CASE("text that is not an HTTP date is rejected", "[timestamp]") {
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

TEST_CASE("damaged times are read or skipped without harm", "[timestamp]") {
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

TEST_CASE("a formatted HTTP date parses to the same time", "[timestamp]") {
    CHECK(detail::format_http_date(at(784'111'777, 999ms)) == "Sun, 06 Nov 1994 08:49:37 GMT");
    CHECK(detail::format_http_date(at(0)) == "Thu, 01 Jan 1970 00:00:00 GMT");
    CHECK(detail::format_http_date(at(-1)) == "Wed, 31 Dec 1969 23:59:59 GMT");
    for (std::int64_t seconds = 0; seconds < 4'000'000'000; seconds += 12'345'678) {
        const std::string date = detail::format_http_date(at(seconds));
        INFO(date);
        CHECK(detail::parse_http_date(date) == at(seconds));
    }
}

} // namespace timestamp_test
