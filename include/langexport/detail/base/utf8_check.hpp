#ifndef LANGEXPORT_DETAIL_BASE_UTF8_CHECK_HPP
#define LANGEXPORT_DETAIL_BASE_UTF8_CHECK_HPP

#include <langexport/detail/base/text_chunk.hpp>
#include <langexport/version.hpp>

#include <cstddef>
#include <string_view>

namespace langexport {
inline namespace v0 {
namespace detail {

// The bytes that may follow the first byte of a UTF-8 character. The range of the second byte is
// narrower for some first bytes: no overlong forms, no surrogates, nothing above U+10FFFF.
struct utf8_lead {
    bool is_valid = true;
    unsigned char more = 0; // the number of following bytes
    unsigned char low = 0x80, high = 0xBF;

    explicit constexpr utf8_lead(unsigned char byte) noexcept {
        if (byte >= 0xC2 && byte <= 0xDF)
            more = 1;
        else if (byte >= 0xE0 && byte <= 0xEF) {
            more = 2;
            low = byte == 0xE0 ? 0xA0 : low;
            high = byte == 0xED ? 0x9F : high;
        } else if (byte >= 0xF0 && byte <= 0xF4) {
            more = 3;
            low = byte == 0xF0 ? 0x90 : low;
            high = byte == 0xF4 ? 0x8F : high;
        } else
            is_valid = byte < 0x80;
    }
};

// Checks whether a text that arrives in pieces is UTF-8.
class utf8_check {
public:
    void take(std::string_view piece) noexcept {
        std::size_t at = 0;
        while (at < piece.size() && is_valid_) {
            if (rest_.more == 0)
                at += ascii_size(piece.substr(at));
            if (at < piece.size())
                take_byte(static_cast<unsigned char>(piece[at++]));
        }
    }
    // Whether the text is valid and does not end inside a character.
    bool is_whole() const noexcept { return is_valid_ && rest_.more == 0; }

private:
    void take_byte(unsigned char byte) noexcept {
        if (rest_.more == 0) {
            rest_ = utf8_lead(byte);
            is_valid_ = rest_.is_valid;
            return;
        }
        is_valid_ = byte >= rest_.low && byte <= rest_.high;
        --rest_.more;
        rest_.low = 0x80;
        rest_.high = 0xBF;
    }

    utf8_lead rest_{0}; // the rest of the character that has begun
    bool is_valid_ = true;
};

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
