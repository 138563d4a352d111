#ifndef LANGEXPORT_IMPL_EXPORT_STATUS_IPP
#define LANGEXPORT_IMPL_EXPORT_STATUS_IPP

#include <langexport/detail/base/name_table.hpp>
#include <langexport/error.hpp>
#include <langexport/export_status.hpp>

namespace langexport {
inline namespace v0 {

namespace detail {

// The service's words. The other spelling of two of them is only read.
inline constexpr named_value<job_status> job_status_names[] = {
    {job_status::not_started, "notStarted"},
    {job_status::running, "running"},
    {job_status::succeeded, "succeeded"},
    {job_status::failed, "failed"},
    {job_status::cancelled, "cancelled"},
    {job_status::cancelling, "cancelling"},
    {job_status::partially_completed, "partiallyCompleted"},
    {job_status::cancelled, "canceled"},
    {job_status::cancelling, "canceling"},
};

LANGEXPORT_DECL job_status job_status_of(std::string_view word) noexcept {
    return value_in_any_case(job_status_names, word).value_or(job_status::unknown);
}

} // namespace detail

LANGEXPORT_DECL export_status::export_status() noexcept = default;
LANGEXPORT_DECL export_status::export_status(export_job job)
    : job_(new detail::shared_job(std::move(job))) {}
LANGEXPORT_DECL export_status::export_status(const export_status&) = default;
LANGEXPORT_DECL export_status::export_status(export_status&&) noexcept = default;
LANGEXPORT_DECL export_status& export_status::operator=(const export_status&) = default;
LANGEXPORT_DECL export_status& export_status::operator=(export_status&&) noexcept = default;
LANGEXPORT_DECL export_status::~export_status() = default;

LANGEXPORT_DECL std::string_view to_string(job_status status) noexcept {
    return detail::name_in(detail::job_status_names, status);
}

namespace detail {

// For an operation whose time is over: the last status of its job, in the service's word; empty if that is terminal.
LANGEXPORT_DECL std::string last_status_of(const error_code& code, const diagnostics& known) {
    const bool is_time_over = code == make_error_code(errc::job_timed_out) ||
                              code == make_error_code(errc::deadline_exceeded);
    if (!is_time_over || !known.status || is_terminal(known.status->status))
        return {};
    return "its last status was '" + known.status->status_text + "'" +
           (known.status->status == job_status::unknown ? ", which this version does not know"
                                                        : "");
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
