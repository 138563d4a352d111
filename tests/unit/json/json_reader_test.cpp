#include <langexport/detail/json/json_reader.hpp>
#include <langexport/detail/json/parsed_text.hpp>

#include "support/catch.hpp"
#include "unit/rejection.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace json_reader_test {

using namespace langexport_tests;
using langexport::detail::json_reader;
using langexport::detail::parsed_text;

namespace {

// Records the names, texts and numbers of a document in their order.
class listed_events : public parsed_text {
public:
    static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);

    std::vector<std::string> all;

    std::string path() const { return all.empty() ? "" : all.back(); }

    bool on_object_begin(error_code&) { return true; }
    bool on_object_end(std::size_t, error_code&) { return true; }
    bool on_array_begin(error_code&) { return true; }
    bool on_array_end(std::size_t, error_code&) { return true; }
    bool on_key(text_view rest, std::size_t, error_code&) { return add("key ", rest); }
    bool on_string(text_view rest, std::size_t, error_code&) { return add("text ", rest); }
    bool on_int64(std::int64_t, text_view rest, error_code&) { return add("number ", rest); }
    bool on_uint64(std::uint64_t, text_view rest, error_code&) { return add("number ", rest); }
    bool on_double(double, text_view rest, error_code&) { return add("number ", rest); }
    bool on_bool(bool, error_code&) { return true; }
    bool on_null(error_code&) { return true; }

private:
    bool add(const char* kind, text_view rest) {
        all.push_back(std::string(kind).append(whole_text(rest)));
        forget_text();
        return true;
    }
};

std::vector<std::string> read(std::string_view text, std::size_t piece) {
    json_reader<listed_events> reader(8);
    for (std::size_t at = 0; at < text.size(); at += piece)
        reader.write(text.substr(at, piece));
    reader.finish();
    CHECK(reader.size() == text.size());
    return reader.events().all;
}

std::string why_not(std::string_view text, std::size_t piece) {
    return rejection_of([&] { read(text, piece); }).detail;
}

} // namespace

TEST_CASE("texts and numbers are complete in pieces of any size", "[json_reader]") {
    const std::string text = "\xEF\xBB\xBF{\"name\":[\"two words\",-12.5,1e" +
                             std::string(30, '7') + R"(,"\ud800 \u00e9"]})";
    const std::vector<std::string> wanted{"key name", "text two words", "number -12.5",
                                          "number 1e" + std::string(30, '7'),
                                          "text \xED\xA0\x80 \u00e9"};
    for (std::size_t piece = 1; piece <= text.size(); ++piece) {
        CAPTURE(piece);
        CHECK(read(text, piece) == wanted);
    }
}

TEST_CASE("invalid JSON is rejected at its byte, and again for further input", "[json_reader]") {
    for (const std::size_t piece : {1U, 3U, 100U}) {
        CAPTURE(piece);
        CHECK_THAT(why_not(R"({"a":1 x})", piece), contains_text("byte 7: number 1: "));
        CHECK(why_not(R"({"a":[)", piece) ==
              "it ends at byte 6, in key a, but its JSON is incomplete");
        CHECK_THAT(why_not("[[[[[[[[[1]]]]]]]]]", piece),
                   contains_text("byte 8: it is nested deeper than 8 levels, which is the limit"));
    }
    json_reader<listed_events> reader(8);
    const auto first = rejection_of([&] { reader.write("{]"); });
    CHECK(rejection_of([&] { reader.write("{}"); }).detail == first.detail);
    CHECK(rejection_of([&] { reader.finish(); }).detail == first.detail);
}

TEST_CASE("bytes that were read elsewhere count, and the parser receives other text",
          "[json_reader]") {
    json_reader<listed_events> reader(8);
    reader.write(R"([1,)");
    CHECK(reader.is_up_to_date());
    reader.skip(100, R"("stand-in")");
    CHECK(reader.size() == 103);
    reader.write(R"(,"\ud8)");
    CHECK_FALSE(reader.is_up_to_date()); // the escape is not complete
    reader.write(R"(00",2e1)");
    CHECK_FALSE(reader.is_up_to_date()); // nor is the exponent
    reader.write(R"( )");
    CHECK(reader.is_up_to_date());
    CHECK(rejection_of([&] { reader.write("}"); }).detail.starts_with("byte 117"));
}

} // namespace json_reader_test
