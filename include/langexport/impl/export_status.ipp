#ifndef LANGEXPORT_IMPL_EXPORT_STATUS_IPP
#define LANGEXPORT_IMPL_EXPORT_STATUS_IPP

#include <langexport/error.hpp>
#include <langexport/export_status.hpp>

namespace langexport {
inline namespace v0 {

LANGEXPORT_DECL std::string_view to_string(job_status status) noexcept {
    switch (status) {
    case job_status::not_started:
        return "notStarted";
    case job_status::running:
        return "running";
    case job_status::succeeded:
        return "succeeded";
    case job_status::failed:
        return "failed";
    case job_status::cancelled:
        return "cancelled";
    case job_status::cancelling:
        return "cancelling";
    case job_status::partially_completed:
        return "partiallyCompleted";
    case job_status::unknown:
        break;
    }
    return "unknown";
}

namespace detail {

// While a job was awaited: the word of the service that was read last.
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
