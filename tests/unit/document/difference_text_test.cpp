// Differences as text: the different part is shown, and looks different.

#include <langexport/document/project_difference.hpp>

#include "support/catch.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace difference_text_test {

using namespace langexport;
using namespace langexport_tests;

namespace {

std::string repeated(const std::string& text, int times) {
    std::string result;
    for (int i = 0; i < times; ++i)
        result += text;
    return result;
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1)
        lines.push_back(text.substr(at, text.find('\n', at) - at));
    return lines;
}

// Both halves of the line that a change of the description makes.
std::pair<std::string, std::string> halves(const std::string& before, const std::string& after) {
    project_file a, b;
    a.metadata.description = before;
    b.metadata.description = after;
    const std::string line = lines_of(to_text(compare(a, b))).at(0);
    const std::string begin = "~ metadata.description: ", arrow = " -> ";
    REQUIRE(line.starts_with(begin));
    REQUIRE(line.find(arrow) != std::string::npos);
    return {line.substr(begin.size(), line.find(arrow) - begin.size()),
            line.substr(line.find(arrow) + arrow.size())};
}

// Without characters that a terminal does not draw, or draws like others: for these tests, all but visible
// ASCII and letters in two bytes.
std::string drawn(const std::string& text) {
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (byte > ' ' && byte < 0x7F)
            result += text[i];
        else if (byte == 0xC3 && i + 1 < text.size())
            result.append(text, i, 2);
    }
    return result;
}

} // namespace

TEST_CASE("the different part of a text is shown, however long the text is", "[difference]") {
    struct row {
        std::string before;
        std::string after;
        std::string before_has;
        std::string after_has;
    };
    const std::string a = repeated("aaa ", 500), b = repeated("bbb ", 500), u = repeated("ü", 900);
    const row rows[] = {
        {a + "from Xxxx to" + b, a + "from Zzzz to" + b, "Xxxx", "Zzzz"},
        {"Xxxx" + a, "Zzzz" + a, "Xxxx", "Zzzz"},
        {a + "Xxxx", a + "Zzzz", "Xxxx", "Zzzz"},
        {u + "Xxxx" + u, u + "Zzzz" + u, "üXxxxü", "üZzzzü"},
        {a + b, a + "Zzzz" + b, "aaa bbb", "Zzzz"},
        {a, a + a, "(2000 characters)", "(4000 characters)"},
        {a + b, b, "(4000 characters)", "(2000 characters)"},
        // At several places: the first and the last one.
        {a + "Xxxx" + a + b + "Uuuu" + b, a + "Zzzz" + a + b + "Vvvv" + b, "Xxxx", "Zzzz"},
        {a + "Xxxx" + a + b + "Uuuu" + b, a + "Zzzz" + a + b + "Vvvv" + b, "Uuuu", "Vvvv"},
        {"", a + "Zzzz", "(absent)", "Zzzz"},
        {"short", "other", "\"short\"", "\"other\""},
        {a + "\xC3\xA4" + b, a + "\xC3\xB6" + b, "ä", "ö"},
        {a + "\n" + b, a + "\t" + b, "\\n", "\\t"},
    };
    for (const row& one : rows) {
        const auto [before, after] = halves(one.before, one.after);
        CHECK_THAT(before, contains_text(one.before_has));
        CHECK_THAT(after, contains_text(one.after_has));
        CHECK(before != after);
        CHECK(before.size() < 250);
        CHECK(after.size() < 250);
    }
}

TEST_CASE("different texts that look the same are printed differently", "[difference]") {
    const std::string zero_width = "\xE2\x80\x8B", no_break = "\xC2\xA0", soft_hyphen = "\xC2\xAD";
    const std::pair<std::string, std::string> rows[] = {
        {"caf\xC3\xA9", "cafe\xCC\x81"}, // one character, or a letter and a mark
        {"ab", "a" + zero_width + "b"},  // invisible
        {"a b", "a" + no_break + "b"},   // another space
        {"ab", "a" + soft_hyphen + "b"}, //
        {"a b", "a  b"},                 // spaces
        {"ab", "ab "},                   //
        {"a b", "a\tb"},                 //
        {"a\nb", "a\r\nb"},              //
        {"ab", "\xEF\xBB\xBF"
               "ab"},                                 // a byte order mark
        {"pay", "p\xD0\xB0y"},                        // Cyrillic
        {"\xC3\x85ngstrom", "\xE2\x84\xABngstrom"},   // a letter and a unit
        {"\xE2\x9D\xA4", "\xE2\x9D\xA4\xEF\xB8\x8F"}, // a variation selector
        {"\xE3\x81\x8C", "\xE3\x81\x8B\xE3\x82\x99"}, // kana and its mark
        {"\xEA\xB0\x80", "\xE1\x84\x80\xE1\x85\xA1"}, // a syllable and its letters
        {"a-b", "a\xE2\x80\x93"
                "b"}, // dashes
        {"a\xE2\x80\xAE"
         "b",
         "ab"},                    // a mark that turns the direction
        {"\xF0\x9D\x90\x80", "A"}, // a letter of mathematics
        {"\x01", "\x02"},          // controls
    };
    for (const auto& [before, after] : rows) {
        CAPTURE(before, after);
        for (const int size : {0, 300}) {
            const std::string around = repeated("x", size);
            const auto shown = halves(around + before + around, around + after + around);
            CHECK(drawn(shown.first) != drawn(shown.second));
            for (const std::string& half : {shown.first, shown.second})
                CHECK(std::none_of(half.begin(), half.end(), [](char c) {
                    return static_cast<unsigned char>(c) < ' ' || c == '\x7F';
                }));
        }
    }
    // The text around the difference stays readable.
    CHECK(halves("Größe 1", "Größe 2").first == "\"Größe 1\"");
    CHECK(halves("値段 一", "値段 二").second == "\"値段 二\"");
}

TEST_CASE("similar names of items are distinguishable", "[difference]") {
    const std::string a = repeated("aaa ", 50), b = repeated("bbb ", 50);
    const std::vector<std::string> names = {
        a + "from Xxxx to" + b,
        a + "from Zzzz to" + b,
        a + "from Zzzz to" + b + "!",
        a + "from Yyyy to" + a + "Y" + a,
        a + "from Yyyy to" + a + "Z" + a,
        "short",
        "short ",
        "short\xE2\x80\x8B",
        "sh\xD0\xBErt",
        "caf\xC3\xA9",
        "cafe\xCC\x81",
    };
    project_file before, after;
    for (std::size_t i = 0; i < names.size(); ++i)
        (i % 2 == 0 ? before : after).assets.utterances.emplace_back(names[i]);
    const std::vector<std::string> lines = lines_of(to_text(compare(before, after)));
    REQUIRE(lines.size() == names.size() + 2);
    std::set<std::string> shown;
    for (std::size_t i = 0; i < names.size(); ++i) {
        CHECK(lines[i].size() < 200);
        shown.insert(drawn(lines[i].substr(2)));
    }
    CHECK(shown.size() == names.size());
    const std::string all = to_text(compare(before, after));
    for (const char* part : {"Xxxx", "Zzzz", "Yyyy", "short\\u200b", "sh\\u043ert"})
        CHECK_THAT(all, contains_text(part));

    // Categories, and labels with them.
    project_file classes;
    classes.assets.classes.emplace_back("Sale");
    classes.assets.documents.emplace_back("1").single_class.category = "Sale";
    project_file other = classes;
    other.assets.classes[0].category = "Sale\xC2\xA0";
    other.assets.documents[0].single_class.category = "Sale\xC2\xA0";
    const std::string text = to_text(compare(classes, other));
    CHECK_THAT(text, contains_text("- class Sale\n+ class Sale\\u00a0\n"));
    CHECK_THAT(text, contains_text("    - class Sale\n    + class Sale\\u00a0\n"));
}

TEST_CASE("the totals include changes of the project itself", "[difference]") {
    project_file before, after;
    after.metadata.description = "new";
    after.metadata.settings["a"] = 1;
    after.project_file_version = "2023-04-01";
    CHECK_THAT(to_text(compare(before, after)), contains_text("; metadata: 3 changed\n"));
}

} // namespace difference_text_test
