#ifndef LANGEXPORT_LOG_LINE_LOGGER_HPP
#define LANGEXPORT_LOG_LINE_LOGGER_HPP

#include <langexport/observer.hpp>
#include <langexport/version.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace langexport {
inline namespace v0 {

/// The level of detail. Each level includes those before it.
enum class log_level {
    error,   ///< Exports and imports that failed.
    warning, ///< Throttling, failed connections, jobs that were confirmed late.
    info,    ///< Jobs submitted, exports finished.
    debug,   ///< Exports queued, every response to a status request, retries, connections.
    trace    ///< Every request and its response, with the service's texts. Secrets are not logged.
};
/// The enumerator's name.
LANGEXPORT_DECL std::string_view to_string(log_level level) noexcept;
/// The level with that name; nothing if there is none.
LANGEXPORT_DECL std::optional<log_level> parse_log_level(std::string_view name) noexcept;

namespace detail {

// "error, warning, info, debug or trace", for messages.
LANGEXPORT_DECL std::string log_level_choice();

} // namespace detail

/// Describes the progress of an export after a status response in a few words.
LANGEXPORT_DECL std::string describe(const polled_event& event);

/// An observer that writes each event as a line. Lines contain no line end, no time and no control
/// characters.
class line_logger : public observer {
public:
    /// Writes a line; must not throw.
    using line_function = std::function<void(log_level level, std::string_view line)>;

    /// @param most   The most detailed level to write.
    /// @param write  Called on the client's strand, one call at a time.
    line_logger(log_level most, line_function write) : most_(most), write_(std::move(write)) {}

    /// Whether lines of this level are written.
    bool writes(log_level level) const noexcept { return level <= most_; }
    /// Writes a line of the program itself. Characters that are not printable are replaced.
    LANGEXPORT_DECL void log(log_level level, std::string_view line) const noexcept;

    LANGEXPORT_DECL void on_queued(const queued_event& event) noexcept override;
    LANGEXPORT_DECL void on_submitted(const submitted_event& event) noexcept override;
    LANGEXPORT_DECL void on_polled(const polled_event& event) noexcept override;
    LANGEXPORT_DECL void on_throttled(const throttled_event& event) noexcept override;
    LANGEXPORT_DECL void on_retried(const retried_event& event) noexcept override;
    LANGEXPORT_DECL void on_warning(const warning_event& event) noexcept override;
    LANGEXPORT_DECL void on_finished(const finished_event& event) noexcept override;
    LANGEXPORT_DECL void on_failed(const failed_event& event) noexcept override;
    LANGEXPORT_DECL void on_token_failed(const token_failed_event& event) noexcept override;
    LANGEXPORT_DECL void on_quota_failed(const quota_failed_event& event) noexcept override;
    LANGEXPORT_DECL void
    on_connection_opened(const connection_opened_event& event) noexcept override;
    LANGEXPORT_DECL void
    on_connection_failed(const connection_failed_event& event) noexcept override;
    LANGEXPORT_DECL void
    on_connection_closed(const connection_closed_event& event) noexcept override;
    LANGEXPORT_DECL void on_exchange(const exchange_event& event) noexcept override;

private:
    log_level most_;
    line_function write_;
};

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/log/impl/line_logger.ipp>
#endif

#endif
