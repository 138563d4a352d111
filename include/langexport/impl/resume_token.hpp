#ifndef LANGEXPORT_IMPL_RESUME_TOKEN_HPP
#define LANGEXPORT_IMPL_RESUME_TOKEN_HPP

#include <langexport/export_job.hpp>
#include <langexport/version.hpp>

#include <string>
#include <string_view>

namespace langexport {
inline namespace v0 {

namespace detail {

// The text of a job for another process: see `export_job::to_token` and `export_job::from_token`. Both functions throw
// export_error (errc::invalid_request). The token must be that of a job of the expected kind.
LANGEXPORT_DECL std::string encode_resume_token(const export_job& job);
LANGEXPORT_DECL export_job decode_resume_token(std::string_view token, job_kind expected);

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/impl/resume_token.ipp>
#endif

#endif
