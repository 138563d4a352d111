#ifndef LANGEXPORT_TESTS_SUPPORT_CATCH_HPP
#define LANGEXPORT_TESTS_SUPPORT_CATCH_HPP

// Catch2 2.13 and 3 for the tests, which include this file and no other header of Catch2.

#if LANGEXPORT_CATCH2_MAJOR >= 3
#include <catch2/catch_approx.hpp>
#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#else
#include <catch2/catch.hpp>
#endif

#include <string>

namespace langexport_tests {

/// Matches a text that contains `part`.
inline auto contains_text(const std::string& part) {
#if LANGEXPORT_CATCH2_MAJOR >= 3
    return Catch::Matchers::ContainsSubstring(part);
#else
    return Catch::Matchers::Contains(part);
#endif
}

} // namespace langexport_tests

#endif
