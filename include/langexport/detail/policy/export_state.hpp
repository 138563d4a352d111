#ifndef LANGEXPORT_DETAIL_POLICY_EXPORT_STATE_HPP
#define LANGEXPORT_DETAIL_POLICY_EXPORT_STATE_HPP

#include <langexport/client_params.hpp>
#include <langexport/detail/policy/backoff.hpp>
#include <langexport/detail/policy/classify_status.hpp>
#include <langexport/detail/policy/operation_kind.hpp>
#include <langexport/detail/policy/poll_schedule.hpp>
#include <langexport/error.hpp>
#include <langexport/export_status.hpp>
#include <langexport/version.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <variant>

namespace langexport {
inline namespace v0 {
namespace detail {

// The parameters of an operation. They do not change after its admission.
struct export_plan {
    steady_duration job_timeout{};
    operation_kind kind = operation_kind::document;
    request_kind first = request_kind::submission; // the kind of the first request
    job_kind job = job_kind::exporting;
    bool allow_duplicates : 1 = false;
    bool accept_partial : 1 = false;
    bool can_resubmit : 1 = false; // the parts of the submission are known
};

// The progress of an export. Its order leaves no gaps, because 100,000 exports may wait.
struct export_progress {
    [[no_unique_address]] export_plan plan;           // the next five members are in its last bytes
    std::uint32_t attempts : 11 = 0;                  // failed attempts in a row, at most 1,000
    std::uint32_t resubmissions : 11 = 0;             // after a failed job, at most 1,000
    std::uint32_t redirects : 3 = 0;                  // of the current request
    request_kind next : 2 = request_kind::submission; // the kind of the current or next request
    submission_state submission : 2 = submission_state::not_sent;
    std::uint32_t submits = 0;                       // submissions with a response, or lost
    std::uint32_t polls = 0;                         // responses to status requests
    std::uint32_t failures = 0;                      // failed attempts in all
    std::uint32_t throttled = 0;                     // responses of 429 in a row
    steady_time deadline = (steady_time::max)();     // of the operation
    steady_time job_deadline = (steady_time::max)(); // set from the 202 until the job has ended
    steady_time confirmed{};                         // when the 202 arrived
};

// A complete response.
struct response_event {
    status_outcome outcome;
    job_status status = job_status::unknown;    // of an accepted status response
    std::optional<steady_duration> retry_after; // already limited to its bound
    bool job_has_expired = false;               // the expiration time of the job has passed
    poll_supply supply;                         // what the request quota allows for polls
    std::optional<errc> no_result;  // the reason why a successful job has no result to fetch
    bool is_last = true;            // of the pages of a list
    bool failed_in_passing = false; // a job failed for transient reasons
    bool request_was_whole = true;  // the last byte of the request was sent before the response
};

// No complete response was received.
struct failed_attempt {
    errc code;
    bool may_have_arrived; // at least one byte was sent, or may have been
    // The connection was idle and ended before the first byte of a response, so the service did not cause the
    // failure.
    bool connection_was_stale;
    // It may be transient, regardless of the code: descriptors or memory were scarce, or there is another address.
    bool can_pass = false;
    // It is permanent, regardless of the code.
    bool is_permanent = false;
};

// More redirects than this are a loop.
inline constexpr std::uint8_t most_redirects = 5;

using export_event = std::variant<response_event, failed_attempt>;

enum class action : unsigned char { send, succeed, fail };

struct decision {
    action what = action::fail;
    steady_time at{};            // when to send; a past time means at once
    errc code = errc::cancelled; // the reason of a failure
};

// The state of one export, and the only code that changes it: each event is one function.
class export_state {
public:
    export_state() = default;
    // Continues from this progress.
    explicit export_state(const export_progress& from) noexcept : progress_(from) {}

    const export_progress& progress() const noexcept { return progress_; }

    // Called before the operation is admitted.
    void prepare(const export_plan& plan) noexcept {
        progress_.plan = plan;
        progress_.next = plan.first;
    }
    // Called when the operation begins. It ends after `time_limit`; max() means no limit. `job_age` is the age of its
    // job; null if it has no job yet.
    LANGEXPORT_DECL void admit(steady_time now, steady_duration time_limit,
                               std::optional<steady_duration> job_age) noexcept;
    // Handles a response or a failed attempt, and returns the next step. `random` is between 0 and 1. After a
    // redirect, the next step is the same request.
    LANGEXPORT_DECL decision on(const export_event& event, steady_time now, double random,
                                const poll_params& polling, const retry_params& retry) noexcept;
    // Called when the service rejected the credential of a request, which is sent again with another credential.
    LANGEXPORT_DECL void on_credential_rejected(request_kind kind) noexcept;
    // Called when the header of a response reports a job, even if the response is faulty otherwise. `is_known` is
    // false if the link of the job is not usable.
    void on_job_created(bool is_known) noexcept {
        progress_.submission =
            is_known ? submission_state::confirmed : submission_state::unconfirmed;
    }
    // Called after a function of the caller has run for this time, which does not count against the time limit of the
    // job.
    void on_pause(steady_duration length) noexcept {
        if (progress_.job_deadline != (steady_time::max)())
            progress_.job_deadline += length;
    }
    // Called when the operation ends while its submission is in progress.
    void leave_submission() noexcept {
        if (progress_.submission != submission_state::confirmed)
            progress_.submission = submission_state::unconfirmed;
        ++progress_.submits;
    }

private:
    export_progress progress_;
};

// The time at which the operation expires, and its error.
inline steady_time expiry(const export_progress& progress) noexcept {
    return (std::min)(progress.deadline, progress.job_deadline);
}
// Whether a step that is planned for `due` happens before the operation expires.
inline bool happens_at(const export_progress& progress, steady_time due) noexcept {
    return due < expiry(progress);
}
inline errc expiry_code(const export_progress& progress) noexcept {
    return progress.deadline <= progress.job_deadline ? errc::deadline_exceeded
                                                      : errc::job_timed_out;
}

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/policy/impl/export_state.ipp>
#endif

#endif
