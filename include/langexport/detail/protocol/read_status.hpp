#ifndef LANGEXPORT_DETAIL_PROTOCOL_READ_STATUS_HPP
#define LANGEXPORT_DETAIL_PROTOCOL_READ_STATUS_HPP

#include <langexport/detail/protocol/redactor.hpp>
#include <langexport/export_status.hpp>
#include <langexport/version.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace langexport {
inline namespace v0 {
namespace detail {

// Reads the body of a status answer into `status`, whose job stays as it is. Absent and null fields
// stay empty, unknown fields are passed over. False if it is no JSON object, nested deeper than
// `max_depth`, has no status, or a field of the wrong type; `why` then names the field or the byte.
// A time that cannot be read is left out: nothing depends on it. All texts are redacted but for
// `result_url`, which is to be followed first.
LANGEXPORT_DECL bool read_status(std::string_view body, std::size_t max_depth,
                                 export_status& status, std::string& why,
                                 const redactor& redact = {});

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/protocol/impl/read_status.ipp>
#endif

#endif
