#ifndef LANGEXPORT_EXAMPLES_TOOL_PROGRESS_DISPLAY_HPP
#define LANGEXPORT_EXAMPLES_TOOL_PROGRESS_DISPLAY_HPP

#include "permanent_lines.hpp"
#include "run_estimate.hpp"
#include "system.hpp"
#include "terminal_text.hpp"
#include "text_style.hpp"

#include <langexport/detail/base/duration_text.hpp>
#include <langexport/detail/base/size_text.hpp>
#include <langexport/detail/base/text.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tool {

/// The display of a program that runs many exports: a changing line for each one in progress, a
/// permanent line for each one that has ended, and a bar. Without a terminal it has the permanent lines, and
/// the state of the run from time to time.
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
    void start(time_point now) noexcept { started_ = last_plain_ = now; }
    /// Without a terminal, `draw` returns the state of the run if it has returned nothing for this time.
    /// Default: never.
    void show_state_after(time_point::duration silence) noexcept { silence_ = silence; }
    /// The permanent lines that are not written yet.
    permanent_lines& lines() noexcept { return lines_; }
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
    void note(std::string_view text, text_style style = text_style::plain);
    /// Adds the lines of the exports that failed again, at most `most` of them, if there are other exports.
    void note_failures(std::size_t most = 20);
    /// The results of all exports in one line: `20 projects: 18 exported (3.2 MB), 1 failed, 1
    /// unfinished in 12 s`.
    std::string summary(time_point now) const;
    /// The number of exports that have ended with this result.
    std::size_t count(std::string_view word) const noexcept;
    /// How far the run is.
    run_progress progress(time_point now) const noexcept;
    /// Sets the text after the bar, e.g. "stopping".
    void say(std::string text) { saying_ = std::move(text); }
    /// Sets the estimate of the remaining time; nothing: unknown.
    void estimate(std::optional<time_point::duration> remaining) { remaining_ = remaining; }

    /// Returns the text that updates the display.
    ///
    /// On a terminal the text replaces what was drawn before. The cursor stays after the bar, in the
    /// last line. With zero columns it returns only the permanent lines since the last call, for logs
    /// and pipes, or the state of the run: see `show_state_after`.
    std::string draw(time_point now, const terminal_size& terminal);
    /// Returns the text for the end: only permanent lines stay, and the cursor is below them.
    std::string close(const terminal_size& terminal);

private:
    class entry {
    public:
        entry(std::string its_name, std::string action, time_point when)
            : name(std::move(its_name)), doing(std::move(action)), since(when) {}

        std::string name;
        std::string doing;
        time_point since;
    };

    std::string plain(time_point now);
    std::string line_of(const entry& one, time_point now, std::size_t columns) const;
    std::string state(time_point now) const;
    std::string bar(time_point now, std::size_t columns) const;

    std::size_t total_ = 0;
    std::size_t names_ = 0; // the width of the longest name
    std::vector<std::pair<std::string, std::size_t>>
        ended_; // the number of exports for each result
    std::uint64_t bytes_ = 0;
    std::vector<entry> entries_; // in the order in which they began
    permanent_lines lines_;
    std::vector<std::size_t> drawn_; // the columns of each line to replace
    std::vector<std::string> failures_;
    std::string saying_;
    std::optional<time_point::duration> remaining_;
    time_point started_{}, last_plain_{};
    time_point::duration silence_ = (time_point::duration::max)();
    bool is_closed_ = false;
};

inline constexpr std::size_t word_columns = 10; // "unfinished"
inline constexpr std::size_t time_columns = 8;  // "23:59:59"

// An estimate has two digits at most: "40 s", "3 min", "2 h 10 min".
inline std::string rough_duration(std::chrono::steady_clock::duration time) {
    using namespace std::chrono;
    const auto step = time < 1min ? seconds(10) : time < 1h ? seconds(1min) : seconds(10min);
    const auto steps = (std::max<std::int64_t>)(1, (time + step / 2) / step);
    return langexport::detail::format_duration(step * steps);
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
    line.append("  ").append(text);
    lines_.add(line, style_of_result(word), word.size());
    if (word == "failed")
        failures_.push_back(std::move(line));
}

inline run_progress progress_display::progress(time_point now) const noexcept {
    run_progress far;
    far.total = total_;
    for (const auto& [word, number] : ended_)
        far.ended += number;
    if (started_ != time_point())
        far.elapsed = now - started_;
    return far;
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

inline void progress_display::note(std::string_view text, text_style style) {
    lines_.add(text, style, text.size());
}

inline void progress_display::note_failures(std::size_t most) {
    if (total_ < 2)
        return;
    const std::size_t all = count("failed"), shown = (std::min)(failures_.size(), most);
    for (std::size_t i = 0; i < shown; ++i)
        lines_.add(failures_[i], text_style::bad, std::string_view("failed").size());
    if (shown > 0 && shown < all)
        note("and " + std::to_string(all - shown) + " more: see the report", text_style::bad);
}

inline std::string progress_display::plain(time_point now) {
    const run_progress far = progress(now);
    const bool is_running =
        started_ != time_point() && !is_closed_ && (total_ == 0 || far.ended < total_);
    if (lines_.empty() && is_running && now - last_plain_ >= silence_)
        note(state(now));
    if (!lines_.empty())
        last_plain_ = now;
    return lines_.take();
}

// Moves to the beginning of the previous text. If the window became smaller, a line may take several
// rows.
inline std::string go_back(std::vector<std::size_t>& drawn, std::size_t columns) {
    std::size_t rows = 0;
    for (const std::size_t width : std::exchange(drawn, {}))
        rows += width == 0 ? 1 : (width - 1) / std::max<std::size_t>(columns, 1) + 1;
    return rows > 1 ? "\r\x1b[" + std::to_string(rows - 1) + "A" : "\r";
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

// The state of the run: "3 of 60, 7 running, 50 queued  12 s, about 5 min left  quota left: 88 GET".
inline std::string progress_display::state(time_point now) const {
    const run_progress far = progress(now);
    const std::size_t begun = far.ended + entries_.size();
    std::string text = std::to_string(far.ended) + " of " + std::to_string(total_);
    const auto add = [&](std::size_t number, const char* label) {
        if (number > 0)
            text.append(", ").append(std::to_string(number)).append(label);
    };
    add(count("failed"), " failed");
    add(entries_.size(), " running");
    add(total_ - (std::min)(total_, begun), " queued");
    text.append("  ").append(langexport::detail::format_elapsed(far.elapsed));
    if (remaining_)
        text.append(", about ").append(rough_duration(*remaining_)).append(" left");
    if (!saying_.empty())
        text.append("  ").append(saying_);
    return text;
}

inline std::string progress_display::bar(time_point now, std::size_t columns) const {
    const std::string text = ' ' + state(now);
    constexpr std::size_t least = 12;
    const std::size_t used = columns_of(text) + 2;
    if (used + least > columns)
        return fit_columns(std::string_view(text).substr(1), columns);
    // The width does not depend on the text after the bar.
    const std::size_t size =
        (std::min)(columns - used, std::clamp<std::size_t>(columns / 3, least, 40));
    const std::size_t filled =
        total_ == 0 ? size : size * (std::min)(progress(now).ended, total_) / total_;
    return '[' + std::string(filled, '#') + std::string(size - filled, '.') + ']' + text;
}

inline std::string progress_display::draw(time_point now, const terminal_size& terminal) {
    if (terminal.columns == 0)
        return plain(now);
    const std::size_t columns = drawn_columns(terminal);
    std::string text = go_back(drawn_, terminal.columns);
    text += lines_.take(terminal, word_columns + 2 + std::min<std::size_t>(names_, 32) + 2);
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
    is_closed_ = true;
    if (terminal.columns == 0)
        return plain(last_plain_);
    std::string text = drawn_.empty() ? std::string() : go_back(drawn_, terminal.columns);
    return text
        .append(lines_.take(terminal, word_columns + 2 + std::min<std::size_t>(names_, 32) + 2))
        .append("\x1b[J");
}

} // namespace tool

#endif
