#ifndef LANGEXPORT_DETAIL_JSON_JSON_TOKEN_READER_HPP
#define LANGEXPORT_DETAIL_JSON_JSON_TOKEN_READER_HPP

#include <langexport/detail/base/text.hpp>
#include <langexport/detail/base/text_chunk.hpp>
#include <langexport/detail/json/json_grammar.hpp>
#include <langexport/version.hpp>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace langexport {
inline namespace v0 {
namespace detail {

constexpr bool is_escapable(char c) noexcept {
    return c == '"' || c == '\\' || c == '/' || c == 'b' || c == 'f' || c == 'n' || c == 'r' ||
           c == 't' || c == 'u';
}

// The size of the escape sequence at the front of a text; 0 if it is invalid or not complete.
inline std::size_t json_escape_size(std::string_view text) noexcept {
    if (text.size() < 2 || !is_escapable(text[1]))
        return 0;
    if (text[1] != 'u')
        return 2;
    const std::string_view digits = text.substr(2, 4);
    return digits.size() == 4 && std::all_of(digits.begin(), digits.end(), is_hex) ? 6 : 0;
}

// Whether the state is within a number or a literal.
constexpr bool is_in_scalar(json_place place) noexcept {
    return place >= json_place::minus && place <= json_place::nul;
}

// Reads tokens at the front of a text. A token that is invalid or needs more text stays there.
class json_token_reader {
public:
    explicit json_token_reader(std::string_view text) noexcept
        : at_(text.data()), end_(at_ + text.size()), examined_(at_) {}

    const char* position() const noexcept { return at_; }
    std::size_t left() const noexcept { return static_cast<std::size_t>(end_ - at_); }
    bool has_control() const noexcept { return has_control_; }
    void skip() noexcept { ++at_; }
    void skip_bytes(std::size_t count) noexcept { at_ += count; }

    // The next byte that is not white space; zero at the end of the text.
    LANGEXPORT_ALWAYS_INLINE char next() noexcept {
        if (at_ != end_ && static_cast<unsigned char>(*at_) <= ' ')
            at_ += space_size({at_, left()});
        return at_ != end_ ? *at_ : '\0';
    }
    LANGEXPORT_ALWAYS_INLINE bool skip(char wanted) noexcept {
        if (at_ == end_ || (*at_ != wanted && next() != wanted))
            return false;
        skip();
        return true;
    }
    // Reads the rest of a string and its closing quote.
    LANGEXPORT_ALWAYS_INLINE bool skip_string() noexcept {
        while (find_special()) {
            if (*at_ == '\\') {
                const std::size_t size = json_escape_size({at_, left()});
                if (size == 0)
                    return false;
                at_ += size;
            } else if (*at_++ == '"')
                return true;
            else
                has_control_ = true;
        }
        return false;
    }
    // Reads the rest of a string that has neither escapes nor control characters, and its closing quote. If it has some
    // or is not complete, returns false at the first byte that is not plain.
    LANGEXPORT_ALWAYS_INLINE bool read_plain_string(std::string_view& text) noexcept {
        const char* const begin = at_;
        if (!find_special() || *at_ != '"')
            return false;
        text = std::string_view(begin, static_cast<std::size_t>(at_ - begin));
        skip();
        return true;
    }
    // Reads a whole number that is not negative and has at most 18 digits, if a byte that may follow it is there.
    LANGEXPORT_ALWAYS_INLINE bool read_digits(std::uint64_t& number) noexcept {
        constexpr std::ptrdiff_t most = 18;
        const char* const begin = at_;
        std::uint64_t value = 0;
        while (at_ != end_ && is_digit(*at_) && at_ - begin <= most)
            value = value * 10 + static_cast<std::uint64_t>(*at_++ - '0');
        if (at_ == begin || at_ - begin > most || at_ == end_ || (*begin == '0' && at_ - begin > 1))
            return false;
        number = value;
        return *at_ == ',' || *at_ == '}' || *at_ == ']' || is_json_space(*at_);
    }
    // Reads the rest of a number or a literal. Returns the state there: that of the number or literal if the text ends or
    // the next byte is not valid.
    LANGEXPORT_ALWAYS_INLINE json_place skip_scalar(bool in_object, json_place place) noexcept {
        for (; at_ != end_; skip()) {
            const json_place next = grammar_of_json.next(in_object, place, *at_);
            const bool is_in_word = place >= json_place::t && place <= json_place::nul;
            if (next == json_place::close || (next < json_place::nowhere && !is_in_scalar(next))) {
                at_ += is_in_word ? 1 : 0; // the last letter
                return json_place::after_value;
            }
            if (next >= json_place::nowhere)
                break;
            place = next;
        }
        return place;
    }
    // Reads a whole number that is not negative, if a comma or a bracket follows.
    LANGEXPORT_ALWAYS_INLINE bool skip_digits() noexcept {
        const char* behind = at_;
        while (behind != end_ && is_digit(*behind))
            ++behind;
        const bool is_valid = behind != end_ && (*at_ != '0' || behind - at_ == 1) &&
                              (*behind == ',' || *behind == '}' || *behind == ']');
        at_ = is_valid ? behind : at_;
        return is_valid;
    }

private:
    // Moves to the next byte in a string that is not plain. False if the text ends before.
    LANGEXPORT_ALWAYS_INLINE bool find_special() noexcept {
        for (;; at_ = examined_) {
            if (at_ >= examined_) {
                if (left() < 64) {
                    at_ += plain_size({at_, left()});
                    return at_ != end_;
                }
                specials_ = not_plain_64(at_);
                examined_ = at_ + 64;
            }
            // The difference is at least -64, so that this is the offset in the 64 bytes.
            const std::uint64_t rest =
                specials_ >> (static_cast<std::size_t>(at_ - examined_) % 64);
            if (rest != 0) {
                at_ += std::countr_zero(rest);
                return true;
            }
        }
    }

    const char* at_;
    const char* end_;
    const char* examined_;       // the end of the last 64 bytes that were examined for special ones
    std::uint64_t specials_ = 0; // the bytes among them that are not plain
    bool has_control_ = false;
};

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
