// The number of terminal columns of a text.

#include "examples/tool/terminal_text.hpp"

#include <langexport/log/printable.hpp>

#include "support/catch.hpp"

#include <clocale>
#include <cstddef>
#include <cwchar>
#include <string>
#include <string_view>

namespace terminal_text_test {

using namespace langexport;
using namespace tool;

namespace {

struct width_row {
    std::string_view text;
    std::size_t columns;
};

std::string utf8_of(char32_t c) {
    std::string text;
    if (c < 0x80)
        text += static_cast<char>(c);
    else if (c < 0x800)
        text += static_cast<char>(0xC0 | c >> 6);
    else if (c < 0x10000)
        text += static_cast<char>(0xE0 | c >> 12);
    else
        text += static_cast<char>(0xF0 | c >> 18);
    for (int shift = c < 0x80 ? -6 : c < 0x800 ? 0 : c < 0x10000 ? 6 : 12; shift >= 0; shift -= 6)
        text += static_cast<char>(0x80 | (c >> shift & 0x3F));
    return text;
}

} // namespace

TEST_CASE("a character has one, two or no columns", "[terminal]") {
    constexpr width_row rows[] = {
        {"", 0},  {"abc", 3},     {"äöü", 3}, {"契約", 4}, {"당사자", 6},   {"ｶﾅ", 2},
        {"😀", 2}, {"e\u0301", 1}, {"✓", 1},   {"Ж", 1},    {"a\u200Db", 2}, {"\U00020000", 2},
    };
    for (const width_row& row : rows) {
        CAPTURE(row.text);
        CHECK(columns_of(row.text) == row.columns);
        for (std::size_t columns = 0; columns < 12; ++columns) {
            CHECK(columns_of(fit_columns(row.text, columns)) <= columns);
            CHECK(columns_of(pad_columns(row.text, columns)) == columns);
        }
    }
    CHECK(fit_columns("a name that is long", 10) == "a name ...");
    CHECK(fit_columns("契約書と請求書", 10) == "契約書...");
    CHECK(fit_columns("契約書", 5) == "契約");
    CHECK(pad_columns("契約書", 5) == "契約 ");
    CHECK(printable("a\x1B[2J\n\xC2\x9B") == "a [2J   ");
    // Invalid UTF-8 has some width, and is harmless.
    CHECK(columns_of("\xFF\x80\xE5") <= 3);
}

TEST_CASE("characters that are wide for the C library have two columns", "[terminal]") {
    if (!std::setlocale(LC_CTYPE, "C.UTF-8")) {
        WARN("skipped: there is no locale C.UTF-8");
        return;
    }
    std::size_t differences = 0;
    for (char32_t c = 0x20; c < 0x30000; ++c) {
        const int system = ::wcwidth(static_cast<wchar_t>(c));
        if ((c >= 0xD800 && c <= 0xDFFF) || system < 1)
            continue;
        differences += columns_of(utf8_of(c)) != static_cast<std::size_t>(system) ? 1u : 0u;
    }
    // The differences are emoji with a narrow form, and changes in newer versions of Unicode: 445 with glibc 2.41.
    // A missing block of wide letters would add thousands.
    CHECK(differences < 1000);
    std::setlocale(LC_CTYPE, "C");
}

} // namespace terminal_text_test
