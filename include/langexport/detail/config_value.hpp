#ifndef LANGEXPORT_DETAIL_CONFIG_VALUE_HPP
#define LANGEXPORT_DETAIL_CONFIG_VALUE_HPP

#include <langexport/detail/placed_json.hpp>
#include <langexport/version.hpp>

#include <string>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

// A value of the file with its path in it: `resources[1].quota`.
class config_value {
public:
    config_value(const placed_value& what, std::string where)
        : value(&what), path(std::move(where)) {}

    const placed_value* value;
    std::string path;
};

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
