#ifndef LANGEXPORT_TESTS_HEADERS_GCC12_SHAPES_HPP
#define LANGEXPORT_TESTS_HEADERS_GCC12_SHAPES_HPP

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

// Finds code that GCC 12 miscompiles without a warning: in one full expression with co_await a
// braced initializer, a lambda that captures by value, a conditional operator; co_await as a
// condition; and a structured binding of an awaited result, which GCC 15 is reported to get wrong.
//
// A finding that is known to be harmless is marked on one of its lines, or on the line before:
//     // gcc12-ok: the reason

namespace langexport_tests {

struct shape {
    std::size_t line;
    std::string what;
};

/// In the order of their lines. `source` is C++, whole functions or a part of one.
std::vector<shape> find_gcc12_shapes(std::string_view source);

} // namespace langexport_tests

#endif
