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

// The request that a response belongs to.
struct sent_request {
    request_kind kind;
    std::string_view client_request_id;
    detail::exchange& exchange;
};

// The clocks, and random numbers from 0 to 1.
struct decision_moment {
    steady_time now;
    system_time system_now;
    double random;
};

// The effects of a response or of a failed attempt. The operation has already changed; the caller does everything
// else, in the order of the members.
struct response_effects {
    response_event event; // its effect on the quota
    bool has_new_job =
        false; // the operation's job is a new one: the observer and the group receive it
    bool was_polled = false;                // the observer receives the status
    std::unique_ptr<service_error> warning; // the observer receives it; null: there is none
    bool has_succeeded = false;
    std::optional<errc> retry;   // the request is sent again, for this reason
    bool is_resubmitted = false; // … or a new submission replaces a job that failed
    bool must_close =
        false; // the stream is not used again: further bytes may belong to another request
    bool lacks_descriptor = false; // the sink needs the file descriptor of an idle connection
    decision next;
};

// Reads responses: their statements about the job, the operation's next step, and all other effects. A function of
// its arguments: no clock, no I/O, no quota.
class response_handler {
public:
    // The arguments outlive the handler.
    response_handler(const client_params& params, const endpoint& service,
                     const std::vector<origin>& backends, const token_manager& tokens)
        : params_(params), endpoint_(service), backends_(backends), tokens_(tokens) {}

    // `pace`: the shortest interval between two polls.
    LANGEXPORT_DECL response_effects on_response(export_operation& operation,
                                                 const sent_request& request, steady_duration pace,
                                                 const decision_moment& moment) const;
    // No response was received. `connection_was_stale`: the peer had closed the idle connection. `can_pass`: another attempt may
    // succeed, regardless of the reason.
    LANGEXPORT_DECL response_effects on_failure(export_operation& operation,
                                                const sent_request& request,
                                                bool connection_was_stale, bool can_pass,
                                                const decision_moment& moment) const;
    // The request could not be sent.
    LANGEXPORT_DECL decision on_unsent(export_operation& operation, const exchange_failure& why,
                                       bool can_pass, const decision_moment& moment) const;

    // The operation ends before the response to its submission is complete. True if the header of that response
    // created a job, which the operation now has.
    LANGEXPORT_DECL bool adopt_early_job(export_operation& operation, const sent_request& request,
                                         system_time now) const;
    // The job in the response to a submission whose operation has ended; null if there is none, or if it can have no
    // resume token.
    LANGEXPORT_DECL std::optional<export_job> late_job(const std::string& project_name,
                                                       const detail::exchange& exchange,
                                                       system_time now) const;

    // Keeps a failure for the diagnostics.
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

// Removes a failure behind the header, if the header is sufficient.
LANGEXPORT_DECL void disregard_failure(exchange& ended, request_kind kind);

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/engine/impl/response_handler.ipp>
#endif

#endif
