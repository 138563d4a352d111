#ifndef LANGEXPORT_EXAMPLES_TOOL_PROGRESS_LOGGER_HPP
#define LANGEXPORT_EXAMPLES_TOOL_PROGRESS_LOGGER_HPP

#include "progress_display.hpp"

#include <langexport/log/line_logger.hpp>
#include <langexport/report/report_line.hpp>

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace tool {

/// An observer that shows a client's exports on a `progress_display`, and logs other events there as
/// lines. Call `end` when an export has ended: the observer does not know whether its result was stored.
///
/// Thread safety: none; the client runs on one thread, and only that thread uses the display.
class progress_logger : public langexport::line_logger {
public:
    /// @param most     The most detailed level to log.
    /// @param display  Must outlive this object.
    /// @param in_words  Rewrites a line of the library for the user.
    /// @param prefix   Precedes the names of projects; may be empty.
    /// @param changed  Called when the display has changed; must not throw.
    progress_logger(langexport::log_level most, progress_display& display,
                    std::function<std::string(std::string_view)> in_words, std::string prefix,
                    std::function<void()> changed);

    /// Announces an export of this project.
    void expect(const std::string& project) { display_.expect(prefix_ + project); }
    /// The export is running.
    void begin(const std::string& project, std::string doing);
    /// The export has ended.
    void end(const langexport::report_line& line);

    /// Whether lines are redrawn in place. Then a submission needs no permanent line.
    bool is_live = false;

    inline void on_submitted(const langexport::submitted_event& event) noexcept override;
    inline void on_polled(const langexport::polled_event& event) noexcept override;
    inline void on_warning(const langexport::warning_event& event) noexcept override;
    void on_finished(const langexport::finished_event&) noexcept override {}
    void on_failed(const langexport::failed_event&) noexcept override {}

private:
    progress_display& display_;
    std::string prefix_;
    std::function<void()> changed_;
};

inline progress_logger::progress_logger(langexport::log_level most, progress_display& display,
                                        std::function<std::string(std::string_view)> in_words,
                                        std::string prefix, std::function<void()> changed)
    : langexport::line_logger(most,
                              [&display, in_words = std::move(in_words)](
                                  langexport::log_level level, std::string_view line) {
                                  display.note(in_words(line), style_of(level));
                              }),
      display_(display), prefix_(std::move(prefix)), changed_(std::move(changed)) {}

inline void progress_logger::begin(const std::string& project, std::string doing) {
    display_.begin(prefix_ + project, std::move(doing), std::chrono::steady_clock::now());
    changed_();
}

inline void progress_logger::end(const langexport::report_line& line) {
    const std::string name = prefix_ + line.project;
    for (const langexport::service_error& warning : line.warnings) {
        const char* const separator = warning.code.empty() || warning.message.empty() ? "" : ": ";
        if (!warning.empty())
            log(langexport::log_level::warning,
                "warning     " + name + ": " + warning.code + separator + warning.message);
    }
    const bool has_text = line.error || writes(langexport::log_level::info);
    const bool is_unchanged =
        line.unchanged && line.outcome == langexport::export_outcome::exported;
    display_.end(name, is_unchanged ? "unchanged" : to_string(line.outcome),
                 has_text ? line.text() : std::string(), is_unchanged ? 0 : line.bytes.value_or(0));
    changed_();
}

inline void progress_logger::on_submitted(const langexport::submitted_event& event) noexcept {
    if (!event.is_late)
        begin(event.job.project_name(), "submitted");
    if (!is_live || event.is_late || writes(langexport::log_level::debug))
        langexport::line_logger::on_submitted(event);
    changed_();
}

inline void progress_logger::on_polled(const langexport::polled_event& event) noexcept {
    display_.update(prefix_ + event.status.job().project_name(), describe(event));
    langexport::line_logger::on_polled(event);
    changed_();
}

// The warnings of an ended job are logged at the end.
inline void progress_logger::on_warning(const langexport::warning_event& event) noexcept {
    if (!event.is_in_status)
        langexport::line_logger::on_warning(event);
    changed_();
}

} // namespace tool

#endif
