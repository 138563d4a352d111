// The readings by themselves. secret_redactor_test.cpp shows which secrets they find.

#include <langexport/detail/base/impl/text_reading.hpp>

#include "support/catch.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace text_reading_test {

using namespace langexport::detail;

namespace {

std::string characters_of(const text_reading& reading) {
    CHECK(reading.characters.size() == reading.spans.size());
    return std::string(view(reading.characters));
}

std::string unescaped(std::string_view text) {
    text_reading reading(text);
    unescape(reading);
    return characters_of(reading);
}

// The parts of the text that the characters came from, in brackets.
std::string spans_of(const text_reading& reading, std::string_view text) {
    std::string all;
    for (const byte_range& span : reading.spans)
        all.append("[").append(text.substr(span.begin, span.end - span.begin)).append("]");
    return all;
}

} // namespace

TEST_CASE("blanks of any kind are left out of a reading", "[text_reading]") {
    CHECK(characters_of(text_reading("a b\tc\x7F"
                                     "d\ne")) == "abcde");
    CHECK(characters_of(text_reading("a\xC2\xA0"
                                     "b")) == "ab"); // U+00A0
    CHECK(characters_of(text_reading("a\xE2\x80\x8B"
                                     "b")) == "ab"); // U+200B
    CHECK(characters_of(text_reading("a\xF3\xA0\x80\xA0"
                                     "b")) == "ab");                // U+E0020
    CHECK(characters_of(text_reading("\xC3\xA9")) == "\xC3\xA9");   // a letter
    CHECK(characters_of(text_reading("a\xE2\x80")) == "a\xE2\x80"); // an incomplete character
    CHECK(characters_of(text_reading("a\xC2"
                                     "b")) == "a\xC2"
                                              "b");
    CHECK(characters_of(text_reading("")).empty());
    const std::string text = "a\xE2\x80\x8B b";
    CHECK(spans_of(text_reading(text), text) == "[a][b]");
}

TEST_CASE("the escapes of URLs, JSON and HTML are decoded, with their places", "[text_reading]") {
    CHECK(unescaped("%41b%2f") == "Ab/");
    CHECK(unescaped(R"(\u0041\x42\/\")") == "AB/\"");
    CHECK(unescaped("&#65;&#x42;&amp;&PLUS;&hyphen;") == "AB&+-");
    CHECK(unescaped(R"(a\nb\tc&nbsp;d)") == "abcd");
    CHECK(unescaped("%4 %zz &nothing; &#; &#x;") == "%4%zz&nothing;&#;&#x;");
    CHECK(unescaped(R"(\u004)") == R"(\u004)");
    CHECK(unescaped("&#1114112;") == "&#1114112;"); // beyond Unicode
    CHECK(unescaped("%2541") == "%41");             // one level for each call
    // A backslash before another escape is left out.
    CHECK(unescaped(R"(\%41)") == "A");
    CHECK(unescaped(R"(\&amp;)") == "&");

    const std::string text = R"(x%41\u0042&#67;)";
    text_reading reading(text);
    CHECK(unescape(reading));
    CHECK(characters_of(reading) == "xABC");
    CHECK(spans_of(reading, text) == R"([x][%41][\u0042][&#67;])");
    CHECK_FALSE(unescape(reading));
}

TEST_CASE("hexadecimal numbers have digits only", "[text_reading]") {
    CHECK(read_hex("0") == 0U);
    CHECK(read_hex("fF10") == 0xFF10U);
    CHECK_FALSE(read_hex(""));
    CHECK_FALSE(read_hex("1g"));
    CHECK_FALSE(read_hex("+1"));
}

TEST_CASE("base64 is decoded from each of the four places where it may begin", "[text_reading]") {
    const std::string text = "c2VjcmV0IGtleSE_"; // "secret key!?" in base64url
    CHECK(characters_of(decode_base64(text_reading(text), 0)) == "secretkey!?\xFF");
    for (std::size_t phase = 1; phase < 4; ++phase) {
        const std::string shifted = std::string(phase, 'x') + text;
        CHECK(characters_of(decode_base64(text_reading(shifted), phase)) == "secretkey!?\xFF");
        CHECK(characters_of(decode_base64(text_reading(shifted), 0)).find("secret") ==
              std::string::npos);
    }
    // The other alphabet, and a run that is too short for eight bytes.
    CHECK(characters_of(decode_base64(text_reading("c2VjcmV0IGtleSE/"), 0)) == "secretkey!?\xFF");
    CHECK(characters_of(decode_base64(text_reading("c2VjcmV0IG"), 0)).empty());
    // Two runs do not become one.
    CHECK(characters_of(decode_base64(text_reading(text + "." + text), 0)) ==
          "secretkey!?\xFFsecretkey!?\xFF");
}

TEST_CASE("a decoded byte comes from the two digits that it is written in", "[text_reading]") {
    const std::string text = "c2VjcmV0c2Vj";
    const text_reading decoded = decode_base64(text_reading(text), 0);
    CHECK(characters_of(decoded) == "secretsec\xFF");
    CHECK(spans_of(decoded, text) == "[c2][2V][Vj][cm][mV][V0][c2][2V][Vj][]");
}

} // namespace text_reading_test
