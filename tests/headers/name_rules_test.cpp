#include "headers/source_text.hpp"
#include "support/catch.hpp"

#include <algorithm>
#include <cctype>
#include <initializer_list>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

using namespace langexport_tests;

namespace {

// The position of the parenthesis or comma before a position, outside of nested parentheses; npos if another
// delimiter or none comes first.
std::size_t delimiter_before(std::string_view code, std::size_t position) {
    std::size_t depth = 0;
    while (position-- > 0) {
        const char c = code[position];
        if (c == ')')
            ++depth;
        else if (depth == 0 && (c == '(' || c == ','))
            return position;
        else if (c == '(')
            --depth;
        else if (std::string_view(";{}[]").find(c) != std::string_view::npos)
            break;
    }
    return std::string_view::npos;
}

// Whether a parenthesis belongs to a statement, which declares variables.
bool is_of_statement(std::string_view code, std::size_t delimiter) {
    const std::size_t last = code.substr(0, delimiter).find_last_not_of(' ');
    if (code[delimiter] != '(' || last == std::string_view::npos)
        return false;
    const std::string_view before = code.substr(0, last + 1);
    for (const std::string_view keyword : {"for", "if", "while", "switch", "constexpr"})
        if (before.ends_with(keyword))
            return true;
    return false;
}

// Whether a text is a type and not a part of an expression. The text is formatted: in an expression, an operator has a
// space before it.
bool is_type(const std::string& text) {
    static const std::regex type(R"(\s*[A-Za-z_:][\w:<>&*,()\s]*[\w>&*]\s*)"),
        no_type(R"(\s[<>&*]|^\s*(return|co_await|co_return|throw|sizeof|not|new|case)\b)");
    return std::regex_match(text, type) && !std::regex_search(text, no_type);
}

// The parameters whose name does not tell their role, as "line: name".
std::vector<std::string> parameters_without_role(const std::string& text) {
    static const std::regex name(R"(\b(what|which|who|on|at|to|where|of)\b(?=\s*(?:[,)]|=(?!=))))");
    const std::string code = without_comments_and_literals(text);
    std::vector<std::string> found;
    for (std::sregex_iterator each(code.begin(), code.end(), name), end; each != end; ++each) {
        const auto position = static_cast<std::size_t>(each->position());
        const std::size_t delimiter = delimiter_before(code, position);
        if (delimiter != std::string::npos && !is_of_statement(code, delimiter) &&
            is_type(code.substr(delimiter + 1, position - delimiter - 1)))
            found.push_back(std::to_string(line_number(code, position)) + ": " + each->str());
    }
    return found;
}

} // namespace

TEST_CASE("parameters without a role are found", "[rules]") {
    for (const char* const bad :
         {"void f(int what);", "void f(int a, const std::string& which) {", "f(T* who)",
          "[](std::size_t at) { return at; }", "void f(std::map<int, long> of, int b);",
          "void f(text_unit\n    to) noexcept;", "void f(bool where = true);",
          "void f(const char* const what)", "void f(std::function<void(int)> on);",
          "template <class T> f(T&& what)"}) {
        CAPTURE(bad);
        CHECK(parameters_without_role(bad).size() == 1);
    }
    CHECK(parameters_without_role("f(int a);\nf(int at, int to);") ==
          std::vector<std::string>{"2: at", "2: to"});
    for (const char* const good :
         {"void f(int offset);", "f(what, at);", "f(a & what, b * to, c > at)", "f(x.at(1), to)",
          "for (std::size_t at = 0; at < 2; ++at)", "if (const auto at = find(1))",
          "int first, at = 0;", "return g(a, co_await to);", "for (const auto& [from, to] : all)",
          "f(// int at)\n)", "f(\"(int at)\")", "f([at = 1] { return at; })",
          "f({.at = 1}, {a, at})", "f(a == b && at == c)", "f(int format, bool is_at)"}) {
        CAPTURE(good);
        CHECK(parameters_without_role(good).empty());
    }
}

TEST_CASE("a parameter's name tells its role", "[rules]") {
    for (const char* const folder : {"benchmarks", "examples", "include"}) {
        const auto files = read_sources(folder, {".hpp", ".ipp", ".cpp"});
        REQUIRE_FALSE(files.empty());
        for (const source_file& file : files) {
            CAPTURE(file.path);
            CHECK(parameters_without_role(file.text) == std::vector<std::string>());
        }
    }
}
