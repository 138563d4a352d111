#ifndef LANGEXPORT_DETAIL_JSON_JSON_ERROR_TEXT_HPP
#define LANGEXPORT_DETAIL_JSON_JSON_ERROR_TEXT_HPP

#include <langexport/version.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace langexport {
inline namespace v0 {
namespace detail {

// The beginning of a message about a text that is not JSON: "byte 12: ".
inline std::string at_byte(std::uint64_t byte) {
    return "byte " + std::to_string(byte) + ": ";
}

// The message about a text that ends too early. `path` is the JSON path of the value that has no end; it may be empty.
inline std::string incomplete_json(std::uint64_t size, std::string_view path = {}) {
    std::string text = "it ends at byte " + std::to_string(size);
    if (!path.empty())
        text.append(", in ").append(path);
    return text + ", but its JSON is incomplete";
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
