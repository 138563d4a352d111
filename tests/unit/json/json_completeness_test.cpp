#include <langexport/detail/json/json_completeness.hpp>

#include <langexport/detail/base/text.hpp>

#include "support/catch.hpp"

#include <boost/json/parse.hpp>
#include <boost/system/error_code.hpp>

#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace json_completeness_test {

using namespace langexport;
using namespace langexport::detail;

TEST_CASE("a truncated document is distinguished from a complete one", "[json completeness]") {
    const std::string whole = R"( {"a":[1,{"b":"}]\"\\"},"x\u0041"],"c":{}} )";
    CHECK(is_whole_json(whole));
    for (std::size_t n = 0; n + 1 < whole.size(); ++n)
        CHECK_FALSE(is_whole_json(whole.substr(0, n)));
    for (const char* good : {"{}", "[]", "[[]]", "\r\n\t{\"a\":1}\n", R"(["]"])", R"(["\\"])"})
        CHECK(is_whole_json(good));
    CHECK(is_whole_json("\xEF\xBB\xBF {}"));
    for (const char* mark :
         {"\xEF\xBB\xBF\xEF\xBB\xBF", "\xEF\xBB", "\xBF\xBB\xEF", " \xEF\xBB\xBF"})
        CHECK_FALSE(is_whole_json(std::string(mark) + "{}"));
    for (const char* bad : {"", " ", "1", "null", "\"a\"", "<html></html>", "{}x", "{}{}", "]",
                            "}{", R"(["\"])", R"(["\)", "{\"a"})
        CHECK_FALSE(is_whole_json(bad));
    const std::string deep = std::string(1'000'000, '[') + std::string(1'000'000, ']');
    CHECK(is_whole_json(deep));
    CHECK_FALSE(is_whole_json(std::string_view(deep).substr(1)));
}

TEST_CASE("a document is checked the same byte by byte, in pieces and as a whole",
          "[json completeness]") {
    std::mt19937 random(7);
    const auto below = [&](std::size_t end) { return random() % end; };
    const std::vector<std::string> parts = {"{",    "}",    "[",   "]",    "\"", "\\",
                                            "\\\"", "\\\\", "abc", "\":1", "[[", "]}"};
    std::size_t whole = 0;
    for (int round = 0; round < 20'000; ++round) {
        // Mostly strings with any content, sometimes any tokens.
        const bool is_wild = below(4) == 0;
        std::string text = "[", ends = "]";
        for (std::size_t i = below(60); i-- > 0;) {
            if (is_wild)
                text += parts[below(parts.size())];
            else if (below(3) == 0 && !ends.empty()) {
                text += ends.back();
                ends.pop_back();
            } else if (below(2) == 0) {
                text += text.back() == '[' ? "[" : ",[";
                ends += ']';
            } else {
                text += text.back() == '[' ? "\"" : ",\"";
                for (std::size_t n = below(8); n-- > 0;)
                    text += below(4) == 0 ? "\\\"" : below(4) == 0 ? "\\\\" : "}x";
                text += '"';
            }
        }
        while (!ends.empty() && below(20) != 0) {
            text += ends.back();
            ends.pop_back();
        }
        json_completeness bytes, pieces;
        for (std::size_t at = 0; at < text.size(); ++at)
            bytes.take(std::string_view(text).substr(at, 1));
        for (std::size_t at = 0, size = 0; at < text.size(); at += size) {
            size = 1 + below(150);
            pieces.take(std::string_view(text).substr(at, size));
        }
        CAPTURE(text);
        REQUIRE(bytes.is_whole() == is_whole_json(text));
        REQUIRE(bytes.is_whole() == pieces.is_whole());
        whole += bytes.is_whole() ? 1 : 0;
    }
    CHECK(whole > 2'000);
    CHECK(whole < 18'000);
}

TEST_CASE("a JSON string ends at its closing quote, at any position", "[json completeness]") {
    for (std::size_t before = 0; before < 20; ++before)
        for (std::size_t behind = 0; behind < 20; ++behind) {
            const std::string left(before, '}'), right(behind, '\xDD');
            CAPTURE(before, behind);
            CHECK(is_whole_json("[\"" + left + right + "\"]"));
            CHECK(is_whole_json("[\"" + left + "\\\"" + right + "\"]"));
            CHECK_FALSE(is_whole_json("[\"" + left + "\\\\\"" + right + "\"]"));
            // In pieces it is the same.
            const std::string text = "{\"a\": \"" + left + "\\\"" + right + "]\"}";
            for (std::size_t size = 1; size < text.size(); ++size) {
                json_completeness check;
                for (std::size_t at = 0; at < text.size(); at += size)
                    check.take(std::string_view(text).substr(at, size));
                CHECK(check.is_whole());
            }
        }
}

namespace {

// The result of Boost.JSON's parser for a text; it accepts values other than objects and arrays as well.
bool boost_accepts(std::string_view text) {
    text = langexport::detail::trim(text);
    if (!text.starts_with('{') && !text.starts_with('['))
        return false;
    boost::system::error_code ec;
    boost::json::parse(text, ec);
    return !ec;
}

std::string broken(std::string text, std::mt19937& random) {
    constexpr std::string_view alphabet = " {}[]:,\"\\0123456789.-+eEtrufalsnbx/";
    for (auto changes = random() % 4; changes-- > 0 && !text.empty();) {
        const std::size_t at = random() % text.size();
        const char c = alphabet[random() % alphabet.size()];
        switch (random() % 3) {
        case 0:
            text[at] = c;
            break;
        case 1:
            text.insert(at, 1, c);
            break;
        default:
            text.erase(at, 1);
        }
    }
    return text;
}

} // namespace

TEST_CASE("the syntax check agrees with a parser, as a whole and byte by byte",
          "[json completeness]") {
    const std::string seeds[] = {
        R"({"assets":{"a":[1,-2.5e+10,true,false,null,"x\n\u00e9\"\\\/\b"],"b":{"c":[],"d":{}}},"n":0.5})",
        R"([[],{},[{}],"a" , 1e5,[0 ,1,-0,333] ])"};
    std::mt19937 random(11);
    std::size_t good = 0;
    for (int round = 0; round < 100'000; ++round) {
        std::string text = seeds[random() % 2];
        if (random() % 3 == 0)
            text.insert(1, random() % 70, ' ');
        if (random() % 2 == 0)
            text = "{\"pad\":\"" + std::string(random() % 130, 'x') + "\",\"v\":" + text + "}";
        text = broken(std::move(text), random);
        CAPTURE(text);
        const bool expected = boost_accepts(text);
        REQUIRE(is_whole_json(text) == expected);
        json_completeness bytes;
        for (const char c : text)
            bytes.take_byte(c);
        REQUIRE(bytes.is_whole() == expected);
        good += expected ? 1 : 0;
    }
    CHECK(good > 10'000);
    CHECK(good < 90'000);
}

TEST_CASE("escapes in strings are checked at any position", "[json completeness]") {
    for (std::size_t before = 0; before < 70; ++before) {
        const std::string start = "[\"" + std::string(before, 'x');
        CAPTURE(before);
        for (const char* good : {"\\u12aF", "\\n", "\\\\", "\\u0000\\ud800"})
            CHECK(is_whole_json(start + good + std::string(70, 'y') + "\"]"));
        for (const char* bad : {"\\x", "\\u12g4", "\\u12", "\\u123\\", "\\u\\u1234"})
            CHECK_FALSE(is_whole_json(start + bad + std::string(70, 'y') + "\"]"));
        for (const char* cut : {"\\u12", "\\u", "\\"})
            CHECK_FALSE(is_whole_json(start + cut + "\"]"));
    }
}

TEST_CASE("tokens in pieces leave the same state as single bytes", "[json completeness]") {
    const std::string seeds[] = {
        R"({"assets":{"a":[1,-2.5e+10,true,false,null,"x\n\u00e9\"\\\/\b"],"b":{"c":[],"d":{}}},"n":0.5})",
        R"([[],{},[{}],"a" , 1e5,[0 ,1,-0,333, 10,01] ])",
        "{ \"a\" :\t[\r\n{ } , [ ] ] ,\n\n      \"b\":[\"\x01\", 7 ,8]}"};
    std::mt19937 random(13);
    std::size_t lost = 0;
    for (int round = 0; round < 30'000; ++round) {
        std::string text = seeds[random() % 3];
        if (random() % 2 == 0)
            text = "{\"pad\":\"" + std::string(random() % 130, 'x') + "\",\"v\":" + text + "}";
        text = broken(std::move(text), random);
        json_completeness bytes, tokens;
        const std::size_t floor = random() % 3;
        CAPTURE(text, floor);
        for (std::size_t at = 0; at < text.size() && !tokens.is_lost();) {
            const std::string_view piece = std::string_view(text).substr(at, 1 + random() % 90);
            std::size_t done = 0;
            if (tokens.depth() > floor) {
                done = tokens.take_tokens(piece, floor);
                REQUIRE(tokens.depth() > floor);
            }
            if (done < piece.size())
                tokens.take_byte(piece[done++]);
            for (const char c : piece.substr(0, done))
                bytes.take_byte(c);
            at += done;
            REQUIRE(tokens.depth() == bytes.depth());
            REQUIRE(tokens.is_in_text() == bytes.is_in_text());
            REQUIRE(tokens.is_in_escape() == bytes.is_in_escape());
            REQUIRE(tokens.is_lost() == bytes.is_lost());
            REQUIRE(tokens.has_control() == bytes.has_control());
        }
        REQUIRE(tokens.is_whole() == bytes.is_whole());
        lost += tokens.is_lost() ? 1 : 0;
    }
    CHECK(lost > 3'000);
    CHECK(lost < 27'000);
}

TEST_CASE("each level is closed by its own kind of bracket, at any depth", "[json completeness]") {
    std::mt19937 random(17);
    for (const std::size_t depth : {1u, 2u, 63u, 64u, 65u, 127u, 128u, 129u, 200u}) {
        std::string text, ends;
        for (std::size_t n = 0; n < depth; ++n) {
            const bool is_object = random() % 2 == 0;
            text += is_object ? "{\"\":" : "[";
            ends.insert(0, 1, is_object ? '}' : ']');
        }
        text += "1";
        CAPTURE(text, ends);
        CHECK(is_whole_json(text + ends));
        for (char& end : ends) {
            const char right = end;
            end = right == '}' ? ']' : '}';
            CHECK_FALSE(is_whole_json(text + ends));
            end = right;
        }
    }
}

TEST_CASE("deep nesting takes one bit per level and has a limit", "[json completeness]") {
    const std::size_t limit = json_completeness::max_depth;
    CHECK(is_whole_json(std::string(limit, '[') + std::string(limit, ']')));
    json_completeness check;
    check.take(std::string(limit + 1, '['));
    CHECK(check.is_lost());
}

} // namespace json_completeness_test
