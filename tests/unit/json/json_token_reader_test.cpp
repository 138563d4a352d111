#include <langexport/detail/json/json_token_reader.hpp>

#include "support/catch.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace json_token_reader_test {

using namespace langexport::detail;

namespace {

std::string_view rest_of(const json_token_reader& reader) {
    return {reader.position(), reader.left()};
}

} // namespace

TEST_CASE("a plain string is read up to its quote, or not at all", "[json_token_reader]") {
    for (const std::size_t size : {0u, 1u, 15u, 16u, 63u, 64u, 65u, 127u, 200u}) {
        CAPTURE(size);
        const std::string content(size, 'x');
        for (const char* const end : {"\"", "\",", "\"\"\\"}) {
            const std::string json = content + end;
            json_token_reader reader(json);
            std::string_view text;
            REQUIRE(reader.read_plain_string(text));
            CHECK(text == content);
            CHECK(rest_of(reader) == std::string_view(end).substr(1));
        }
        for (const char* const end : {"", "\\\"", "\n\"", "\x1F\""}) {
            const std::string json = content + end;
            json_token_reader reader(json);
            std::string_view text;
            CHECK_FALSE(reader.read_plain_string(text));
            CHECK(rest_of(reader) == end);
        }
    }
}

TEST_CASE("strings that follow each other share what was examined", "[json_token_reader]") {
    std::string json;
    for (int i = 0; i < 40; ++i)
        json += std::to_string(i) + "\"";
    json_token_reader reader(json);
    for (int i = 0; i < 40; ++i) {
        std::string_view text;
        REQUIRE(reader.read_plain_string(text));
        CHECK(text == std::to_string(i));
    }
    CHECK(reader.left() == 0);
}

TEST_CASE("digits are read if they are a number that ends", "[json_token_reader]") {
    struct row {
        const char* json;
        bool is_read;
        std::uint64_t number;
    };
    const row rows[] = {
        {"0,", true, 0},
        {"7}", true, 7},
        {"12]", true, 12},
        {"12 ", true, 12},
        {"12\n", true, 12},
        {"999999999999999999,", true, 999'999'999'999'999'999},
        {"1000000000000000000,", false, 0},
        {"12", false, 0},
        {"012,", false, 0},
        {"00,", false, 0},
        {"-1,", false, 0},
        {"1.0,", false, 0},
        {"1e1,", false, 0},
        {"1:", false, 0},
        {",", false, 0},
        {"", false, 0},
    };
    for (const row& given : rows) {
        CAPTURE(given.json);
        json_token_reader reader(given.json);
        std::uint64_t number = 0;
        CHECK(reader.read_digits(number) == given.is_read);
        if (given.is_read) {
            CHECK(number == given.number);
        }
    }
}

TEST_CASE("a byte is skipped behind white space", "[json_token_reader]") {
    json_token_reader reader(" \n\t, ,x");
    CHECK(reader.skip(','));
    CHECK_FALSE(reader.skip('x'));
    CHECK(reader.skip(','));
    CHECK(reader.skip('x'));
    CHECK_FALSE(reader.skip('x'));
}

} // namespace json_token_reader_test
