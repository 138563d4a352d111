#ifndef LANGEXPORT_TESTING_IMPL_INDENTED_JSON_IPP
#define LANGEXPORT_TESTING_IMPL_INDENTED_JSON_IPP

#include <langexport/testing/impl/indented_json.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <cstddef>

namespace langexport {
inline namespace v0 {
namespace testing {
namespace detail {

inline void append_indented(std::string& to, const boost::json::value& value, std::size_t level) {
    const auto* object = value.if_object();
    const auto* array = value.if_array();
    if ((!object || object->empty()) && (!array || array->empty())) {
        to += boost::json::serialize(value);
        return;
    }
    to += object ? '{' : '[';
    const char* before = "\n";
    const auto begin_line = [&] {
        to.append(before).append(2 * (level + 1), ' ');
        before = ",\n";
    };
    if (object) {
        for (const auto& member : *object) {
            begin_line();
            const boost::json::string_view key = member.key();
            to += boost::json::serialize(key) + ": ";
            append_indented(to, member.value(), level + 1);
        }
    } else {
        for (const auto& element : *array) {
            begin_line();
            append_indented(to, element, level + 1);
        }
    }
    to.append("\n").append(2 * level, ' ');
    to += object ? '}' : ']';
}

LANGEXPORT_DECL std::string indented_json(const boost::json::value& value) {
    std::string text;
    append_indented(text, value, 0);
    return text;
}

} // namespace detail
} // namespace testing
} // namespace v0
} // namespace langexport

#endif
