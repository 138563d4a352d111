#include <langexport/detail/base/utf8_check.hpp>

#include "support/catch.hpp"

#include <langexport/detail/base/text.hpp>

#include <cstddef>
#include <iterator>
#include <random>
#include <string>
#include <string_view>

namespace utf8_check_test {

using namespace langexport::detail;

namespace {

bool is_utf8(std::string_view text, std::size_t piece) {
    utf8_check check;
    for (std::size_t at = 0; at < text.size(); at += piece)
        check.take(text.substr(at, piece));
    return check.is_whole();
}

} // namespace

TEST_CASE("text in pieces is valid UTF-8 if the whole text is", "[text]") {
    const std::string_view parts[] = {
        "a",    "plain text",   "\u00e9",   "\u20ac",       "\U0001f600",       "\x80",
        "\xC3", "\xC0",         "\xE2\x82", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xFF",
        "\xEF", "\xED\x9F\xBF", "\xF0",     "\xF0\x90\x80", "\xE0\x9F\xBF",     "\xF5\x80\x80\x80"};
    std::mt19937 random(5);
    std::size_t good = 0;
    for (int round = 0; round < 20'000; ++round) {
        std::string text;
        for (std::size_t left = random() % 6; left > 0; --left)
            text += parts[random() % (round % 2 == 0 ? 5 : std::size(parts))];
        const bool expected = find_invalid_utf8(text) == std::string_view::npos;
        CAPTURE(text);
        for (std::size_t piece = 1; piece < 6; ++piece)
            REQUIRE(is_utf8(text, piece) == expected);
        REQUIRE(is_utf8(text, 1000) == expected);
        good += expected ? 1 : 0;
    }
    CHECK(good > 10'000);
    CHECK(good < 19'000);
}

} // namespace utf8_check_test
