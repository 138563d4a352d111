#ifndef LANGEXPORT_DETAIL_PROTOCOL_READ_ERROR_HPP
#define LANGEXPORT_DETAIL_PROTOCOL_READ_ERROR_HPP

#include <langexport/detail/protocol/secret_hooks.hpp>
#include <langexport/service_error.hpp>
#include <langexport/version.hpp>

#include <boost/json/value.hpp>

#include <cstddef>
#include <string_view>

namespace langexport {
inline namespace v0 {
namespace detail {

// Reads the service's error in the body of a failure, in any shape: {"error": {…}}, the inner object alone, or
// {"statusCode", "message"}. From any other body (HTML, plain text, broken JSON) it takes the text without markup, as
// one line. Never fails; empty for an empty body. The result is limited: messages to 2,000 bytes, pages to 200, lists
// to 100 elements, nesting to 16 levels.
LANGEXPORT_DECL service_error read_error(std::string_view body, std::size_t max_depth,
                                         const redact_hook& redact = {});

// Reads such an object in a document (an element of `errors` or `warnings` of a status).
LANGEXPORT_DECL service_error read_error_tree(const boost::json::value& tree,
                                              const redact_hook& redact = {});

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/protocol/impl/read_error.ipp>
#endif

#endif
