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

// Reads the body of a status response into `status`; its job does not change. Returns false if the body
// is not a JSON object, is nested deeper than `max_depth`, or has no string `status`. Then `why` names
// the field or the byte, and `status` is unchanged. No other field makes it fail: fields that are absent, null, unreadable or of
// another type stay empty. Errors and warnings are read in any shape; `error` is used if `errors` is
// empty. All texts are redacted except `result_url`, which the caller follows first.
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
