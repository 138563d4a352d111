// Times, words for a shell and options of command lines; names of files.

#include "examples/tool/command_line.hpp"

#include <langexport/detail/base/duration_text.hpp>
#include <langexport/detail/base/shell_word.hpp>
#include <langexport/detail/base/text.hpp>
#include <langexport/file/file_name.hpp>

#include "support/catch.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <random>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

using namespace langexport;
using namespace tool;
using namespace langexport_tests;
using namespace std::chrono_literals;

TEST_CASE("times are whole numbers with a unit", "[command_line]") {
    CHECK(detail::parse_duration("500ms") == 500ms);
    CHECK(detail::parse_duration("30s") == 30s);
    CHECK(detail::parse_duration("10m") == 10min);
    CHECK(detail::parse_duration("2h") == 2h);
    CHECK(detail::parse_duration("0") == 0ms);
    CHECK(detail::parse_duration("0s") == 0ms);
    CHECK(detail::parse_duration("10000h") == 10000h);
    CHECK(detail::parse_duration("1d") == 24h);
    CHECK(detail::parse_duration("416d") == 416 * 24h);
    for (const char* text :
         {"", "5", "s", "-1s", "+1s", "1.5s", "1 s", " 1s", "1s ", "1S", "1w", "1us", "10001h",
          "417d", "36000000001ms", "99999999999999999999s", "0x1s", "1ss"}) {
        INFO("'" << text << "'");
        CHECK_FALSE(detail::parse_duration(text));
    }
}

TEST_CASE("a time is written as people write it", "[command_line]") {
    const struct {
        std::chrono::nanoseconds time;
        std::string_view text;
    } cases[] = {
        {-1s, "0 s"},         {0s, "0 s"},           {1ns, "0.1 ms"},      {412us, "0.4 ms"},
        {3ms, "3 ms"},        {3'440us, "3.4 ms"},   {9'960us, "10 ms"},   {427'400us, "427 ms"},
        {999'600us, "1 s"},   {1500ms, "1.5 s"},     {23'606ms, "23.6 s"}, {30s, "30 s"},
        {59'940ms, "59.9 s"}, {59'960ms, "1 min"},   {60s, "1 min"},       {90s, "1 min 30 s"},
        {3599'600ms, "1 h"},  {90min, "1 h 30 min"}, {86'399s, "1 d"},     {51h, "2 d 3 h"},
        {24h * 366, "366 d"},
    };
    for (const auto& each : cases)
        CHECK(detail::format_duration(each.time) == each.text);
}

TEST_CASE("words are quoted for a shell where that is needed", "[command_line]") {
    CHECK(detail::shell_word("backup/2026-11-23_a.json") == "backup/2026-11-23_a.json");
    CHECK(detail::shell_word("https://name.example:443/p%20q") == "https://name.example:443/p%20q");
    CHECK(detail::shell_word("") == "''");
    CHECK(detail::shell_word("two words") == "'two words'");
    CHECK(detail::shell_word("it's") == "'it'\\''s'");
    CHECK(detail::shell_word("~") == "'~'");
    CHECK(detail::shell_word("a\nb") == "'a\nb'");
    CHECK(detail::shell_word("$HOME`x`\"") == "'$HOME`x`\"'");
}

namespace {

class options {
public:
    options() {
        reader.add("--text", &text)
            .add("--time", &time)
            .add("--number", &number)
            .add("--flag", &flag)
            .add("--each", &each);
    }

    std::string refusal_of(const std::vector<std::string>& arguments) {
        try {
            reader.read(arguments);
        } catch (const std::invalid_argument& error) {
            return error.what();
        }
        return {};
    }

    std::string text = "default";
    std::chrono::milliseconds time{7};
    std::size_t number = 3;
    bool flag = false;
    std::vector<std::string> each;
    option_reader reader;
};

} // namespace

TEST_CASE("options stand anywhere, with their values behind them or joined", "[command_line]") {
    options o;
    const auto others =
        o.reader.read({"a", "--text", "x y", "b", "--time=2m", "--flag", "--number", "12",
                       "-"
                       "-",
                       "--c", "--"});

    CHECK(others == std::vector<std::string>{"a", "b", "--c", "--"});
    CHECK(o.text == "x y");
    CHECK(o.time == 2min);
    CHECK(o.number == 12);
    CHECK(o.flag);
    CHECK(o.reader.given_but({}) == " --text 'x y' --time 2m --flag --number 12");
    CHECK(o.reader.given_but({"--text", "--number"}) == " --time 2m --flag");
}

TEST_CASE("an option that can be repeated keeps all its values", "[command_line]") {
    options o;
    o.reader.read({"--each", "a=b", "--flag", "--each=c"});
    CHECK(o.each == std::vector<std::string>{"a=b", "c"});
    CHECK(o.reader.given_but({"--flag"}) == " --each a=b --each c");
}

TEST_CASE("what is not given keeps its value; a value may be empty or look like an option",
          "[command_line]") {
    options o;
    CHECK(o.reader.read({"--text="}).empty());
    CHECK(o.text.empty());
    CHECK(o.number == 3);
    CHECK(o.time == 7ms);
    CHECK_FALSE(o.flag);
    CHECK(o.reader.read({"--text", "--flag"}).empty());
    CHECK(o.text == "--flag");
    CHECK_FALSE(o.flag);
}

TEST_CASE("a flag that may have a value has it behind an equals sign", "[command_line]") {
    const auto read = [](const std::vector<std::string>& arguments) {
        std::optional<std::string> value;
        option_reader reader;
        reader.add("--normalize", &value);
        const std::vector<std::string> others = reader.read(arguments);
        return std::pair(value, reader.given_but({}) + (others.empty() ? "" : " | " + others[0]));
    };
    CHECK_FALSE(read({"x"}).first);
    CHECK(read({"--normalize", "sorted"}) ==
          std::pair(std::optional(std::string()), std::string(" --normalize | sorted")));
    CHECK(read({"--normalize=sorted"}) ==
          std::pair(std::optional(std::string("sorted")), std::string(" --normalize=sorted")));
}

TEST_CASE("what is wrong with an option is told", "[command_line]") {
    options o;
    CHECK(o.refusal_of({"--nope"}) == "unknown option '--nope'");
    CHECK(o.refusal_of({"-t", "x"}) == "unknown option '-t'");
    CHECK(o.refusal_of({"--nope=secret"}) == "unknown option '--nope'");
    CHECK(o.refusal_of({"--text"}) == "--text needs a value");
    CHECK(o.refusal_of({"--flag=yes"}) == "--flag takes no value");
    CHECK_THAT(o.refusal_of({"--time", "soon"}), contains_text("--time: 'soon' is no time"));
    for (const char* number : {"", "-1", "1.5", "ten", "99999999999999999999999"}) {
        INFO(number);
        CHECK_THAT(o.refusal_of({"--number", number}), contains_text("is no number that fits"));
    }
}

TEST_CASE("an option that is nearly one is named", "[command_line]") {
    options o;
    CHECK(o.refusal_of({"--txt"}) == "unknown option '--txt'; did you mean '--text'?");
    CHECK(o.refusal_of({"--numbers=secret"}) ==
          "unknown option '--numbers'; did you mean '--number'?");
    CHECK(o.refusal_of({"--hlep"}) == "unknown option '--hlep'; did you mean '--help'?");
    CHECK(o.refusal_of({"-flag"}) == "unknown option '-flag'; did you mean '--flag'?");
}

TEST_CASE("an option can be repeated, or have a value or none", "[command_line]") {
    using file = std::optional<std::filesystem::path>;
    class row {
    public:
        std::vector<std::string> arguments;
        file value;
        std::vector<std::string> others;
        std::string given;
    };
    const row rows[] = {
        {{}, std::nullopt, {}, ""},
        {{"--file"}, file(""), {}, " --file"},
        {{"--file", "--list", "x"}, file(""), {}, " --file --list x"},
        {{"a", "--file"}, file(""), {"a"}, " --file"},
        {{"--file", "a", "b"}, file("a"), {"b"}, " --file a"},
        {{"--file=a", "b"}, file("a"), {"b"}, " --file a"},
        {{"--file", "--", "b"}, file(""), {"b"}, " --file"},
        {{"--file=-a"}, file("-a"), {}, " --file=-a"},
    };
    for (const row& one : rows) {
        CAPTURE(one.arguments);
        file value;
        std::vector<std::string> list;
        option_reader reader;
        reader.add("--file", &value).add("--list", &list);
        CHECK(reader.read(one.arguments) == one.others);
        CHECK(value == one.value);
        CHECK(reader.given_but({}) == one.given);
    }
    std::vector<std::string> list;
    option_reader reader;
    CHECK(reader.add("--list", &list).read({"--list", "a", "--list=b"}).empty());
    CHECK(list == std::vector<std::string>{"a", "b"});
}

TEST_CASE("a project's file has its name wherever that is safe", "[file_name]") {
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

TEST_CASE("names of files have a limit, and stay different beyond it", "[file_name]") {
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

TEST_CASE("names of files are distinct where upper and lower case are one", "[file_name]") {
    const auto names = file_names_of({"Reviews", "reviews", "Tickets", "REVIEWS"});
    CHECK(names[2] == "Tickets.json");
    for (const std::size_t i : {0u, 1u, 3u})
        CHECK_THAT(detail::to_lower(names[i]), contains_text("reviews~"));
    // Whatever the order, and alone it needs no number.
    const auto other = file_names_of({"REVIEWS", "Tickets", "Reviews", "reviews"});
    CHECK(other == std::vector<std::string>{names[3], names[2], names[0], names[1]});
    CHECK(file_names_of({"Reviews"}) == std::vector<std::string>{"Reviews.json"});
    CHECK(file_names_of({}).empty());
}

TEST_CASE("whatever the projects are called, names of files are distinct and safe", "[file_name]") {
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

TEST_CASE("a file's extension is that of what arrived", "[file_name]") {
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
        // The bytes decide where the type says nothing, or something that cannot be.
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
