#ifndef LANGEXPORT_DETAIL_JSON_IMPL_JSON_COMPLETENESS_IPP
#define LANGEXPORT_DETAIL_JSON_IMPL_JSON_COMPLETENESS_IPP

#include <langexport/detail/base/text.hpp>
#include <langexport/detail/json/json_completeness.hpp>

#include <bit>
#include <cstring>

#if defined(__SSE2__) || defined(_M_X64)
#include <emmintrin.h>
#endif

namespace langexport {
inline namespace v0 {
namespace detail {

LANGEXPORT_DECL json_place json_completeness::open(bool is_object) {
    if (depth_ == max_depth)
        return json_place::nowhere;
    const std::size_t word = depth_ / 64;
    const std::uint64_t mask = std::uint64_t(1) << depth_ % 64;
    if (word == is_object_.size())
        is_object_.push_back(0);
    is_object_[word] = is_object ? is_object_[word] | mask : is_object_[word] & ~mask;
    ++depth_;
    is_in_object_ = is_object;
    return is_object ? json_place::name_or_end : json_place::value_or_end;
}

inline json_place json_completeness::close() {
    --depth_;
    is_in_object_ = depth_ != 0 && (is_object_[(depth_ - 1) / 64] >> (depth_ - 1) % 64 & 1) != 0;
    return depth_ == 0 ? json_place::behind : json_place::after_value;
}

// A byte that is not within a string, or the quote that begins one. Returns the next state.
inline json_place json_completeness::step(json_place from, char c) {
    const json_place next = grammar_of_json.next(is_in_object_, from, c);
    if (next <= json_place::nowhere)
        return next;
    return next == json_place::close ? close() : open(next == json_place::open_object);
}

inline bool is_escapable(char c) noexcept {
    return std::string_view("\"\\/bfnrtu").find(c) != std::string_view::npos;
}

constexpr bool is_below_space(char c) noexcept {
    return static_cast<unsigned char>(c) < 0x20;
}

LANGEXPORT_DECL void json_completeness::take_byte(char c) {
    if (!is_in_text()) {
        place_ = step(place_, c);
        if (c == '"' && !is_lost())
            place_ = within_string(place_);
    } else if (hex_due_ != 0) {
        --hex_due_;
        if (!is_hex(c))
            place_ = json_place::nowhere;
    } else if (is_escaped_) {
        is_escaped_ = false;
        hex_due_ = c == 'u' ? 4 : 0;
        if (!is_escapable(c))
            place_ = json_place::nowhere;
    } else if (c == '\\') {
        is_escaped_ = true;
    } else if (c == '"') {
        place_ = behind_string(place_);
    } else {
        has_control_ = has_control_ || is_below_space(c);
    }
}

inline constexpr std::size_t block_size = json_completeness::block_size;

// Returns a bit for each byte of a block, the first one lowest: whether it equals `wanted` after OR with
// `blur`.
inline std::uint64_t bits_of_equal(const char* block, unsigned char wanted,
                                   unsigned char blur) noexcept {
    std::uint64_t bits = 0;
#if defined(__SSE2__) || defined(_M_X64)
    const auto all = [](unsigned char c) { return _mm_set1_epi8(static_cast<char>(c)); };
    for (unsigned at = 0; at < block_size; at += 16) {
        const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(block + at));
        const __m128i same = _mm_cmpeq_epi8(_mm_or_si128(bytes, all(blur)), all(wanted));
        const auto mask = static_cast<unsigned>(_mm_movemask_epi8(same));
        bits |= static_cast<std::uint64_t>(mask) << at;
    }
#else
    constexpr std::uint64_t ones = 0x0101010101010101, lows = 0x7F * ones;
    for (unsigned at = 0; at < block_size; at += 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, block + at, sizeof(word));
        const std::uint64_t other = (word | ones * blur) ^ ones * wanted; // 0 where they are equal
        const std::uint64_t same = ~(((other & lows) + lows) | other | lows) >> 7;
        bits |= (same * 0x0102040810204080 >> 56) << at; // gathers the bit of each byte
    }
#endif
    return bits;
}

inline std::uint64_t bits_of_space(const char* block) noexcept {
    return bits_of_equal(block, ' ', 0) | bits_of_equal(block, '\n', 0) |
           bits_of_equal(block, '\r', 0) | bits_of_equal(block, '\t', 0);
}

// For each bit: whether an odd number of bits is set up to it.
inline std::uint64_t parities(std::uint64_t bits) noexcept {
    for (unsigned shift = 1; shift < 64; shift *= 2)
        bits ^= bits << shift;
    return bits;
}

inline std::uint64_t lowest_bit(std::uint64_t bits) noexcept {
    return bits & (~bits + 1);
}

// The bytes that follow a backslash which is not escaped itself.
inline std::uint64_t escaped_by(std::uint64_t slashes, bool escapes_first,
                                bool& escapes_next) noexcept {
    std::uint64_t escaped = escapes_first ? 1 : 0;
    escapes_next = false;
    for (std::uint64_t left = slashes & ~escaped; left != 0;) {
        const std::uint64_t slash = lowest_bit(left);
        escaped |= slash << 1;
        escapes_next = slash >> 63 != 0;
        left &= ~(slash | slash << 1);
    }
    return escaped;
}

// The depth after these brackets; `floor` if the depth falls to it before the last one.
inline std::size_t depth_behind(std::uint64_t opening, std::uint64_t closing, std::size_t depth,
                                std::size_t floor) noexcept {
    const auto closed = static_cast<std::size_t>(std::popcount(closing));
    if (closed < depth - floor)
        return depth + static_cast<std::size_t>(std::popcount(opening)) - closed;
    for (std::uint64_t left = opening | closing; left != 0 && depth != floor; left &= left - 1)
        depth += (lowest_bit(left) & opening) != 0 ? 1 : std::size_t(0) - 1;
    return depth;
}

// Checks the escape sequences of a block; `escaped` are the bytes that follow a backslash.
LANGEXPORT_DECL bool json_completeness::take_escapes(const char* block, std::uint64_t escaped) {
    std::uint64_t hex = (std::uint64_t(1) << hex_due_) - 1, unicode = 0;
    for (std::uint64_t left = escaped; left != 0; left &= left - 1) {
        const char c = block[std::countr_zero(left)];
        if (!is_escapable(c))
            return false;
        if (c == 'u')
            unicode |= lowest_bit(left);
    }
    hex |= unicode << 1 | unicode << 2 | unicode << 3 | unicode << 4;
    for (std::uint64_t left = hex; left != 0; left &= left - 1)
        if (!is_hex(block[std::countr_zero(left)]))
            return false;
    hex_due_ = static_cast<unsigned char>(std::bit_width(unicode >> 60));
    return true;
}

// The bytes that the grammar examines. Outside of strings: everything except white space, and only the
// first byte after a number or word. Of each string: the quote that begins it.
inline std::uint64_t significant_bytes(const char* block, std::uint64_t in_string,
                                       std::uint64_t quotes) noexcept {
    const std::uint64_t outside = ~in_string & ~quotes, spaces = bits_of_space(block) & outside;
    const std::uint64_t others = outside & ~spaces;
    return others | (spaces & (others << 1 | 1)) | (quotes & in_string);
}

// Most bytes of a result are processed here.
LANGEXPORT_DECL std::size_t json_completeness::take_blocks(std::string_view piece,
                                                           std::size_t floor) {
    if (std::endian::native != std::endian::little)
        return 0;
    std::size_t at = 0;
    for (; piece.size() - at >= block_size; at += block_size) {
        const char* const block = piece.data() + at;
        const std::uint64_t slashes = bits_of_equal(block, '\\', 0);
        bool escapes_next = false;
        const std::uint64_t escaped = escaped_by(slashes, is_escaped_, escapes_next);
        const std::uint64_t quotes = bits_of_equal(block, '"', 0) & ~escaped;
        std::uint64_t in_string = parities(quotes);
        if (is_in_text())
            in_string = ~in_string;
        // Only brackets and braces equal a brace after OR with these bits.
        const std::uint64_t opening = bits_of_equal(block, '{', 0x20) & ~in_string;
        const std::uint64_t closing = bits_of_equal(block, '}', 0x20) & ~in_string;
        if (depth_behind(opening, closing, depth_, floor) == floor)
            break;
        json_place next = is_in_text() && ~in_string != 0 ? behind_string(place_) : place_;
        // Finds the first error before the following bytes are misread because of it.
        for (std::uint64_t left = significant_bytes(block, in_string, quotes); left != 0;
             left &= left - 1)
            next = step(next, block[std::countr_zero(left)]);
        place_ = next;
        if (is_lost() || ((escaped | hex_due_) != 0 && !take_escapes(block, escaped))) {
            place_ = json_place::nowhere;
            break;
        }
        // Only control characters equal 0x1F after OR with 0x1F.
        has_control_ = has_control_ || (bits_of_equal(block, '\x1F', 0x1F) & in_string) != 0;
        if (in_string >> 63 != 0 && !is_in_text())
            place_ = within_string(place_);
        is_escaped_ = escapes_next;
    }
    return at;
}

LANGEXPORT_DECL void json_completeness::take(std::string_view piece) {
    while (!piece.empty() && !is_lost()) {
        if (depth_ != 0)
            piece.remove_prefix(take_blocks(piece, 0));
        const std::string_view few = piece.substr(0, block_size);
        for (const char c : few)
            take_byte(c);
        piece.remove_prefix(few.size());
    }
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
