#ifndef LANGEXPORT_EXAMPLES_TOOL_FAILURE_WATCH_HPP
#define LANGEXPORT_EXAMPLES_TOOL_FAILURE_WATCH_HPP

#include <langexport/error.hpp>
#include <langexport/service_error.hpp>

#include <algorithm>
#include <exception>
#include <initializer_list>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>

namespace tool {

// What a failure affects.
enum class failure_scope {
    project,  // this project
    unclear,  // this project or the whole resource
    resource, // the whole resource: every other export would fail in the same way
};

// The service responds with 403 if the key lacks permissions, but also for a limit or a single closed
// project. If the response does not name the reason, the next projects decide.
inline failure_scope scope_of_rejection(const langexport::diagnostics& known) {
    const langexport::service_error& said = known.service;
    if (said.has_code("QuotaExceeded"))
        return failure_scope::project;
    if (said.has_code("AuthenticationTypeDisabled"))
        return failure_scope::resource;
    const std::string& project = known.project_name;
    const bool names_project =
        !project.empty() &&
        (said.target == project || said.message.find("'" + project + "'") != std::string::npos ||
         said.message.find('"' + project + '"') != std::string::npos);
    return names_project ? failure_scope::project : failure_scope::unclear;
}

// Whether an operation reached its deadline without any response because no request could be sent.
inline bool is_never_sent(const langexport::export_error& failure) {
    const langexport::diagnostics& known = failure.diagnostics();
    return failure.code() == make_error_code(langexport::errc::deadline_exceeded) &&
           known.submission == langexport::submission_state::not_sent && known.submits == 0 &&
           known.http_status == 0 && known.cause_code.failed();
}

// Returns what the failure of an export affects. The client has already tried the second key and
// retries.
inline failure_scope scope_of(const std::exception_ptr& failure) {
    using langexport::errc;
    const langexport::export_error* known = langexport::get_export_error(failure);
    if (!known)
        return failure_scope::project;
    const auto is_one_of = [&](std::initializer_list<errc> codes) {
        return std::any_of(codes.begin(), codes.end(),
                           [&](errc one) { return known->code() == make_error_code(one); });
    };
    if (is_one_of({errc::unauthorized, errc::credential_unavailable, errc::tls_failed,
                   errc::proxy_failed, errc::resolve_failed, errc::resolve_timeout}))
        return failure_scope::resource;
    if (is_one_of({errc::forbidden}))
        return scope_of_rejection(known->diagnostics());
    if (is_one_of({errc::connection_failed, errc::connect_timeout, errc::handshake_timeout}) ||
        is_never_sent(*known))
        return failure_scope::unclear;
    return failure_scope::project;
}

// A text that is equal for failures with the same reason: the error, and the service's code.
inline std::string reason_of(const std::exception_ptr& failure) {
    std::string reason = std::to_string(langexport::code_of(failure).value());
    if (const auto* known = langexport::get_export_error(failure))
        reason.append(" ").append(known->diagnostics().service.most_specific_code());
    return reason;
}

// Uses the results of a resource's exports to decide when the tool stops submitting to the resource.
class failure_watch {
public:
    // The reaction to a failure.
    enum class reaction {
        show, // show it
        hold, // wait until it is clear what it affects
        stop, // show it, and submit nothing more
        hide, // hide it, because the reason for the stop was already shown
    };

    // `reason` is a result of `reason_of`.
    reaction failed(failure_scope scope, const std::string& reason = {}) {
        if (scope == failure_scope::project)
            return reaction::show;
        if (is_stopped_)
            return reaction::hide;
        if (scope == failure_scope::unclear) {
            ++unclear_;
            alike_ = reason == std::exchange(last_reason_, reason) ? alike_ + 1 : 1;
            const bool is_closed =
                unclear_ >= most_unclear || (!has_responded_ && alike_ >= most_unclear_at_start);
            if (!is_closed)
                return has_accepted_ ? reaction::show : reaction::hold;
        }
        is_stopped_ = true;
        return reaction::stop;
    }
    // A request was successful: the resource accepts some requests.
    void responded() { has_responded_ = true; }
    // The service has accepted a submission.
    void accepted() {
        responded();
        if (!std::exchange(has_accepted_, true))
            unclear_ = 0;
    }
    // An export has completed with a result.
    void exported() {
        responded();
        unclear_ = 0;
    }
    bool is_stopped() const { return is_stopped_; }

private:
    // The number of failures in a row for the same reason that count as a failure of the resource:
    // before the first successful request, and after it.
    static constexpr int most_unclear_at_start = 3;
    static constexpr int most_unclear = 12;

    std::string last_reason_;
    int alike_ = 0; // failures in a row with the last reason
    int unclear_ = 0;
    bool has_responded_ = false;
    bool has_accepted_ = false;
    bool is_stopped_ = false;
};

} // namespace tool

#endif
