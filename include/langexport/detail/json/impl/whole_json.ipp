#ifndef LANGEXPORT_DETAIL_JSON_IMPL_WHOLE_JSON_IPP
#define LANGEXPORT_DETAIL_JSON_IMPL_WHOLE_JSON_IPP

#include <langexport/detail/json/whole_json.hpp>

#include <bit>
#include <cstdint>
#include <cstring>

#if defined(__SSE2__) || defined(_M_X64)
#include <emmintrin.h>
#endif

namespace langexport {
inline namespace v0 {
namespace detail {

inline constexpr std::size_t block_size = json_follower::block_size;

// For each byte of a block whether it is `wanted` once it has the bits of `blur`, too: a bit, the first one lowest.
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
        const std::uint64_t other = (word | ones * blur) ^ ones * wanted; // 0 where it is the same
        const std::uint64_t same = ~(((other & lows) + lows) | other | lows) >> 7;
        bits |= (same * 0x0102040810204080 >> 56) << at; // gathers what each byte has
    }
#endif
    return bits;
}

// For each bit whether an odd number is set up to it.
inline std::uint64_t parities(std::uint64_t bits) noexcept {
    for (unsigned shift = 1; shift < 64; shift *= 2)
        bits ^= bits << shift;
    return bits;
}

inline std::uint64_t lowest_bit(std::uint64_t bits) noexcept {
    return bits & (~bits + 1);
}

// What a backslash takes its meaning from: an escape is the byte behind one that is none itself.
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

// The depth behind these brackets; `floor` if it falls that low among them.
inline std::size_t depth_behind(std::uint64_t opening, std::uint64_t closing, std::size_t depth,
                                std::size_t floor) noexcept {
    const auto closed = static_cast<std::size_t>(std::popcount(closing));
    if (closed < depth - floor)
        return depth + static_cast<std::size_t>(std::popcount(opening)) - closed;
    for (std::uint64_t left = opening | closing; left != 0 && depth != floor; left &= left - 1)
        depth += (lowest_bit(left) & opening) != 0 ? 1 : std::size_t(0) - 1;
    return depth;
}

// Most of a result is taken in here. What is short, reaches the floor or is no JSON is left.
LANGEXPORT_DECL std::size_t json_follower::take_blocks(std::string_view piece,
                                                       std::size_t floor) noexcept {
    if (std::endian::native != std::endian::little)
        return 0;
    std::size_t at = 0;
    for (; piece.size() - at >= block_size; at += block_size) {
        const char* const block = piece.data() + at;
        const std::uint64_t slashes = bits_of_equal(block, '\\', 0);
        bool escapes_next = false;
        const std::uint64_t escaped = escaped_by(slashes, at_ == place::in_escape, escapes_next);
        std::uint64_t in_string = parities(bits_of_equal(block, '"', 0) & ~escaped);
        if (at_ != place::inside)
            in_string = ~in_string;
        // With this bit set a bracket is a brace, and nothing else is.
        const std::uint64_t opening = bits_of_equal(block, '{', 0x20) & ~in_string;
        const std::uint64_t closing = bits_of_equal(block, '}', 0x20) & ~in_string;
        const std::size_t depth = depth_behind(opening, closing, depth_, floor);
        if (depth == floor || (slashes & ~in_string) != 0)
            break;
        depth_ = depth;
        at_ = in_string >> 63 == 0 ? place::inside
              : escapes_next       ? place::in_escape
                                   : place::in_string;
    }
    return at;
}

LANGEXPORT_DECL void json_follower::take_byte(char c) noexcept {
    const bool is_space = c == ' ' || c == '\t' || c == '\r' || c == '\n';
    switch (at_) {
    case place::before:
        if (c == '{' || c == '[') {
            at_ = place::inside;
            depth_ = 1;
        } else if (!is_space && std::string_view("\xEF\xBB\xBF").find(c) == std::string_view::npos)
            at_ = place::nowhere; // some write a byte order mark, others something else
        break;
    case place::inside:
        if (c == '"')
            at_ = place::in_string;
        else if (c == '\\')
            at_ = place::nowhere;
        else if (c == '{' || c == '[')
            ++depth_;
        else if ((c == '}' || c == ']') && --depth_ == 0)
            at_ = place::behind;
        break;
    case place::in_string:
        if (c == '"')
            at_ = place::inside;
        else if (c == '\\')
            at_ = place::in_escape;
        break;
    case place::in_escape:
        at_ = place::in_string;
        break;
    case place::behind:
        if (!is_space)
            at_ = place::nowhere;
        break;
    case place::nowhere:
        break;
    }
}

LANGEXPORT_DECL void json_follower::take(std::string_view piece) noexcept {
    while (!piece.empty() && at_ != place::nowhere) {
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
