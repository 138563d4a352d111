#ifndef LANGEXPORT_IMPL_PROGRESS_LOGGER_IPP
#define LANGEXPORT_IMPL_PROGRESS_LOGGER_IPP

#include <langexport/progress_logger.hpp>

#include <chrono>

namespace langexport {
inline namespace v0 {

LANGEXPORT_DECL progress_logger::progress_logger(log_level most, progress_display& display,
                                                 std::string prefix, std::function<void()> changed)
    : line_logger(most, [&display](log_level, std::string_view line) { display.note(line); }),
      display_(display), prefix_(std::move(prefix)), changed_(std::move(changed)) {}

LANGEXPORT_DECL void progress_logger::begin(const std::string& project, std::string doing) {
    display_.begin(prefix_ + project, std::move(doing), std::chrono::steady_clock::now());
    changed_();
}

LANGEXPORT_DECL void progress_logger::end(const report_line& line) {
    const std::string name = prefix_ + line.project;
    for (const service_error& warning : line.warnings)
        log(log_level::warning,
            "warning     " + name + ": " + warning.code + ": " + warning.message);
    const bool is_told = line.error || writes(log_level::info);
    display_.end(name, to_string(line.outcome), is_told ? line.text() : std::string(),
                 line.bytes.value_or(0));
    changed_();
}

LANGEXPORT_DECL void progress_logger::on_submitted(const submitted_event& event) noexcept {
    if (!event.is_late)
        begin(event.job.project_name(), "submitted");
    if (!is_live || event.is_late || writes(log_level::debug))
        line_logger::on_submitted(event);
    changed_();
}

LANGEXPORT_DECL void progress_logger::on_polled(const polled_event& event) noexcept {
    display_.update(prefix_ + event.status.job().project_name(), describe(event));
    line_logger::on_polled(event);
    changed_();
}

// What the status has is logged at the end, with the job's own warnings.
LANGEXPORT_DECL void progress_logger::on_warning(const warning_event& event) noexcept {
    if (!event.is_in_status)
        line_logger::on_warning(event);
    changed_();
}

} // namespace v0
} // namespace langexport

#endif
