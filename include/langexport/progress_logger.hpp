#ifndef LANGEXPORT_PROGRESS_LOGGER_HPP
#define LANGEXPORT_PROGRESS_LOGGER_HPP

#include <langexport/log/line_logger.hpp>
#include <langexport/progress_display.hpp>
#include <langexport/report/report_line.hpp>
#include <langexport/version.hpp>

#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace langexport {
inline namespace v0 {

/// An observer that shows what the exports of a client do on a `progress_display`, and logs all else as
/// lines there. How exports end is for `end` to say: the observer does not know what became of a result.
///
/// Thread safety: none; the client runs on one thread, and the display is used by no other.
class progress_logger : public line_logger {
public:
    /// @param most     What is above this level is not logged.
    /// @param display  Must live as long as this.
    /// @param prefix   Stands before the names of projects; may be empty.
    /// @param changed  Is called when there is something new to draw; must not throw.
    LANGEXPORT_DECL progress_logger(log_level most, progress_display& display, std::string prefix,
                                    std::function<void()> changed);

    /// There will be an export of this project.
    void expect(const std::string& project) { display_.expect(prefix_ + project); }
    /// It runs already.
    LANGEXPORT_DECL void begin(const std::string& project, std::string doing);
    /// It has ended.
    LANGEXPORT_DECL void end(const report_line& line);

    /// Whether lines are redrawn in place, so that a submission needs none that stays.
    bool is_live = false;

    LANGEXPORT_DECL void on_submitted(const submitted_event& event) noexcept override;
    LANGEXPORT_DECL void on_polled(const polled_event& event) noexcept override;
    LANGEXPORT_DECL void on_warning(const warning_event& event) noexcept override;
    void on_finished(const finished_event&) noexcept override {}
    void on_failed(const failed_event&) noexcept override {}

private:
    progress_display& display_;
    std::string prefix_;
    std::function<void()> changed_;
};

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/impl/progress_logger.ipp>
#endif

#endif
