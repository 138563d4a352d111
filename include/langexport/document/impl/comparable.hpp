#ifndef LANGEXPORT_DOCUMENT_IMPL_COMPARABLE_HPP
#define LANGEXPORT_DOCUMENT_IMPL_COMPARABLE_HPP

#include <langexport/document/impl/project_schema.hpp>
#include <langexport/version.hpp>

#include <boost/json/value.hpp>

#include <cstdint>
#include <string>

namespace langexport {
inline namespace v0 {
namespace detail {

// Returns a text that is equal for values that count as equal: numbers by their value, objects and lists
// of objects in any order. It is empty for values that count as absent: null, and an empty typed member.
LANGEXPORT_DECL std::string comparable(const boost::json::value& value);
LANGEXPORT_DECL std::string comparable(const object_schema& schema, const void* object);
LANGEXPORT_DECL std::string comparable(const member_schema& member, const void* owner);

// Whether two objects have exactly the same members. Their comparable texts are equal then. If not, they may be equal,
// too: this is a fast way to find most of those that are.
LANGEXPORT_DECL bool is_same(const object_schema& schema, const void* a, const void* b) noexcept;
// A number that is the same for such objects, and mostly differs for others.
LANGEXPORT_DECL std::uint64_t digest(const object_schema& schema, const void* object) noexcept;

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
