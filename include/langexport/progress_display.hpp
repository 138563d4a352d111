#ifndef LANGEXPORT_PROGRESS_DISPLAY_HPP
#define LANGEXPORT_PROGRESS_DISPLAY_HPP

#include <langexport/client_stats.hpp>
#include <langexport/detail/os/system.hpp>
#include <langexport/terminal_text.hpp>
#include <langexport/version.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace langexport {
inline namespace v0 {

/// A size for people: `312 bytes`, `4.2 KB`, `1.7 GB` (1 KB is 1,000 bytes).
LANGEXPORT_DECL std::string format_size(std::uint64_t bytes);
/// A time for people: `0.4 s`, `12 s`, `3:07`, `1:00:05`.
LANGEXPORT_DECL std::string format_elapsed(std::chrono::steady_clock::duration time);

/// The terminal that standard error goes to: its size now; 0 columns if it is none.
using detail::terminal_of_stderr;
using detail::terminal_size;

/// What is left of the quota, and whether the service asks for patience, in a few words: "quota left: 7
/// POST, 88 GET", "throttled for 12 s". For several clients: of all together. Empty if there is no quota.
LANGEXPORT_DECL std::string describe(const std::vector<client_stats>& all);

/// What a program that runs many exports shows of them: for each that is under way a line that changes,
/// for each that has ended a line that stays, and a bar.
///
/// It does no output itself: `draw` and `plain` give what is to be written. A plain value in that the
/// time and the terminal's size are arguments. Thread safety: as the standard library's types.
class progress_display {
public:
    using time_point = std::chrono::steady_clock::time_point;

    progress_display() = default;

    /// There will be an export of this name. To be said of all before the first one begins.
    LANGEXPORT_DECL void expect(std::string_view name);
    /// From now on the time counts; at the latest from when the first export runs.
    void start(time_point now) noexcept { started_ = now; }
    /// An export runs: until then it is queued, and there is no line for it. Said again, it is an update.
    LANGEXPORT_DECL void begin(std::string name, std::string doing, time_point now);
    /// What it is doing now.
    LANGEXPORT_DECL void update(std::string_view name, std::string doing);
    /// It has ended.
    ///
    /// @param name   Which.
    /// @param word   What became of it, e.g. "exported"; `summary` counts these.
    /// @param text   The rest of the line that stays; empty: there is no such line.
    /// @param bytes  How much was exported.
    LANGEXPORT_DECL void end(std::string_view name, std::string_view word, std::string_view text,
                             std::uint64_t bytes = 0);
    /// A line that stays and belongs to no export.
    LANGEXPORT_DECL void note(std::string_view text);
    /// What became of all, as a line: `20 projects: 18 exported (3.2 MB), 1 failed, 1 unfinished in 12 s`.
    LANGEXPORT_DECL std::string summary(time_point now) const;
    /// How many have ended with this word.
    LANGEXPORT_DECL std::size_t count(std::string_view word) const noexcept;
    /// What is said behind the bar, e.g. "stopping".
    void say(std::string text) { saying_ = std::move(text); }

    /// What is to be written to bring what people see up to date.
    ///
    /// On a terminal it moves over what was drawn last; the cursor stays behind the bar, in the last line.
    /// With no columns it is the lines that came to stay since the last call, for logs and pipes.
    LANGEXPORT_DECL std::string draw(time_point now, const terminal_size& terminal);
    /// The same at the end: what stays is all that is left, and the cursor is below it.
    LANGEXPORT_DECL std::string close(const terminal_size& terminal);

private:
    class entry {
    public:
        entry(std::string its_name, std::string what, time_point when)
            : name(std::move(its_name)), doing(std::move(what)), since(when) {}

        std::string name;
        std::string doing;
        time_point since;
    };

    LANGEXPORT_DECL std::string plain();
    LANGEXPORT_DECL std::string go_back(std::size_t columns);
    LANGEXPORT_DECL std::string staying(std::size_t columns);
    LANGEXPORT_DECL std::string line_of(const entry& one, time_point now,
                                        std::size_t columns) const;
    LANGEXPORT_DECL std::string bar(time_point now, std::size_t columns) const;

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

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/impl/progress_display.ipp>
#endif

#endif
