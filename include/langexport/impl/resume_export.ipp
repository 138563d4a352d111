#ifndef LANGEXPORT_IMPL_RESUME_EXPORT_IPP
#define LANGEXPORT_IMPL_RESUME_EXPORT_IPP

#include <langexport/impl/export_project.ipp>
#include <langexport/resume_export.hpp>

#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

LANGEXPORT_DECL void start_with_job_and_request(const std::shared_ptr<engine>& owner,
                                                operation_handler handler, bound_target target,
                                                const known_job& known) {
    start_prepared(
        *owner, make_operation(*owner, std::move(handler), std::move(target)),
        [&](unstarted_operation& made) { prepare_job(*owner, made, known.request, known.job); });
}

#if !defined(LANGEXPORT_HEADER_ONLY)
template class awaited_start<exported_project, &start_with_job, export_job>;
template class awaited_start<exported_project, &start_with_job_and_request, known_job>;
template class awaited_start<export_status, &start_with_job_and_request, known_job>;
#endif

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
