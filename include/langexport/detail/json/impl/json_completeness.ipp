#ifndef LANGEXPORT_DETAIL_JSON_IMPL_JSON_COMPLETENESS_IPP
#define LANGEXPORT_DETAIL_JSON_IMPL_JSON_COMPLETENESS_IPP

#include <langexport/detail/base/text.hpp>
#include <langexport/detail/base/text_chunk.hpp>
#include <langexport/detail/json/json_completeness.hpp>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

LANGEXPORT_DECL void json_levels::save_innermost() {
    outer_.push_back(innermost_);
}

LANGEXPORT_DECL json_place json_completeness::open(bool is_object) {
    if (depth() == max_depth)
        return json_place::nowhere;
    levels_.open(is_object);
    return is_object ? json_place::name_or_end : json_place::value_or_end;
}

inline json_place json_completeness::close() {
    levels_.close();
    return depth() == 0 ? json_place::behind : json_place::after_value;
}

// A byte that is not within a string, or the quote that begins one. Returns the next state.
inline json_place json_completeness::step(json_place from, char c) {
    const json_place next = grammar_of_json.next(levels_.is_in_object(), from, c);
    if (next <= json_place::nowhere)
        return next;
    return next == json_place::close ? close() : open(next == json_place::open_object);
}

constexpr bool is_escapable(char c) noexcept {
    return c == '"' || c == '\\' || c == '/' || c == 'b' || c == 'f' || c == 'n' || c == 'r' ||
           c == 't' || c == 'u';
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
        has_control_ = has_control_ || !is_plain(c);
    }
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

    std::size_t left() const noexcept { return static_cast<std::size_t>(end_ - at_); }
    bool has_control() const noexcept { return has_control_; }
    void skip() noexcept { ++at_; }

    // The next byte that is not white space; zero at the end of the text.
    char next() noexcept {
        if (at_ != end_ && static_cast<unsigned char>(*at_) <= ' ')
            at_ += space_size({at_, left()});
        return at_ != end_ ? *at_ : '\0';
    }
    bool skip(char wanted) noexcept {
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
    // Reads the rest of a number or a literal, and the comma or white space behind it. Returns the state there: that of
    // the number or literal if the text ends or the next byte is not valid.
    LANGEXPORT_ALWAYS_INLINE json_place skip_scalar(bool in_object, json_place place) noexcept {
        for (; at_ != end_; skip()) {
            const json_place next = grammar_of_json.next(in_object, place, *at_);
            if (next == json_place::close)
                return json_place::after_value;
            if (next >= json_place::nowhere)
                break;
            place = next;
            if (!is_in_scalar(place)) {
                skip();
                break;
            }
        }
        return place;
    }
    // Reads a whole number that is not negative, if a comma or a bracket follows.
    bool skip_digits() noexcept {
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

// Reads the beginning of a value: the opening quote or bracket, or the whole number or literal. An empty array is left
// before its end. Returns the next state, `nowhere` if the value is invalid or the text ends.
LANGEXPORT_ALWAYS_INLINE json_place json_completeness::take_value(json_token_reader& text,
                                                                  json_place place) {
    const char first = text.next();
    if (first == '"') {
        text.skip();
        return json_place::in_text;
    }
    if (is_digit(first) && text.skip_digits())
        return json_place::after_value;
    if ((first == '{' || first == '[') && depth() != max_depth) {
        text.skip();
        levels_.open(first == '{');
        return first == '{' ? json_place::name_or_end : json_place::value_or_end;
    }
    if (first == ']' && place == json_place::value_or_end)
        return json_place::after_value;
    const json_place next = text.skip_scalar(levels_.is_in_object(), json_place::value_due);
    return next == json_place::value_due ? json_place::nowhere : next;
}

// Reads the comma behind a value, or the bracket that ends its object or array. Returns the next state, `nowhere` if
// the byte is invalid, the text ends or the depth would be `floor`.
LANGEXPORT_ALWAYS_INLINE json_place json_completeness::take_end(json_token_reader& text,
                                                                std::size_t floor) noexcept {
    const bool in_object = levels_.is_in_object();
    const char next = text.next();
    if (next == ',') {
        text.skip();
        return in_object ? json_place::name_due : json_place::value_due;
    }
    if (next != (in_object ? '}' : ']') || depth() - 1 == floor)
        return json_place::nowhere;
    text.skip();
    levels_.close();
    return json_place::after_value;
}

// Most bytes of a result are processed here. The cases are in the order of a member of an object.
LANGEXPORT_DECL std::size_t json_completeness::take_tokens(std::string_view piece,
                                                           std::size_t floor) {
    if (is_in_escape())
        return 0;
    json_token_reader text(piece);
    json_place place = place_, next = place_;
    while (next != json_place::nowhere) {
        place = next;
        next = json_place::nowhere;
        switch (place) {
        case json_place::name_or_end:
        case json_place::name_due:
            if (!text.skip('"')) {
                if (place == json_place::name_or_end && text.next() == '}')
                    next = json_place::after_value;
                break;
            }
            place = json_place::in_name;
            [[fallthrough]];
        case json_place::in_name:
            if (!text.skip_string())
                break;
            place = json_place::colon_due;
            [[fallthrough]];
        case json_place::colon_due:
            if (!text.skip(':'))
                break;
            place = json_place::value_due;
            [[fallthrough]];
        case json_place::value_due:
        case json_place::value_or_end:
            next = take_value(text, place);
            if (next != json_place::in_text)
                break;
            place = json_place::in_text;
            next = json_place::nowhere;
            [[fallthrough]];
        case json_place::in_text:
            if (!text.skip_string())
                break;
            place = json_place::after_value;
            [[fallthrough]];
        case json_place::after_value:
            next = take_end(text, floor);
            break;
        default:
            if (!is_in_scalar(place))
                break;
            next = text.skip_scalar(levels_.is_in_object(), place);
            if (is_in_scalar(next))
                place = std::exchange(next, json_place::nowhere);
        }
    }
    place_ = place;
    has_control_ = has_control_ || text.has_control();
    return piece.size() - text.left();
}

LANGEXPORT_DECL void json_completeness::take(std::string_view piece) {
    while (!piece.empty() && !is_lost()) {
        if (depth() != 0)
            piece.remove_prefix(take_tokens(piece, 0));
        if (!piece.empty()) {
            take_byte(piece.front());
            piece.remove_prefix(1);
        }
    }
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
