#ifndef LANGEXPORT_TESTS_HEADERS_INCLUDE_ARROWS_HPP
#define LANGEXPORT_TESTS_HEADERS_INCLUDE_ARROWS_HPP

#include <optional>
#include <string>
#include <string_view>

// The rings of the library, read from the place of a header, and the includes that they allow.
// Paths are relative to include/.

namespace langexport_tests {

enum class ring {
    values = 1,
    decisions = 2,
    io = 3,
    face = 4,
    // What tests and examples use besides the library: it stands outside of the rings.
    testing
};

/// Nothing for a place that no ring is known for.
std::optional<ring> ring_of(std::string_view path);

/// Why `from` must not include `to`, another header of ours; empty if it may.
std::string objection_to_include(std::string_view from, std::string_view to);

/// Whether a header of Asio or Beast brings I/O objects, which values and decisions know nothing of.
bool brings_io_objects(std::string_view header);

} // namespace langexport_tests

#endif
