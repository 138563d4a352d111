#include "headers/source_text.hpp"
#include "support/catch.hpp"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace langexport_tests;

namespace {

std::vector<source_file> headers() {
    auto files = read_sources("include", {".hpp", ".ipp"});
    REQUIRE_FALSE(files.empty());
    return files;
}

std::string guard_of(const std::string& path) {
    std::string guard = path.substr(std::string("include/").size());
    std::transform(guard.begin(), guard.end(), guard.begin(), [](unsigned char c) {
        return std::isalnum(c) != 0 ? static_cast<char>(std::toupper(c)) : '_';
    });
    return guard;
}

std::vector<std::string> directives_of(const std::string& text) {
    std::vector<std::string> directives;
    for (auto& line : lines_of(without_comments_and_literals(text))) {
        line.erase(line.find_last_not_of(' ') + 1);
        if (line.starts_with("#"))
            directives.push_back(line);
    }
    return directives;
}

// The files that have a directive or a word like it, without comments and literals.
std::set<std::string> files_with(const std::string& pattern,
                                 const std::vector<source_file>& files = headers()) {
    const std::regex expression(pattern);
    std::set<std::string> paths;
    for (const auto& file : files) {
        const auto lines = lines_of(without_comments_and_literals(file.text));
        if (std::any_of(lines.begin(), lines.end(), [&](const std::string& line) {
                return std::regex_search(line, expression);
            }))
            paths.insert(file.path);
    }
    return paths;
}

// The text between the brace at `open` and its closing brace.
std::string_view block_at(std::string_view code, std::size_t open) {
    std::size_t depth = 0;
    for (std::size_t at = open; at < code.size(); ++at) {
        depth += code[at] == '{' ? 1 : 0;
        if (code[at] == '}' && --depth == 0)
            return code.substr(open + 1, at - open - 1);
    }
    return {};
}

// The declarations of a class: blocks and template arguments are left out, and each ends with a semicolon.
std::string declarations_of(std::string_view body) {
    std::string text;
    for (std::size_t at = 0; at < body.size(); ++at) {
        if (body[at] != '{') {
            text += body[at];
            continue;
        }
        at += block_at(body, at).size() + 1;
        text += ';';
    }
    const std::regex arguments("<[^<>;]*>");
    for (std::string before; before != text;)
        before = std::exchange(text, std::regex_replace(text, arguments, " "));
    return text;
}

// The member functions of a class: also constructors, the destructor and operators, except those that are deleted.
std::set<std::string> functions_of(std::string_view body) {
    const std::regex function(R"((~?\w+|operator\W{1,3})\s*\()"),
        skipped(R"(\b(friend|using)\b|=\s*delete\b)");
    std::set<std::string> names;
    std::size_t number = 0;
    std::istringstream declarations(declarations_of(body));
    for (std::string each; std::getline(declarations, each, ';');) {
        std::smatch found;
        if (std::regex_search(each, found, function) && !std::regex_search(each, skipped))
            names.insert(found[1].str() + "#" + std::to_string(++number));
    }
    return names;
}

std::size_t indentation_of(const std::string& line) {
    return line.find_first_not_of(' ');
}

// Whether the line is part of a template: it, or a declaration around it, begins as one. `lines` have no comments and
// are formatted, so that what is around a line is indented less.
bool is_in_template(const std::vector<std::string>& lines, std::size_t number) {
    const std::regex head(R"(^ *(template\b|LANGEXPORT_TEMPLATE_DECL\b))");
    std::size_t depth = std::string::npos;
    for (std::size_t at = number + 1; at-- > 0 && depth > 0;) {
        const std::size_t indentation = indentation_of(lines[at]);
        if (indentation >= depth || lines[at][indentation] == '#')
            continue;
        depth = indentation;
        // A declaration may have several lines.
        for (std::size_t first = at;; --first) {
            if (std::regex_search(lines[first], head))
                return true;
            const std::string before = first > 0 ? lines[first - 1] : "";
            const std::size_t last = before.find_last_not_of(' ');
            if (last == std::string::npos ||
                std::string_view("};:{").find(before[last]) != std::string_view::npos)
                break;
        }
    }
    return false;
}

// The lines with a coroutine, or the start of one, that are compiled in each unit, used or not.
std::vector<std::size_t> lines_with_eager_coroutines(const std::string& text) {
    const std::regex coroutine(R"(\b(co_await|co_return|co_yield|co_spawn\s*\(|use_awaitable\b))");
    const auto lines = lines_of(without_comments_and_literals(text));
    std::vector<std::size_t> found;
    for (std::size_t number = 0; number < lines.size(); ++number)
        if (!lines[number].starts_with("#") && std::regex_search(lines[number], coroutine) &&
            !is_in_template(lines, number))
            found.push_back(number + 1);
    return found;
}

// How many lines consist of this text and spaces.
std::size_t lines_with(const std::string& text, const std::string& wanted) {
    std::size_t count = 0;
    for (const std::string& line : lines_of(text)) {
        const std::size_t begin = line.find_first_not_of(' ');
        count += begin != std::string::npos && line.substr(begin) == wanted ? 1 : 0;
    }
    return count;
}

} // namespace

TEST_CASE("a unit that does not use a coroutine does not compile it", "[rules]") {
    CHECK(lines_with_eager_coroutines("LANGEXPORT_TEMPLATE_DECL std::vector<task<int>>\n"
                                      "f(int x,\n"
                                      "  int y) {\n"
                                      "    if (x)\n"
                                      "        co_await g(); // co_await\n"
                                      "\n"
                                      "    co_return;\n"
                                      "}\n"
                                      "\n"
                                      "class a {\n"
                                      "    template <class T>\n"
                                      "    requires b<T> a(T x)\n"
                                      "        : c_([x] {\n"
                                      "              asio::co_spawn(x);\n"
                                      "          }) {}\n"
                                      "};\n")
              .empty());
    CHECK(lines_with_eager_coroutines("LANGEXPORT_TEMPLATE_DECL task<int> f() {\n"
                                      "    co_return 1;\n"
                                      "}\n"
                                      "\n"
                                      "LANGEXPORT_DECL task<int> g() {\n"
                                      "    co_return 2;\n"
                                      "}\n"
                                      "\n"
                                      "class a {\n"
                                      "    template <class T> void f() {}\n"
                                      "    void g() { asio::co_spawn(x, y, z); }\n"
                                      "    void h(int x) {\n"
                                      "        timer_.async_wait(asio::use_awaitable);\n"
                                      "    }\n"
                                      "};\n") == std::vector<std::size_t>{6, 11, 13});

    for (const auto& header : headers()) {
        // Programs do not include the emulator, and the one coroutine of all sinks is small.
        if (header.path.starts_with("include/langexport/testing/") ||
            header.path == "include/langexport/impl/completed_awaitable.hpp")
            continue;
        const auto eager = lines_with_eager_coroutines(header.text);
        INFO(header.path << " has no LANGEXPORT_TEMPLATE_DECL at the functions of these lines");
        CAPTURE(eager);
        CHECK(eager.empty());
    }
}

TEST_CASE("no class of the engine has more than 20 member functions", "[rules]") {
    CHECK(functions_of(
              "public: a(); explicit a(int x) : x_(x) {} a(const a&) = delete; virtual ~a();\n"
              "void f(int x = {}); void f(double); int g() const { h(); }\n"
              "template <class T> void t(T&& x); std::function<void()> member_;\n"
              "bool operator==(const a&); int x_{k()}; static int s(); friend void no();")
              .size() == 9);
    const std::regex head(R"((?:^|\n)(?:class|struct)\s+(\w+)[^;{()]*\{)");
    std::size_t classes = 0;
    for (const auto& file : read_sources("include/langexport/detail/engine", {".hpp"})) {
        const std::string code = without_comments_and_literals(file.text);
        for (std::sregex_iterator it(code.begin(), code.end(), head), end; it != end; ++it) {
            const auto open = static_cast<std::size_t>(it->position() + it->length()) - 1;
            const auto functions = functions_of(block_at(code, open));
            CAPTURE(file.path, (*it)[1].str(), functions);
            CHECK(functions.size() <= 20);
            ++classes;
        }
    }
    CHECK(classes >= 25);
}

TEST_CASE("only the named parts of the engine hold a strand, make one, or keep the engine alive",
          "[rules]") {
    const std::string folder = "include/langexport/detail/engine/";
    const auto engine = read_sources(folder, {".hpp", ".ipp"});
    using paths = std::set<std::string>;
    CHECK(files_with(R"(\bmake_strand\b)", engine) ==
          paths{folder + "impl/engine.ipp", folder + "impl/function_runner.ipp"});
    CHECK(files_with(R"(\bstrand_type>?\s+\w+;)", engine) ==
          paths{folder + "engine_settings.hpp", folder + "impl/function_runner.ipp",
                folder + "user_calls.hpp"});
    CHECK(files_with(R"(\bshared_ptr<(const )?engine>\s+\w+;)", engine) ==
          paths{folder + "function_runner.hpp"});
}

TEST_CASE("a name belongs to one header, and to one of the library and its emulators", "[rules]") {
    std::map<std::string, std::string> headers_by_name;
    std::map<std::string, std::string> testing_types;
    const std::regex type(R"((?:^|\n)(?:class|struct|enum class) (\w+)[^;{]*\{)");
    const auto types_of = [&](const source_file& file) {
        const std::string code = without_comments_and_literals(file.text);
        std::set<std::string> names;
        for (std::sregex_iterator it(code.begin(), code.end(), type), end; it != end; ++it)
            names.insert((*it)[1]);
        return names;
    };
    const auto is_of_testing = [](const source_file& file) {
        return file.path.starts_with("include/langexport/testing/");
    };
    for (const auto& file : headers()) {
        const std::string name = std::filesystem::path(file.path).filename().string();
        INFO(file.path << " has the name of " << headers_by_name[name]);
        const bool is_new = name == "src.hpp" || headers_by_name[name].empty();
        CHECK(is_new);
        headers_by_name[name] = file.path;
        if (is_of_testing(file))
            for (const auto& one : types_of(file))
                testing_types[one] = file.path;
    }
    CHECK(testing_types.size() > 50);
    for (const auto& file : headers()) {
        if (is_of_testing(file))
            continue;
        for (const auto& one : types_of(file)) {
            INFO(file.path << " and " << testing_types[one] << " define " << one);
            CHECK(testing_types[one].empty());
        }
    }
}

TEST_CASE("the include guard of a header has the name of its path", "[rules]") {
    CHECK(guard_of("include/langexport/detail/policy/quota.hpp") ==
          "LANGEXPORT_DETAIL_POLICY_QUOTA_HPP");

    for (const auto& header : headers()) {
        INFO(header.path);
        const auto directives = directives_of(header.text);
        REQUIRE(directives.size() >= 3);
        CHECK(directives[0] == "#ifndef " + guard_of(header.path));
        CHECK(directives[1] == "#define " + guard_of(header.path));
        CHECK(directives.back() == "#endif");
    }
}

TEST_CASE("no header, no example and no page about them has more than 400 lines", "[rules]") {
    auto files = read_sources("include", {".hpp", ".ipp", ".md"});
    for (auto& example : read_sources("examples", {".hpp", ".cpp", ".md"}))
        files.push_back(std::move(example));
    const auto is_page = [](const source_file& file) { return file.path.ends_with(".md"); };
    CHECK(std::count_if(files.begin(), files.end(), is_page) >= 5);
    for (const auto& file : files) {
        INFO(file.path);
        CHECK(lines_of(file.text).size() <= 400);
    }
}

TEST_CASE("no file of the tests and benchmarks has more than 600 lines", "[rules]") {
    for (const char* folder : {"tests", "benchmarks"})
        for (const auto& file : read_sources(folder, {".hpp", ".cpp"})) {
            INFO(file.path);
            CHECK(lines_of(file.text).size() <= 600);
        }
}

TEST_CASE("the code of a test file is in a namespace of the file's name", "[rules]") {
    // Several test files are compiled as one translation unit, in which their names must not collide.
    std::size_t checked = 0;
    for (const auto& file : read_sources("tests", {".cpp"})) {
        if (!file.path.ends_with("_test.cpp") || file.path.starts_with("tests/headers/"))
            continue;
        INFO(file.path);
        const std::string name = std::filesystem::path(file.path).stem().string();
        CHECK(file.text.find("\nnamespace " + name + " {\n") != std::string::npos);
        CHECK(file.text.ends_with("\n} // namespace " + name + "\n"));
        ++checked;
    }
    CHECK(checked > 350);
}

TEST_CASE("only one file distinguishes versions of Boost", "[rules]") {
    const auto files = files_with(
        R"(^\s*#\s*(if|elif|ifdef|ifndef)\b.*\bBOOST_(VERSION|LIB_VERSION|ASIO_VERSION|BEAST_VERSION)\b)");

    for (const auto& path : files) {
        INFO(path);
        CHECK(path == "include/langexport/version.hpp");
    }
}

TEST_CASE(
    "only one file of the tests names matchers of Catch2, which its versions call differently",
    "[rules]") {
    for (const auto& file : read_sources("tests", {".hpp", ".cpp"})) {
        if (file.path == "tests/support/catch.hpp")
            continue;
        INFO(file.path);
        const std::string code = without_comments_and_literals(file.text);
        CHECK(code.find("Catch::Matchers") == std::string::npos);
    }
}

TEST_CASE("no source uses a name that a later Boost has removed", "[rules]") {
    // Boost.JSON's names for types of Boost.System, and what Asio removed in 1.87.
    const std::string_view removed[] = {
        "json::error_",         "json::system_error",    "experimental::as_tuple",
        "experimental::append", "experimental::prepend", "experimental::deferred",
        "io_service",           "deadline_timer",        "null_buffers",
        "buffer_cast",          "rfc2818_verification",  "resolver::query",
        "resolver::iterator",   "expires_from_now"};
    for (const char* folder : {"include", "examples", "tests", "benchmarks"})
        for (const auto& file : read_sources(folder, {".hpp", ".ipp", ".cpp"})) {
            const std::string code = without_comments_and_literals(file.text);
            for (const std::string_view name : removed) {
                INFO(file.path << " uses " << name);
                CHECK(code.find(name) == std::string::npos);
            }
        }
}

TEST_CASE("a program's macro named min, max or check is never expanded", "[rules]") {
    // `(std::max)(a, b)` and `(clock::time_point::max)()` are safe.
    const auto files = files_with(R"(\b(min|max|check)\s*\()");
    CAPTURE(files);
    CHECK(files.empty());
}

TEST_CASE("every public header includes the one that checks the language and Boost", "[rules]") {
    for (const auto& header : headers()) {
        const bool is_private = header.path.find("/impl/") != std::string::npos ||
                                header.path.find("/detail/") != std::string::npos;
        if (is_private || header.path.ends_with("/version.hpp"))
            continue;
        INFO(header.path);
        const auto includes = includes_of(header.text);
        CHECK(std::any_of(includes.begin(), includes.end(), [](const include_line& line) {
            return line.target == "langexport/version.hpp";
        }));
    }
}

TEST_CASE("the description of every operation has all its parts", "[rules]") {
    std::size_t operations = 0;
    for (const auto& header : headers()) {
        const auto lines = lines_of(header.text);
        for (std::size_t i = 0; i < lines.size(); ++i) {
            if (lines[i].find("class CompletionToken = ") == std::string::npos)
                continue;
            std::string description;
            for (std::size_t above = i; above > 0; --above) {
                if (lines[above - 1].find("///") == std::string::npos)
                    break;
                description.insert(0, lines[above - 1] + "\n");
            }
            for (const char* part : {"@ingroup operations\n", "@param", "@par Signature\n",
                                     "@par Completion\n", "@par Errors\n", "@par Cancellation\n",
                                     "@par Executor\n", "@par Lifetime\n", "@par Source\n"}) {
                INFO(header.path << ":" << i + 1 << " lacks " << part);
                CHECK(description.find(part) != std::string::npos);
            }
            ++operations;
        }
    }
    CHECK(operations >= 12);
}

TEST_CASE("the description of an operation names each error code", "[rules]") {
    std::string descriptions;
    for (const auto& header : headers())
        if (header.text.find("class CompletionToken = ") != std::string::npos)
            descriptions += header.text;
    const std::string code =
        without_comments_and_literals(read_source("include/langexport/error.hpp").text);
    const std::size_t open = code.find('{', code.find("enum class errc"));
    const std::string codes(block_at(code, open));
    const std::regex word(R"([a-z_]+)");
    std::size_t checked = 0;
    for (std::sregex_iterator it(codes.begin(), codes.end(), word), end; it != end; ++it) {
        const std::string name = it->str();
        INFO(name);
        const std::string shown =
            name == "cancelled" ? "asio::error::operation_aborted" : name; // a code of Asio
        CHECK(descriptions.find("`" + shown + "`") != std::string::npos);
        ++checked;
    }
    CHECK(checked >= 40);
}

TEST_CASE("only one file of the library, and one of the examples, distinguishes operating systems",
          "[rules]") {
    const std::string systems =
        R"(\b(_WIN32|_WIN64|WIN32|__linux__|__APPLE__|__unix__|_POSIX_VERSION|BOOST_OS_\w+|BOOST_WINDOWS)\b)";
    CHECK(files_with(systems) ==
          std::set<std::string>{"include/langexport/detail/os/impl/system.ipp"});
    CHECK(files_with(systems, read_sources("examples", {".hpp", ".cpp"})) ==
          std::set<std::string>{"examples/tool/system.hpp"});
}

TEST_CASE("every header of the operator's programs has a test of its name", "[rules]") {
    const std::string folder = "tests/examples/tool/";
    const std::string listed = read_source(folder + "CMakeLists.txt").text;
    std::set<std::string> without_header;
    for (const auto& file : read_sources("tests/examples/tool", {".cpp"}))
        without_header.insert(file.path);
    for (const auto& header : read_sources("examples/tool", {".hpp"})) {
        const std::string name = std::filesystem::path(header.path).stem().string() + "_test.cpp";
        INFO(header.path << " has no " << folder << name);
        REQUIRE(without_header.erase(folder + name) == 1);
        const std::string test = read_source(folder + name).text;
        const auto includes = includes_of(test);
        REQUIRE_FALSE(includes.empty());
        CHECK(includes.front().target == header.path);
        CHECK(test.find("\nTEST_CASE(") != std::string::npos);
        CHECK(lines_with(listed, name) == 1); // otherwise it never runs
    }
    CAPTURE(without_header);
    CHECK(without_header.empty());
}

TEST_CASE("every example opens its standard streams before anything else", "[rules]") {
    int examples = 0;
    for (const auto& example : read_sources("examples", {".cpp"})) {
        if (example.text.find("#include <catch2/") != std::string::npos)
            continue; // the main function is Catch2's
        const std::size_t body = example.text.find("int main(");
        INFO(example.path);
        REQUIRE(body != std::string::npos);
        const std::size_t first = example.text.find('\n', body) + 1;
        const std::string line = example.text.substr(first, example.text.find('\n', first) - first);
        CHECK((line.starts_with("    langexport::open_standard_streams();") ||
               line.starts_with("    tool::prepare_process();")));
        ++examples;
    }
    CHECK(examples == 21);
}
