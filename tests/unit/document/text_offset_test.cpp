// Offsets in texts: bytes, UTF-16 code units and code points. ICU provides the expected values.

#include <langexport/document/text_offset.hpp>

#include "support/catch.hpp"
#include "unit/rejection.hpp"

#include <unicode/ustring.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace text_offset_test {

using namespace langexport;
using namespace langexport_tests;

namespace {

constexpr auto utf8 = text_unit::utf8_bytes;
constexpr auto utf16 = text_unit::utf16_code_units;
constexpr auto points = text_unit::code_points;
constexpr std::array units = {utf8, utf16, points};

static_assert(!std::is_aggregate_v<text_span>);

// One character of one to four bytes each: 1 + 2 + 3 + 4 bytes, 1 + 1 + 1 + 2 code units.
const std::string sample = "a\u00E9\u20AC\U0001F600";

// Every boundary between two characters, in all units, as ICU counts.
struct boundary {
    std::array<std::uint64_t, 3> at;
};

struct icu_text {
    std::vector<boundary> boundaries; // up to the end, or to the first byte that is not UTF-8
    bool is_valid = true;
};

icu_text read_with_icu(const std::string& text) {
    icu_text result;
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
    const auto size = static_cast<std::int32_t>(text.size());
    std::int32_t at = 0;
    boundary now{{0, 0, 0}};
    result.boundaries.push_back(now);
    while (at < size) {
        UChar32 character = 0;
        U8_NEXT(bytes, at, size, character);
        if (character < 0) {
            result.is_valid = false;
            break;
        }
        now.at = {static_cast<std::uint64_t>(at), now.at[1] + (character > 0xFFFF ? 2 : 1),
                  now.at[2] + 1};
        result.boundaries.push_back(now);
    }
    return result;
}

std::optional<std::uint64_t> expected(const icu_text& text, std::uint64_t offset, text_unit from,
                                      text_unit to_unit) {
    const auto from_index = static_cast<std::size_t>(from);
    for (const boundary& known : text.boundaries) {
        if (known.at[from_index] == offset)
            return known.at[static_cast<std::size_t>(to_unit)];
    }
    return std::nullopt;
}

void append_utf8(std::string& text, std::uint32_t character) {
    std::array<std::uint8_t, 4> bytes{};
    std::int32_t size = 0;
    U8_APPEND_UNSAFE(bytes, size, character);
    text.append(bytes.begin(), bytes.begin() + size);
}

std::string random_text(std::mt19937& random, std::size_t length) {
    std::string text;
    const auto below = [&](std::uint32_t most) {
        return static_cast<std::uint32_t>(random() % most);
    };
    const std::uint32_t ascii_in_ten = below(11);
    while (length-- > 0) {
        std::uint32_t character = below(0x80);
        if (below(10) >= ascii_in_ten) {
            const std::array<std::uint32_t, 4> ends = {0x80, 0x800, 0x10000, 0x110000};
            character = below(ends[below(4)]);
        }
        if (!U_IS_SURROGATE(character))
            append_utf8(text, character);
    }
    return text;
}

} // namespace

TEST_CASE("values of stringIndexType are recognized", "[offsets]") {
    for (const text_unit unit : units)
        CHECK(text_unit_of(to_string(unit)) == unit);
    CHECK(text_unit_of("Utf16CodeUnit") == utf16);
    CHECK_FALSE(text_unit_of("TextElements_v8"));
    CHECK(text_unit_of("utf16codeunit") == utf16);
    CHECK(text_unit_of("UTF8CODEUNIT") == text_unit::utf8_bytes);
    CHECK(text_unit_of("Utf32CodeUnit") == text_unit::code_points);
    CHECK_FALSE(text_unit_of("Utf16CodeUnits"));
    CHECK_FALSE(text_unit_of(""));
}

TEST_CASE("every character boundary converts from every unit to every unit", "[offsets]") {
    const std::array<std::vector<std::uint64_t>, 3> same = {
        {{0, 1, 3, 6, 10}, {0, 1, 2, 3, 5}, {0, 1, 2, 3, 4}}};
    for (std::size_t from = 0; from < 3; ++from) {
        for (std::size_t to = 0; to < 3; ++to) {
            CHECK(convert_offsets(sample, same[from], units[from], units[to]) == same[to]);
            for (std::size_t i = 0; i < same[from].size(); ++i)
                CHECK(convert_offset(sample, same[from][i], units[from], units[to]) == same[to][i]);
        }
        CHECK(text_length(sample, units[from]) == same[from].back());
        CHECK(try_text_length(sample, units[from]) == same[from].back());
    }
    CHECK(convert_offset("", 0, utf16, utf8) == 0);
    CHECK(text_length("", points) == 0);
}

TEST_CASE("offsets do not have to be sorted, and keep their order", "[offsets]") {
    const std::vector<std::uint64_t> offsets = {5, 0, 3, 3, 1, 5};
    CHECK(convert_offsets(sample, offsets, utf16, utf8) ==
          std::vector<std::uint64_t>{10, 0, 6, 6, 1, 10});
    const auto some =
        try_convert_offsets(sample, std::vector<std::uint64_t>{9, 4, 2, 0}, utf16, utf8);
    CHECK(some == std::vector<std::optional<std::uint64_t>>{std::nullopt, std::nullopt, 3, 0});
}

TEST_CASE("the error for an invalid offset gives the reason", "[offsets]") {
    const auto rejected = [](std::string_view text, std::uint64_t offset, text_unit from) {
        CHECK_FALSE(try_convert_offset(text, offset, from, utf8));
        const auto rejection = rejection_of([&] { convert_offset(text, offset, from, utf8); });
        CHECK(rejection.code == errc::invalid_request);
        return rejection.detail;
    };
    CHECK(rejected(sample, 6, utf16) ==
          "offset 6 (Utf16CodeUnit) lies beyond the end of the text, which is 5 long");
    CHECK(rejected(sample, 4, utf16) ==
          "offset 4 (Utf16CodeUnit) lies inside the character at byte 6");
    CHECK(rejected(sample, 2, utf8) ==
          "offset 2 (Utf8CodeUnit) lies inside the character at byte 1");
    CHECK(rejected(sample, 5, points) ==
          "offset 5 (UnicodeCodePoint) lies beyond the end of the text, which is 4 long");
    CHECK(rejected("ab\xFFz", 3, utf16) ==
          "byte 2 of the text is not UTF-8; offset 3 (Utf16CodeUnit) "
          "lies after it");
}

TEST_CASE("invalid UTF-8 is reported; offsets before it are valid, offsets after it are not",
          "[offsets]") {
    const std::string bad = GENERATE(as<std::string>{}, "\x80", "\xBF", "\xC0\x80", "\xC1\xBF",
                                     "\xE0\x80\x80", "\xE0\x9F\xBF", "\xF0\x80\x80\x80",
                                     "\xF0\x8F\xBF\xBF", // overlong
                                     "\xED\xA0\x80", "\xED\xBF\xBF", "\xED\xA0\xBD\xED\xB8\x80",
                                     "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFE", "\xFF", "\xC3",
                                     "\xE2\x82", "\xF0\x9F\x98", "\xC3(", "\xE2\x82(");
    const std::string text = "ok\u00E9" + bad;
    CHECK(convert_offset(text, 3, utf16, utf8) == 4);
    for (const text_unit unit : units) {
        CHECK_FALSE(try_convert_offset(text, 5, unit, utf8));
        CHECK_FALSE(try_text_length(text, unit));
    }
    const auto rejection = rejection_of([&] { text_length(text, points); });
    CHECK_THAT(rejection.detail, contains_text("byte 4 of the text is not UTF-8"));
    CHECK_FALSE(try_convert_offset("0123456789" + text, 20, utf16, utf8));
}

TEST_CASE("the text of a label is found", "[offsets]") {
    const std::string text = "Zoe\u0301 paid 5\u20AC \U0001F600 in K\u00F6ln";
    CHECK(text_at(text, {5, 4}, utf16) == "paid");
    CHECK(text_at(text, {10, 2}, utf16) == "5\u20AC");
    CHECK(text_at(text, {13, 2}, utf16) == "\U0001F600");
    CHECK(text_at(text, {13, 1}, points) == "\U0001F600");
    CHECK(text_at(text, {19, 4}, utf16) == "K\u00F6ln");
    CHECK(text_at(text, {23, 0}, utf16).empty());
    CHECK(text_at(text, {0, 0}, utf16).data() == text.data());
    CHECK_FALSE(try_text_at(text, {13, 1}, utf16));
    CHECK_FALSE(try_text_at(text, {14, 1}, utf16));
    CHECK_FALSE(try_text_at(text, {19, 5}, utf16));
    CHECK_FALSE(try_text_at(text, {24, 0}, utf16));
    CHECK_FALSE(try_text_at(text, {1, UINT64_MAX}, utf16));

    CHECK(rejection_of([&] { text_at(text, {13, 1}, utf16); }).code == errc::invalid_request);
    CHECK_THAT(rejection_of([&] {
                   text_at(text, {19, 5}, utf16);
               }).detail,
               contains_text("offset 24"));

    const std::vector<text_span> parts = {{19, 4}, {5, 4}, {5, 6}};
    CHECK(texts_at(text, parts, utf16) ==
          std::vector<std::string_view>{"K\u00F6ln", "paid", "paid 5"});
    const std::vector<text_span> some = {{14, 2}, {5, 4}, {20, 9}};
    CHECK(try_texts_at(text, some, utf16) ==
          std::vector<std::optional<std::string_view>>{std::nullopt, "paid", std::nullopt});
    CHECK_THROWS_AS(texts_at(text, some, utf16), export_error);
}

TEST_CASE("random texts are counted as ICU counts them", "[offsets]") {
    std::mt19937 random(20220501);
    for (int round = 0; round < 400; ++round) {
        std::string text = random_text(random, random() % 60);
        // Half of them are damaged: a byte changed, a piece missing, cut off.
        if (round % 2 == 1 && !text.empty()) {
            const std::size_t at = random() % text.size();
            switch (random() % 3) {
            case 0:
                text[at] = static_cast<char>(random());
                break;
            case 1:
                text.erase(at, 1);
                break;
            default:
                text.resize(at);
            }
        }
        const icu_text truth = read_with_icu(text);
        CAPTURE(round, text);
        REQUIRE(try_text_length(text, utf8).has_value() == truth.is_valid);
        if (truth.is_valid) {
            UErrorCode failure = U_ZERO_ERROR;
            std::int32_t length = 0;
            u_strFromUTF8(nullptr, 0, &length, text.data(), static_cast<std::int32_t>(text.size()),
                          &failure);
            REQUIRE(text_length(text, utf16) == static_cast<std::uint64_t>(length));
        }
        for (const text_unit from : units) {
            std::vector<std::uint64_t> offsets(text.size() + 3);
            for (std::size_t i = 0; i < offsets.size(); ++i)
                offsets[i] = i;
            if (round % 3 == 0)
                std::shuffle(offsets.begin(), offsets.end(), random);
            for (const text_unit to : units) {
                const auto converted = try_convert_offsets(text, offsets, from, to);
                bool is_same = true;
                for (std::size_t i = 0; i < offsets.size(); ++i) {
                    const auto right = expected(truth, offsets[i], from, to);
                    is_same = is_same && converted[i] == right &&
                              try_convert_offset(text, offsets[i], from, to) == right;
                    // There and back again.
                    if (right)
                        is_same = is_same && convert_offset(text, *right, to, from) == offsets[i];
                }
                REQUIRE(is_same);
            }
        }
    }
}

TEST_CASE("parts of random texts are the same as those of ICU", "[offsets]") {
    std::mt19937 random(7);
    for (int round = 0; round < 100; ++round) {
        const std::string text = random_text(random, 200);
        const auto known = read_with_icu(text).boundaries;
        std::vector<text_span> parts;
        std::vector<std::string_view> right;
        for (int i = 0; i < 20; ++i) {
            const auto& a = known[random() % known.size()];
            const auto& b = known[random() % known.size()];
            const auto& first = std::min(a.at, b.at);
            const auto& last = std::max(a.at, b.at);
            parts.emplace_back(first[1], last[1] - first[1]);
            right.push_back(std::string_view(text).substr(first[0], last[0] - first[0]));
            REQUIRE(text_at(text, parts.back(), utf16) == right.back());
        }
        REQUIRE(texts_at(text, parts, utf16) == right);
    }
}

} // namespace text_offset_test
