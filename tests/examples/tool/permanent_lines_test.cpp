// The lines of a log, on terminals and elsewhere.

#include "examples/tool/permanent_lines.hpp"

#include "support/catch.hpp"

#include <cstddef>
#include <string>

namespace permanent_lines_test {

using namespace tool;

namespace {

terminal_size terminal_of(std::size_t columns, bool has_color) {
    terminal_size size;
    size.columns = columns;
    size.rows = 24;
    size.has_color = has_color;
    return size;
}

} // namespace

TEST_CASE("lines are taken once", "[tool][permanent_lines]") {
    permanent_lines lines;
    CHECK(lines.empty());
    lines.add("one\nline", text_style::bad, 3);
    lines.add("another", text_style::plain, 0);
    CHECK_FALSE(lines.empty());
    CHECK(lines.take() == "one line\nanother\n");
    CHECK(lines.empty());
    CHECK(lines.take().empty());
}

TEST_CASE("a terminal shows the colored part of a line in its color", "[tool][permanent_lines]") {
    permanent_lines lines;
    lines.add("failed  Contracts", text_style::bad, 6);
    CHECK(lines.take(terminal_of(80, true), 8) == "\x1b[31mfailed\x1b[0m  Contracts\x1b[K\n");
    lines.add("failed  Contracts", text_style::bad, 6);
    CHECK(lines.take(terminal_of(80, false), 8) == "failed  Contracts\x1b[K\n");
    // A colored line that is broken is colored to its end.
    lines.add("a line of text for a narrow terminal", text_style::warning, 100);
    CHECK(lines.take(terminal_of(20, true), 2) ==
          "\x1b[33ma line of text for\x1b[K\n  a narrow terminal\x1b[0m\x1b[K\n");
}

TEST_CASE("lines begin with a prefix that has no color", "[tool][permanent_lines]") {
    permanent_lines lines;
    int count = 0;
    lines.begin_with([&] { return std::to_string(++count) + ": "; });
    lines.add("a", text_style::good, 1);
    lines.add("b", text_style::good, 1);
    CHECK(lines.take(terminal_of(80, true), 0) ==
          "1: \x1b[32ma\x1b[0m\x1b[K\n2: \x1b[32mb\x1b[0m\x1b[K\n");
}

} // namespace permanent_lines_test
