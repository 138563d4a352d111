#include <langexport/detail/base/duration_text.hpp>

#include "support/catch.hpp"

#include <chrono>
#include <string_view>

namespace duration_text_test {

using namespace langexport;
using namespace std::chrono_literals;

TEST_CASE("a duration is a whole number with a unit", "[duration_text]") {
    CHECK(detail::parse_duration("500ms") == 500ms);
    CHECK(detail::parse_duration("30s") == 30s);
    CHECK(detail::parse_duration("10m") == 10min);
    CHECK(detail::parse_duration("2h") == 2h);
    CHECK(detail::parse_duration("0") == 0ms);
    CHECK(detail::parse_duration("0s") == 0ms);
    CHECK(detail::parse_duration("10000h") == 10000h);
    CHECK(detail::parse_duration("1d") == 24h);
    CHECK(detail::parse_duration("416d") == 416 * 24h);
    for (const char* text :
         {"", "5", "s", "-1s", "+1s", "1.5s", "1 s", " 1s", "1s ", "1S", "1w", "1us", "10001h",
          "417d", "36000000001ms", "99999999999999999999s", "0x1s", "1ss"}) {
        INFO("'" << text << "'");
        CHECK_FALSE(detail::parse_duration(text));
    }
}

TEST_CASE("a duration is printed exactly in seconds", "[duration_text]") {
    CHECK(detail::format_seconds(0s) == "0 s");
    CHECK(detail::format_seconds(10min + 1ms) == "600.001 s");
    CHECK(detail::format_seconds(-1500ms) == "-1.5 s");
}

TEST_CASE("a duration is printed in readable units", "[duration_text]") {
    const struct {
        std::chrono::nanoseconds time;
        std::string_view text;
    } cases[] = {
        {-1s, "0 s"},         {0s, "0 s"},           {1ns, "0.1 ms"},      {412us, "0.4 ms"},
        {3ms, "3 ms"},        {3'440us, "3.4 ms"},   {9'960us, "10 ms"},   {427'400us, "427 ms"},
        {999'600us, "1 s"},   {1500ms, "1.5 s"},     {23'606ms, "23.6 s"}, {30s, "30 s"},
        {59'940ms, "59.9 s"}, {59'960ms, "1 min"},   {60s, "1 min"},       {90s, "1 min 30 s"},
        {3599'600ms, "1 h"},  {90min, "1 h 30 min"}, {86'399s, "1 d"},     {51h, "2 d 3 h"},
        {24h * 366, "366 d"},
    };
    for (const auto& each : cases)
        CHECK(detail::format_duration(each.time) == each.text);
}

TEST_CASE("elapsed time is printed as hours, minutes and seconds", "[duration_text]") {
    CHECK(detail::format_elapsed(0s) == "0.0 s");
    CHECK(detail::format_elapsed(-5s) == "0.0 s");
    CHECK(detail::format_elapsed(1249ms) == "1.2 s");
    CHECK(detail::format_elapsed(9999ms) == "9.9 s");
    CHECK(detail::format_elapsed(59'999ms) == "59 s");
    CHECK(detail::format_elapsed(60s) == "1:00");
    CHECK(detail::format_elapsed(3599s) == "59:59");
    CHECK(detail::format_elapsed(36'061s) == "10:01:01");
}

} // namespace duration_text_test
