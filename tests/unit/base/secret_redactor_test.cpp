// Secrets in texts: which parts are hidden, and which texts are rejected.

#include <langexport/detail/base/secret_redactor.hpp>

#include <langexport/credential.hpp>
#include <langexport/detail/base/text.hpp>
#include <langexport/detail/engine/token_manager.hpp>

#include "support/catch.hpp"

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace secret_redactor_test {

using namespace langexport;
using namespace langexport_tests;
using detail::secret_redactor;

namespace {

// No three characters occur in it twice, so each part of it is distinguishable.
const std::string secret = "e58b081006f7e3dfC967a64cb14028d5";

secret_redactor redactor_of(std::string_view its_secret = secret) {
    secret_redactor redactor;
    redactor.add(its_secret);
    return redactor;
}

std::string hidden(std::string text, std::string_view its_secret = secret) {
    redactor_of(its_secret).redact(text);
    return text;
}

std::string each_character(std::string_view text, const std::function<std::string(char)>& encode) {
    std::string result;
    for (const char c : text)
        result += encode(c);
    return result;
}

std::string in_hex(char c) {
    constexpr char digits[] = "0123456789abcdef";
    const auto value = static_cast<unsigned char>(c);
    return {digits[value >> 4], digits[value & 15]};
}

std::string base64(std::string_view bytes) {
    std::string text = detail::base64url_encode(bytes);
    for (char& c : text)
        c = c == '-' ? '+' : c == '_' ? '/' : c;
    return text.append((4 - text.size() % 4) % 4, '=');
}

std::string upper(std::string text) {
    for (char& c : text)
        c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    return text;
}

struct encoding {
    const char* name;
    std::function<std::string(std::string)> encode;
};

// The forms in which a text may have a secret, or a part of it.
const std::vector<encoding> encodings = {
    {"as it is", [](std::string s) { return s; }},
    {"in upper case", [](std::string s) { return upper(std::move(s)); }},
    {"in lower case", [](std::string s) { return detail::to_lower(s); }},
    {"percent-encoded",
     [](std::string s) { return each_character(s, [](char c) { return '%' + in_hex(c); }); }},
    {"percent-encoded here and there",
     [](std::string s) {
         std::size_t i = 0;
         return each_character(
             s, [&i](char c) { return i++ % 3 == 0 ? '%' + upper(in_hex(c)) : std::string(1, c); });
     }},
    {"percent-encoded twice",
     [](std::string s) { return each_character(s, [](char c) { return "%25" + in_hex(c); }); }},
    {"percent-encoded behind a backslash",
     [](std::string s) {
         return "\\" + each_character(s, [](char c) { return "%" + in_hex(c); });
     }},
    {"percent-encoded three times behind three backslashes",
     [](std::string s) {
         return "\\\\\\" + each_character(s, [](char c) { return "%2525" + in_hex(c); });
     }},
    {"HTML behind a backslash",
     [](std::string s) {
         return each_character(s, [](char c) { return "\\&#x" + in_hex(c) + ";"; });
     }},
    {"percent-encoded three times",
     [](std::string s) { return each_character(s, [](char c) { return "%2525" + in_hex(c); }); }},
    {"with the escapes of JSON",
     [](std::string s) { return each_character(s, [](char c) { return "\\u00" + in_hex(c); }); }},
    {"with the escapes of JSON, twice",
     [](std::string s) { return each_character(s, [](char c) { return "\\\\u00" + in_hex(c); }); }},
    {"with the escapes of C",
     [](std::string s) { return each_character(s, [](char c) { return "\\x" + in_hex(c); }); }},
    {"as references of HTML",
     [](std::string s) {
         return each_character(
             s, [](char c) { return "&#" + std::to_string(static_cast<int>(c)) + ";"; });
     }},
    {"as hexadecimal references of HTML",
     [](std::string s) {
         return each_character(s, [](char c) { return "&#x" + upper(in_hex(c)) + ";"; });
     }},
    {"as UTF-16",
     [](std::string s) {
         return each_character(s, [](char c) { return std::string(1, c) + '\0'; });
     }},
    {"with a space in it", [](std::string s) { return s.insert(s.size() / 2, " "); }},
    {"with a line break in it", [](std::string s) { return s.insert(s.size() / 2, "\r\n"); }},
    {"with a NUL in it", [](std::string s) { return s.insert(s.size() / 2, 1, '\0'); }},
    {"with a space behind each character",
     [](std::string s) {
         return each_character(s, [](char c) { return std::string(1, c) + ' '; });
     }},
    {"with an invisible space in it",
     [](std::string s) { return s.insert(s.size() / 2, "\xE2\x80\x8B"); }},
    {"with a no-break space in it",
     [](std::string s) { return s.insert(s.size() / 2, "\xC2\xA0"); }},
    {"with an encoded space in it", [](std::string s) { return s.insert(s.size() / 2, "%20"); }},
    {"with an escaped line break in it",
     [](std::string s) { return s.insert(s.size() / 2, "\\n"); }},
    {"with a reference to a space in it",
     [](std::string s) { return s.insert(s.size() / 2, "&nbsp;"); }},
    {"in base64", [](std::string s) { return base64(s); }},
    {"in base64url", [](std::string s) { return detail::base64url_encode(s); }},
    {"in base64, one byte later", [](std::string s) { return base64(":" + s); }},
    {"in base64, two bytes later", [](std::string s) { return base64("u:" + s + "."); }},
    {"in upper case and in base64", [](std::string s) { return base64(upper(std::move(s))); }},
    {"in base64 of several lines",
     [](std::string s) { return base64("a:" + s).insert(9, "\r\n"); }},
    {"as UTF-16 in base64",
     [](std::string s) {
         return base64(each_character(s, [](char c) { return std::string(1, c) + '\0'; }));
     }},
    {"with a line break in it, in base64",
     [](std::string s) { return base64(s.insert(s.size() / 2, "\r\n")); }},
    {"with a space behind each four characters, in base64",
     [](std::string s) {
         std::size_t i = 0;
         return base64(each_character(s, [&i](char c) {
             return ++i % 4 == 0 ? std::string{c, ' '} : std::string(1, c);
         }));
     }},
    {"with the escapes of JSON, in base64",
     [](std::string s) {
         return base64(each_character(s, [](char c) { return "\\u00" + in_hex(c); }));
     }},
    {"as references of HTML, in base64",
     [](std::string s) {
         return base64(each_character(
             s, [](char c) { return "&#" + std::to_string(static_cast<int>(c)) + ";"; }));
     }},
    {"in percent-encoded base64",
     [](std::string s) { return detail::percent_encode(base64("key=" + s + "?>")); }},
    {"percent-encoded in base64",
     [](std::string s) {
         return base64(each_character(s, [](char c) { return '%' + in_hex(c); }));
     }},
    {"percent-encoded here and there in base64url",
     [](std::string s) {
         std::size_t i = 0;
         return detail::base64url_encode(each_character(
             s, [&i](char c) { return i++ % 4 == 1 ? '%' + in_hex(c) : std::string(1, c); }));
     }},
    {"percent-encoded in percent-encoded base64",
     [](std::string s) {
         return each_character(
             base64(each_character(s, [](char c) { return '%' + upper(in_hex(c)); })),
             [](char c) { return '%' + in_hex(c); });
     }},
};

} // namespace

TEST_CASE("a secret is hidden and rejected in every form", "[secrets]") {
    const secret_redactor redactor = redactor_of();
    for (const encoding& form : encodings) {
        INFO(form.name);
        for (const char* before : {"", "not ", "https://host/", "x=", "\"", "<p>", "abc"})
            for (const char* after : {"", "...", " is wrong", "\"}", "/", "&b", "%"}) {
                const std::string text = before + form.encode(secret) + after;
                INFO(text);
                CHECK(redactor.is_in(text));
                const std::string shown = hidden(text);
                CHECK_THAT(shown, contains_text("[redacted]"));
                CHECK_FALSE(redactor.is_in(shown));
            }
    }
}

TEST_CASE("eight consecutive characters of a secret are hidden, from any part of it", "[secrets]") {
    for (const encoding& form : encodings) {
        INFO(form.name);
        for (std::size_t begin = 0; begin < secret.size(); ++begin)
            for (std::size_t size : std::initializer_list<std::size_t>{7, 8, 9, 15, 20}) {
                if (begin + size > secret.size())
                    continue;
                const std::string part = secret.substr(begin, size);
                const std::string text = "bad key ..." + form.encode(part) + "... was rejected";
                INFO(text);
                CHECK((hidden(text) != text) == (size >= 8));
                CHECK_FALSE(redactor_of().is_in(text)); // it is not the whole secret
            }
    }
}

TEST_CASE("only the characters of a secret are replaced", "[secrets]") {
    const struct {
        std::string text, shown;
    } cases[] = {
        {"", ""},
        {"bad key", "bad key"},
        {secret, "[redacted]"},
        {secret + secret, "[redacted][redacted]"},
        {"https://" + secret + ".example/" + upper(secret) + "?k=" + secret,
         "https://[redacted].example/[redacted]?k=[redacted]"},
        {"bad key " + secret.substr(0, 20) + "...", "bad key [redacted]..."},
        {"..." + secret.substr(12), "...[redacted]"},
        {"(" + secret.substr(6, 15) + ")", "([redacted])"},
        {secret.substr(0, 12) + " and " + secret.substr(20), "[redacted] and [redacted]"},
        {secret.substr(0, 4) + " " + secret.substr(4, 9) + "\n!", "[redacted]\n!"},
        {"a%2fb?k=%65%35" + secret.substr(2), "a%2fb?k=[redacted]"},
        {"no\xC3\xA9 " + secret + "\xC3\xA9", "no\xC3\xA9 [redacted]\xC3\xA9"},
        {std::string("a\0b", 3), std::string("a\0b", 3)},
        {"\xC2" + secret + "\xE2\x80" + secret + "\xE2", "\xC2[redacted]\xE2\x80[redacted]\xE2"},
        {secret.substr(0, 7) + "-" + secret.substr(7, 7),
         secret.substr(0, 7) + "-" + secret.substr(7, 7)},
    };
    for (const auto& each : cases) {
        INFO(each.text);
        CHECK(hidden(each.text) == each.shown);
    }
}

TEST_CASE("invisible characters in a secret do not keep it from being found", "[secrets]") {
    const char* const marks[] = {
        "\xC2\xAD",         // U+00AD, soft hyphen
        "\xCD\x8F",         // U+034F
        "\xD8\x9C",         // U+061C
        "\xE1\x85\x9F",     // U+115F
        "\xE1\xA0\x8E",     // U+180E
        "\xE2\x80\x8B",     // U+200B, zero width space
        "\xE2\x80\x8C",     // U+200C
        "\xE2\x80\x8D",     // U+200D
        "\xE2\x80\x8E",     // U+200E
        "\xE2\x80\x8F",     // U+200F
        "\xE2\x80\xAE",     // U+202E, right-to-left override
        "\xE2\x81\xA0",     // U+2060, word joiner
        "\xE2\x81\xA9",     // U+2069
        "\xE3\x85\xA4",     // U+3164
        "\xEF\xB8\x8F",     // U+FE0F, variation selector
        "\xEF\xBB\xBF",     // U+FEFF, byte order mark
        "\xEF\xBF\xB9",     // U+FFF9
        "\xF3\xA0\x81\x81", // U+E0041, a tag
        "\xF3\xA0\x84\x80", // U+E0100
        "%EF%B8%8F",        "%E2%81%A0",        "\\uFE0F",   "\\udb40\\udc41", "&#xFE0F;",
        "&#8203;",          "&ZeroWidthSpace;", "&NoBreak;", "&zwj;",
    };
    for (const char* mark : marks) {
        INFO(mark);
        const auto with_mark = [&](std::size_t step) {
            std::string text;
            for (std::size_t at = 0; at < secret.size(); ++at)
                text.append(at % step == 1 ? mark : "").append(1, secret[at]);
            return text;
        };
        for (const std::size_t step : std::initializer_list<std::size_t>{2, 7, 40}) {
            const std::string text = with_mark(step);
            CHECK(redactor_of().is_in("https://x.example/" + text + "/a"));
            CHECK(hidden("bad key " + text + "!") == "bad key [redacted]!");
        }
    }
    // Visible characters do not count as blanks.
    for (const char* mark : {"\xC3\xA9", "\xE2\x80\xA2", "\xF0\x9F\x98\x80", "\xEF\xB8"})
        CHECK_FALSE(redactor_of().is_in(std::string(secret).insert(20, mark)));
}

TEST_CASE("texts without a secret do not change", "[secrets]") {
    const secret_redactor redactor = redactor_of();
    for (const std::string text :
         {"https://name.cognitiveservices.azure.com/language/authoring/analyze-text/projects/"
          "My%20project/export/jobs/4b1e9f0c-52b7-4a52-9d49-04a4d5b1c1ba_638409600000000000?"
          "api-version=2023-04-01",
          "100% of & \\ everything; &amp; %zz \\u12 &#x; &#; &; %", "e58b081", "",
          "The request is not valid: 'kind' is missing. (HTTP 400, request id "
          "7c0b2d51-9f52-4a0a-8d3a-9be3cf3b8f0a)"}) {
        INFO(text);
        CHECK(hidden(text) == text);
        CHECK_FALSE(redactor.is_in(text));
    }
}

TEST_CASE("a secret is found at every place of a link, plain or in base64", "[secrets]") {
    const secret_redactor redactor = redactor_of();
    for (std::size_t at = 0; at < 100; ++at)
        for (const std::string& form :
             {secret, detail::base64url_encode(secret), detail::base64url_encode("u:" + secret),
              detail::base64url_encode("?" + secret),
              detail::base64url_encode(std::string(secret).insert(16, "\n"))}) {
            const std::string link = "/" + std::string(at, 'j') + form + "/result";
            INFO(link);
            CHECK(redactor.is_in(link));
            CHECK_FALSE(redactor.is_in(link.substr(0, at + form.size() - 4)));
        }
}

TEST_CASE("a secret of any length is found", "[secrets]") {
    for (std::size_t size = 1; size <= secret.size(); ++size) {
        const std::string part = secret.substr(0, size);
        INFO(part);
        CHECK(hidden("not " + part + "!", part) == "not [redacted]!");
        CHECK(redactor_of(part).is_in(part));
        CHECK(redactor_of(part).is_in("x" + part) == (size >= 8));
        if (size > 8)
            CHECK(redactor_of(part).is_in("/jobs/" + detail::base64url_encode("k:" + part)));
    }
}

TEST_CASE("a secret of fewer than eight characters is hidden as a whole only", "[secrets]") {
    CHECK(hidden("0a1b2c: key 0a1b2c0A1B2C is wrong; 0a1b2", "0a1b2c") ==
          "[redacted]: key [redacted][redacted] is wrong; 0a1b2");
    CHECK(hidden("%30a1b2c", "0a1b2c") == "[redacted]");
    CHECK(redactor_of("short").is_in("Short"));
    CHECK(redactor_of("short").is_in("sh%6Frt"));
    CHECK_FALSE(redactor_of("short").is_in("shorts"));
    CHECK_FALSE(redactor_of("short").is_in(base64("short")));
}

TEST_CASE("an empty secret hides nothing", "[secrets]") {
    secret_redactor none;
    none.add("");
    std::string text = "as it was";
    none.redact(text);
    CHECK(text == "as it was");
    CHECK_FALSE(none.is_in(text));
    CHECK_FALSE(none.is_in(""));
}

TEST_CASE("each of several secrets is found", "[secrets]") {
    secret_redactor redactor;
    const std::string token = "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJ4In0.c2lnbmF0dXJl";
    for (const std::string_view one :
         {std::string_view(secret), std::string_view(token), std::string_view("tiny")})
        redactor.add(one);
    std::string text = token + " or " + secret + ", Tiny or " + token.substr(30);
    redactor.redact(text);
    CHECK(text == "[redacted] or [redacted], [redacted] or [redacted]");
    CHECK(redactor.is_in("x" + token));
    CHECK(redactor.is_in("x" + secret));
}

TEST_CASE("a key and a token are hidden in any text", "[secrets]") {
    const subscription_key key(secret);
    std::string text = "no " + secret.substr(3, 12) + "!";
    key.redact(text);
    CHECK(text == "no [redacted]!");
    CHECK(key.is_in("https://" + upper(secret) + ".example"));
    CHECK_FALSE(key.is_in("https://" + secret.substr(1) + ".example"));
    const access_token token(secret, access_token::time_point(std::chrono::hours(1)));
    text = detail::percent_encode("no " + secret);
    token.redact(text);
    CHECK(text == "no%20[redacted]");
}

TEST_CASE("the last secrets stay hidden after they were replaced", "[secrets]") {
    // Keys of which no two have eight characters in common.
    const auto key = [](int number) {
        std::string text;
        for (int i = 0; i < 8; ++i)
            text += std::to_string((number + 3) * (i * i + 7)) + static_cast<char>('a' + i);
        return text;
    };
    detail::token_manager known(subscription_key(key(0)), retry_params());
    known.replace(credential(subscription_key(key(1)), subscription_key(key(2))));
    for (int i = 3; i < 32; ++i)
        known.replace(subscription_key(key(i)));
    for (int i = 0; i < 32; ++i)
        CHECK(known.redacted(key(i)) == "[redacted]");
    known.replace(subscription_key(key(0))); // known already: it replaces none
    CHECK(known.redacted(key(1)) == "[redacted]");
    known.replace(subscription_key(key(32)));
    CHECK(known.redacted(key(1)) == key(1));
    CHECK(known.redacted(key(0)) == "[redacted]");
    CHECK(known.redacted(key(32)) == "[redacted]");
    INFO("of two secrets that begin alike nothing is left");
    known.replace(subscription_key(key(0) + "and-more"));
    CHECK(known.redacted(key(0) + "and-more") == "[redacted]");
    CHECK(known.is_secret_in("project " + key(0) + "s"));
    CHECK_FALSE(known.is_secret_in("project " + key(0).substr(1)));
}

} // namespace secret_redactor_test
