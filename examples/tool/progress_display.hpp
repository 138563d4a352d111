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

/// Describes the unused quota, and whether the service throttles the resource, in a few words: "quota
/// left: 7 POST, 88 GET", "throttled for 12 s". For several clients it adds them up. Empty if there is
/// no quota.
inline std::string describe(const std::vector<langexport::client_stats>& all);

/// The display of a program that runs many exports: a changing line for each one in progress, a
/// permanent line for each one that has ended, and a bar.
///
/// It writes nothing itself: `draw` and `close` return the text to write. The time and the terminal's
/// size are arguments, so it is a plain value. Thread safety: as the standard library's types.
class progress_display {
public:
    using time_point = std::chrono::steady_clock::time_point;

    progress_display() = default;

    /// Announces an export. Call this for every export before the first one starts.
    void expect(std::string_view name);
    /// Starts the clock. Call this no later than the first `begin`.
    void start(time_point now) noexcept { started_ = now; }
    /// An export runs. Before that it is queued, and has no line. A second call updates it.
    void begin(std::string name, std::string doing, time_point now);
    /// Sets the current activity of an export.
    void update(std::string_view name, std::string doing);
    /// An export has ended.
    ///
    /// @param name   The export.
    /// @param word   Its result, e.g. "exported"; `summary` counts these.
    /// @param text   The rest of the permanent line; empty: no such line.
    /// @param bytes  The number of exported bytes.
    void end(std::string_view name, std::string_view word, std::string_view text,
             std::uint64_t bytes = 0);
    /// Adds a permanent line that belongs to no export.
    void note(std::string_view text);
    /// The results of all exports in one line: `20 projects: 18 exported (3.2 MB), 1 failed, 1
    /// unfinished in 12 s`.
    std::string summary(time_point now) const;
    /// The number of exports that have ended with this result.
    std::size_t count(std::string_view word) const noexcept;
    /// Sets the text after the bar, e.g. "stopping".
    void say(std::string text) { saying_ = std::move(text); }

    /// Returns the text that updates the display.
    ///
    /// On a terminal the text replaces what was drawn before. The cursor stays after the bar, in the
    /// last line. With zero columns it returns only the permanent lines since the last call, for logs
    /// and pipes.
    std::string draw(time_point now, const terminal_size& terminal);
    /// Returns the text for the end: only permanent lines stay, and the cursor is below them.
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
    std::size_t names_ = 0; // the width of the longest name
    std::vector<std::pair<std::string, std::size_t>>
        ended_; // the number of exports for each result
    std::uint64_t bytes_ = 0;
    std::vector<entry> entries_;       // in the order in which they began
    std::vector<std::string> staying_; // not written yet
    std::vector<std::size_t> drawn_;   // the columns of each line to replace
    std::string saying_;
    time_point started_{};
};

inline constexpr std::size_t word_columns = 10; // "unfinished"
inline constexpr std::size_t time_columns = 8;  // "23:59:59"

// Breaks a text at spaces. Lines after the first are indented. A word that is longer than a line is not
// broken.
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
        closed = (std::max)({closed, one.submissions.throttled_for, one.reads.throttled_for});
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
        if ((word == "exported" || word == "imported") && bytes_ > 0)
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

// Moves to the beginning of the previous text. If the window became smaller, a line may take several
// rows.
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
    // The activity contains the service's text, and the name any text. Neither may control the terminal.
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
    // The width does not depend on the text after the bar.
    const std::size_t size =
        (std::min)(columns - used, std::clamp<std::size_t>(columns / 3, least, 40));
    const std::size_t filled = total_ == 0 ? size : size * done / total_;
    return '[' + std::string(filled, '#') + std::string(size - filled, '.') + ']' + text;
}

inline std::string progress_display::draw(time_point now, const terminal_size& terminal) {
    if (terminal.columns == 0)
        return plain();
    // The last column stays empty, because terminals behave differently after it.
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
