// Colors of log lines and results.

#include "examples/tool/text_style.hpp"

#include "support/catch.hpp"

namespace text_style_test {

using namespace tool;
using langexport::log_level;

TEST_CASE("failures are red, warnings yellow, and successes green", "[tool][text_style]") {
    CHECK(in_color("failed", text_style::bad) == "\x1b[31mfailed\x1b[0m");
    CHECK(in_color("partial", text_style::warning) == "\x1b[33mpartial\x1b[0m");
    CHECK(in_color("exported", text_style::good) == "\x1b[32mexported\x1b[0m");
    CHECK(in_color("unchanged", text_style::plain) == "unchanged");
    CHECK(in_color("", text_style::bad).empty());
}

TEST_CASE("levels and results have styles", "[tool][text_style]") {
    CHECK(style_of(log_level::error) == text_style::bad);
    CHECK(style_of(log_level::warning) == text_style::warning);
    CHECK(style_of(log_level::info) == text_style::plain);
    CHECK(style_of(log_level::trace) == text_style::plain);
    CHECK(style_of_result("exported") == text_style::good);
    CHECK(style_of_result("imported") == text_style::good);
    CHECK(style_of_result("skipped") == text_style::plain);
    CHECK(style_of_result("unchanged") == text_style::plain);
    CHECK(style_of_result("failed") == text_style::bad);
    CHECK(style_of_result("partial") == text_style::warning);
    CHECK(style_of_result("unfinished") == text_style::warning);
}

} // namespace text_style_test
