#ifndef LANGEXPORT_DOCUMENT_IMPL_TEXT_OFFSET_IPP
#define LANGEXPORT_DOCUMENT_IMPL_TEXT_OFFSET_IPP

#include <langexport/detail/base/name_table.hpp>
#include <langexport/detail/base/text.hpp>
#include <langexport/document/text_offset.hpp>
#include <langexport/error.hpp>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <limits>
#include <numeric>
#include <string>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

inline constexpr named_value<text_unit> text_unit_names[] = {
    {text_unit::utf8_bytes, "Utf8CodeUnit"},
    {text_unit::utf16_code_units, "Utf16CodeUnit"},
    {text_unit::code_points, "UnicodeCodePoint"},
    {text_unit::code_points, "Utf32CodeUnit"}, // is only read
};

enum class offset_fault { none, beyond_end, inside_character, invalid_utf8 };

// The size of the character at the front in bytes; 0 if it is not UTF-8.
inline std::size_t character_size(std::string_view text) noexcept {
    const auto byte = [&](std::size_t index) { return static_cast<unsigned char>(text[index]); };
    const unsigned char lead = byte(0);
    if (lead < 0x80)
        return 1;
    const std::size_t size = lead < 0xC2   ? 0
                             : lead < 0xE0 ? 2
                             : lead < 0xF0 ? 3
                             : lead < 0xF5 ? 4
                                           : 0;
    if (size == 0 || text.size() < size)
        return 0;
    // The second byte shows overlong sequences, surrogates and values above U+10FFFF.
    const unsigned char low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    const unsigned char high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    if (byte(1) < low || byte(1) > high)
        return 0;
    for (std::size_t at = 2; at < size; ++at) {
        if ((byte(at) & 0xC0) != 0x80)
            return 0;
    }
    return size;
}

// A position in a text, in all units at once. It only moves forward.
class text_position {
public:
    explicit text_position(std::string_view text) noexcept : text_(text) {}

    std::uint64_t in(text_unit unit) const noexcept {
        switch (unit) {
        case text_unit::utf8_bytes:
            return byte_;
        case text_unit::utf16_code_units:
            return utf16_;
        case text_unit::code_points:
            break;
        }
        return code_points_;
    }

    std::size_t byte() const noexcept { return byte_; }

    // Moves to an offset that is not before this position. After a fault it stops before the invalid
    // bytes, so that the caller can continue from there.
    offset_fault advance(std::uint64_t offset, text_unit unit) noexcept {
        while (in(unit) < offset) {
            if (byte_ == text_.size())
                return offset_fault::beyond_end;
            if (skip_ascii(offset - in(unit)))
                continue;
            const std::size_t size = character_size(text_.substr(byte_));
            if (size == 0)
                return offset_fault::invalid_utf8;
            text_position next = *this;
            next.byte_ += size;
            next.utf16_ += size == 4 ? 2 : 1;
            next.code_points_ += 1;
            if (next.in(unit) > offset)
                return offset_fault::inside_character;
            *this = next;
        }
        return offset_fault::none;
    }

private:
    // Reads eight characters at once while they are ASCII and end before the offset.
    bool skip_ascii(std::uint64_t distance) noexcept {
        constexpr std::uint64_t high_bits = 0x8080808080808080;
        std::uint64_t bytes = 0;
        if (distance < sizeof(bytes) || text_.size() - byte_ < sizeof(bytes))
            return false;
        std::memcpy(&bytes, text_.data() + byte_, sizeof(bytes));
        if ((bytes & high_bits) != 0)
            return false;
        byte_ += sizeof(bytes);
        utf16_ += sizeof(bytes);
        code_points_ += sizeof(bytes);
        return true;
    }

    std::string_view text_;
    std::size_t byte_ = 0;
    std::uint64_t utf16_ = 0;
    std::uint64_t code_points_ = 0;
};

[[noreturn]] inline void throw_fault(offset_fault fault, std::uint64_t offset, text_unit unit,
                                     const text_position& position) {
    const std::string byte = std::to_string(position.byte());
    std::string what =
        "offset " + std::to_string(offset) + " (" + std::string(to_string(unit)) + ")";
    switch (fault) {
    case offset_fault::beyond_end:
        what += " lies beyond the end of the text, which is " + std::to_string(position.in(unit)) +
                " long";
        break;
    case offset_fault::inside_character:
        what += " lies inside the character at byte " + byte;
        break;
    case offset_fault::invalid_utf8:
    case offset_fault::none:
        what = "byte " + byte + " of the text is not UTF-8; " + what + " lies after it";
        break;
    }
    throw_error(errc::invalid_request, std::move(what));
}

// In no unit does a text have a larger length than this.
inline constexpr std::uint64_t beyond_any_text = (std::numeric_limits<std::uint64_t>::max)();

inline std::uint64_t end_of(const text_span& part) noexcept {
    return part.length > beyond_any_text - part.offset ? beyond_any_text
                                                       : part.offset + part.length;
}

// Calls `found(index, position, fault)` for each offset, in ascending order of the offsets.
template <class Found>
void visit_offsets(std::string_view text, std::span<const std::uint64_t> offsets, text_unit unit,
                   Found found) {
    text_position at(text);
    if (std::is_sorted(offsets.begin(), offsets.end())) {
        for (std::size_t i = 0; i < offsets.size(); ++i) {
            const offset_fault fault = at.advance(offsets[i], unit);
            found(i, at, fault);
        }
        return;
    }
    std::vector<std::size_t> order(offsets.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(),
              [&](std::size_t a, std::size_t b) { return offsets[a] < offsets[b]; });
    for (const std::size_t i : order) {
        const offset_fault fault = at.advance(offsets[i], unit);
        found(i, at, fault);
    }
}

// Returns the beginning and the end of each part in turn.
inline std::vector<std::uint64_t> bounds_of(std::span<const text_span> parts) {
    std::vector<std::uint64_t> bounds;
    bounds.reserve(2 * parts.size());
    for (const text_span& part : parts) {
        bounds.push_back(part.offset);
        bounds.push_back(end_of(part));
    }
    return bounds;
}

} // namespace detail

LANGEXPORT_DECL std::optional<text_unit> text_unit_of(std::string_view string_index_type) noexcept {
    return detail::value_in_any_case(detail::text_unit_names, string_index_type);
}

LANGEXPORT_DECL std::string_view to_string(text_unit unit) noexcept {
    return detail::name_in(detail::text_unit_names, unit, "UnicodeCodePoint");
}

LANGEXPORT_DECL std::optional<std::uint64_t> try_text_length(std::string_view text,
                                                             text_unit unit) noexcept {
    detail::text_position at(text);
    if (at.advance(text.size(), text_unit::utf8_bytes) != detail::offset_fault::none)
        return std::nullopt;
    return at.in(unit);
}

LANGEXPORT_DECL std::uint64_t text_length(std::string_view text, text_unit unit) {
    return convert_offset(text, text.size(), text_unit::utf8_bytes, unit);
}

LANGEXPORT_DECL std::uint64_t convert_offset(std::string_view text, std::uint64_t offset,
                                             text_unit from_unit, text_unit to_unit) {
    detail::text_position at(text);
    const detail::offset_fault fault = at.advance(offset, from_unit);
    if (fault != detail::offset_fault::none)
        detail::throw_fault(fault, offset, from_unit, at);
    return at.in(to_unit);
}

LANGEXPORT_DECL std::optional<std::uint64_t> try_convert_offset(std::string_view text,
                                                                std::uint64_t offset,
                                                                text_unit from_unit,
                                                                text_unit to_unit) noexcept {
    detail::text_position at(text);
    if (at.advance(offset, from_unit) != detail::offset_fault::none)
        return std::nullopt;
    return at.in(to_unit);
}

LANGEXPORT_DECL std::vector<std::uint64_t> convert_offsets(std::string_view text,
                                                           std::span<const std::uint64_t> offsets,
                                                           text_unit from_unit, text_unit to_unit) {
    std::vector<std::uint64_t> result(offsets.size());
    detail::visit_offsets(
        text, offsets, from_unit,
        [&](std::size_t i, const detail::text_position& position, detail::offset_fault fault) {
            if (fault != detail::offset_fault::none)
                detail::throw_fault(fault, offsets[i], from_unit, position);
            result[i] = position.in(to_unit);
        });
    return result;
}

LANGEXPORT_DECL std::vector<std::optional<std::uint64_t>>
try_convert_offsets(std::string_view text, std::span<const std::uint64_t> offsets,
                    text_unit from_unit, text_unit to_unit) {
    std::vector<std::optional<std::uint64_t>> result(offsets.size());
    detail::visit_offsets(
        text, offsets, from_unit,
        [&](std::size_t i, const detail::text_position& position, detail::offset_fault fault) {
            if (fault == detail::offset_fault::none)
                result[i] = position.in(to_unit);
        });
    return result;
}

LANGEXPORT_DECL std::string_view text_at(std::string_view text, text_span part, text_unit unit) {
    detail::text_position at(text);
    std::size_t first = 0;
    for (const std::uint64_t bound : {part.offset, detail::end_of(part)}) {
        first = at.byte();
        const detail::offset_fault fault = at.advance(bound, unit);
        if (fault != detail::offset_fault::none)
            detail::throw_fault(fault, bound, unit, at);
    }
    return text.substr(first, at.byte() - first);
}

LANGEXPORT_DECL std::optional<std::string_view> try_text_at(std::string_view text, text_span part,
                                                            text_unit unit) noexcept {
    detail::text_position at(text);
    if (at.advance(part.offset, unit) != detail::offset_fault::none)
        return std::nullopt;
    const std::size_t first = at.byte();
    if (at.advance(detail::end_of(part), unit) != detail::offset_fault::none)
        return std::nullopt;
    return text.substr(first, at.byte() - first);
}

LANGEXPORT_DECL std::vector<std::string_view>
texts_at(std::string_view text, std::span<const text_span> parts, text_unit unit) {
    const auto bounds =
        convert_offsets(text, detail::bounds_of(parts), unit, text_unit::utf8_bytes);
    std::vector<std::string_view> result;
    result.reserve(parts.size());
    for (std::size_t i = 0; i < bounds.size(); i += 2)
        result.push_back(
            text.substr(detail::to_size(bounds[i]), detail::to_size(bounds[i + 1] - bounds[i])));
    return result;
}

LANGEXPORT_DECL std::vector<std::optional<std::string_view>>
try_texts_at(std::string_view text, std::span<const text_span> parts, text_unit unit) {
    const auto bounds =
        try_convert_offsets(text, detail::bounds_of(parts), unit, text_unit::utf8_bytes);
    std::vector<std::optional<std::string_view>> result(parts.size());
    for (std::size_t i = 0; i < result.size(); ++i) {
        const auto first = bounds[2 * i], last = bounds[2 * i + 1];
        if (first && last)
            result[i] = text.substr(detail::to_size(*first), detail::to_size(*last - *first));
    }
    return result;
}

} // namespace v0
} // namespace langexport

#endif
