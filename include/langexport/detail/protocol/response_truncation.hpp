#ifndef LANGEXPORT_DETAIL_PROTOCOL_RESPONSE_TRUNCATION_HPP
#define LANGEXPORT_DETAIL_PROTOCOL_RESPONSE_TRUNCATION_HPP

#include <langexport/detail/protocol/response_message.hpp>
#include <langexport/request_kind.hpp>
#include <langexport/version.hpp>

#include <optional>
#include <string>

namespace langexport {
inline namespace v0 {
namespace detail {

// Returns where the body of a response was truncated; nothing if it is complete or not needed. Over TLS, a body that
// ends with its connection is complete only if the peer sent close_notify. TCP has no such message, but JSON shows
// its own end.
LANGEXPORT_DECL std::optional<std::string> describe_truncation(const response_message& response,
                                                               request_kind kind, bool is_secure);

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/protocol/impl/response_truncation.ipp>
#endif

#endif
