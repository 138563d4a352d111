#ifndef LANGEXPORT_DOCUMENT_IMPL_COMPARABLE_HPP
#define LANGEXPORT_DOCUMENT_IMPL_COMPARABLE_HPP

#include <langexport/document/impl/project_schema.hpp>
#include <langexport/version.hpp>

#include <boost/json/value.hpp>

#include <string>

namespace langexport {
inline namespace v0 {
namespace detail {

// A value as a text that is the same for values that count as the same: numbers by their value, objects
// and lists of objects in any order. It is empty for what counts as absent: null, and a typed member that
// is empty.
LANGEXPORT_DECL std::string comparable(const boost::json::value& value);
LANGEXPORT_DECL std::string comparable(const object_schema& schema, const void* object);
LANGEXPORT_DECL std::string comparable(const member_schema& member, const void* owner);

// Compact JSON with lists of objects, at any depth, in a fixed order: equal parts of two of them
// are at the same place as far as possible.
LANGEXPORT_DECL std::string aligned_json(const std::string& json);

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/document/impl/comparable.ipp>
#endif

#endif
