#ifndef LANGEXPORT_DETAIL_BASE_TEXT_CHUNK_HPP
#define LANGEXPORT_DETAIL_BASE_TEXT_CHUNK_HPP

#include <langexport/version.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>

#if defined(__SSE2__) || defined(_M_X64)
#include <emmintrin.h>
#elif defined(__ARM_NEON) && defined(__aarch64__)
#include <arm_neon.h>
#endif

namespace langexport {
inline namespace v0 {
namespace detail {

// A few bytes of a text that are examined at once. Each function returns a bit for each byte, that of the first byte
// lowest. One class is plain C++, the others use instructions that every processor of their architecture has.
class plain_text_chunk {
public:
    static constexpr unsigned size = 8;

    explicit plain_text_chunk(const char* bytes) noexcept {
        std::memcpy(&word_, bytes, size);
        if (std::endian::native != std::endian::little)
            for (unsigned i = 0; i < size; ++i)
                word_ = word_ << 8 | static_cast<unsigned char>(bytes[size - 1 - i]);
    }
    // Whether the byte ends a JSON string, begins an escape or is a control character.
    std::uint64_t not_plain() const noexcept {
        return gather(equal('"') | equal('\\') | ~above(word_, 0x1F));
    }
    // JSON's white space.
    std::uint64_t not_space() const noexcept {
        return gather(~(equal(' ') | equal('\n') | equal('\r') | equal('\t')));
    }
    std::uint64_t not_ascii() const noexcept { return gather(word_); }

private:
    static constexpr std::uint64_t ones = 0x0101010101010101, highs = 0x80 * ones;

    // The high bit of each byte: whether the byte is above `limit`, an ASCII character. The other bits are undefined.
    static std::uint64_t above(std::uint64_t word, unsigned char limit) noexcept {
        return ((word & ~highs) + ones * (0x7Fu - limit)) | word;
    }
    std::uint64_t equal(char wanted) const noexcept {
        return ~above(word_ ^ ones * static_cast<unsigned char>(wanted), 0);
    }
    // Moves the high bits together.
    static std::uint64_t gather(std::uint64_t bits) noexcept {
        return ((bits & highs) >> 7) * 0x0102040810204080 >> 56;
    }

    std::uint64_t word_ = 0;
};

#if defined(__SSE2__) || defined(_M_X64)

class sse2_text_chunk {
public:
    static constexpr unsigned size = 16;

    explicit sse2_text_chunk(const char* bytes) noexcept
        : bytes_(_mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes))) {}
    std::uint64_t not_plain() const noexcept {
        const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(bytes_, _mm_set1_epi8(0x1F)), bytes_);
        return gather(_mm_or_si128(_mm_or_si128(equal('"'), equal('\\')), control));
    }
    std::uint64_t not_space() const noexcept {
        const __m128i found = _mm_or_si128(_mm_or_si128(equal(' '), equal('\n')),
                                           _mm_or_si128(equal('\r'), equal('\t')));
        return gather(_mm_cmpeq_epi8(found, _mm_setzero_si128()));
    }
    std::uint64_t not_ascii() const noexcept { return gather(bytes_); }

private:
    __m128i equal(char wanted) const noexcept {
        return _mm_cmpeq_epi8(bytes_, _mm_set1_epi8(wanted));
    }
    // The high bits.
    static std::uint64_t gather(__m128i bytes) noexcept {
        return static_cast<unsigned>(_mm_movemask_epi8(bytes));
    }

    __m128i bytes_;
};
using text_chunk = sse2_text_chunk;

#elif defined(__ARM_NEON) && defined(__aarch64__)

class neon_text_chunk {
public:
    static constexpr unsigned size = 16;

    explicit neon_text_chunk(const char* bytes) noexcept
        : bytes_(vld1q_u8(reinterpret_cast<const std::uint8_t*>(bytes))) {}
    std::uint64_t not_plain() const noexcept {
        const uint8x16_t control = vcleq_u8(bytes_, vdupq_n_u8(0x1F));
        return gather(vorrq_u8(vorrq_u8(equal('"'), equal('\\')), control));
    }
    std::uint64_t not_space() const noexcept {
        return gather(vmvnq_u8(
            vorrq_u8(vorrq_u8(equal(' '), equal('\n')), vorrq_u8(equal('\r'), equal('\t')))));
    }
    std::uint64_t not_ascii() const noexcept { return gather(vcgeq_u8(bytes_, vdupq_n_u8(0x80))); }

private:
    uint8x16_t equal(char wanted) const noexcept {
        return vceqq_u8(bytes_, vdupq_n_u8(static_cast<std::uint8_t>(wanted)));
    }
    // `bytes` has only zero and 0xFF. Each byte keeps the bit of its place; sums of neighbors join them.
    static std::uint64_t gather(uint8x16_t bytes) noexcept {
        const uint8x16_t places = vreinterpretq_u8_u64(vdupq_n_u64(0x8040201008040201));
        uint8x16_t bits = vandq_u8(bytes, places);
        for (int i = 0; i < 3; ++i)
            bits = vpaddq_u8(bits, bits);
        return vgetq_lane_u16(vreinterpretq_u16_u8(bits), 0);
    }

    uint8x16_t bytes_;
};
using text_chunk = neon_text_chunk;

#else

using text_chunk = plain_text_chunk;

#endif

// The same for 64 bytes.
template <class Chunk, std::uint64_t (Chunk::*Others)() const noexcept, std::size_t... At>
LANGEXPORT_ALWAYS_INLINE std::uint64_t join_chunks(const char* bytes,
                                                   std::index_sequence<At...>) noexcept {
    return (((Chunk(bytes + At * Chunk::size).*Others)() << At * Chunk::size) | ...);
}
template <class Chunk = text_chunk>
LANGEXPORT_ALWAYS_INLINE std::uint64_t not_plain_64(const char* bytes) noexcept {
    return join_chunks<Chunk, &Chunk::not_plain>(bytes,
                                                 std::make_index_sequence<64 / Chunk::size>());
}

constexpr bool is_json_space(char c) noexcept {
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

// Whether the byte within a JSON string neither ends nor escapes it and is no control character.
constexpr bool is_plain(char c) noexcept {
    return c != '"' && c != '\\' && static_cast<unsigned char>(c) >= 0x20;
}

constexpr bool is_ascii(char c) noexcept {
    return static_cast<unsigned char>(c) < 0x80;
}

// The number of bytes at the beginning of a text before the first one that does not belong.
template <class Chunk, std::uint64_t (Chunk::*Others)() const noexcept,
          bool (*Belongs)(char) noexcept>
std::size_t leading_size(std::string_view text) noexcept {
    const char* at = text.data();
    const char* const end = at + text.size();
    for (; static_cast<std::size_t>(end - at) >= Chunk::size; at += Chunk::size) {
        const std::uint64_t others = (Chunk(at).*Others)();
        if (others != 0)
            return static_cast<std::size_t>(at - text.data()) +
                   static_cast<std::size_t>(std::countr_zero(others));
    }
    while (at != end && Belongs(*at))
        ++at;
    return static_cast<std::size_t>(at - text.data());
}
template <class Chunk = text_chunk>
std::size_t plain_size(std::string_view text) noexcept {
    return leading_size<Chunk, &Chunk::not_plain, is_plain>(text);
}
template <class Chunk = text_chunk>
std::size_t space_size(std::string_view text) noexcept {
    return leading_size<Chunk, &Chunk::not_space, is_json_space>(text);
}
template <class Chunk = text_chunk>
std::size_t ascii_size(std::string_view text) noexcept {
    return leading_size<Chunk, &Chunk::not_ascii, is_ascii>(text);
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
