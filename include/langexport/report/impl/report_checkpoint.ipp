#ifndef LANGEXPORT_REPORT_IMPL_REPORT_CHECKPOINT_IPP
#define LANGEXPORT_REPORT_IMPL_REPORT_CHECKPOINT_IPP

#include <langexport/report/report_checkpoint.hpp>

#include <chrono>
#include <utility>

namespace langexport {
inline namespace v0 {

LANGEXPORT_DECL report_line make_report_line(const batch_outcome& outcome, std::string file,
                                             report_line::time_point when) {
    using std::chrono::milliseconds;
    const std::string& project = outcome.item.request.project_name;
    if (outcome.error) {
        report_line line = report_line::of_failure(project, outcome.error, when, outcome.item.job);
        line.submits = outcome.submits;
        return line;
    }
    report_line line =
        report_line::of_result(project, outcome.status, std::move(file), outcome.bytes, when);
    line.submits = outcome.submits;
    line.polls = outcome.polls;
    line.queue = std::chrono::floor<milliseconds>(outcome.queue_time);
    line.elapsed = std::chrono::floor<milliseconds>(outcome.queue_time + outcome.run_time);
    return line;
}

LANGEXPORT_DECL report_checkpoint::report_checkpoint(const std::filesystem::path& report)
    : to_(std::make_shared<report_writer>()) {
    to_->open(report);
    before_ = export_report::read(report);
}

LANGEXPORT_DECL report_checkpoint::report_checkpoint(std::shared_ptr<report_writer> writer,
                                                     export_report before)
    : to_(std::move(writer)), before_(std::move(before)) {}

LANGEXPORT_DECL void report_checkpoint::planned(const std::vector<planned_export>& plan) {
    std::vector<report_line> lines;
    for (const planned_export& one : plan)
        lines.push_back(one.line(now()));
    append(std::move(lines));
}

LANGEXPORT_DECL std::optional<batch_item> report_checkpoint::taken(batch_item item) {
    const report_line* known = before_.find(item.request.project_name);
    if (!known || !item.job.empty())
        return item;
    if (known->outcome == export_outcome::exported || known->outcome == export_outcome::partial)
        return std::nullopt;
    if (known->has_job() && known->is_usable())
        item.job = known->job();
    return item;
}

LANGEXPORT_DECL void report_checkpoint::submitted(const export_job& job) {
    append({report_line::of_job(job, now())});
}

LANGEXPORT_DECL report_line report_checkpoint::line_of(const batch_outcome& outcome) const {
    report_line line =
        make_report_line(outcome, file_of ? file_of(outcome.item) : std::string(), now());
    line.unchanged = !line.error && is_unchanged && is_unchanged(outcome.item);
    if (line.error && rewrite)
        line.error->message = rewrite(std::move(line.error->message));
    return line;
}

LANGEXPORT_DECL void report_checkpoint::finished(const batch_outcome& outcome) {
    append({line_of(outcome)});
}

LANGEXPORT_DECL void report_checkpoint::append(std::vector<report_line> lines) {
    for (report_line& line : lines) {
        line.endpoint = endpoint;
        line.surface = surface;
        line.format = format;
    }
    to_->append(lines);
}

} // namespace v0
} // namespace langexport

#endif
