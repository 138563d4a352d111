#ifndef LANGEXPORT_DOCUMENT_IMPL_COMPARABLE_HPP
#define LANGEXPORT_DOCUMENT_IMPL_COMPARABLE_HPP

#include <langexport/document/impl/project_schema.hpp>
#include <langexport/version.hpp>

#include <boost/json/value.hpp>

#include <string>

namespace langexport {
inline namespace v0 {
namespace detail {

// Returns a text that is equal for values that count as equal: numbers by their value, objects and lists
// of objects in any order. It is empty for values that count as absent: null, and an empty typed member.
LANGEXPORT_DECL std::string comparable(const boost::json::value& value);
LANGEXPORT_DECL std::string comparable(const object_schema& schema, const void* object);
LANGEXPORT_DECL std::string comparable(const member_schema& member, const void* owner);

// Returns compact JSON with all lists of objects in a fixed order. In two such texts, equal parts are
// mostly at the same place.
LANGEXPORT_DECL std::string aligned_json(const std::string& json);

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/document/impl/comparable.ipp>
#endif

#endif
