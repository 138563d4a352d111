#ifndef LANGEXPORT_IMPL_PROGRESS_DISPLAY_IPP
#define LANGEXPORT_IMPL_PROGRESS_DISPLAY_IPP

#include <langexport/detail/base/duration_text.hpp>
#include <langexport/detail/base/text.hpp>
#include <langexport/progress_display.hpp>

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

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

} // namespace detail

LANGEXPORT_DECL std::string format_size(std::uint64_t bytes) {
    constexpr std::array units = {"KB", "MB", "GB", "TB", "PB", "EB"};
    if (bytes < 1000)
        return std::to_string(bytes) + (bytes == 1 ? " byte" : " bytes");
    std::size_t unit = 0;
    std::uint64_t tenths = bytes / 100;
    for (; tenths >= 10'000; ++unit)
        tenths /= 1000;
    const std::string fraction = "." + std::to_string(tenths % 10);
    return std::to_string(tenths / 10) + (tenths < 1000 ? fraction : "") + ' ' + units[unit];
}

LANGEXPORT_DECL std::string format_elapsed(std::chrono::steady_clock::duration time) {
    using namespace std::chrono;
    const auto tenths = std::max<std::int64_t>(0, duration_cast<milliseconds>(time).count() / 100);
    const std::int64_t whole = tenths / 10;
    if (whole < 10)
        return std::to_string(whole) + '.' + std::to_string(tenths % 10) + " s";
    if (whole < 60)
        return std::to_string(whole) + " s";
    const auto two = [](std::int64_t value) {
        return std::string(value < 10 ? "0" : "") + std::to_string(value);
    };
    const std::string rest = ':' + two(whole % 60);
    return whole < 3600 ? std::to_string(whole / 60) + rest
                        : std::to_string(whole / 3600) + ':' + two(whole / 60 % 60) + rest;
}

LANGEXPORT_DECL std::string describe(const std::vector<client_stats>& all) {
    std::size_t posts = 0, gets = 0;
    bool has_posts = false, has_gets = false;
    std::chrono::steady_clock::duration closed{};
    for (const client_stats& one : all) {
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
            .append(format_duration(closed));
    return text;
}

LANGEXPORT_DECL void progress_display::expect(std::string_view name) {
    ++total_;
    names_ = (std::max)(names_, columns_of(name));
}

LANGEXPORT_DECL void progress_display::begin(std::string name, std::string doing, time_point now) {
    if (started_ == time_point())
        started_ = now;
    const bool is_known = std::any_of(entries_.begin(), entries_.end(),
                                      [&](const entry& one) { return one.name == name; });
    if (is_known)
        return update(name, std::move(doing));
    entries_.emplace_back(std::move(name), std::move(doing), now);
}

LANGEXPORT_DECL void progress_display::update(std::string_view name, std::string doing) {
    for (entry& one : entries_)
        if (one.name == name)
            one.doing = std::move(doing);
}

LANGEXPORT_DECL void progress_display::end(std::string_view name, std::string_view word,
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
    std::string line = pad_columns(word, detail::word_columns) + "  ";
    line += columns_of(name) < names ? pad_columns(name, names) : std::string(name);
    note(line + "  " + std::string(text));
}

LANGEXPORT_DECL std::size_t progress_display::count(std::string_view word) const noexcept {
    const auto known = std::find_if(ended_.begin(), ended_.end(), [&](const auto& known_word) {
        return known_word.first == word;
    });
    return known == ended_.end() ? 0 : known->second;
}

LANGEXPORT_DECL std::string progress_display::summary(time_point now) const {
    std::string text = std::to_string(total_) + (total_ == 1 ? " project:" : " projects:");
    std::size_t rest = total_;
    const auto add = [&](std::size_t number, std::string_view word) {
        text.append(text.ends_with(':') ? " " : ", ");
        text.append(std::to_string(number)).append(" ").append(word);
        if (word == "exported" && bytes_ > 0)
            text.append(" (").append(format_size(bytes_)).append(")");
    };
    for (const auto& [word, number] : ended_) {
        add(number, word);
        rest -= (std::min)(rest, number);
    }
    if (rest > 0 || total_ == 0)
        add(rest, "not begun");
    if (started_ != time_point())
        text.append(" in ").append(format_elapsed(now - started_));
    return text;
}

LANGEXPORT_DECL void progress_display::note(std::string_view text) {
    staying_.push_back(detail::one_printable_line(text, std::max<std::size_t>(text.size(), 16)));
}

LANGEXPORT_DECL std::string progress_display::plain() {
    std::string text;
    for (const std::string& line : std::exchange(staying_, {}))
        text.append(line).append("\n");
    return text;
}

// To the beginning of what was drawn last: a line may take several now if the window became smaller.
LANGEXPORT_DECL std::string progress_display::go_back(std::size_t columns) {
    std::size_t rows = 0;
    for (const std::size_t width : std::exchange(drawn_, {}))
        rows += width == 0 ? 1 : (width - 1) / std::max<std::size_t>(columns, 1) + 1;
    return rows > 1 ? "\r\x1b[" + std::to_string(rows - 1) + "A" : "\r";
}

LANGEXPORT_DECL std::string progress_display::staying(std::size_t columns) {
    std::string text;
    const std::size_t indent = detail::word_columns + 2 + std::min<std::size_t>(names_, 32) + 2;
    for (const std::string& line : std::exchange(staying_, {}))
        text.append(detail::wrap(line, columns, indent)).append("\x1b[K\n");
    return text;
}

LANGEXPORT_DECL std::string progress_display::line_of(const entry& one, time_point now,
                                                      std::size_t columns) const {
    const std::size_t names = (std::min)(std::min<std::size_t>(names_, 32), columns / 3);
    std::string line = std::string(detail::word_columns + 2, ' ');
    line.replace(0, 2, "> ");
    std::string time = format_elapsed(now - one.since);
    time.insert(0, detail::time_columns - (std::min)(detail::time_columns, time.size()), ' ');
    line.resize(2);
    line += time + "  " + pad_columns(one.name, names) + "  ";
    // What it is doing is the service's word, and the name anybody's: neither steers the terminal.
    line += one.doing;
    return fit_columns(detail::one_printable_line(line, std::max<std::size_t>(line.size(), 16)),
                       columns);
}

LANGEXPORT_DECL std::string progress_display::bar(time_point now, std::size_t columns) const {
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
    text.append("  ").append(
        format_elapsed(started_ == time_point() ? time_point::duration(0) : now - started_));
    if (!saying_.empty())
        text.append("  ").append(saying_);
    constexpr std::size_t least = 12;
    const std::size_t used = columns_of(text) + 2;
    if (used + least > columns)
        return fit_columns(std::string_view(text).substr(1), columns);
    // As wide as before, whatever is said behind it.
    const std::size_t size =
        (std::min)(columns - used, std::clamp<std::size_t>(columns / 3, least, 40));
    const std::size_t filled = total_ == 0 ? size : size * done / total_;
    return '[' + std::string(filled, '#') + std::string(size - filled, '.') + ']' + text;
}

LANGEXPORT_DECL std::string progress_display::draw(time_point now, const terminal_size& terminal) {
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

LANGEXPORT_DECL std::string progress_display::close(const terminal_size& terminal) {
    if (terminal.columns == 0)
        return plain();
    const std::size_t columns = std::max<std::size_t>(terminal.columns, 20) - 1;
    std::string text = drawn_.empty() ? std::string() : go_back(terminal.columns);
    return text.append(staying(columns)).append("\x1b[J");
}

} // namespace v0
} // namespace langexport

#endif
