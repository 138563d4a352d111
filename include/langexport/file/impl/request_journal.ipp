#ifndef LANGEXPORT_FILE_IMPL_REQUEST_JOURNAL_IPP
#define LANGEXPORT_FILE_IMPL_REQUEST_JOURNAL_IPP

#include <langexport/detail/base/text.hpp>
#include <langexport/file/impl/request_journal.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

inline constexpr std::size_t journal_line_size = sizeof("POST sent  1764004800123\n") - 1;
inline constexpr std::size_t most_journal_lines = 100'000;

LANGEXPORT_DECL request_journal::request_journal(const std::filesystem::path& path,
                                                 std::size_t posts, std::size_t gets, clock now)
    : now_(std::move(now)) {
    read(path);
    // Writes a new file beside the old one and renames it, so that a complete file exists at all times.
    std::filesystem::path fresh = path;
    fresh += ".new";
    open(fresh);
    std::size_t line = 0;
    for (const bool is_post : {false, true}) {
        lines& mine = lines_[is_post];
        const std::size_t count = (std::min)(is_post ? posts : gets, most_journal_lines);
        // Writes all lines first: a hole in the file would corrupt the next line.
        for (std::size_t i = 0; i < count; ++i) {
            write(line, is_post, false, time_point());
            mine.free.push_back(line++);
        }
        for (const request& one : before_)
            if (one.is_post == is_post && count > 0) {
                write(mine.free.front(), is_post, false, one.ended);
                std::rotate(mine.free.begin(), mine.free.begin() + 1, mine.free.end());
            }
    }
    std::filesystem::rename(fresh, path);
}

LANGEXPORT_DECL void request_journal::open(const std::filesystem::path& path) {
    error_code failure;
    file_ = system_file::create_private(path, failure);
    if (failure)
        throw std::system_error(failure, "cannot write '" + path.string() + "'");
}

LANGEXPORT_DECL void request_journal::read(const std::filesystem::path& path) {
    std::error_code unknown;
    const std::filesystem::file_status found = std::filesystem::status(path, unknown);
    // Opening a pipe would wait for a writer.
    if (std::filesystem::exists(found) && !std::filesystem::is_regular_file(found))
        throw std::system_error(std::make_error_code(std::errc::not_supported),
                                "cannot use '" + path.string() + "', which is not a regular file");
    error_code failure;
    system_file old = system_file::open_to_read(path, failure);
    if (failure == boost::system::errc::no_such_file_or_directory)
        return;
    const std::string content = failure ? std::string() : old.read_all(failure);
    if (failure)
        throw std::system_error(failure, "cannot read '" + path.string() + "'");
    const time_point now = now_();
    std::string_view rest = content;
    while (!rest.empty()) {
        const std::string_view text = rest.substr(0, rest.find('\n'));
        rest.remove_prefix((std::min)(text.size() + 1, rest.size()));
        const bool is_post = text.starts_with("POST ");
        if (text.size() + 1 != journal_line_size || (!is_post && !text.starts_with("GET  ")))
            continue;
        const auto at = parse_decimal(text.substr(11));
        if (!at || *at == 0)
            continue; // the line has never been used
        // The clock may have been wrong at that time, or may be wrong now.
        const auto latest = std::chrono::ceil<std::chrono::milliseconds>(now.time_since_epoch());
        const std::int64_t newest = latest.count();
        const std::chrono::milliseconds since((std::min)(static_cast<std::int64_t>(*at), newest));
        const bool is_in_progress = text.substr(5, 4) == "sent";
        before_.push_back(
            {is_post, is_in_progress ? now : (std::min)(time_point(since), now), is_in_progress});
    }
    std::sort(before_.begin(), before_.end(),
              [](const request& a, const request& b) { return a.ended < b.ended; });
}

LANGEXPORT_DECL void request_journal::sent(bool is_post) {
    lines& mine = lines_[is_post];
    if (mine.free.empty())
        return;
    mine.in_progress.push_back(mine.free.front());
    mine.free.pop_front();
    write(mine.in_progress.back(), is_post, true, now_());
}

// The requests in progress are interchangeable: the oldest line is used.
LANGEXPORT_DECL void request_journal::ended(bool is_post) {
    lines& mine = lines_[is_post];
    if (mine.in_progress.empty())
        return;
    write(mine.in_progress.front(), is_post, false, now_());
    mine.free.push_back(mine.in_progress.front());
    mine.in_progress.pop_front();
}

LANGEXPORT_DECL void request_journal::write(std::size_t line, bool is_post, bool is_sent,
                                            time_point timestamp) {
    const auto time =
        std::chrono::ceil<std::chrono::milliseconds>(timestamp.time_since_epoch()).count();
    std::string digits = std::to_string(std::max<std::int64_t>(time, 0));
    digits.insert(0, 13 - std::min<std::size_t>(digits.size(), 13), '0');
    const std::string text = std::string(is_post ? "POST " : "GET  ") +
                             (is_sent ? "sent  " : "ended ") + digits.substr(0, 13) + "\n";
    error_code ignored; // a full disk may have space again for the next line
    file_.write_at(line * journal_line_size, text, ignored);
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
