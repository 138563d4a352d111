#include "headers/gcc12_shapes.hpp"
#include "headers/pages.hpp"
#include "headers/source_text.hpp"
#include "support/catch.hpp"

#include <filesystem>
#include <string>
#include <vector>

using namespace langexport_tests;

namespace {

std::string list_of(const std::vector<shape>& shapes, const std::string& path = "line",
                    std::size_t first_line = 0) {
    std::string list;
    for (const auto& shape : shapes)
        list += path + ":" + std::to_string(first_line + shape.line) + ": " + shape.what + "\n";
    return list;
}

// A statement of a coroutine, as its source text.
std::string in_coroutine(const std::string& statement) {
    return "#include <vector>\n"
           "namespace shop {\n"
           "asio::awaitable<void> buy(int count) {\n" +
           statement +
           "\n}\n"
           "} // namespace shop\n";
}

} // namespace

TEST_CASE("code that GCC 12 miscompiles is found", "[gcc12]") {
    const std::string bad[] = {
        // Aggregates and braced lists in the expression.
        "co_await f({.a = s});",
        "co_await f(agg{s}, token);",
        "co_await f(agg{}, token);",
        "auto r = co_await f(\n    one,\n    options{\n        two,\n    });",
        "co_return co_await g(std::vector<int>{1, 2});",
        "co_await f({{1}, {2}});",
        // co_await inside of an initializer.
        "agg a{.x = co_await f()};",
        "agg a = {co_await f(), 1};",
        "std::string both[2] = {co_await f(), co_await g()};",
        "auto r{co_await f()};",
        "use(agg{1, co_await f()});",
        // Lambdas that own something.
        "co_await f([sp] { return sp->x; });",
        "co_await f([sp = std::move(sp)]() mutable { sp.reset(); });",
        "co_await f([&a, b](int x) { return a + b + x; });",
        "co_await f([=] { return a; });",
        "co_await f([this] { stop(); });",
        "co_await asio::co_spawn(ex,\n    [sp]() -> asio::awaitable<void> {\n"
        "        co_await sp->run();\n    },\n    asio::use_awaitable);",
        "co_await asio::async_initiate<token_type, void()>([sp](auto h) { sp->add(h); }, token);",
        // Conditional operators.
        "auto r = c ? co_await a() : b;",
        "co_await f(c ? first : second);",
        "int r = 1 + g(co_await f(), x ? 1 : 2);",
        // Conditions.
        "if (co_await f()) stop();",
        "if (!(co_await f()).has_value()) { stop(); }",
        "if constexpr (is_on) if (x && co_await f()) stop();",
        "if (auto r = co_await f(); r) stop();",
        "while (co_await f()) { }",
        "do { stop(); } while (co_await f());",
        "switch (co_await f()) { default: break; }",
        "for (int i = 0; co_await f(i); ++i) stop();",
        // Names for the parts of a result.
        "auto [ec, n] = co_await f();",
        "const auto& [ec, n] = co_await f();",
        // Statements that follow others.
        "for (int i = 0; i < 3; ++i) { } co_await f(agg{1});",
        "if (x) co_await f(agg{1}); else stop();",
        "if (x) stop(); else co_await f(agg{1});",
        "{ co_await f(agg{1}); }",
        "switch (x) { case 1: co_await f(agg{1}); break; }",
        "auto run = [&]() -> asio::awaitable<void> { co_await f(agg{1}); };",
        "auto run = [&]() -> asio::awaitable<int> { if (x) { co_return co_await f(agg{1}); } };",
        // A marker without a reason.
        "co_await f(agg{1}); // gcc12-ok:",
        "co_await f(1); // gcc12-ok: this line only\nco_await f(agg{1});",
    };
    for (const auto& statement : bad) {
        INFO(statement);
        CHECK_FALSE(find_gcc12_shapes(in_coroutine(statement)).empty());
    }
}

TEST_CASE("code that GCC 12 compiles correctly causes no finding", "[gcc12]") {
    const std::string good[] = {
        "co_await f();",
        "auto r = co_await langexport::export_project(client, request);",
        "auto op = f({.a = s}); co_await std::move(op);",
        "auto r = co_await f(); if (r) stop();",
        "auto r = co_await f(); auto& [ec, n] = r;",
        "auto [a, b] = pair; co_await f(a, b);",
        "options o{1, 2}; co_await f(o);",
        "agg a{1, {2, 3}};\nco_await f(std::move(a));",
        "auto go = [sp] { return sp->x; }; co_await f(go);",
        "co_await f([&z] { return z; });",
        "co_await f([&] { return z; });",
        "co_await f([&z, &y](int x) { if (x) { return z; } return y; });",
        "co_await f([](int x) { return x ? 1 : 2; });",
        "co_await f([] {});",
        "const bool late = a ? b : c; co_await f(late);",
        "if (a ? b : c) co_await f();",
        "if (agg{1}.x) { co_await f(); }",
        "if (x) { co_await f(); }",
        "while (has_more(list{1})) co_await f();",
        "for (const auto& x : {1, 2, 3}) co_await f(x);",
        "co_await f(values[2], map[\"a\"]);",
        "int parts[2]; parts[0] = co_await f();",
        "[[maybe_unused]] auto r = co_await f();",
        "asio::co_spawn(ex, [sp]() -> asio::awaitable<void> { co_await sp->run(); }, agg{1});",
        "auto run = [sp](int x) mutable -> asio::awaitable<int> { co_return co_await f(x); };",
        "run(x ? 1 : 2, [&]() -> asio::awaitable<void> { co_await f(); }());",
        // Comments and literals are not code.
        "co_await f(); // not: co_await f({1}) ? a : b",
        "/* if (co_await f()) */ co_await f();",
        "co_await f(\"{?} [x] if (co_await g())\", '{');",
        "co_await f(R\"(a ? {b} : [c])\", 1'000);",
        "#if FAST ? 1 : 0\nco_await f();\n#endif",
        // Findings that were reviewed.
        "co_await f(agg{1}); // gcc12-ok: agg has a constructor",
        "// gcc12-ok: agg has a constructor, and the line is too long\n// for a comment beside it\n"
        "co_await f(\n    agg{1});",
        "co_await f(\n    agg{1}); // gcc12-ok: agg has a constructor",
    };
    for (const auto& statement : good) {
        INFO(statement);
        CHECK(list_of(find_gcc12_shapes(in_coroutine(statement))) == "");
    }
}

TEST_CASE("a finding names its line", "[gcc12]") {
    const auto found = find_gcc12_shapes("void f() {\n"
                                         "    // one\n"
                                         "    co_await g(one,\n"
                                         "               agg{2});\n"
                                         "}\n");

    CHECK(list_of(found) == "line:4: braced initializer around or beside co_await\n");
}

TEST_CASE("the sources contain no code that GCC 12 miscompiles", "[gcc12]") {
    for (const std::string folder : {"include", "examples", "tests", "benchmarks"}) {
        const auto files = read_sources(folder, {".hpp", ".ipp", ".cpp"});
        INFO(folder);
        // No benchmark is a good state; no header, example or test is a wrong folder.
        CHECK((folder == "benchmarks" || !files.empty()));
        for (const auto& file : files)
            CHECK(list_of(find_gcc12_shapes(file.text), file.path) == "");
    }
}

TEST_CASE("the code on the pages contains no code that GCC 12 miscompiles", "[pages]") {
    for (const auto& page : read_pages()) {
        for (const auto& block : code_blocks_of(page.text)) {
            if (block.language == "cpp")
                CHECK(list_of(find_gcc12_shapes(block.text), page.path, block.line) == "");
        }
    }
}
