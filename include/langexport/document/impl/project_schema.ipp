#ifndef LANGEXPORT_DOCUMENT_IMPL_PROJECT_SCHEMA_IPP
#define LANGEXPORT_DOCUMENT_IMPL_PROJECT_SCHEMA_IPP

#include <langexport/document/impl/project_schema.hpp>

namespace langexport {
inline namespace v0 {
namespace detail {

LANGEXPORT_DECL const char* expected_kind(member_kind kind, bool is_element) noexcept {
    switch (kind) {
    case member_kind::text:
        return "a string";
    case member_kind::count:
        return "an integer that is not below 0";
    case member_kind::flag:
        return "a boolean";
    case member_kind::texts:
        return is_element ? "a string" : "an array";
    case member_kind::objects:
        return is_element ? "an object" : "an array";
    case member_kind::json_object:
    case member_kind::object:
        break;
    }
    return "an object";
}

LANGEXPORT_DECL bool is_empty(const member_schema& member, const void* owner) noexcept {
    switch (member.kind) {
    case member_kind::text:
        return member_of<std::string>(member, owner).empty();
    case member_kind::count:
        return member_of<std::uint64_t>(member, owner) == 0;
    case member_kind::flag:
        return !member_of<std::optional<bool>>(member, owner);
    case member_kind::texts:
        return member_of<std::vector<std::string>>(member, owner).empty();
    case member_kind::json_object:
        return member_of<boost::json::object>(member, owner).empty();
    case member_kind::object:
        return is_empty(*member.inner, address_in(member, owner));
    case member_kind::objects:
        break;
    }
    return member.size(address_in(member, owner)) == 0;
}

LANGEXPORT_DECL bool is_empty(const object_schema& schema, const void* object) noexcept {
    if (!base_in(schema, object).other.empty())
        return false;
    for (const member_schema& member : schema.members) {
        if (!is_empty(member, object))
            return false;
    }
    return true;
}

LANGEXPORT_DECL bool is_written(const object_schema& schema, const void* object,
                                unsigned index) noexcept {
    const member_schema& member = schema.members[index];
    const member_order& order = member_access::order(base_in(schema, object));
    return order.has(index) || (!order.is_parsed() && member.written == presence::always) ||
           !is_empty(member, object);
}

LANGEXPORT_DECL bool hides_other(const object_schema& schema, const void* object,
                                 std::string_view name) noexcept {
    for (unsigned index = 0; index < schema.members.size(); ++index) {
        if (schema.members[index].name == name)
            return is_written(schema, object, index);
    }
    return false;
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
