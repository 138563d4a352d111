// Options of command lines.

#include "examples/tool/command_line.hpp"

#include <langexport/detail/base/duration_text.hpp>
#include <langexport/detail/base/shell_word.hpp>
#include <langexport/file/file_name.hpp>

#include "support/catch.hpp"

#include <chrono>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace command_line_test {

using namespace langexport;
using namespace tool;
using namespace langexport_tests;
using namespace std::chrono_literals;

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

    std::string rejection_of(const std::vector<std::string>& arguments) {
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

TEST_CASE("options can be anywhere, with a separate or a joined value", "[command_line]") {
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
    CHECK(o.reader.arguments_except({}) == " --text 'x y' --time 2m --flag --number 12");
    CHECK(o.reader.arguments_except({"--text", "--number"}) == " --time 2m --flag");
}

TEST_CASE("an option that can be repeated keeps all its values", "[command_line]") {
    options o;
    o.reader.read({"--each", "a=b", "--flag", "--each=c"});
    CHECK(o.each == std::vector<std::string>{"a=b", "c"});
    CHECK(o.reader.arguments_except({"--flag"}) == " --each a=b --each c");
}

TEST_CASE("an option that is absent keeps its default; a value may be empty or look like an option",
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

TEST_CASE("the optional value of a flag follows an equals sign", "[command_line]") {
    const auto read = [](const std::vector<std::string>& arguments) {
        std::optional<std::string> value;
        option_reader reader;
        reader.add("--normalize", &value);
        const std::vector<std::string> others = reader.read(arguments);
        return std::pair(value,
                         reader.arguments_except({}) + (others.empty() ? "" : " | " + others[0]));
    };
    CHECK_FALSE(read({"x"}).first);
    CHECK(read({"--normalize", "sorted"}) ==
          std::pair(std::optional(std::string()), std::string(" --normalize | sorted")));
    CHECK(read({"--normalize=sorted"}) ==
          std::pair(std::optional(std::string("sorted")), std::string(" --normalize=sorted")));
}

TEST_CASE("a mistake in an option is reported", "[command_line]") {
    options o;
    CHECK(o.rejection_of({"--nope"}) == "unknown option '--nope'");
    CHECK(o.rejection_of({"-t", "x"}) == "unknown option '-t'");
    CHECK(o.rejection_of({"--nope=secret"}) == "unknown option '--nope'");
    CHECK(o.rejection_of({"--text"}) == "--text needs a value");
    CHECK(o.rejection_of({"--flag=yes"}) == "--flag takes no value");
    CHECK_THAT(o.rejection_of({"--time", "soon"}),
               contains_text("--time: 'soon' is not a duration"));
    for (const char* number : {"", "-1", "1.5", "ten", "99999999999999999999999"}) {
        INFO(number);
        CHECK_THAT(o.rejection_of({"--number", number}),
                   contains_text("is not a number in the valid range"));
    }
}

TEST_CASE("a misspelled option is reported with a suggestion", "[command_line]") {
    options o;
    CHECK(o.rejection_of({"--txt"}) == "unknown option '--txt'; did you mean '--text'?");
    CHECK(o.rejection_of({"--numbers=secret"}) ==
          "unknown option '--numbers'; did you mean '--number'?");
    CHECK(o.rejection_of({"--hlep"}) == "unknown option '--hlep'; did you mean '--help'?");
    CHECK(o.rejection_of({"-flag"}) == "unknown option '-flag'; did you mean '--flag'?");
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
        CHECK(reader.arguments_except({}) == one.given);
    }
    for (const std::vector<std::string>& empty :
         {std::vector<std::string>{"--file="}, std::vector<std::string>{"--file", ""}}) {
        file value;
        option_reader reader;
        reader.add("--file", &value);
        CHECK_THROWS_WITH(reader.read(empty), "--file needs a value, or stands alone");
    }
    std::vector<std::string> list;
    option_reader reader;
    CHECK(reader.add("--list", &list).read({"--list", "a", "--list=b"}).empty());
    CHECK(list == std::vector<std::string>{"a", "b"});
}

} // namespace command_line_test
