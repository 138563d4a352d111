#ifndef LANGEXPORT_DETAIL_PROTOCOL_READ_STATUS_HPP
#define LANGEXPORT_DETAIL_PROTOCOL_READ_STATUS_HPP

#include <langexport/detail/protocol/secret_hooks.hpp>
#include <langexport/export_status.hpp>
#include <langexport/version.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace langexport {
inline namespace v0 {
namespace detail {

// Reads the body of a status response into `status`, whose job does not change. Returns false if the body is not a
// JSON object, is nested deeper than `max_depth`, or has no text `status`; `why` then names the field or the byte. No
// other field makes it fail: absent, null and unreadable fields, and those of another type, stay empty. Errors and
// warnings are read in any shape; `error` counts if `errors` is empty. All texts are redacted except `result_url`,
// which is followed first.
LANGEXPORT_DECL bool read_status(std::string_view body, std::size_t max_depth,
                                 export_status& status, std::string& why,
                                 const redact_hook& redact = {});

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/protocol/impl/read_status.ipp>
#endif

#endif
