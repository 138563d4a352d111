#include <langexport/detail/json/whole_json.hpp>

#include "support/catch.hpp"

#include <random>
#include <string>
#include <string_view>
#include <vector>

using namespace langexport;
using namespace langexport::detail;

TEST_CASE("a cut document is told from a whole one", "[whole json]") {
    const std::string whole = R"( {"a":[1,{"b":"}]\"\\"},"x\u0041"],"c":{}} )";
    CHECK(is_whole_json(whole));
    for (std::size_t n = 0; n + 1 < whole.size(); ++n)
        CHECK_FALSE(is_whole_json(whole.substr(0, n)));
    for (const char* good : {"{}", "[]", "[[]]", "\r\n\t{\"a\":1}\n", R"(["]"])", R"(["\\"])"})
        CHECK(is_whole_json(good));
    for (const char* bad : {"", " ", "1", "null", "\"a\"", "<html></html>", "{}x", "{}{}", "]",
                            "}{", R"(["\"])", R"(["\)", "{\"a"})
        CHECK_FALSE(is_whole_json(bad));
    const std::string deep = std::string(1'000'000, '[') + std::string(1'000'000, ']');
    CHECK(is_whole_json(deep));
    CHECK_FALSE(is_whole_json(std::string_view(deep).substr(1)));
}

TEST_CASE("a document is followed alike byte by byte, in pieces and in one", "[whole json]") {
    std::mt19937 random(7);
    const auto below = [&](std::size_t end) { return random() % end; };
    const std::vector<std::string> parts = {"{",    "}",    "[",   "]",    "\"", "\\",
                                            "\\\"", "\\\\", "abc", "\":1", "[[", "]}"};
    std::size_t whole = 0;
    for (int round = 0; round < 20'000; ++round) {
        // At first strings with anything in them, and now and then whatever comes.
        const bool is_wild = below(4) == 0;
        std::string text = below(2) == 0 ? "{" : "[";
        std::string ends = text == "{" ? "}" : "]";
        for (std::size_t i = below(60); i-- > 0;) {
            if (is_wild)
                text += parts[below(parts.size())];
            else if (below(3) == 0 && !ends.empty()) {
                text += ends.back();
                ends.pop_back();
            } else if (below(2) == 0) {
                text += '[';
                ends += ']';
            } else {
                text += '"';
                for (std::size_t n = below(8); n-- > 0;)
                    text += below(4) == 0 ? "\\\"" : below(4) == 0 ? "\\\\" : "}x";
                text += '"';
            }
        }
        while (!ends.empty() && below(20) != 0) {
            text += ends.back();
            ends.pop_back();
        }
        json_follower bytes, pieces;
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

TEST_CASE("a string inside of JSON ends at its quote, wherever that is", "[whole json]") {
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
                json_follower follower;
                for (std::size_t at = 0; at < text.size(); at += size)
                    follower.take(std::string_view(text).substr(at, size));
                CHECK(follower.is_whole());
            }
        }
}
