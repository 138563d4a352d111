#ifndef LANGEXPORT_DETAIL_BASE_LONE_SURROGATE_HPP
#define LANGEXPORT_DETAIL_BASE_LONE_SURROGATE_HPP

#include <langexport/version.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace langexport {
inline namespace v0 {
namespace detail {

// JSON may contain one half of a UTF-16 pair without the other: "\ud83d". That is valid JSON, but not a
// character, so UTF-8 cannot represent it and Boost.JSON rejects it. In memory such a half is three
// bytes, encoded as UTF-8 would encode it (ED A0 80 to ED BF BF). Valid UTF-8 never contains them, so
// the half can be written again unchanged. Displays replace it with U+FFFD.

inline constexpr std::size_t escape_size = 6;     // "\ud83d"
inline constexpr std::size_t surrogate_bytes = 3; // of one half in memory

struct surrogate_search {
    // Where the first escape of a lone half begins; npos if there is none in front of `end`.
    std::size_t lone = std::string_view::npos;
    // The end of the searched part: the size of the text, or the beginning of an escape that the text cuts off.
    std::size_t end = 0;
};

// Searches JSON that does not begin inside an escape.
LANGEXPORT_DECL surrogate_search find_lone_surrogate(std::string_view json) noexcept;

// A copy in which U+FFFD replaces each lone half, of the same size; nothing if there is none.
LANGEXPORT_DECL std::optional<std::string> without_lone_surrogates(std::string_view json);

// The bytes in memory of an escape that `find_lone_surrogate` found.
LANGEXPORT_DECL std::string bytes_of_surrogate(std::string_view escape);

// Whether `text`, in memory, has half of a pair at this place.
constexpr bool has_surrogate_at(std::string_view text, std::size_t offset) noexcept {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    return text.size() - offset >= surrogate_bytes && byte(offset) == 0xED &&
           byte(offset + 1) >= 0xA0 && byte(offset + 1) <= 0xBF && byte(offset + 2) >= 0x80 &&
           byte(offset + 2) <= 0xBF;
}

// Appends the escape of the half at this place.
LANGEXPORT_DECL void append_surrogate_escape(std::string& json, std::string_view text,
                                             std::size_t offset);

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/base/impl/lone_surrogate.ipp>
#endif

#endif
