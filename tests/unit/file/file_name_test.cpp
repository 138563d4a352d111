#include <langexport/file/file_name.hpp>

#include <langexport/detail/base/text.hpp>

#include "support/catch.hpp"

#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace file_name_test {

using namespace langexport;
using namespace langexport_tests;

TEST_CASE("a file has the project's name if that is safe", "[file_name]") {
    CHECK(file_name_of("Contracts") == "Contracts.json");
    CHECK(file_name_of("a_b-c.d9") == "a_b-c.d9.json");
    CHECK(file_name_of("trailing.") == "trailing..json");
    CHECK(file_name_of("x", "") == "x");
    CHECK(file_name_of("two words") == "two%20words.json");
    CHECK(file_name_of("a/b\\c:d") == "a%2fb%5cc%3ad.json");
    CHECK(file_name_of("100%") == "100%25.json");
    CHECK(file_name_of("a~b") == "a%7eb.json");
    CHECK(file_name_of("\xC3\xA4") == "%c3%a4.json");
    CHECK(file_name_of(std::string("a\0b", 3)) == "a%00b.json");
    CHECK(file_name_of(".") == "%2e.json");
    CHECK(file_name_of("..") == "%2e..json");
    CHECK(file_name_of(".hidden") == "%2ehidden.json");
    CHECK(file_name_of("-rf") == "%2drf.json");
    CHECK(file_name_of("con") == "%63on.json");
    CHECK(file_name_of("NUL.txt") == "%4eUL.txt.json");
    CHECK(file_name_of("Com1") == "%43om1.json");
    CHECK(file_name_of("LPT9.x.y") == "%4cPT9.x.y.json");
    CHECK(file_name_of("com") == "com.json");
    CHECK(file_name_of("console") == "console.json");
    CHECK(file_name_of("com10") == "com10.json");
}

TEST_CASE("file names have a maximum length and stay different beyond it", "[file_name]") {
    const std::string a(300, 'a');
    const std::string b = a + 'b';
    CHECK(file_name_of(a).size() <= 160);
    CHECK(file_name_of(a) != file_name_of(b));
    CHECK(file_name_of(std::string(120, 'x')) == std::string(120, 'x') + ".json");
    std::string wide;
    for (int i = 0; i < 100; ++i)
        wide += "\xF0\x9F\x98\x80";
    CHECK(file_name_of(wide).size() <= 160);
    CHECK_FALSE(file_name_of("").empty());
    CHECK(file_name_of("") != ".json");
}

TEST_CASE("file names are distinct on case-insensitive file systems", "[file_name]") {
    const auto names = file_names_of({"Reviews", "reviews", "Tickets", "REVIEWS"});
    CHECK(names[2] == "Tickets.json");
    for (const std::size_t i : {0u, 1u, 3u})
        CHECK_THAT(detail::to_lower(names[i]), contains_text("reviews~"));
    // In any order, and a single one needs no number.
    const auto other = file_names_of({"REVIEWS", "Tickets", "Reviews", "reviews"});
    CHECK(other == std::vector<std::string>{names[3], names[2], names[0], names[1]});
    CHECK(file_names_of({"Reviews"}) == std::vector<std::string>{"Reviews.json"});
    CHECK(file_names_of({}).empty());
}

TEST_CASE("file names are distinct and safe for any project names", "[file_name]") {
    std::mt19937 random(7);
    const std::string letters = "aAbB.~%-_ /\\C:1\xC3\xA4\n";
    std::set<std::string> different = {"con",
                                       "CON",
                                       "",
                                       ".",
                                       "..",
                                       std::string(400, 'x'),
                                       std::string(401, 'x'),
                                       std::string(400, 'X')};
    while (different.size() < 3000) {
        std::string project;
        for (std::size_t size = random() % 6; project.size() < size;)
            project += letters[random() % letters.size()];
        different.insert(project);
    }
    const std::vector<std::string> projects(different.begin(), different.end());
    const auto names = file_names_of(projects);

    REQUIRE(names.size() == projects.size());
    std::set<std::string> lower;
    for (const std::string& name : names) {
        INFO(name);
        CHECK(
            name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                   "_-.%~") == std::string::npos);
        CHECK(name.find_first_of(".-") != 0);
        CHECK(name.size() <= 160);
        CHECK(lower.insert(detail::to_lower(name)).second);
    }
}

TEST_CASE("the received content decides the file's extension", "[file_name]") {
    struct row {
        const char* content_type;
        std::string_view bytes;
        const char* extension;
    };
    const std::string workbook =
        std::string("PK\x03\x04") + std::string(26, '\1') + "[Content_Types].xml and more";
    const std::string archive = std::string("PK\x03\x04") + std::string(26, '\1') + "FAQ.tsv";
    const char* const sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    const row rows[] = {
        {"application/json; charset=utf-8", "{}", ".json"},
        {"Application/JSON", "", ".json"},
        {"application/vnd.x+json", "{}", ".json"},
        {"text/tab-separated-values; charset=utf-8", "Question\tAnswer\n", ".tsv"},
        {"text/tab-separated-values", "{a}\tb\n", ".tsv"},
        {sheet, workbook, ".xlsx"},
        {sheet, archive, ".xlsx"},
        {"application/zip", archive, ".zip"},
        {"application/zip", workbook, ".zip"},
        {"application/x-zip-compressed", archive, ".zip"},
        // The bytes decide if the type is missing, unspecific or impossible.
        {"", archive, ".zip"},
        {"application/octet-stream", workbook, ".xlsx"},
        {"application/octet-stream", "PK\x05\x06", ".zip"},
        {"text/tab-separated-values", archive, ".zip"},
        {"application/json", archive, ".zip"},
        {"application/json", "Question\tAnswer\n", ".tsv"},
        {"application/json",
         "\xEF\xBB\xBF"
         "Question\tAnswer\n",
         ".tsv"},
        {"application/json", "{\t}", ".json"},
        {"application/json", "???", ".json"},
        {"", "\xEF\xBB\xBF {\"a\":1}", ".json"},
        {"text/plain", " [1]", ".json"},
        {"text/plain", "Question\tAnswer\r\n", ".tsv"},
        {"application/zip", "Question\tAnswer\n", ".tsv"},
        {"application/zip", "???", ".zip"},
        // What is not known has no extension of its own.
        {"", "", ""},
        {"text/html", "<html>", ""},
        {"application/octet-stream", std::string_view("\0\t", 2), ""},
        {"text/plain", "one line\nand a\ttab", ""},
    };
    for (const row& r : rows) {
        CAPTURE(r.content_type, r.bytes);
        CHECK(extension_of_content(r.content_type, r.bytes) == r.extension);
    }
}

} // namespace file_name_test
