// Texts of files on one line of a terminal. tests/unit/document/difference_text_test.cpp shows whole differences.

#include <langexport/document/impl/visible_text.hpp>

#include "support/catch.hpp"

#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace visible_text_test {

using namespace langexport::detail;
using langexport_tests::contains_text;

namespace {

std::string repeated(std::string_view text, std::size_t times) {
    std::string all;
    for (std::size_t i = 0; i < times; ++i)
        all += text;
    return all;
}

std::vector<std::string> shown(std::initializer_list<std::string> names) {
    shown_names all;
    for (const std::string& name : names)
        all.add(name);
    all.finish();
    std::vector<std::string> result;
    for (const std::string& name : names)
        result.push_back(all[name]);
    return result;
}

} // namespace

TEST_CASE("characters are escaped by how clear they are", "[visible_text]") {
    struct row {
        std::string_view text, none, unclear, foreign;
    };
    for (const row& each : {
             row{"", "", "", ""},
             row{"ab-1", "ab-1", "ab-1", "ab-1"},
             row{"a b", "a b", "a b", "a\\u0020b"},
             row{"a\\b", "a\\b", "a\\b", "a\\\\b"},
             row{"a\nb", "a b", "a\\u000ab", "a\\u000ab"},
             row{"\u00e4", "\u00e4", "\u00e4", "\\u00e4"},
             row{"a\u00ad", "a\u00ad", "a\\u00ad", "a\\u00ad"},
             row{"e\u0301", "e\u0301", "e\\u0301", "e\\u0301"},
             row{"\u0430", "\u0430", "\u0430", "\\u0430"},
             row{"\U0001d400", "\U0001d400", "\\u{1d400}", "\\u{1d400}"},
             row{"\U0001f600", "\U0001f600", "\U0001f600", "\\u{1f600}"},
             row{"\U0010fffd", "\U0010fffd", "\U0010fffd", "\\u{10fffd}"},
         }) {
        CAPTURE(each.text);
        CHECK(visible(each.text, escapes::none) == each.none);
        CHECK(visible(each.text, escapes::unclear) == each.unclear);
        CHECK(visible(each.text, escapes::foreign) == each.foreign);
    }
}

TEST_CASE("bytes that are not UTF-8 are escaped one by one", "[visible_text]") {
    for (const escapes escaped : {escapes::unclear, escapes::foreign}) {
        CHECK(visible("a\xff", escaped) == "a\\xff");
        CHECK(visible("\xc3", escaped) == "\\xc3");                   // cut
        CHECK(visible("\xc0\xaf", escaped) == "\\xc0\\xaf");          // too long for its character
        CHECK(visible("\xe0\x80\xaf", escaped) == "\\xe0\\x80\\xaf"); // too long
        CHECK(visible("\xe0\x9f\xbf", escaped) == "\\xe0\\x9f\\xbf"); // too long
        CHECK(visible("\xf4\x90\x80\x80", escaped) == "\\xf4\\x90\\x80\\x80"); // too large
        CHECK(visible("\xed\xa0\x80", escaped) == "\\ud800");                  // a lone surrogate
    }
}

TEST_CASE("two texts that differ look different", "[visible_text]") {
    CHECK(shown_apart("abc", "abd") == std::pair<std::string, std::string>("abc", "abd"));
    CHECK(shown_apart("abc", "") == std::pair<std::string, std::string>("abc", ""));
    CHECK(shown_apart("a b", "a  b").second == "a \\u0020b");
    CHECK(shown_apart("pay", "p\u0430y").second == "p\\u0430y");
    CHECK(shown_apart("ab", "a\u00adb").second == "a\\u00adb");
    // The common parts of a short text are as they are.
    CHECK(shown_apart("\u0430: x", "\u0430: y").first == "\u0430: x");
}

TEST_CASE("a long text is truncated around the part that differs", "[visible_text]") {
    const std::string a = repeated("aaa ", 100), b = repeated("bbb ", 100);
    const auto [before, after] = shown_apart(a + "Xxxx" + b, a + "Zz" + b);
    CHECK(before.starts_with("..."));
    CHECK_THAT(before, contains_text("aaa Xxxxbbb ") && contains_text("... (804 characters)"));
    CHECK_THAT(after, contains_text("aaa Zzbbb ") && contains_text("... (802 characters)"));
    CHECK(before.size() < 150);

    // The sizes are those of the content of a JSON text.
    const std::string quoted = '"' + repeated("\\u00e4", 50);
    CHECK_THAT(shown_apart(quoted + "x\"", quoted + "\\n\\n\"").second,
               contains_text("(52 characters)"));
    CHECK(shown_apart(a + "x", a + "y").first.find("characters") == std::string::npos);

    // A long difference has a gap, and whole characters on both sides.
    const std::string changed = repeated("\u00e4", 300);
    const std::string shown = shown_apart(a + changed + b, a + b).first;
    CHECK_THAT(shown, contains_text("\u00e4 ... \u00e4"));
    CHECK(visible(shown, escapes::unclear) == shown);
}

TEST_CASE("names are shown as they are, unless two look the same", "[visible_text]") {
    using texts = std::vector<std::string>;
    CHECK(shown({"A", "B", "\u00c4"}) == texts{"A", "B", "\u00c4"});
    CHECK(shown({"pay", "p\u0430y"}) == texts{"pay", "p\\u0430y"});
    CHECK(shown({"a b", "ab"}) == texts{"a\\u0020b", "ab"});
    CHECK(shown({"a\u00adb", "ab"}) == texts{"a\\u00adb", "ab"});
    CHECK(shown({"a\tb", "a\nb"}) == texts{"a\\u0009b", "a\\u000ab"});
    CHECK(shown({"p\u0430y"}) == texts{"p\u0430y"}); // alone, nothing looks like it
}

TEST_CASE("long names keep what distinguishes them", "[visible_text]") {
    const std::string common = repeated("aaaa", 50);
    const auto names = shown({common + "Xxxx" + common, common + "Zzzz" + common, "B"});
    CHECK_THAT(names[0], contains_text("Xxxx"));
    CHECK_THAT(names[1], contains_text("Zzzz"));
    CHECK(names[2] == "B");
    for (const std::string& name : names)
        CHECK(name.size() < 150);
    const auto alone = shown({common + "Xxxx" + common});
    CHECK_THAT(alone[0], contains_text("aaa ... aaa"));
    CHECK(alone[0].find("Xxxx") == std::string::npos);
}

} // namespace visible_text_test
