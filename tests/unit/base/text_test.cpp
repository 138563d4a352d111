#include <langexport/detail/base/text.hpp>

#include <langexport/detail/base/secret.hpp>

#include "support/catch.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace text_test {

using namespace langexport::detail;

TEST_CASE("control characters are found, others are not", "[text]") {
    for (const char* steers :
         {"\u0001", "\t", "\u007f", "\u0080", "\u0085", "\u009f", "\u061c", "\u200e", "\u200f",
          "\u2028", "\u2029", "\u202a", "\u202e", "\u2066", "\u2069", "\ufeff"}) {
        INFO(steers);
        CHECK(find_control(std::string("a\u20ac") + steers + "b") == 4);
        const std::string shown = one_printable_line(std::string("a") + steers + "b");
        CHECK(shown == "a" + std::string(std::string_view(steers).size(), ' ') + "b");
    }
    for (const char* shows : {"", "a b", "\u00a0", "\u00e9", "\u061b", "\u200d", "\u2010", "\u2027",
                              "\u2030", "\u2065", "\u206a", "\ufefe", "\U0001f600"}) {
        INFO(shows);
        CHECK(find_control(shows) == std::string::npos);
        CHECK(one_printable_line(shows) == shows);
    }
}

TEST_CASE("a path segment is encoded, and decoded to the same bytes", "[text]") {
    const struct {
        std::string_view plain;
        std::string_view encoded;
    } cases[] = {
        {"", ""},
        {"Invoices_1.0~x-y", "Invoices_1.0~x-y"},
        {"a b/c?d", "a%20b%2Fc%3Fd"},
        {"100%", "100%25"},
        {"\u00e9", "%C3%A9"},
        {".", "%2E"},
        {"..", "%2E%2E"},
        {"...", "%2E%2E%2E"},
        {".a", ".a"},
    };
    for (const auto& each : cases) {
        CAPTURE(each.plain);
        CHECK(percent_encode(each.plain) == each.encoded);
        CHECK(percent_decode(each.encoded) == each.plain);
    }
    CHECK(percent_decode("%c3%A9") == "\u00e9");
    // Text that only resembles an escape is kept.
    for (const std::string_view odd : {"%", "%4", "%zz", "%4g", "a%"}) {
        CAPTURE(odd);
        CHECK(percent_decode(odd) == odd);
    }
}

TEST_CASE("the byte of an escape is read at the beginning of a text only", "[text]") {
    CHECK(percent_value("%41") == 'A');
    CHECK(percent_value("%c3%A9") == '\xC3');
    CHECK(percent_value("%00") == '\0');
    for (const std::string_view other : {"", "%", "%4", "41", "a%41", "%4g", "%g4", "% 4"}) {
        CAPTURE(other);
        CHECK_FALSE(percent_value(other));
    }
}

TEST_CASE("a value of a form is encoded into memory that is wiped", "[text]") {
    secret_bytes form;
    append_percent_encoded(form, "a b&c=d+e");
    append_percent_encoded(form, "..");
    CHECK(view(form) == "a%20b%26c%3Dd%2Be..");
    secret_bytes plain;
    append_percent_decoded(plain, view(form));
    CHECK(view(plain) == "a b&c=d+e..");
}

TEST_CASE("the last digits of a number are written in hexadecimal", "[text]") {
    std::string text = "x";
    append_hex(text, 0xAB, 2);
    append_hex(text, 0xAB, 4);
    append_hex(text, 0x12345678, 3);
    append_hex(text, 0xFFFFFFFF, 8);
    append_hex(text, 1, 0);
    CHECK(text == "xab00ab678ffffffff");
}

TEST_CASE("text is cut between characters", "[text]") {
    const std::string_view text = "a\u00e9\u20ac";
    const std::string_view cuts[] = {"", "a", "a", "a\u00e9", "a\u00e9", "a\u00e9", text, text};
    for (std::size_t most = 0; most < std::size(cuts); ++most) {
        CAPTURE(most);
        CHECK(cut_utf8(text, most) == cuts[most]);
    }
}

TEST_CASE("a message is one line of valid UTF-8, and not too long", "[text]") {
    CHECK(one_printable_line("two\nlines\tand \xff") == "two lines and ?");
    const std::string line = one_printable_line(std::string(100, 'a') + std::string(100, 'z'), 40);
    CHECK(line.size() <= 40);
    CHECK(line.starts_with("aaaa"));
    CHECK(line.ends_with("zzzz"));
}

TEST_CASE("invalid UTF-8 is found at its byte", "[text]") {
    CHECK(find_invalid_utf8("a\u00e9\u20ac\U0001f600") == std::string_view::npos);
    for (const std::string_view bad :
         {"\x80", "\xC3", "\xC0\x80", "\xE2\x82", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xFF"})
        CHECK(find_invalid_utf8(std::string("ab").append(bad)) == 2);
    CHECK(find_invisible("abc") == std::string_view::npos);
    CHECK(find_invisible("ab c") == 2);
    CHECK(find_invisible("ab\x7f") == 2);
}

TEST_CASE("a number contains only decimal digits and fits into 64 bits", "[text]") {
    CHECK(parse_decimal("0") == 0u);
    CHECK(parse_decimal("007") == 7u);
    CHECK(parse_decimal("18446744073709551615") == UINT64_MAX);
    for (const std::string_view bad : {"", "-1", "+1", " 1", "1 ", "1.0", "0x1",
                                       "18446744073709551616", "99999999999999999999999"}) {
        CAPTURE(bad);
        CHECK_FALSE(parse_decimal(bad));
    }
}

TEST_CASE("a count has its noun in the singular or plural", "[text]") {
    CHECK(count_of(0, "character") == "0 characters");
    CHECK(count_of(1, "character") == "1 character");
    CHECK(count_of(7, "character") == "7 characters");
}

TEST_CASE("base64url restores any bytes, and invalid base64url is rejected", "[text]") {
    const struct {
        std::string_view bytes;
        std::string_view text;
    } cases[] = {{"", ""},
                 {"f", "Zg"},
                 {"fo", "Zm8"},
                 {"foo", "Zm9v"},
                 {std::string_view("\0\xff\xfe\xfb", 4), "AP_--w"}};
    for (const auto& each : cases) {
        CAPTURE(each.text);
        CHECK(base64url_encode(each.bytes) == each.text);
        CHECK(base64url_decode(each.text) == std::string(each.bytes));
    }
    for (const std::string_view bad : {"Z", "Zg==", "Z+", "Zh", "Z g"}) {
        CAPTURE(bad);
        CHECK_FALSE(base64url_decode(bad));
    }
}

TEST_CASE("white space is trimmed, and case is ignored in ASCII", "[text]") {
    CHECK(trim(" \t a b \t") == "a b");
    CHECK(trim("   ").empty());
    CHECK(to_lower("Retry-AFTER \u00c9") == "retry-after \u00c9");
    CHECK(equal_ignoring_case("Retry-After", "retry-AFTER"));
    CHECK_FALSE(equal_ignoring_case("Retry-After", "Retry-Afte"));
    CHECK_FALSE(equal_ignoring_case("[", "{"));
}

TEST_CASE("a page is recognized by its first tag", "[text]") {
    for (const std::string_view page : {"<html>", "<!DOCTYPE html>", "<?xml?>", "</p>"})
        CHECK(is_markup(page));
    for (const std::string_view other : {"", "<", "< 5", "<5", "html", " <html>"})
        CHECK_FALSE(is_markup(other));
}

} // namespace text_test
