// "\ud83d" without its other half is valid JSON: it is read everywhere, shown as U+FFFD and stored as it was.

#include <langexport/detail/base/lone_surrogate.hpp>
#include <langexport/detail/base/text.hpp>
#include <langexport/document/json_normalizer.hpp>
#include <langexport/document/project_difference.hpp>
#include <langexport/document/project_file.hpp>

#include "support/catch.hpp"
#include "unit/rejection.hpp"

#include <string>
#include <string_view>

namespace lone_surrogate_test {

using namespace langexport;
using namespace langexport_tests;

namespace {

std::string normalized_in_pieces(std::string_view text, std::size_t size) {
    json_normalizer normalizer;
    for (std::size_t at = 0; at < text.size(); at += size)
        normalizer.write(text.substr(at, size));
    CHECK(normalizer.size() == text.size());
    std::string result;
    for (const std::string& piece : normalizer.finish())
        result += piece;
    return result;
}

} // namespace

TEST_CASE("a lone surrogate is kept in a normal form", "[lone surrogate]") {
    struct {
        std::string_view json, normal;
    } const rows[] = {
        {R"("\ud83d")", R"("\ud83d")"},
        {R"("\uD83D")", R"("\ud83d")"},
        {R"("\udc4d\ud83d")", R"("\udc4d\ud83d")"},
        {R"("\ud83d\ud83d\udc4d")", "\"\\ud83d\xF0\x9F\x91\x8D\""},
        {R"("\ud83d\udc4d")", "\"\xF0\x9F\x91\x8D\""},
        {R"("a\ud83db")", R"("a\ud83db")"},
        {R"("\\ud83d")", R"("\\ud83d")"},
        {R"("\\\ud83d\\")", R"("\\\ud83d\\")"},
        {R"("\ud83d\n\u0041")", R"("\ud83d\nA")"},
        {R"("\ud83d\\udc4d")", R"("\ud83d\\udc4d")"},
        {R"("\udfff\ud800\udbff\udc00")", "\"\\udfff\\ud800\xF4\x8F\xB0\x80\""},
        {R"("\ud7ff\ue000")", "\"\xED\x9F\xBF\xEE\x80\x80\""},
        {R"({"\ud83d":1})", "{\n  \"\\ud83d\": 1\n}"},
        {R"([[{"k\udc4d":"\ud83d"}]])", "[\n  [{\"k\\udc4d\":\"\\ud83d\"}]\n]"},
    };
    for (const auto& row : rows) {
        INFO(row.json);
        const std::string expected = std::string(row.normal) + "\n";
        for (std::size_t size = 1; size <= row.json.size(); ++size) {
            CAPTURE(size);
            CHECK(normalized_in_pieces(row.json, size) == expected);
        }
        CHECK(normalize(expected) == expected);
    }
}

TEST_CASE("text that only resembles a lone surrogate is invalid JSON, reported with its byte",
          "[lone surrogate]") {
    struct {
        std::string_view json, why;
    } const rows[] = {
        {R"({\ud83d:1})", "byte 1"},          {R"(\ud83d)", "byte 0"},
        {R"(["\ud83d)", "it ends at byte 8"}, {R"(["\ud83)", "it ends at byte 7"},
        {R"(["\ud8zz"])", "byte "},           {R"(["\ud83d" \ud83d])", "byte 10"},
        {"[\"\xED\xA0\xBD\"]", "byte "},
    };
    for (const auto& row : rows) {
        INFO(row.json);
        const auto whole = rejection_of([&] { normalize(row.json); });
        CHECK(whole.code == errc::malformed_document);
        CHECK_THAT(whole.detail, contains_text(std::string(row.why)));
        CHECK(rejection_of([&] { normalized_in_pieces(row.json, 1); }).code ==
              errc::malformed_document);
    }
}

TEST_CASE("a project with a lone surrogate is read, written and compared", "[lone surrogate]") {
    const std::string text =
        R"({"metadata":{"projectName":"\ud83d","description":"\udc4d!"},)"
        R"("assets":{"projectKind":"Conversation","utterances":[{"text":"a \ud83d","new":"\ud83d"}]}})";
    const project_file file = parse_project_file("\xEF\xBB\xBF" + text);
    CHECK(detail::one_printable_line(file.metadata.project_name) == "\xEF\xBF\xBD");
    CHECK(detail::one_printable_line(file.metadata.description) == "\xEF\xBF\xBD!");
    CHECK(to_json(file) == text);
    CHECK(compare(file, parse_project_file(normalize(file))).is_empty());
    std::string other = text;
    other.replace(other.find("udc4d"), 5, "udc4e");
    const auto difference = compare(file, parse_project_file(other));
    CHECK_FALSE(difference.is_empty());
    CHECK(detail::find_invalid_utf8(to_text(difference)) == std::string::npos);
}

TEST_CASE("an explicit lone surrogate can be written, other invalid bytes cannot",
          "[lone surrogate]") {
    project_file file = parse_project_file(R"({"metadata":{},"assets":{}})");
    file.metadata.description = "a\xED\xA0\xBD";
    CHECK_THAT(to_json(file), contains_text(R"("a\ud83d")"));
    for (const char* bad : {"\xED\xA0", "\xED\xA0\xBD\xFF", "\xC0\x80", "\xED\xC0\x80"}) {
        file.metadata.description = bad;
        CHECK(rejection_of([&] { to_json(file); }).code == errc::invalid_request);
    }
}

} // namespace lone_surrogate_test
