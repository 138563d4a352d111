#ifndef LANGEXPORT_IMPL_EXPORT_JOB_IPP
#define LANGEXPORT_IMPL_EXPORT_JOB_IPP

#include <langexport/detail/base/text.hpp>
#include <langexport/export_job.hpp>
#include <langexport/impl/resume_token.hpp>

#include <string>
#include <string_view>

namespace langexport {
inline namespace v0 {
namespace detail {

// Checked when a token is written and when it is read.
LANGEXPORT_DECL bool is_job_link(std::string_view link) noexcept {
    return !link.empty() && link.size() <= longest_job_link &&
           find_invisible(link) == std::string_view::npos;
}

} // namespace detail

LANGEXPORT_DECL std::string export_job::to_token() const {
    return detail::encode_resume_token(*this);
}

LANGEXPORT_DECL export_job export_job::from_token(std::string_view token) {
    return detail::decode_resume_token(token, job_kind::exporting);
}

} // namespace v0
} // namespace langexport

#endif
