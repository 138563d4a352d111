#ifndef LANGEXPORT_IMPORT_IMPL_IMPORT_JOB_IPP
#define LANGEXPORT_IMPORT_IMPL_IMPORT_JOB_IPP

#include <langexport/error.hpp>
#include <langexport/impl/resume_token.hpp>
#include <langexport/import/import_job.hpp>

namespace langexport {
inline namespace v0 {

LANGEXPORT_DECL import_job::import_job(export_job job) : job_(std::move(job)) {
    if (job_.empty())
        detail::throw_error(errc::invalid_request, "the job is empty: it is no import job");
    if (job_.kind() != job_kind::importing)
        detail::throw_error(errc::invalid_request, "it is an export job, not an import job");
}

LANGEXPORT_DECL import_job import_job::from_token(std::string_view token) {
    return import_job(detail::decode_resume_token(token, job_kind::importing));
}

} // namespace v0
} // namespace langexport

#endif
