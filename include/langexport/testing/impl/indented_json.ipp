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

inline void append_indented(std::string& output, const boost::json::value& value,
                            std::size_t level) {
    const auto* object = value.if_object();
    const auto* array = value.if_array();
    if ((!object || object->empty()) && (!array || array->empty())) {
        output += boost::json::serialize(value);
        return;
    }
    output += object ? '{' : '[';
    const char* before = "\n";
    const auto begin_line = [&] {
        output.append(before).append(2 * (level + 1), ' ');
        before = ",\n";
    };
    if (object) {
        for (const auto& member : *object) {
            begin_line();
            const boost::json::string_view key = member.key();
            output += boost::json::serialize(key) + ": ";
            append_indented(output, member.value(), level + 1);
        }
    } else {
        for (const auto& element : *array) {
            begin_line();
            append_indented(output, element, level + 1);
        }
    }
    output.append("\n").append(2 * level, ' ');
    output += object ? '}' : ']';
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
