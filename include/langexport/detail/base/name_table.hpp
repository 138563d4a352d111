#ifndef LANGEXPORT_DETAIL_BASE_NAME_TABLE_HPP
#define LANGEXPORT_DETAIL_BASE_NAME_TABLE_HPP

#include <langexport/detail/base/text.hpp>
#include <langexport/version.hpp>

#include <cstddef>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace langexport {
inline namespace v0 {
namespace detail {

// A row of a table of names: a value of an enumeration and its name. An enumeration whose names are written and read
// has one table. These functions read every table whose rows have members `value` and `name`.
template <class Value>
struct named_value {
    Value value;
    std::string_view name;
};

// The name of a value: that of its first row. Later rows of the same value are names that are only read.
template <class Table, class Value>
constexpr std::string_view name_in(const Table& table, Value value,
                                   std::string_view otherwise = "unknown") noexcept {
    for (const auto& row : table)
        if (row.value == value)
            return row.name;
    return otherwise;
}

template <class Table>
using value_of_table = decltype(std::begin(std::declval<const Table&>())->value);

// The value with that name; nothing if there is none.
template <class Table>
constexpr std::optional<value_of_table<Table>> value_in(const Table& table,
                                                        std::string_view name) noexcept {
    for (const auto& row : table)
        if (row.name == name)
            return row.value;
    return std::nullopt;
}

// The same, in upper or lower case.
template <class Table>
std::optional<value_of_table<Table>> value_in_any_case(const Table& table,
                                                       std::string_view name) noexcept {
    for (const auto& row : table)
        if (equal_ignoring_case(row.name, name))
            return row.value;
    return std::nullopt;
}

// The values of a table, in its order.
template <class Table>
std::vector<value_of_table<Table>> values_in(const Table& table) {
    std::vector<value_of_table<Table>> values;
    for (const auto& row : table)
        values.push_back(row.value);
    return values;
}

// The names for a message: "a, b, c", or "a, b or c" with " or " in front of the last one.
template <class Table>
std::string names_in(const Table& table, std::string_view before_last = ", ") {
    std::string names;
    std::size_t left = std::size(table);
    for (const auto& row : table) {
        names.append(names.empty() ? "" : left == 1 ? before_last : ", ").append(row.name);
        --left;
    }
    return names;
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
