#ifndef LANGEXPORT_DETAIL_BASE_IMPL_LONE_SURROGATE_IPP
#define LANGEXPORT_DETAIL_BASE_IMPL_LONE_SURROGATE_IPP

#include <langexport/detail/base/lone_surrogate.hpp>
#include <langexport/detail/base/text.hpp>

#include <charconv>

namespace langexport {
inline namespace v0 {
namespace detail {

// The kind of the escape of a UTF-16 unit at the beginning of a text.
enum class unit_kind : unsigned char { none, high, low, cut };

inline unit_kind unit_at(std::string_view json) noexcept {
    // The beginning of an escape already shows whether it may be a half.
    if (!json.empty() && json[0] != '\\')
        return unit_kind::none;
    if (json.size() > 1 && json[1] != 'u')
        return unit_kind::none;
    if (json.size() > 2 && json[2] != 'd' && json[2] != 'D')
        return unit_kind::none;
    for (std::size_t at = 3; at < json.size() && at < escape_size; ++at)
        if (!is_hex(json[at]))
            return unit_kind::none;
    if (json.size() > 3 && json[3] < '8')
        return unit_kind::none;
    if (json.size() < escape_size)
        return unit_kind::cut;
    const char kind = json[3]; // 8, 9, a, b: the first half
    return kind <= '9' || kind == 'a' || kind == 'A' || kind == 'b' || kind == 'B' ? unit_kind::high
                                                                                   : unit_kind::low;
}

LANGEXPORT_DECL surrogate_search find_lone_surrogate(std::string_view json) noexcept {
    surrogate_search found;
    found.end = json.size();
    for (std::size_t at = json.find('\\'); at != std::string_view::npos; at = json.find('\\', at)) {
        const unit_kind first = unit_at(json.substr(at));
        if (first == unit_kind::none) {
            at += 2; // skips the escaped character: a backslash at the end is cut, see above
            continue;
        }
        if (first == unit_kind::cut) {
            found.end = at;
            return found;
        }
        const unit_kind second =
            first == unit_kind::high ? unit_at(json.substr(at + escape_size)) : unit_kind::none;
        if (second == unit_kind::cut) {
            found.end = at;
            return found;
        }
        if (second != unit_kind::low) {
            found.lone = at;
            return found;
        }
        at += 2 * escape_size;
    }
    return found;
}

LANGEXPORT_DECL std::optional<std::string> without_lone_surrogates(std::string_view json) {
    std::optional<std::string> copy;
    std::size_t at = 0;
    for (;;) {
        const std::size_t lone = find_lone_surrogate(json.substr(at)).lone;
        if (lone == std::string_view::npos)
            return copy;
        if (!copy)
            copy.emplace(json);
        copy->replace(at + lone, escape_size, "\\ufffd");
        at += lone + escape_size;
    }
}

LANGEXPORT_DECL std::string bytes_of_surrogate(std::string_view escape) {
    unsigned unit = 0;
    std::from_chars(escape.data() + 2, escape.data() + escape_size, unit, 16);
    return {static_cast<char>(0xE0 | unit >> 12), static_cast<char>(0x80 | (unit >> 6 & 0x3F)),
            static_cast<char>(0x80 | (unit & 0x3F))};
}

LANGEXPORT_DECL void append_surrogate_escape(std::string& json, std::string_view text,
                                             std::size_t offset) {
    const auto bits = [&](std::size_t i) { return static_cast<unsigned char>(text[i]) & 0x3Fu; };
    const unsigned low = bits(offset + 1) << 6 | bits(offset + 2); // of the unit: its lower 12 bits
    append_hex(json.append("\\ud"), low, 3);
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
