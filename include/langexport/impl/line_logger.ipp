#ifndef LANGEXPORT_IMPL_LINE_LOGGER_IPP
#define LANGEXPORT_IMPL_LINE_LOGGER_IPP

#include <langexport/command_line.hpp>
#include <langexport/detail/text.hpp>
#include <langexport/line_logger.hpp>

#include <algorithm>
#include <array>
#include <cstddef>

namespace langexport {
inline namespace v0 {
namespace detail {

inline constexpr std::array<std::string_view, 5> level_names = {"error", "warning", "info", "debug",
                                                                "trace"};

} // namespace detail

LANGEXPORT_DECL std::string_view to_string(log_level level) noexcept {
    const auto index = static_cast<std::size_t>(level);
    return index < detail::level_names.size() ? detail::level_names[index] : "unknown";
}

LANGEXPORT_DECL std::optional<log_level> parse_log_level(std::string_view name) noexcept {
    const auto found = std::find(detail::level_names.begin(), detail::level_names.end(), name);
    if (found == detail::level_names.end())
        return std::nullopt;
    return static_cast<log_level>(found - detail::level_names.begin());
}

LANGEXPORT_DECL std::string describe(const polled_event& event) {
    if (event.status.status == job_status::succeeded ||
        event.status.status == job_status::partially_completed)
        return "fetching the result";
    const bool is_waiting = event.status.status == job_status::not_started;
    return (is_waiting ? "not started yet" : event.status.status_text) + ", asked " +
           (event.polls == 1 ? std::string("once") : std::to_string(event.polls) + " times");
}

LANGEXPORT_DECL void line_logger::log(log_level level, std::string_view line) const noexcept {
    if (!writes(level) || !write_)
        return;
    try {
        write_(level, detail::one_printable_line(line, 4096));
    } catch (...) {
        // For want of memory: the export is worth more than its log.
    }
}

LANGEXPORT_DECL void line_logger::on_submitted(const submitted_event& event) noexcept {
    const log_level level = event.is_late ? log_level::warning : log_level::info;
    if (!writes(level))
        return;
    const std::string& project = event.job.project_name();
    log(level,
        "submitted " + project + (event.is_late ? ", after nobody waited for it any more" : ""));
    if (writes(log_level::trace))
        log(log_level::trace, "POST :export of " + project + " -> 202, request id " +
                                  std::string(event.request_id) + ", operation-location " +
                                  event.job.operation_location());
}

LANGEXPORT_DECL void line_logger::on_polled(const polled_event& event) noexcept {
    if (!writes(log_level::debug))
        return;
    const export_status& status = event.status;
    const std::string& project = status.job().project_name();
    const bool is_last = event.next_poll <= event.next_poll.zero();
    log(log_level::debug,
        "polled " + project + ": '" + status.status_text + "', question " +
            std::to_string(event.polls) +
            (is_last ? "" : ", the next one in " + format_duration(event.next_poll)));
    if (!writes(log_level::trace))
        return;
    log(log_level::trace,
        "GET " + status.job().operation_location() + " -> 200 '" + status.status_text + "'" +
            (status.result_url.empty() ? "" : ", resultUrl " + status.result_url));
    for (const service_error& said : status.errors)
        log(log_level::trace, "  error " + said.code + ": " + said.message);
    for (const service_error& said : status.warnings)
        log(log_level::trace, "  warning " + said.code + ": " + said.message);
}

LANGEXPORT_DECL void line_logger::on_finished(const finished_event& event) noexcept {
    if (writes(log_level::info))
        log(log_level::info, "finished " + std::string(event.project_name) + ": " +
                                 std::to_string(event.bytes) + " bytes after " +
                                 format_duration(event.elapsed));
}

LANGEXPORT_DECL void line_logger::on_failed(const failed_event& event) noexcept {
    log(log_level::error, event.error.what());
}

} // namespace v0
} // namespace langexport

#endif
