#include <langexport/detail/protocol/impl/parse_json.hpp>

#include "support/catch.hpp"

#include <boost/json/serialize.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace parse_json_test {

using namespace langexport::detail;
using langexport_tests::contains_text;

namespace {

// A text that was parsed, written again, and what was wrong with it.
struct parsed {
    explicit parsed(std::string_view text, std::size_t max_depth = 32) {
        const auto value = parse_json(text, max_depth, {}, why);
        is_json = value.has_value();
        if (value)
            json = boost::json::serialize(*value);
    }

    bool is_json = false;
    std::string json;
    std::string why = "old";
};

} // namespace

TEST_CASE("strict JSON is parsed, also behind a byte order mark", "[parse_json]") {
    for (const char* text : {R"({"a":[1,"b",null]})", "\xEF\xBB\xBF"
                                                      R"({"a":[1,"b",null]})"}) {
        const parsed p(text);
        CHECK(p.json == R"({"a":[1,"b",null]})");
        CHECK(p.why.empty());
    }
    for (const char* text : {"{} {}", "{,}", "[1,]", "// no\n{}", "{'a':1}", "", "nul"}) {
        INFO(text);
        const parsed p(text);
        CHECK_FALSE(p.is_json);
        CHECK_FALSE(p.why.empty());
    }
}

TEST_CASE("a mistake in JSON is reported with its byte, the byte order mark included",
          "[parse_json]") {
    CHECK_THAT(parsed(R"({"a":x})").why, contains_text("byte 5: "));
    CHECK_THAT(parsed("\xEF\xBB\xBF"
                      R"({"a":x})")
                   .why,
               contains_text("byte 8: "));
    CHECK(parsed(R"({"a":)").why == "it ends at byte 5, but its JSON is incomplete");
    CHECK_THAT(parsed("[[[1]]]", 2).why, contains_text("byte 2: "));
    CHECK(parsed("[[1]]", 2).is_json);
}

TEST_CASE("strings that no decoder accepts are readable, and marked as damaged", "[parse_json]") {
    const std::string replaced = R"({"a":"x)" + std::string(replacement_character) + R"(y"})";
    for (const char* text : {"{\"a\":\"x\xFFy\"}", "{\"a\":\"x\ny\"}"}) {
        const parsed p(text);
        CHECK(p.json == replaced);
        CHECK_FALSE(p.why.empty());
        CHECK(is_damaged(p.json, p.why));
    }
    // Half of a UTF-16 pair is a usual mistake of writers.
    const parsed half(R"({"a":"x\ud800y"})");
    CHECK(half.json == replaced);
    // A text may contain U+FFFD itself.
    const parsed whole(replaced);
    CHECK(whole.json == replaced);
    CHECK(whole.why.empty());
    CHECK_FALSE(is_damaged(whole.json, whole.why));
    CHECK_FALSE(is_damaged("plain", "why"));
}

TEST_CASE("only strings are repaired", "[parse_json]") {
    CHECK_FALSE(readable_copy(R"({"a":"b\"\\"})"));
    CHECK_FALSE(readable_copy("{\n\t\"a\": 1}"));
    CHECK(readable_copy("\"\\\\\n\"") == "\"\\\\" + std::string(replacement_character) + "\"");
    CHECK_FALSE(parsed("{\x01\"a\":1}").is_json);
    CHECK_FALSE(parsed("{\xFF}").is_json);
}

TEST_CASE("an exponent that is too long for the parser is shortened", "[parse_json]") {
    const std::string digits(300, '1');
    const auto copy = readable_copy("[1e" + digits + ",2E-" + digits + ",\"1e" + digits + "\"]");
    REQUIRE(copy);
    CHECK(copy->size() < 2 * 30 + digits.size());
    CHECK_THAT(*copy, contains_text("\"1e" + digits + "\"")); // a string is not a number
    CHECK_FALSE(readable_copy("[1e10,2E-10,12345678901234567890]"));
}

TEST_CASE("the kind of a value has a name for messages", "[parse_json]") {
    namespace json = boost::json;
    CHECK(std::string(kind_name(json::value(nullptr))) == "null");
    CHECK(std::string(kind_name(json::value(true))) == "a boolean");
    CHECK(std::string(kind_name(json::value(1))) == "a number");
    CHECK(std::string(kind_name(json::value(1.5))) == "a number");
    CHECK(std::string(kind_name(json::value("a"))) == "a string");
    CHECK(std::string(kind_name(json::value(json::array_kind))) == "an array");
    CHECK(std::string(kind_name(json::value(json::object_kind))) == "an object");
}

} // namespace parse_json_test
