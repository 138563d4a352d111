#ifndef LANGEXPORT_IMPL_EXPORT_REPORT_IPP
#define LANGEXPORT_IMPL_EXPORT_REPORT_IPP

#include <langexport/command_line.hpp>
#include <langexport/detail/text.hpp>
#include <langexport/export_report.hpp>
#include <langexport/file_name.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <utility>

namespace langexport {
inline namespace v0 {

LANGEXPORT_DECL export_report export_report::parse(std::string_view text) {
    export_report report;
    std::map<std::string, std::size_t> places;
    std::set<std::string> jobs;
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF"; // of an editor
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
            report_line read = report_line::from_json(line);
            if (read.outcome == export_outcome::submitted && jobs.insert(read.resume_token).second)
                report.submissions_.push_back(read.at + std::chrono::milliseconds(1));
            const std::string key =
                read.endpoint + '\n' + read.surface + '\n' + read.format + '\n' + read.project;
            const auto [place, is_new] = places.emplace(key, report.lines_.size());
            if (is_new)
                report.lines_.push_back(std::move(read));
            else
                report.lines_[place->second] = std::move(read);
        } catch (const export_error& error) {
            // Torn: the beginning of a line of ours, with zeros where the disk had a place for the
            // rest but not the rest. Anything else may be somebody's file.
            constexpr std::string_view beginning = "{\"v\":1,\"project\":";
            const std::size_t size = (std::min)(line.find('\0'), line.size());
            const std::size_t common = (std::min)(size, beginning.size());
            const bool is_ours = line.substr(0, common) == beginning.substr(0, common) &&
                                 line.find_first_not_of('\0', size) == std::string_view::npos &&
                                 (size > 0 || !report.lines_.empty());
            boost::system::error_code incomplete;
            boost::json::parse(boost::json::string_view(line.data(), line.size()), incomplete);
            if (is_ended || !incomplete || !is_ours)
                detail::throw_error(errc::invalid_request,
                                    "line " + std::to_string(number) +
                                        " of the report: " + error.diagnostics().detail);
            report.is_torn_ = true;
            break;
        }
        report.whole_size_ = begin;
        report.lacks_line_end_ = !is_ended;
    }
    return report;
}

LANGEXPORT_DECL export_report export_report::read(const std::filesystem::path& path) {
    return parse(read_file(path));
}

LANGEXPORT_DECL const report_line* export_report::find(std::string_view project) const noexcept {
    const auto found = std::find_if(lines_.begin(), lines_.end(),
                                    [&](const auto& line) { return line.project == project; });
    return found == lines_.end() ? nullptr : &*found;
}

LANGEXPORT_DECL export_report export_report::of(std::string_view endpoint, std::string_view surface,
                                                std::string_view format) const {
    export_report part;
    for (const report_line& line : lines_)
        if (line.endpoint.empty() ||
            (line.endpoint == endpoint && line.surface == surface && line.format == format))
            part.lines_.push_back(line);
    part.submissions_ = submissions_;
    return part;
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
    // A plan that begins a report is there as a whole or not at all: half of one would be all that is done.
    const bool is_new = !kept_.empty() && !std::filesystem::exists(symlink_status(path, unknown));
    if (is_new)
        write_file(path, kept_);
    journal_file file(path);
    if (is_new)
        kept_.clear();
    // What is no plain file (a pipe, /dev/stderr) cannot be read back.
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
    kept_ += text;
    if (!file_ || kept_.empty())
        return;
    file_->append(kept_);
    kept_.clear();
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
    return lines + "resume with: " + command + " --resume " + shell_word(place) + "\n";
}

LANGEXPORT_DECL report_line planned_export::line(report_line::time_point when) const {
    if (job.empty())
        return report_line(project, export_outcome::unfinished, when);
    return report_line::of_job(job, job.submitted());
}

} // namespace v0
} // namespace langexport

#endif
