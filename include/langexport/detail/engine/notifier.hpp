#ifndef LANGEXPORT_DETAIL_ENGINE_NOTIFIER_HPP
#define LANGEXPORT_DETAIL_ENGINE_NOTIFIER_HPP

#include <langexport/detail/engine/connection.hpp>
#include <langexport/detail/engine/counters.hpp>
#include <langexport/detail/engine/export_operation.hpp>
#include <langexport/detail/engine/quota_refiller.hpp>
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

// Counts the events of a client's operations and connections and passes them to the observer, if there is one. Passes
// the progress of an operation to `on_update` of its request. No other part calls the observer. Texts of the service
// may contain a secret of the request, so this part also removes secrets from them.
//
// The observer may start and cancel operations and may replace itself. Therefore each function calls it at its end, and
// callers must expect that the state has changed afterwards.
class notifier {
public:
    // `counts` and `tokens` outlive the notifier.
    LANGEXPORT_DECL notifier(std::shared_ptr<observer> first, counters& counts,
                             const token_manager& tokens);

    // Null removes the observer.
    void replace(std::shared_ptr<observer> next) noexcept { observer_.swap(next); }

    LANGEXPORT_DECL void queued(const export_operation& operation, std::size_t position);
    LANGEXPORT_DECL void submitting(const export_operation& operation);
    LANGEXPORT_DECL void submitted(const export_operation& operation, std::string_view request_id);
    // A response has reported the job of a submission whose operation has ended.
    LANGEXPORT_DECL void submitted_late(const late_submission& late, const export_job& job,
                                        std::string_view request_id);
    // `on_submitted`, if there is one, has stored the job, so `on_update` may report it.
    LANGEXPORT_DECL void stored(const export_operation& operation);
    // A status was received. `next_poll` is the time until the next poll; 0 if there is none.
    LANGEXPORT_DECL void polled(export_operation& operation, steady_duration next_poll);
    // The service throttled requests of `kind` with this status. None is sent for `pause`; `rate` is the new
    // number of requests in a window.
    LANGEXPORT_DECL void throttled(const export_operation& operation, request_kind kind,
                                   unsigned http_status, steady_duration pause, std::size_t rate);
    // A request of that kind failed because of `why`. The operation sends another one at
    // `next_attempt`, unless it ends before.
    LANGEXPORT_DECL void retried(const export_operation& operation, request_kind kind, errc why,
                                 steady_time next_attempt, steady_time now);
    // Each poll repeats the warning about an unknown status, so only the first one of a job reaches the observer.
    LANGEXPORT_DECL void warned(export_operation& operation, request_kind kind,
                                const service_error& warning);
    // `on_update` threw this exception. `news` identifies the operation.
    LANGEXPORT_DECL void update_failed(const export_update& news, const std::exception_ptr& thrown);
    LANGEXPORT_DECL void finished(const export_operation& operation, steady_time now);
    LANGEXPORT_DECL void failed(const export_operation& operation, const export_error& error);

    // A connection was opened, which began at `began`. It receives its number here.
    LANGEXPORT_DECL void opened(connection& c, steady_time began, bool is_secure);
    // No connection could be opened; `failures` counts consecutive failures. `next` is when the first waiting operation
    // tries again, if one does.
    LANGEXPORT_DECL void opening_failed(const exchange_failure& why, std::uint32_t failures,
                                        std::optional<steady_time> next, steady_time now);
    // The token source failed; `failures` and `next` are the same as above.
    LANGEXPORT_DECL void token_failed(const exchange_failure& why, std::uint32_t failures,
                                      std::optional<steady_time> next, bool has_token,
                                      steady_time now);
    LANGEXPORT_DECL void quota_failed(const refill_problem& problem, steady_time now);
    LANGEXPORT_DECL void closed(const connection& c, close_reason why, steady_time now);
    LANGEXPORT_DECL void exchanged(const connection& c, steady_time now);

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
