#ifndef LANGEXPORT_EXAMPLES_TOOL_CONFIG_VALUE_HPP
#define LANGEXPORT_EXAMPLES_TOOL_CONFIG_VALUE_HPP

#include "nearest_word.hpp"
#include "placed_json.hpp"

#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace tool {

// A value of the file with its path in it: `resources[1].quota`.
class config_value {
public:
    config_value(const placed_value& what, std::string where)
        : value(&what), path(std::move(where)) {}

    const placed_value* value;
    std::string path;
};

// Why a field is none, with the one that was meant if that can be told.
inline std::string unknown_field(std::string_view name, std::span<const std::string_view> known) {
    if (name == "key")
        return "is no field: a key is named by key_file or key_env, it has no place in here";
    if (const auto nearest = nearest_word(name, known); !nearest.empty())
        return "is no field: is '" + std::string(nearest) + "' meant?";
    std::string all;
    for (const std::string_view field : known)
        all.append(all.empty() ? "" : ", ").append(field);
    return "is no field: there are " + all;
}

} // namespace tool

#endif
