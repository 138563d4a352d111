#ifndef LANGEXPORT_IMPL_RESUME_TOKEN_HPP
#define LANGEXPORT_IMPL_RESUME_TOKEN_HPP

#include <langexport/version.hpp>

#include <string>
#include <string_view>

namespace langexport {
inline namespace v0 {

class export_job;

namespace detail {

// The text of a job for another process: see `export_job::to_token` and `export_job::from_token`. Both functions throw
// export_error (errc::invalid_request).
LANGEXPORT_DECL std::string encode_resume_token(const export_job& job);
LANGEXPORT_DECL export_job decode_resume_token(std::string_view token);

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/impl/resume_token.ipp>
#endif

#endif
