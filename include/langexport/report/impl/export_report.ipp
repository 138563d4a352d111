#ifndef LANGEXPORT_REPORT_IMPL_EXPORT_REPORT_IPP
#define LANGEXPORT_REPORT_IMPL_EXPORT_REPORT_IPP

#include <langexport/detail/base/shell_word.hpp>
#include <langexport/detail/base/text.hpp>
#include <langexport/file/atomic_file.hpp>
#include <langexport/file/file_name.hpp>
#include <langexport/file/read_file.hpp>
#include <langexport/report/export_report.hpp>
#include <langexport/report/impl/json_in.hpp>

#include <boost/json/value.hpp>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <iterator>
#include <limits>
#include <map>
#include <set>
#include <utility>

namespace langexport {
inline namespace v0 {

// Assigns lines to runs, and keeps the last line of each project.
class export_report::reader {
public:
    void add(std::string_view text) {
        if (report_run::is_run_line(text))
            start_run(report_run::from_json(text));
        else
            add_line(report_line::from_json(text));
    }
    bool is_empty() const noexcept { return is_empty_; }
    void finish(export_report& report) {
        report.lines_ = std::move(runs_.back().lines);
        report.scopes_ = std::move(runs_.back().scopes);
        runs_.pop_back();
        report.runs_ = std::move(runs_);
        report.submissions_ = std::move(submissions_);
    }

private:
    void start_run(report_run run) {
        is_empty_ = false;
        is_resumed_ = run.is_resumed;
        endpoints_ = std::move(run.endpoints);
        if (!is_resumed_)
            runs_.emplace_back();
        for (report_scope& scope : run.all) {
            auto& scopes = runs_[run_of(scope.endpoint)].scopes;
            if (std::find(scopes.begin(), scopes.end(), scope) == scopes.end())
                scopes.push_back(std::move(scope));
        }
    }

    // A run that resumes others continues the last run of each of its resources. So do the lines of a
    // process that writes at the same time and started earlier.
    std::size_t run_of(const std::string& endpoint) {
        const std::size_t last = runs_.size() - 1;
        const bool is_anothers =
            !endpoints_.empty() &&
            std::find(endpoints_.begin(), endpoints_.end(), endpoint) == endpoints_.end();
        return is_resumed_ || is_anothers ? last_of_.try_emplace(endpoint, last).first->second
                                          : last_of_[endpoint] = last;
    }

    void add_line(report_line line) {
        is_empty_ = false;
        if (line.outcome == export_outcome::submitted && jobs_.insert(line.resume_token).second)
            submissions_.push_back(line.at + std::chrono::milliseconds(1));
        const std::size_t run = run_of(line.endpoint);
        const std::string key = std::to_string(run) + '\n' + line.endpoint + '\n' + line.surface +
                                '\n' + line.format + '\n' + line.project;
        auto& lines = runs_[run].lines;
        const auto [place, is_new] = places_.emplace(key, lines.size());
        if (is_new)
            lines.push_back(std::move(line));
        else
            lines[place->second] = std::move(line);
    }

    std::vector<run_part> runs_{1};      // the lines before the first start of a run are a run, too
    std::vector<std::string> endpoints_; // of the run that started last; empty: any
    std::map<std::string, std::size_t> last_of_;
    std::map<std::string, std::size_t> places_;
    std::set<std::string> jobs_;
    std::vector<report_line::time_point> submissions_;
    bool is_resumed_ = false;
    bool is_empty_ = true;
};

namespace detail {

// Whether the text is an incomplete line of a report: its beginning, perhaps with zeros where the disk
// had not stored the rest. Any other text may belong to another program.
inline bool is_torn_line(std::string_view line, bool is_first) {
    const std::size_t size = (std::min)(line.find('\0'), line.size());
    const auto begins_like = [&](std::string_view beginning) {
        const std::size_t common = (std::min)(size, beginning.size());
        return line.substr(0, common) == beginning.substr(0, common);
    };
    error_code incomplete;
    json_in(line, incomplete);
    return incomplete &&
           (begins_like("{\"v\":1,\"project\":") || begins_like("{\"v\":1,\"run\":")) &&
           line.find_first_not_of('\0', size) == std::string_view::npos && (size > 0 || !is_first);
}

} // namespace detail

namespace detail {

// The last lines of a file, of at most `size` bytes. The text of a larger file begins after a line feed.
inline std::string read_last_lines(const std::filesystem::path& path, std::uintmax_t size) {
    std::error_code unknown;
    const std::uintmax_t all = std::filesystem::file_size(path, unknown);
    if (unknown || all <= size)
        return read_file(path);
    system_file file = open_to_read(path);
    std::string skipped(64 * 1024, '\0');
    // One byte more: a line may begin exactly there.
    for (std::uintmax_t rest = all - size - 1; rest > 0;) {
        const auto most =
            static_cast<std::size_t>((std::min<std::uintmax_t>)(rest, skipped.size()));
        const std::size_t read = read_some(file, path, skipped.data(), most);
        if (read == 0)
            break; // it became smaller
        rest -= read;
    }
    error_code failure;
    std::string text = file.read_all(failure);
    check_file(failure, "cannot read", path);
    const std::size_t begin = text.find('\n');
    return begin == text.npos ? std::string() : text.substr(begin + 1);
}

} // namespace detail

LANGEXPORT_DECL export_report export_report::parse(std::string_view text) {
    export_report report;
    reader lines;
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF"; // some editors add it
    std::size_t begin = text.starts_with(byte_order_mark) ? byte_order_mark.size() : 0;
    for (std::size_t number = 1; begin < text.size(); ++number) {
        const std::size_t end = text.find('\n', begin);
        const bool is_ended = end != std::string_view::npos;
        const std::string_view line = text.substr(begin, is_ended ? end - begin : end);
        begin = is_ended ? end + 1 : text.size();
        if (is_ended && detail::trim(line).empty()) {
            report.whole_size_ = begin;
            continue;
        }
        try {
            lines.add(line);
        } catch (const export_error& error) {
            if (is_ended || !detail::is_torn_line(line, lines.is_empty()))
                detail::throw_error(errc::invalid_request,
                                    "line " + std::to_string(number) +
                                        " of the report: " + error.diagnostics().detail);
            report.is_torn_ = true;
            break;
        }
        report.whole_size_ = begin;
        report.lacks_line_end_ = !is_ended;
    }
    lines.finish(report);
    return report;
}

LANGEXPORT_DECL export_report export_report::read(const std::filesystem::path& path) {
    return read_end(path, (std::numeric_limits<std::uintmax_t>::max)());
}

LANGEXPORT_DECL export_report export_report::read_end(const std::filesystem::path& path,
                                                      std::uintmax_t size) {
    const std::string text = detail::read_last_lines(path, size);
    try {
        return parse(text);
    } catch (const export_error& error) {
        detail::throw_error(errc::invalid_request,
                            "'" + path.string() + "': " + error.diagnostics().detail);
    }
}

LANGEXPORT_DECL const report_line* export_report::find(std::string_view project) const noexcept {
    const auto found = std::find_if(lines_.begin(), lines_.end(),
                                    [&](const auto& line) { return line.project == project; });
    return found == lines_.end() ? nullptr : &*found;
}

LANGEXPORT_DECL bool export_report::has_scope(const report_scope& scope) const {
    return std::find(scopes_.begin(), scopes_.end(), scope) != scopes_.end();
}

LANGEXPORT_DECL export_report export_report::of(std::string_view endpoint, std::string_view surface,
                                                std::string_view format) const {
    const auto is_its = [&](const auto& one) {
        return one.endpoint.empty() ||
               (one.endpoint == endpoint && one.surface == surface && one.format == format);
    };
    export_report part;
    std::copy_if(lines_.begin(), lines_.end(), std::back_inserter(part.lines_), is_its);
    std::copy_if(scopes_.begin(), scopes_.end(), std::back_inserter(part.scopes_), is_its);
    part.submissions_ = submissions_;
    return part;
}

LANGEXPORT_DECL export_report export_report::last_run_of(
    std::string_view endpoint, const std::vector<std::string>& surfaces) const {
    const auto is_its = [&](const auto& one) {
        return one.endpoint.empty() ||
               (one.endpoint == endpoint &&
                std::find(surfaces.begin(), surfaces.end(), one.surface) != surfaces.end());
    };
    const auto has_some = [&](const auto& lines, const auto& scopes) {
        return std::any_of(lines.begin(), lines.end(), is_its) ||
               std::any_of(scopes.begin(), scopes.end(), is_its);
    };
    export_report found;
    found.submissions_ = submissions_;
    if (has_some(lines_, scopes_)) {
        found.lines_ = lines_;
        found.scopes_ = scopes_;
        return found;
    }
    const auto run = std::find_if(runs_.rbegin(), runs_.rend(), [&](const run_part& one) {
        return has_some(one.lines, one.scopes);
    });
    if (run != runs_.rend()) {
        found.lines_ = run->lines;
        found.scopes_ = run->scopes;
    }
    return found;
}

LANGEXPORT_DECL std::vector<report_line> export_report::results() const {
    std::map<std::string, report_line> newest;
    const auto look_at = [&](const std::vector<report_line>& lines) {
        for (const report_line& line : lines) {
            const bool has_result =
                line.outcome == export_outcome::exported || line.outcome == export_outcome::partial;
            if (!has_result || line.file.empty())
                continue;
            const auto [place, is_new] = newest.emplace(line.file, line);
            if (!is_new && place->second.at <= line.at)
                place->second = line;
        }
    };
    for (const run_part& run : runs_)
        look_at(run.lines);
    look_at(lines_);
    std::vector<report_line> results;
    for (auto& [file, line] : newest)
        results.push_back(std::move(line));
    return results;
}

LANGEXPORT_DECL void
export_report::remove_if(const std::function<bool(const report_line&)>& is_unwanted) {
    std::erase_if(lines_, is_unwanted);
}

LANGEXPORT_DECL void
export_report::restart_if(const std::function<bool(const report_line&)>& is_void) {
    for (report_line& line : lines_) {
        if (!is_void(line))
            continue;
        line.outcome = export_outcome::unfinished;
        line.resume_token.clear();
        line.error.reset();
    }
}

LANGEXPORT_DECL std::vector<planned_export>
export_report::plan(const std::vector<std::string>& projects, std::string_view extension) const {
    std::set<std::string_view> different;
    for (const std::string& project : projects)
        if (!different.insert(project).second)
            detail::throw_error(errc::invalid_request, "project '" + project + "' is named twice");
    std::vector<std::string> all = projects;
    std::vector<planned_export> todo;
    for (const report_line& line : lines_) {
        if (different.count(line.project) == 0)
            all.push_back(line.project);
        if (line.outcome == export_outcome::exported || line.outcome == export_outcome::partial)
            continue;
        export_job job;
        if (line.has_job())
            job = line.job();
        todo.emplace_back(line.project, std::move(job));
    }
    std::set<std::string_view> known;
    for (const report_line& line : lines_)
        known.insert(line.project);
    for (const std::string& project : projects)
        if (known.count(project) == 0)
            todo.emplace_back(project, export_job());

    std::map<std::string, std::string> names;
    const std::vector<std::string> in_order = file_names_of(all, extension);
    for (std::size_t i = 0; i < all.size(); ++i)
        names[all[i]] = in_order[i];
    for (planned_export& one : todo)
        one.file_name = names[one.project];
    return todo;
}

LANGEXPORT_DECL void report_writer::open(const std::filesystem::path& path) {
    std::error_code unknown;
    // A plan at the beginning of a report is written as a whole or not at all. A part of it would be
    // taken for the whole plan.
    const bool is_new = !kept_.empty() && !std::filesystem::exists(symlink_status(path, unknown));
    if (is_new)
        write_file(path, kept_);
    journal_file file(path);
    if (is_new)
        kept_.clear();
    // A target that is not a regular file (a pipe, /dev/stderr) cannot be read again.
    if (std::filesystem::is_regular_file(path, unknown)) {
        const export_report before = export_report::read(path);
        if (before.is_torn())
            file.cut_to(before.whole_size());
        if (before.lacks_line_end())
            file.append("\n");
    }
    file_.emplace(std::move(file));
    append_text({});
}

LANGEXPORT_DECL void report_writer::append_text(const std::string& text) {
    if (copy_to && !text.empty())
        copy_to(text);
    kept_ += text;
    if (!file_ || kept_.empty())
        return;
    file_->append(kept_);
    kept_.clear();
}

LANGEXPORT_DECL void report_writer::append(const report_run& run) {
    append_text(run.to_json() + '\n');
}

LANGEXPORT_DECL void report_writer::append(const report_line& line) {
    append(std::vector<report_line>{line});
}

LANGEXPORT_DECL void report_writer::append(const std::vector<report_line>& lines) {
    std::string text;
    for (const report_line& line : lines)
        if (!line.project.empty() &&
            detail::find_invalid_utf8(line.project) == std::string_view::npos)
            text.append(line.to_json()).append("\n");
    append_text(text);
}

LANGEXPORT_DECL std::string report_writer::resume_advice(const std::string& command) const {
    const std::string place = file_ ? file_->path().string() : "REPORT";
    const std::string lines = kept_.empty() ? "" : "append these lines to " + place + ":\n" + kept_;
    return lines + "resume with: " + command + " --resume " + detail::shell_word(place) + "\n";
}

LANGEXPORT_DECL report_line planned_export::line(report_line::time_point when) const {
    if (job.empty())
        return report_line(project, export_outcome::unfinished, when);
    return report_line::of_job(job, job.submitted());
}

} // namespace v0
} // namespace langexport

#endif
