#ifndef LANGEXPORT_DETAIL_PROTOCOL_WHOLE_JSON_HPP
#define LANGEXPORT_DETAIL_PROTOCOL_WHOLE_JSON_HPP

#include <langexport/version.hpp>

#include <string_view>

namespace langexport {
inline namespace v0 {
namespace detail {

// Whether a text is an object or an array with its end, and white space around it. No more is looked at
// than tells a whole document from one that was cut off: this is no parser, it is fast at any depth.
LANGEXPORT_DECL bool is_whole_json(std::string_view text) noexcept;

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/protocol/impl/whole_json.ipp>
#endif

#endif
