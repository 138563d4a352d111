#ifndef LANGEXPORT_DETAIL_ENGINE_RESPONSE_HANDLER_HPP
#define LANGEXPORT_DETAIL_ENGINE_RESPONSE_HANDLER_HPP

#include <langexport/detail/engine/export_operation.hpp>
#include <langexport/detail/engine/token_manager.hpp>
#include <langexport/detail/policy/classify_response.hpp>
#include <langexport/detail/policy/export_state.hpp>
#include <langexport/detail/transport/exchange.hpp>
#include <langexport/endpoint.hpp>
#include <langexport/version.hpp>

#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace langexport {
inline namespace v0 {
namespace detail {

// The request of a response or failure.
struct sent_request {
    request_kind kind;
    std::string_view client_request_id;
    detail::exchange& exchange;
};

// The times of both clocks and a random number between 0 and 1.
struct decision_moment {
    steady_time now;
    system_time system_now;
    double random;
};

// The effects of a response or of a failed attempt. The handler has already changed the operation. The caller
// executes all other effects; `next` is the last one.
struct response_effects {
    response_event event;     // decides about throttling
    bool has_new_job = false; // the observer and the group receive the operation's job
    bool was_polled = false;  // the observer receives the status
    std::unique_ptr<service_error> warning; // a warning for the observer; null if there is none
    bool has_succeeded = false;
    std::optional<errc> retry;   // why the request is sent again; empty if it is not
    bool is_resubmitted = false; // a new submission replaces a job that failed
    // The stream must not be used again, because further bytes on it may belong to another response.
    bool must_close = false;
    decision next;
};

// Interprets responses and failures and returns their effects: the state of the job, the operation's next step, and
// the events. The result depends on the arguments only: this class uses no clock, no I/O and no quota.
class response_handler {
public:
    // The arguments outlive the handler.
    response_handler(const client_params& params, const endpoint& service,
                     const std::vector<origin>& backends, const token_manager& tokens)
        : params_(params), endpoint_(service), backends_(backends), tokens_(tokens) {}

    // `supply` is what the quota allows for polls.
    LANGEXPORT_DECL response_effects on_response(export_operation& operation,
                                                 const sent_request& request,
                                                 const poll_supply& supply,
                                                 const decision_moment& moment) const;
    // Handles an attempt without a response. `connection_was_stale` means that the peer had closed the idle connection
    // before the request was sent. `can_pass` means that another attempt may succeed, regardless of the reason.
    LANGEXPORT_DECL response_effects on_failure(export_operation& operation,
                                                const sent_request& request,
                                                bool connection_was_stale, bool can_pass,
                                                const decision_moment& moment) const;
    // Handles a request that could not be sent.
    LANGEXPORT_DECL decision on_unsent(export_operation& operation, const exchange_failure& why,
                                       bool can_pass, const decision_moment& moment) const;

    // Called when an operation ends before the response to its submission is complete. Returns true if the header of
    // that response has reported a job, which the operation then has.
    LANGEXPORT_DECL bool adopt_early_job(export_operation& operation, const sent_request& request,
                                         system_time now) const;
    // Returns the job in the response to a submission whose operation has ended. Null if there is no job or if its link
    // cannot become a resume token.
    LANGEXPORT_DECL std::optional<export_job> late_job(const std::string& project_name,
                                                       const detail::exchange& exchange,
                                                       system_time now,
                                                       job_kind kind = job_kind::exporting) const;

    // Stores a failure in the operation, for the diagnostics of its error.
    LANGEXPORT_DECL void note_failure(export_operation& operation, const sent_request& request,
                                      std::string detail, service_error service = {}) const;
    LANGEXPORT_DECL void note_failure(export_operation& operation,
                                      const exchange_failure& why) const;
    LANGEXPORT_DECL diagnostics describe(export_operation& operation, steady_time now) const;

    result_expectation expectation_of(const export_operation& operation) const noexcept {
        return result_expectation{operation.forms, params_.check_result_structure};
    }

private:
    response_context make_context(const export_operation& operation, const sent_request& request,
                                  system_time now) const;
    bool can_be_kept(std::string_view link) const;
    void adopt_words(const std::exception_ptr& thrown, last_failure& into) const;
    bool apply(export_operation& operation, const sent_request& request, classified_response& read,
               system_time now) const;
    bool adopt_job(export_operation& operation, const sent_request& request, bool can_be_followed,
                   system_time now) const;

    const client_params& params_;
    const endpoint& endpoint_;
    const std::vector<origin>& backends_;
    const token_manager& tokens_;
};

// Removes the failure of an exchange if it happened after a header that is sufficient to decide.
LANGEXPORT_DECL void disregard_failure(exchange& ended, request_kind kind);

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/engine/impl/response_handler.ipp>
#endif

#endif
