#ifndef LANGEXPORT_IMPL_EXPORT_STATUS_IPP
#define LANGEXPORT_IMPL_EXPORT_STATUS_IPP

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

} // namespace v0
} // namespace langexport

#endif
