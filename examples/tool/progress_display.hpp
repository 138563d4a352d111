#ifndef LANGEXPORT_EXAMPLES_TOOL_PROGRESS_DISPLAY_HPP
#define LANGEXPORT_EXAMPLES_TOOL_PROGRESS_DISPLAY_HPP

#include "system.hpp"
#include "terminal_text.hpp"

#include <langexport/client_stats.hpp>
#include <langexport/detail/base/duration_text.hpp>
#include <langexport/detail/base/size_text.hpp>
#include <langexport/detail/base/text.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tool {

/// How much of the quota is unused, and whether the service throttles the resource, in a few words: "quota left:
/// 7 POST, 88 GET", "throttled for 12 s". For several clients: of all together. Empty if there is no quota.
inline std::string describe(const std::vector<langexport::client_stats>& all);

/// What a program that runs many exports shows of them: for each that is in progress a line that changes,
/// for each that has ended a line that stays, and a bar.
///
/// It does no output itself: `draw` and `plain` give what is to be written. A plain value in that the
/// time and the terminal's size are arguments. Thread safety: as the standard library's types.
class progress_display {
public:
    using time_point = std::chrono::steady_clock::time_point;

    progress_display() = default;

    /// There will be an export of this name. To be said of all before the first one begins.
    void expect(std::string_view name);
    /// From now on the time counts; at the latest from when the first export runs.
    void start(time_point now) noexcept { started_ = now; }
    /// An export runs: until then it is queued, and there is no line for it. Said again, it is an update.
    void begin(std::string name, std::string doing, time_point now);
    /// What it is doing now.
    void update(std::string_view name, std::string doing);
    /// It has ended.
    ///
    /// @param name   Which.
    /// @param word   Its result, e.g. "exported"; `summary` counts these.
    /// @param text   The rest of the line that stays; empty: there is no such line.
    /// @param bytes  How much was exported.
    void end(std::string_view name, std::string_view word, std::string_view text,
             std::uint64_t bytes = 0);
    /// A line that stays and belongs to no export.
    void note(std::string_view text);
    /// The results of all, as a line: `20 projects: 18 exported (3.2 MB), 1 failed, 1 unfinished in 12 s`.
    std::string summary(time_point now) const;
    /// How many have ended with this word.
    std::size_t count(std::string_view word) const noexcept;
    /// What is said behind the bar, e.g. "stopping".
    void say(std::string text) { saying_ = std::move(text); }

    /// What is to be written to bring what people see up to date.
    ///
    /// On a terminal it moves over what was drawn last; the cursor stays behind the bar, in the last line.
    /// With no columns it is the lines that came to stay since the last call, for logs and pipes.
    std::string draw(time_point now, const terminal_size& terminal);
    /// The same at the end: what stays is all that is left, and the cursor is below it.
    std::string close(const terminal_size& terminal);

private:
    class entry {
    public:
        entry(std::string its_name, std::string what, time_point when)
            : name(std::move(its_name)), doing(std::move(what)), since(when) {}

        std::string name;
        std::string doing;
        time_point since;
    };

    std::string plain();
    std::string go_back(std::size_t columns);
    std::string staying(std::size_t columns);
    std::string line_of(const entry& one, time_point now, std::size_t columns) const;
    std::string bar(time_point now, std::size_t columns) const;

    std::size_t total_ = 0;
    std::size_t names_ = 0;                                  // the columns of the longest
    std::vector<std::pair<std::string, std::size_t>> ended_; // how many with which word
    std::uint64_t bytes_ = 0;
    std::vector<entry> entries_;       // in the order in which they began
    std::vector<std::string> staying_; // not yet written
    std::vector<std::size_t> drawn_;   // the columns of each line that is to be drawn over
    std::string saying_;
    time_point started_{};
};

inline constexpr std::size_t word_columns = 10; // "unfinished"
inline constexpr std::size_t time_columns = 8;  // "23:59:59"

// At spaces; lines after the first begin below the third column. A word that is longer than a line is
// left to the terminal.
inline std::string wrap(std::string_view text, std::size_t columns, std::size_t indent) {
    std::string result;
    std::size_t room = columns;
    indent = indent + 24 <= columns ? indent : 2;
    while (columns_of(text) > room) {
        const std::size_t space = text.substr(0, cut_columns(text, room).size() + 1).rfind(' ');
        const std::size_t last = text.find_last_not_of(' ', space);
        if (space == std::string_view::npos || last == std::string_view::npos)
            break;
        result.append(text.substr(0, last + 1)).append("\x1b[K\n").append(indent, ' ');
        text.remove_prefix(space + 1);
        room = columns - indent;
    }
    return result.append(text);
}

inline std::string describe(const std::vector<langexport::client_stats>& all) {
    std::size_t posts = 0, gets = 0;
    bool has_posts = false, has_gets = false;
    std::chrono::steady_clock::duration closed{};
    for (const langexport::client_stats& one : all) {
        has_posts = has_posts || one.submissions.left;
        has_gets = has_gets || one.reads.left;
        posts += one.submissions.left.value_or(0);
        gets += one.reads.left.value_or(0);
        closed = (std::max)({closed, one.submissions.closed_for, one.reads.closed_for});
    }
    std::string text;
    if (has_posts)
        text = std::to_string(posts) + " POST";
    if (has_gets)
        text.append(has_posts ? ", " : "").append(std::to_string(gets)).append(" GET");
    if (!text.empty())
        text.insert(0, "quota left: ");
    if (closed > closed.zero())
        text.append(text.empty() ? "" : ", ")
            .append("throttled for ")
            .append(langexport::detail::format_duration(closed));
    return text;
}

inline void progress_display::expect(std::string_view name) {
    ++total_;
    names_ = (std::max)(names_, columns_of(name));
}

inline void progress_display::begin(std::string name, std::string doing, time_point now) {
    if (started_ == time_point())
        started_ = now;
    const bool is_known = std::any_of(entries_.begin(), entries_.end(),
                                      [&](const entry& one) { return one.name == name; });
    if (is_known)
        return update(name, std::move(doing));
    entries_.emplace_back(std::move(name), std::move(doing), now);
}

inline void progress_display::update(std::string_view name, std::string doing) {
    for (entry& one : entries_)
        if (one.name == name)
            one.doing = std::move(doing);
}

inline void progress_display::end(std::string_view name, std::string_view word,
                                  std::string_view text, std::uint64_t bytes) {
    std::erase_if(entries_, [&](const entry& one) { return one.name == name; });
    const auto known = std::find_if(ended_.begin(), ended_.end(), [&](const auto& known_word) {
        return known_word.first == word;
    });
    if (known == ended_.end())
        ended_.emplace_back(word, 1);
    else
        ++known->second;
    bytes_ += bytes;
    if (text.empty())
        return;
    const std::size_t names = std::min<std::size_t>(names_, 32);
    std::string line = pad_columns(word, word_columns) + "  ";
    line += columns_of(name) < names ? pad_columns(name, names) : std::string(name);
    note(line + "  " + std::string(text));
}

inline std::size_t progress_display::count(std::string_view word) const noexcept {
    const auto known = std::find_if(ended_.begin(), ended_.end(), [&](const auto& known_word) {
        return known_word.first == word;
    });
    return known == ended_.end() ? 0 : known->second;
}

inline std::string progress_display::summary(time_point now) const {
    std::string text = std::to_string(total_) + (total_ == 1 ? " project:" : " projects:");
    std::size_t rest = total_;
    const auto add = [&](std::size_t number, std::string_view word) {
        text.append(text.ends_with(':') ? " " : ", ");
        text.append(std::to_string(number)).append(" ").append(word);
        if (word == "exported" && bytes_ > 0)
            text.append(" (").append(langexport::detail::format_size(bytes_)).append(")");
    };
    for (const auto& [word, number] : ended_) {
        add(number, word);
        rest -= (std::min)(rest, number);
    }
    if (rest > 0 || total_ == 0)
        add(rest, "not begun");
    if (started_ != time_point())
        text.append(" in ").append(langexport::detail::format_elapsed(now - started_));
    return text;
}

inline void progress_display::note(std::string_view text) {
    staying_.push_back(
        langexport::detail::one_printable_line(text, std::max<std::size_t>(text.size(), 16)));
}

inline std::string progress_display::plain() {
    std::string text;
    for (const std::string& line : std::exchange(staying_, {}))
        text.append(line).append("\n");
    return text;
}

// To the beginning of what was drawn last: a line may take several now if the window became smaller.
inline std::string progress_display::go_back(std::size_t columns) {
    std::size_t rows = 0;
    for (const std::size_t width : std::exchange(drawn_, {}))
        rows += width == 0 ? 1 : (width - 1) / std::max<std::size_t>(columns, 1) + 1;
    return rows > 1 ? "\r\x1b[" + std::to_string(rows - 1) + "A" : "\r";
}

inline std::string progress_display::staying(std::size_t columns) {
    std::string text;
    const std::size_t indent = word_columns + 2 + std::min<std::size_t>(names_, 32) + 2;
    for (const std::string& line : std::exchange(staying_, {}))
        text.append(wrap(line, columns, indent)).append("\x1b[K\n");
    return text;
}

inline std::string progress_display::line_of(const entry& one, time_point now,
                                             std::size_t columns) const {
    const std::size_t names = (std::min)(std::min<std::size_t>(names_, 32), columns / 3);
    std::string line = std::string(word_columns + 2, ' ');
    line.replace(0, 2, "> ");
    std::string time = langexport::detail::format_elapsed(now - one.since);
    time.insert(0, time_columns - (std::min)(time_columns, time.size()), ' ');
    line.resize(2);
    line += time + "  " + pad_columns(one.name, names) + "  ";
    // What it is doing is the service's word, and the name anybody's: neither steers the terminal.
    line += one.doing;
    return fit_columns(
        langexport::detail::one_printable_line(line, std::max<std::size_t>(line.size(), 16)),
        columns);
}

inline std::string progress_display::bar(time_point now, std::size_t columns) const {
    std::size_t done = 0;
    for (const auto& [word, number] : ended_)
        done += number;
    const std::size_t begun = done + entries_.size();
    std::string text = ' ' + std::to_string(done) + " of " + std::to_string(total_);
    const auto add = [&](std::size_t number, const char* what) {
        if (number > 0)
            text.append(", ").append(std::to_string(number)).append(what);
    };
    add(count("failed"), " failed");
    add(entries_.size(), " running");
    add(total_ - (std::min)(total_, begun), " queued");
    text.append("  ").append(langexport::detail::format_elapsed(
        started_ == time_point() ? time_point::duration(0) : now - started_));
    if (!saying_.empty())
        text.append("  ").append(saying_);
    constexpr std::size_t least = 12;
    const std::size_t used = columns_of(text) + 2;
    if (used + least > columns)
        return fit_columns(std::string_view(text).substr(1), columns);
    // As wide as before, regardless of the text behind it.
    const std::size_t size =
        (std::min)(columns - used, std::clamp<std::size_t>(columns / 3, least, 40));
    const std::size_t filled = total_ == 0 ? size : size * done / total_;
    return '[' + std::string(filled, '#') + std::string(size - filled, '.') + ']' + text;
}

inline std::string progress_display::draw(time_point now, const terminal_size& terminal) {
    if (terminal.columns == 0)
        return plain();
    // The last column stays free: terminals differ in what they do after it.
    const std::size_t columns = std::max<std::size_t>(terminal.columns, 20) - 1;
    std::string text = go_back(terminal.columns);
    text += staying(columns);
    const std::size_t most = std::clamp<std::size_t>(terminal.rows, 4, 15) - 3;
    const std::size_t shown = entries_.size() <= most + 1 ? entries_.size() : most;
    std::vector<std::string> lines;
    for (std::size_t i = 0; i < shown; ++i)
        lines.push_back(line_of(entries_[i], now, columns));
    if (shown < entries_.size())
        lines.push_back(fit_columns(
            "            and " + std::to_string(entries_.size() - shown) + " more", columns));
    lines.push_back(bar(now, columns));
    for (const std::string& line : lines) {
        text.append(drawn_.empty() ? "" : "\n").append(line).append("\x1b[K");
        drawn_.push_back(columns_of(line));
    }
    return text.append("\x1b[J");
}

inline std::string progress_display::close(const terminal_size& terminal) {
    if (terminal.columns == 0)
        return plain();
    const std::size_t columns = std::max<std::size_t>(terminal.columns, 20) - 1;
    std::string text = drawn_.empty() ? std::string() : go_back(terminal.columns);
    return text.append(staying(columns)).append("\x1b[J");
}

} // namespace tool

#endif
