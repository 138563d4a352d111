// The progress display of many exports, on terminals of all sizes and without a terminal; log lines.

#include "examples/tool/progress_display.hpp"

#include <langexport/detail/base/duration_text.hpp>
#include <langexport/detail/base/size_text.hpp>
#include <langexport/export_job.hpp>
#include <langexport/log/line_logger.hpp>

#include "support/catch.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace progress_display_test {

using namespace langexport;
using namespace tool;
using namespace langexport_tests;
using namespace std::chrono_literals;

namespace {

const progress_display::time_point zero{100h};

terminal_size terminal(std::size_t columns, std::size_t rows = 24) {
    terminal_size size;
    size.columns = columns;
    size.rows = rows;
    return size;
}

progress_display display_of(const std::vector<std::string>& names, std::size_t others = 0) {
    progress_display display;
    for (const std::string& name : names)
        display.expect(name);
    for (; others > 0; --others)
        display.expect("");
    return display;
}

// The part of a terminal that the display uses. A long line wraps, as on a real terminal.
class screen {
public:
    explicit screen(std::size_t columns) : columns_(columns), lines_(1) {}

    void write(std::string_view text) {
        while (!text.empty()) {
            if (text[0] == '\x1b') {
                const std::size_t end = text.find_first_of("AJKm");
                REQUIRE(end != std::string_view::npos);
                escape(text.substr(2, end - 2), text[end]);
                text.remove_prefix(end + 1);
                continue;
            }
            if (text[0] == '\n') {
                ++row_;
                column_ = 0;
            } else if (text[0] == '\r') {
                column_ = 0;
            } else {
                if (column_ == columns_) {
                    ++row_;
                    column_ = 0;
                    ++wraps;
                }
                grow();
                std::string& line = lines_[row_];
                line.resize(std::max(line.size(), column_ + 1), ' ');
                line[column_++] = text[0];
            }
            grow();
            text.remove_prefix(1);
        }
    }

    std::vector<std::string> lines() const {
        std::vector<std::string> result = lines_;
        for (std::string& line : result)
            line.erase(line.find_last_not_of(' ') + 1);
        while (!result.empty() && result.back().empty())
            result.pop_back();
        return result;
    }
    std::size_t row() const { return row_; }

    int wraps = 0;

private:
    void grow() {
        if (lines_.size() <= row_)
            lines_.resize(row_ + 1);
    }
    void escape(std::string_view count, char command) {
        if (command == 'A') {
            const auto up = static_cast<std::size_t>(std::stoi(std::string(count)));
            REQUIRE(up <= row_);
            row_ -= up;
        } else if (command != 'm') { // no color
            grow();
            lines_[row_].resize(std::min(lines_[row_].size(), column_));
            if (command == 'J')
                lines_.resize(row_ + 1);
        }
    }

    std::size_t columns_;
    std::vector<std::string> lines_;
    std::size_t row_ = 0, column_ = 0;
};

using lines = std::vector<std::string>;

} // namespace

TEST_CASE("without a terminal each completed export has one line", "[progress]") {
    progress_display display = display_of({"Contracts", "T"}, 1);
    const terminal_size none;
    display.begin("Contracts", "submitting", zero);
    display.begin("T", "submitting", zero);
    display.update("T", "running");
    CHECK(display.draw(zero, none).empty());
    display.end("T", "exported", "12.3 KB in 0.4 s to T.json", 12'345);
    display.note("a line\nof the log");
    CHECK(display.draw(zero + 1s, none) == "exported    T          12.3 KB in 0.4 s to T.json\n"
                                           "a line of the log\n");
    CHECK(display.draw(zero + 1s, none).empty());
    display.end("Contracts", "failed", "no such project");
    CHECK(display.summary(zero + 2s) ==
          "3 projects: 1 exported (12.3 KB), 1 failed, 1 not begun in 2.0 s");
    CHECK(display.close(none) == "failed      Contracts  no such project\n");
    CHECK(display.count("failed") == 1);
    CHECK(display.count("unfinished") == 0);
}

TEST_CASE("a completion without a text is counted, but not shown", "[progress]") {
    progress_display display = display_of({"a"});
    display.begin("a", "submitting", zero);
    display.end("a", "exported", "", 5);
    CHECK(display.close(terminal_size()).empty());
    CHECK(display.summary(zero) == "1 project: 1 exported (5 bytes) in 0.0 s");
    CHECK(progress_display().summary(zero) == "0 projects: 0 not begun");
}

TEST_CASE("on a terminal lines are updated in place", "[progress]") {
    screen seen(80);
    progress_display display = display_of({"Contracts", "Tickets"}, 2);
    display.begin("Contracts", "submitting", zero);
    display.begin("Tickets", "submitting", zero + 500ms);
    seen.write(display.draw(zero + 1s, terminal(80)));
    CHECK(seen.lines() == lines{">    1.0 s  Contracts  submitting",
                                ">    0.5 s  Tickets    submitting",
                                "[..........................] 0 of 4, 2 running, 2 queued  1.0 s"});
    const std::size_t bar_row = seen.row();
    CHECK(bar_row == 2);

    display.update("Tickets", "running, polled once");
    display.update("nobody", "nothing");
    seen.write(display.draw(zero + 2s, terminal(80)));
    CHECK(seen.lines()[1] == ">    1.5 s  Tickets    running, polled once");
    CHECK(seen.row() == bar_row);

    display.end("Contracts", "exported", "1.0 KB in 2.1 s to Contracts.json", 1000);
    seen.write(display.draw(zero + 2100ms, terminal(80)));
    REQUIRE(seen.lines().size() == 3);
    CHECK(seen.lines()[0] == "exported    Contracts  1.0 KB in 2.1 s to Contracts.json");
    CHECK(seen.lines()[1] == ">    1.6 s  Tickets    running, polled once");
    CHECK_THAT(seen.lines()[2], contains_text("1 of 4, 1 running, 2 queued"));

    display.say("stopping");
    seen.write(display.draw(zero + 2200ms, terminal(80)));
    CHECK_THAT(seen.lines().back(), contains_text("stopping"));
    display.end("Tickets", "failed", "too bad");
    seen.write(display.draw(zero + 3s, terminal(80)));
    CHECK_THAT(seen.lines().back(), contains_text("2 of 4, 1 failed, 2 queued"));
    display.note("the end");
    seen.write(display.close(terminal(80)));
    CHECK(seen.lines() == lines{"exported    Contracts  1.0 KB in 2.1 s to Contracts.json",
                                "failed      Tickets    too bad", "the end"});
    CHECK(seen.wraps == 0);
}

TEST_CASE("every line is shorter than the terminal is wide", "[progress]") {
    for (std::size_t columns = 20; columns <= 240; ++columns) {
        INFO(columns);
        screen seen(columns);
        progress_display display = display_of({std::string(100, 'x')}, 12'344);
        for (int i = 0; i < 30; ++i)
            display.begin(
                "a-project-with-a-rather-long-name-" + std::to_string(i),
                "running, polled 12 times, and a word that is long: " + std::string(60, 'x'), zero);
        display.say("stopping");
        seen.write(display.draw(zero + 5h, terminal(columns)));
        const auto drawn = seen.lines();
        CHECK(seen.wraps == 0);
        CHECK(drawn.size() <= 15);
        CHECK_THAT(drawn[drawn.size() - 2], contains_text(columns > 23 ? "and 18 more" : "and"));
        seen.write(display.draw(zero + 6h, terminal(columns)));
        CHECK(seen.lines().size() == drawn.size());
    }
}

TEST_CASE("a terminal with few rows shows few exports, and the bar", "[progress]") {
    progress_display display = display_of({"p10"}, 29);
    for (int i = 0; i < 9; ++i)
        display.begin("p" + std::to_string(i), "running", zero);
    screen seen(80);
    seen.write(display.draw(zero, terminal(80, 5)));
    const auto drawn = seen.lines();
    REQUIRE(drawn.size() == 4);
    CHECK(drawn[2] == "            and 7 more");
}

TEST_CASE("long messages wrap between words", "[progress]") {
    progress_display display = display_of({"Tickets"});
    display.begin("Tickets", "submitting", zero);
    display.end("Tickets", "failed",
                "submitting the export of project 'Tickets' failed: there is no such project; "
                "check the project's name and the endpoint");
    screen narrow(80);
    narrow.write(display.draw(zero, terminal(80)));
    CHECK(narrow.wraps == 0);
    const auto drawn = narrow.lines();
    REQUIRE(drawn.size() == 4);
    CHECK(drawn[0] ==
          "failed      Tickets  submitting the export of project 'Tickets' failed: there");
    CHECK(drawn[1] == "                     is no such project; check the project's name and the");
    CHECK(drawn[2] == "                     endpoint");
}

TEST_CASE("a window that became narrower is redrawn completely", "[progress]") {
    progress_display display = display_of({"abc", ""});
    display.begin("abc", std::string(100, 'x'), zero);
    const std::string wide = display.draw(zero, terminal(120));
    // Its two lines of 115 and some 70 columns take three and two rows now.
    CHECK_THAT(display.draw(zero, terminal(50)), contains_text("\x1b[4A"));
}

TEST_CASE("control characters in names and messages do not reach the terminal", "[progress]") {
    progress_display display = display_of({"abc"});
    display.begin("a", "run\x1b[31mning\n", zero);
    screen seen(80);
    seen.write(display.draw(zero, terminal(80)));
    CHECK(seen.lines()[0] == ">    0.0 s  a    run [31mning");
    display.end("a", "failed", "evil\x1b[2J\r\nline");
    CHECK(display.draw(zero, terminal_size()) == "failed      a    evil [2J  line\n");
}

TEST_CASE("characters of several bytes count as one column and stay whole", "[progress]") {
    progress_display display = display_of({std::string(40, 'x')});
    std::string name;
    for (int i = 0; i < 40; ++i)
        name += "\xC3\xA4";
    display.begin(name, "running", zero);
    for (std::size_t columns = 20; columns < 100; ++columns) {
        const std::string text = display.draw(zero, terminal(columns));
        for (std::size_t at = text.find('\xC3'); at != std::string::npos;
             at = text.find('\xC3', at + 1))
            CHECK(text[at + 1] == '\xA4');
    }
}

TEST_CASE("without a terminal the state of a run is shown from time to time", "[progress]") {
    progress_display display = display_of({"a", "b", "c"});
    const terminal_size none;
    display.start(zero);
    display.begin("a", "submitted", zero);
    CHECK(display.draw(zero + 1h, none).empty()); // not by default
    display.show_state_after(9s);
    display.start(zero);
    CHECK(display.draw(zero + 8s, none).empty());
    CHECK(display.draw(zero + 9s, none) == "0 of 3, 1 running, 2 queued  9.0 s\n");
    CHECK(display.draw(zero + 17s, none).empty());
    display.end("a", "exported", "to a.json", 5);
    CHECK(display.draw(zero + 17s, none) == "exported    a  to a.json\n");
    display.say("next submission in 8 s");
    display.estimate(4min + 50s);
    CHECK(display.draw(zero + 25s, none).empty()); // there was a line 8 s ago
    CHECK(display.draw(zero + 26s, none) ==
          "1 of 3, 2 queued  26 s, about 5 min left  next submission in 8 s\n");
    display.end("b", "failed", "", 0);
    display.end("c", "failed", "", 0);
    CHECK(display.draw(zero + 1h, none).empty()); // all have ended
    CHECK(display.progress(zero + 1h).ended == 3);
    CHECK(display.progress(zero + 1h).total == 3);
    CHECK(display.progress(zero + 1h).elapsed == 1h);
}

TEST_CASE("the state says nothing when the run is over, or has not begun", "[progress]") {
    progress_display display = display_of({"a"});
    display.show_state_after(9s);
    CHECK(display.draw(zero + 1h, terminal_size()).empty());
    display.start(zero);
    CHECK(display.close(terminal_size()).empty());
    CHECK(display.draw(zero + 1h, terminal_size()).empty());
}

TEST_CASE("an estimate of the remaining time is rough", "[progress]") {
    CHECK(rough_duration(0s) == "10 s");
    CHECK(rough_duration(44s) == "40 s");
    CHECK(rough_duration(61s) == "1 min");
    CHECK(rough_duration(29min + 31s) == "30 min");
    CHECK(rough_duration(2h + 14min) == "2 h 10 min");
}

TEST_CASE("a terminal shows results, warnings and errors in colors", "[progress]") {
    progress_display display = display_of({"Contracts", "Tickets"});
    terminal_size colored = terminal(80);
    colored.has_color = true;
    display.end("Contracts", "exported", "to Contracts.json");
    display.end("Tickets", "failed", "no such project");
    const std::string word(40, 'x');
    display.note("a long error " + word + ' ' + word, text_style::bad);
    const std::string text = display.draw(zero, colored);
    CHECK_THAT(text, contains_text("\x1b[32mexported\x1b[0m    Contracts  to Contracts.json") &&
                         contains_text("\x1b[31mfailed\x1b[0m      Tickets    no such project") &&
                         contains_text("\x1b[31ma long error") &&
                         contains_text(' ' + word + "\x1b[0m"));
    screen seen(80);
    seen.write(text);
    CHECK(seen.wraps == 0);

    display.end("Contracts", "exported", "to Contracts.json");
    CHECK(display.draw(zero, terminal(80)).find("\x1b[3") == std::string::npos);
    display.end("Contracts", "exported", "to Contracts.json");
    CHECK(display.draw(zero, terminal_size()).find('\x1b') == std::string::npos);
}

TEST_CASE("lines can begin with the time of day", "[progress]") {
    progress_display display = display_of({"a"});
    display.lines().begin_with([] { return std::string("02:15:00Z "); });
    display.end("a", "exported", "to a.json");
    display.note("a line");
    CHECK(display.draw(zero, terminal_size()) ==
          "02:15:00Z exported    a  to a.json\n02:15:00Z a line\n");
    display.note("x", text_style::bad);
    terminal_size colored = terminal(80);
    colored.has_color = true;
    CHECK_THAT(display.draw(zero, colored), contains_text("02:15:00Z \x1b[31mx\x1b[0m"));
}

TEST_CASE("exports that failed are listed again at the end", "[progress]") {
    progress_display display = display_of({"a", "b", "c", "d"});
    display.end("a", "failed", "no such project");
    display.end("b", "exported", "to b.json");
    display.end("c", "failed", "too large");
    display.end("d", "failed", ""); // not shown, because it is like another one
    CHECK_FALSE(display.draw(zero, terminal_size()).empty());
    display.note_failures();
    CHECK(display.draw(zero, terminal_size()) == "failed      a  no such project\n"
                                                 "failed      c  too large\n"
                                                 "and 1 more: see the report\n");
    display.note_failures(1);
    CHECK(display.close(terminal_size()) == "failed      a  no such project\n"
                                            "and 2 more: see the report\n");

    progress_display alone = display_of({"a"});
    alone.end("a", "failed", "no such project");
    CHECK_FALSE(alone.draw(zero, terminal_size()).empty());
    alone.note_failures();
    CHECK(alone.close(terminal_size()).empty());
}

} // namespace progress_display_test
