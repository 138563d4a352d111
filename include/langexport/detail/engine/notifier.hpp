#ifndef LANGEXPORT_DETAIL_ENGINE_NOTIFIER_HPP
#define LANGEXPORT_DETAIL_ENGINE_NOTIFIER_HPP

#include <langexport/detail/engine/connection.hpp>
#include <langexport/detail/engine/counters.hpp>
#include <langexport/detail/engine/export_operation.hpp>
#include <langexport/detail/engine/token_manager.hpp>
#include <langexport/observer.hpp>
#include <langexport/version.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace langexport {
inline namespace v0 {
namespace detail {

// Counts events of the operations and connections of a client, and passes each event to the observer, if there is
// one, and the progress of an operation to the function of its request. Nothing else calls the observer. It also hides secrets, because the service could echo them in a text.
//
// The observer may start and cancel operations and replace itself: an event is the last action of each function, and
// the caller expects that the state has changed afterwards.
class notifier {
public:
    // `counts` and `tokens` outlive the notifier.
    LANGEXPORT_DECL notifier(std::shared_ptr<observer> first, counters& counts,
                             const token_manager& tokens);

    // Null: no observer.
    void replace(std::shared_ptr<observer> next) noexcept { observer_.swap(next); }

    LANGEXPORT_DECL void queued(const export_operation& operation, std::size_t position);
    LANGEXPORT_DECL void submitting(const export_operation& operation);
    LANGEXPORT_DECL void submitted(const export_operation& operation, std::string_view request_id);
    // The same after the end of the operation.
    LANGEXPORT_DECL void submitted_late(const late_submission& late, const export_job& job,
                                        std::string_view request_id);
    // The caller's function, if there is one, has stored the job: `on_update` may show it.
    LANGEXPORT_DECL void stored(const export_operation& operation);
    // A status was received. `next_poll`: 0 after the last poll.
    LANGEXPORT_DECL void polled(export_operation& operation, steady_duration next_poll);
    // The service throttled the requests of `kind` for `pause` with that status; `rate` is the new rate.
    LANGEXPORT_DECL void throttled(const export_operation& operation, request_kind kind,
                                   unsigned http_status, steady_duration pause, std::size_t rate);
    // A request of that kind failed, and its operation sends another one at `at`, unless it expires before.
    LANGEXPORT_DECL void retried(const export_operation& operation, request_kind kind, errc why,
                                 steady_time at, steady_time now);
    // Of the warnings about an unknown status, only a job's first one reaches the observer: jobs are polled often.
    LANGEXPORT_DECL void warned(export_operation& operation, request_kind kind,
                                const service_error& warning);
    // `on_update` threw. `news` tells of which operation.
    LANGEXPORT_DECL void update_failed(const export_update& news, const std::exception_ptr& thrown);
    LANGEXPORT_DECL void finished(const export_operation& operation, steady_time now);
    LANGEXPORT_DECL void failed(const export_operation& operation, const export_error& error);

    // The connection gets its number here. The opening began at `began`.
    LANGEXPORT_DECL void opened(connection& c, steady_time began, bool is_secure);
    // `failures` in a row. `next`: when the first waiting operation tries again, if one does.
    LANGEXPORT_DECL void opening_failed(const exchange_failure& why, std::uint32_t failures,
                                        std::optional<steady_time> next, steady_time now);
    // The token source failed. `next`: as above.
    LANGEXPORT_DECL void token_failed(const exchange_failure& why, std::uint32_t failures,
                                      std::optional<steady_time> next, bool has_token,
                                      steady_time now);
    LANGEXPORT_DECL void closed(const connection& c, close_reason why, steady_time now);
    LANGEXPORT_DECL void exchanged(const connection& c, steady_time now);

    // A text without the secrets of this client.
    LANGEXPORT_DECL std::string redacted(std::string_view text) const;

private:
    std::shared_ptr<observer> observer_;
    counters& counts_;
    const token_manager& tokens_;
};

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/engine/impl/notifier.ipp>
#endif

#endif
