#ifndef LANGEXPORT_LOG_IMPL_LINE_LOGGER_IPP
#define LANGEXPORT_LOG_IMPL_LINE_LOGGER_IPP

#include <langexport/detail/base/duration_text.hpp>
#include <langexport/detail/base/name_table.hpp>
#include <langexport/detail/base/text.hpp>
#include <langexport/log/line_logger.hpp>

#include <cstddef>

namespace langexport {
inline namespace v0 {
namespace detail {

inline constexpr named_value<log_level> log_level_names[] = {
    {log_level::error, "error"}, {log_level::warning, "warning"}, {log_level::info, "info"},
    {log_level::debug, "debug"}, {log_level::trace, "trace"},
};

LANGEXPORT_DECL std::string log_level_choice() {
    return names_in(log_level_names, " or ");
}

// The text of an error code.
inline std::string code_text(errc code) {
    return make_error_code(code).message();
}

// The end of a line about an operation. It distinguishes two exports of the same project.
inline std::string operation_text(std::uint64_t id, std::string_view tag) {
    if (id == 0)
        return {};
    std::string text = " (operation " + std::to_string(id);
    if (!tag.empty())
        text.append(", tag ").append(tag);
    return text += ')';
}

template <class Event>
std::string operation_text(const Event& event) {
    return operation_text(event.operation_id, event.tag);
}

inline std::string submitted_text(const submitted_event& event) {
    const bool imports = event.job.kind() == job_kind::importing;
    const std::string late =
        ", after its " + std::string(to_string(event.job.kind())) + " had ended";
    return (imports ? "submitted the import of " : "submitted ") + event.job.project_name() +
           (event.is_late ? late : "");
}

inline const char* finished_word(job_kind kind) noexcept {
    return kind == job_kind::importing ? "imported " : "finished ";
}

} // namespace detail

LANGEXPORT_DECL std::string_view to_string(log_level level) noexcept {
    return detail::name_in(detail::log_level_names, level);
}

LANGEXPORT_DECL std::optional<log_level> parse_log_level(std::string_view name) noexcept {
    return detail::value_in(detail::log_level_names, name);
}

LANGEXPORT_DECL std::string describe(const polled_event& event) {
    const bool has_ended = event.status.status == job_status::succeeded ||
                           event.status.status == job_status::partially_completed;
    if (has_ended && event.status.job().kind() == job_kind::importing)
        return event.status.status_text;
    if (has_ended)
        return "fetching the result";
    const bool is_waiting = event.status.status == job_status::not_started;
    return (is_waiting ? "not started yet" : event.status.status_text) + ", polled " +
           (event.polls == 1 ? std::string("once") : std::to_string(event.polls) + " times");
}

LANGEXPORT_DECL void line_logger::log(log_level level, std::string_view line) const noexcept {
    if (!writes(level) || !write_)
        return;
    try {
        write_(level, detail::one_printable_line(line, 4096));
    } catch (...) {
        // If memory runs out, the export continues and the log loses a line.
    }
}

LANGEXPORT_DECL void line_logger::on_queued(const queued_event& event) noexcept {
    if (writes(log_level::debug))
        log(log_level::debug, "queued " + std::string(event.project_name) + ": its " +
                                  std::string(to_string(event.request)) + " is behind " +
                                  std::to_string(event.queue_position) + " others" +
                                  detail::operation_text(event));
}

LANGEXPORT_DECL void line_logger::on_submitted(const submitted_event& event) noexcept {
    const log_level level = event.is_late ? log_level::warning : log_level::info;
    if (writes(level))
        log(level, detail::submitted_text(event) + detail::operation_text(event));
}

LANGEXPORT_DECL void line_logger::on_polled(const polled_event& event) noexcept {
    if (!writes(log_level::debug))
        return;
    const export_status& status = event.status;
    const std::string& project = status.job().project_name();
    const bool is_last = event.next_poll <= event.next_poll.zero();
    log(log_level::debug,
        "polled " + project + ": '" + status.status_text + "', poll " +
            std::to_string(event.polls) +
            (is_last ? "" : ", the next one in " + detail::format_duration(event.next_poll)) +
            detail::operation_text(event));
    if (!writes(log_level::trace))
        return;
    for (const service_error& said : status.errors)
        log(log_level::trace, "  error " + said.code + ": " + said.message);
    for (const service_error& said : status.warnings)
        log(log_level::trace, "  warning " + said.code + ": " + said.message);
}

LANGEXPORT_DECL void line_logger::on_throttled(const throttled_event& event) noexcept {
    if (!writes(log_level::warning))
        return;
    const bool submits = event.request == request_kind::submission;
    log(log_level::warning,
        "the service responded with " + std::to_string(event.http_status) + ": no " +
            (submits ? "submission" : "status request") + " for " +
            detail::format_duration(event.throttled_for) +
            (event.rate == 0 ? "" : ", then " + std::to_string(event.rate) + " a window"));
}

LANGEXPORT_DECL void line_logger::on_retried(const retried_event& event) noexcept {
    if (!writes(log_level::debug))
        return;
    std::string line = "repeating the " + std::string(to_string(event.request));
    if (!event.project_name.empty())
        line.append(" of ").append(event.project_name);
    line += " in " + detail::format_duration(event.wait) + ": " + detail::code_text(event.why);
    if (!event.detail.empty())
        line.append(": ").append(event.detail);
    if (event.http_status != 0)
        line += " (HTTP " + std::to_string(event.http_status) + ")";
    line += detail::operation_text(event);
    log(log_level::debug, line);
}

LANGEXPORT_DECL void line_logger::on_warning(const warning_event& event) noexcept {
    if (writes(log_level::warning))
        log(log_level::warning, "warning " + std::string(event.project_name) + ": " +
                                    std::string(event.message) + detail::operation_text(event));
}

LANGEXPORT_DECL void line_logger::on_finished(const finished_event& event) noexcept {
    if (writes(log_level::info))
        log(log_level::info, detail::finished_word(event.kind) + std::string(event.project_name) +
                                 ": " + std::to_string(event.bytes) + " bytes after " +
                                 detail::format_duration(event.elapsed) +
                                 detail::operation_text(event));
}

LANGEXPORT_DECL void line_logger::on_failed(const failed_event& event) noexcept {
    // The message contains the tag already.
    log(log_level::error, event.error.what() + detail::operation_text(event.operation_id, {}));
}

LANGEXPORT_DECL void line_logger::on_token_failed(const token_failed_event& event) noexcept {
    if (!writes(log_level::warning))
        return;
    std::string line = event.has_token ? "no new token" : "no token";
    if (event.will_retry)
        line += ", the next try in " + detail::format_duration(event.wait);
    if (!event.detail.empty())
        line.append(": ").append(event.detail);
    detail::append_cause(line, event.detail, event.cause);
    log(log_level::warning, line);
}

LANGEXPORT_DECL void line_logger::on_quota_failed(const quota_failed_event& event) noexcept {
    if (!writes(log_level::warning))
        return;
    std::string line = "no shared quota, the next try in " + detail::format_duration(event.wait);
    if (!event.detail.empty())
        line.append(": ").append(event.detail);
    log(log_level::warning, line);
}

LANGEXPORT_DECL void
line_logger::on_connection_opened(const connection_opened_event& event) noexcept {
    if (writes(log_level::debug))
        log(log_level::debug, "connection " + std::to_string(event.number) + " to " +
                                  std::string(event.peer) + " opened in " +
                                  detail::format_duration(event.took) +
                                  (event.is_resumed  ? ", TLS resumed"
                                   : event.is_secure ? ", TLS"
                                                     : ""));
}

LANGEXPORT_DECL void
line_logger::on_connection_failed(const connection_failed_event& event) noexcept {
    if (!writes(log_level::warning))
        return;
    std::string line = event.will_retry
                           ? "no connection, the next try in " + detail::format_duration(event.wait)
                           : std::string("no connection");
    line += ": " + detail::code_text(event.why);
    if (!event.detail.empty())
        line.append(": ").append(event.detail);
    if (event.cause != make_error_code(event.why))
        detail::append_cause(line, event.detail, event.cause);
    log(log_level::warning, line);
}

LANGEXPORT_DECL void
line_logger::on_connection_closed(const connection_closed_event& event) noexcept {
    if (writes(log_level::debug))
        log(log_level::debug, "connection " + std::to_string(event.number) + " closed after " +
                                  std::to_string(event.exchanges) + " requests in " +
                                  detail::format_duration(event.life) + ": " +
                                  std::string(to_string(event.why)));
}

LANGEXPORT_DECL void line_logger::on_exchange(const exchange_event& event) noexcept {
    if (!writes(log_level::trace))
        return;
    std::string line = std::string(event.method).append(" ").append(event.target).append(" -> ");
    if (event.failure)
        line.append(detail::code_text(*event.failure)).append(": ").append(event.detail);
    else
        line += std::to_string(event.http_status);
    line += " in " + detail::format_duration(event.duration) + " on connection " +
            std::to_string(event.connection) + ", " + std::to_string(event.bytes_sent) +
            " bytes out, " + std::to_string(event.bytes_received) + " in, client request id " +
            std::string(event.client_request_id);
    if (!event.request_id.empty())
        line.append(", request id ").append(event.request_id);
    line += detail::operation_text(event);
    log(log_level::trace, line);
}

} // namespace v0
} // namespace langexport

#endif
