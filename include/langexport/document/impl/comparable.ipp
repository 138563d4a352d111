#ifndef LANGEXPORT_DOCUMENT_IMPL_COMPARABLE_IPP
#define LANGEXPORT_DOCUMENT_IMPL_COMPARABLE_IPP

#include <langexport/detail/json/decimal.hpp>
#include <langexport/document/impl/comparable.hpp>
#include <langexport/document/impl/project_writer.hpp>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/string.hpp>
#include <boost/system/error_code.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace langexport {
inline namespace v0 {
namespace detail {

inline std::string json_text(std::string_view text) {
    std::string json;
    append_json_text(json, text);
    return json;
}

inline std::string in_brackets(std::vector<std::string> elements, bool is_sorted, char open,
                               char close) {
    if (is_sorted)
        std::sort(elements.begin(), elements.end());
    std::string text(1, open);
    for (const std::string& element : elements)
        text.append(element).append(",");
    return text += close;
}

// A program may set numbers that are not finite.
inline std::string comparable_number(double number) {
    return std::isfinite(number) ? decimal(number).text() : shortest_text(number);
}

inline std::string comparable_members(const boost::json::object& object) {
    std::vector<std::string> members;
    for (const auto& member : object) {
        if (!member.value().is_null())
            members.push_back(json_text(member.key()) + ':' + comparable(member.value()));
    }
    return in_brackets(std::move(members), true, '{', '}');
}

LANGEXPORT_DECL std::string comparable(const boost::json::value& value) {
    switch (value.kind()) {
    case boost::json::kind::null:
        return {};
    case boost::json::kind::bool_:
        return value.get_bool() ? "true" : "false";
    case boost::json::kind::int64:
        return decimal(std::to_string(value.get_int64())).text();
    case boost::json::kind::uint64:
        return decimal(std::to_string(value.get_uint64())).text();
    case boost::json::kind::double_:
        return comparable_number(value.get_double());
    case boost::json::kind::string:
        return json_text(value.get_string());
    case boost::json::kind::array:
        break;
    case boost::json::kind::object:
        return comparable_members(value.get_object());
    }
    std::vector<std::string> elements;
    bool is_list_of_objects = true;
    for (const auto& element : value.get_array()) {
        is_list_of_objects = is_list_of_objects && element.is_object();
        elements.push_back(comparable(element));
    }
    return in_brackets(std::move(elements), is_list_of_objects, '[', ']');
}

LANGEXPORT_DECL std::string comparable(const member_schema& member, const void* owner) {
    if (is_empty(member, owner))
        return {};
    switch (member.kind) {
    case member_kind::text:
        return json_text(member_of<std::string>(member, owner));
    case member_kind::count:
        return decimal(std::to_string(member_of<std::uint64_t>(member, owner))).text();
    case member_kind::flag:
        return *member_of<std::optional<bool>>(member, owner) ? "true" : "false";
    case member_kind::texts:
        return fixed_json(member, owner);
    case member_kind::json_object: {
        std::string text = comparable_members(member_of<boost::json::object>(member, owner));
        return text == "{}" ? std::string() : text;
    }
    case member_kind::object:
        return comparable(*member.inner, address_in(member, owner));
    case member_kind::objects:
        break;
    }
    const void* const list = address_in(member, owner);
    std::vector<std::string> elements;
    for (std::size_t i = 0; i < member.size(list); ++i)
        elements.push_back(comparable(*member.inner, member.element(list, i)));
    return in_brackets(std::move(elements), true, '[', ']');
}

LANGEXPORT_DECL std::string comparable(const object_schema& schema, const void* object) {
    std::vector<std::string> members;
    const auto add = [&](std::string_view name, const std::string& text) {
        if (!text.empty())
            members.push_back(json_text(name) + ':' + text);
    };
    for (const member_schema& member : schema.members)
        add(member.name, comparable(member, object));
    for (const auto& member : base_in(schema, object).other) {
        if (!hides_other(schema, object, member.key()))
            add(member.key(), comparable(member.value()));
    }
    return members.empty() ? std::string() : in_brackets(std::move(members), true, '{', '}');
}

inline bool is_same(const member_schema& member, const void* a, const void* b) noexcept {
    const auto are_equal = [&]<class Value>(const Value*) {
        return member_of<Value>(member, a) == member_of<Value>(member, b);
    };
    switch (member.kind) {
    case member_kind::text:
        return are_equal(static_cast<std::string*>(nullptr));
    case member_kind::count:
        return are_equal(static_cast<std::uint64_t*>(nullptr));
    case member_kind::flag:
        return are_equal(static_cast<std::optional<bool>*>(nullptr));
    case member_kind::texts:
        return are_equal(static_cast<std::vector<std::string>*>(nullptr));
    case member_kind::json_object:
        return are_equal(static_cast<boost::json::object*>(nullptr));
    case member_kind::object:
        return is_same(*member.inner, address_in(member, a), address_in(member, b));
    case member_kind::objects:
        break;
    }
    const void *const old_list = address_in(member, a), *const new_list = address_in(member, b);
    const std::size_t size = member.size(old_list);
    bool is_equal = size == member.size(new_list);
    for (std::size_t i = 0; i < size && is_equal; ++i)
        is_equal = is_same(*member.inner, member.element(old_list, i), member.element(new_list, i));
    return is_equal;
}

LANGEXPORT_DECL bool is_same(const object_schema& schema, const void* a, const void* b) noexcept {
    const boost::json::object &old_other = base_in(schema, a).other,
                              &new_other = base_in(schema, b).other;
    if (!old_other.empty() || !new_other.empty()) {
        // A known member can hide one of the same name.
        const auto is_known = [&](const member_schema& member) {
            return old_other.contains(member.name);
        };
        if (old_other != new_other ||
            std::any_of(schema.members.begin(), schema.members.end(), is_known))
            return false;
    }
    return std::all_of(schema.members.begin(), schema.members.end(),
                       [&](const member_schema& member) { return is_same(member, a, b); });
}

inline void mix(std::uint64_t& sum, std::uint64_t number) noexcept {
    sum = (sum ^ number) * 0x9E3779B97F4A7C15u;
    sum ^= sum >> 32;
}

LANGEXPORT_DECL std::uint64_t digest(const object_schema& schema, const void* object) noexcept {
    std::uint64_t sum = base_in(schema, object).other.size();
    for (const member_schema& member : schema.members) {
        if (member.kind == member_kind::text) {
            mix(sum, std::hash<std::string>()(member_of<std::string>(member, object)));
        } else if (member.kind == member_kind::count) {
            mix(sum, member_of<std::uint64_t>(member, object));
        } else if (member.kind == member_kind::texts) {
            for (const std::string& text : member_of<std::vector<std::string>>(member, object))
                mix(sum, std::hash<std::string>()(text));
        } else if (member.kind == member_kind::object) {
            mix(sum, digest(*member.inner, address_in(member, object)));
        } else if (member.kind == member_kind::objects) {
            const void* const list = address_in(member, object);
            for (std::size_t i = 0; i < member.size(list); ++i)
                mix(sum, digest(*member.inner, member.element(list, i)));
        }
    }
    return sum;
}

inline void align(boost::json::value& value) {
    if (auto* const object = value.if_object()) {
        for (auto& member : *object)
            align(member.value());
        return;
    }
    auto* const list = value.if_array();
    if (!list)
        return;
    std::vector<std::pair<std::string, boost::json::value>> elements;
    for (auto& element : *list) {
        align(element);
        elements.emplace_back(comparable(element), element);
    }
    if (!std::all_of(list->begin(), list->end(), [](const auto& e) { return e.is_object(); }))
        return;
    std::stable_sort(elements.begin(), elements.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    for (std::size_t i = 0; i < elements.size(); ++i)
        (*list)[i] = std::move(elements[i].second);
}

LANGEXPORT_DECL std::string aligned_json(const std::string& json) {
    if (json.find("[{") == std::string::npos)
        return json;
    boost::system::error_code failed;
    boost::json::value value = boost::json::parse(json, failed);
    if (failed)
        return json; // too deep, or a text that is not UTF-8
    align(value);
    return fixed_json(value);
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
