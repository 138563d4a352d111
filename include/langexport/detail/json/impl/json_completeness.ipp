#ifndef LANGEXPORT_DETAIL_JSON_IMPL_JSON_COMPLETENESS_IPP
#define LANGEXPORT_DETAIL_JSON_IMPL_JSON_COMPLETENESS_IPP

#include <langexport/detail/base/text.hpp>
#include <langexport/detail/base/text_chunk.hpp>
#include <langexport/detail/json/json_completeness.hpp>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace langexport {
inline namespace v0 {
namespace detail {

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
    // The text that follows the last value, until the next one begins; null if it began in an earlier piece.
    struct gap_start {
        const char* text = nullptr;
        json_level_kinds levels;
    } gap;
    const char* position() const noexcept { return at_; }
    void move(std::size_t size) noexcept { at_ += size; }
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

// The functions below read a part of a member and move `place` behind it. They return false if that part is invalid, the
// text ends or the depth would be `floor`; the place is then that of the text that is left.

// Reads a name and the colon behind it, or the end of an empty object.
LANGEXPORT_ALWAYS_INLINE bool json_completeness::take_name(json_token_reader& text,
                                                           json_place& place) noexcept {
    if (place == json_place::name_due || place == json_place::name_or_end) {
        if (!text.skip('"')) {
            if (place != json_place::name_or_end || text.next() != '}')
                return false;
            place = json_place::after_value;
            return true;
        }
        place = json_place::in_name;
    }
    if (place == json_place::in_name) {
        if (!text.skip_string())
            return false;
        place = json_place::colon_due;
    }
    if (!text.skip(':'))
        return false;
    place = json_place::value_due;
    return true;
}

// Reads a string, a number, a literal or the bracket that opens an object or array. An empty array is left before its
// end.
LANGEXPORT_ALWAYS_INLINE bool json_completeness::take_value(json_token_reader& text,
                                                            json_place& place) {
    if (place != json_place::in_text) {
        const char first = text.next();
        if (is_digit(first) || first == '-' || (first >= 'a' && first <= 'z')) {
            learn_gap(text, place);
            if (is_digit(first) && text.skip_digits()) {
                place = json_place::after_value;
                return true;
            }
            const json_place next = text.skip_scalar(levels_.is_in_object(), json_place::value_due);
            place = next == json_place::value_due ? place : next;
            return next == json_place::after_value;
        }
        if ((first == '{' || first == '[') && depth() != max_depth) {
            text.skip();
            levels_.open(first == '{');
            place = first == '{' ? json_place::name_or_end : json_place::value_or_end;
            return true;
        }
        if (first == ']' && place == json_place::value_or_end) {
            place = json_place::after_value;
            return true;
        }
        if (first != '"')
            return false;
        text.skip();
        place = json_place::in_text;
        learn_gap(text, place);
    }
    if (!text.skip_string())
        return false;
    place = json_place::after_value;
    return true;
}

// Compares what follows a value with the gaps that are expected there. False if it is another one.
LANGEXPORT_ALWAYS_INLINE bool json_completeness::take_gap(json_token_reader& text,
                                                          json_place& place,
                                                          std::size_t floor) noexcept {
    if (!gaps_ || text.left() < json_gap::longest || !gaps_->is_useful())
        return false;
    json_gap* const gap = gaps_->find(text.position());
    if (gap && levels_.make(gap->change, floor)) {
        gaps_->pass(*gap);
        text.move(gap->size);
        place = gap->behind;
        return true;
    }
    text.gap = {text.position(), levels_.innermost()};
    return false;
}

// A value begins.
LANGEXPORT_ALWAYS_INLINE void json_completeness::learn_gap(json_token_reader& text,
                                                           json_place place) noexcept {
    if (!text.gap.text)
        return;
    const auto size = static_cast<std::size_t>(text.position() - text.gap.text);
    gaps_->learn({text.gap.text, size}, text.gap.levels, place);
    text.gap.text = nullptr;
}

// Reads the comma behind a value, or the bracket that ends its object or array.
LANGEXPORT_ALWAYS_INLINE bool json_completeness::take_end(json_token_reader& text,
                                                          json_place& place,
                                                          std::size_t floor) noexcept {
    const bool in_object = levels_.is_in_object();
    const char next = text.next();
    if (next == ',') {
        text.skip();
        place = in_object ? json_place::name_due : json_place::value_due;
        return true;
    }
    if (next != (in_object ? '}' : ']') || depth() - 1 == floor)
        return false;
    text.skip();
    levels_.close();
    return true;
}

// Most bytes of a result are processed here.
LANGEXPORT_DECL std::size_t json_completeness::take_tokens(std::string_view piece,
                                                           std::size_t floor) {
    if (is_in_escape())
        return 0;
    // A deeper text is rejected where the innermost levels are full, which no known gap passes.
    static_assert(max_depth % 64 == 0);
    constexpr std::size_t large_size = 4096;
    if (!gaps_ && piece.size() >= large_size)
        gaps_ = std::make_unique<json_repeated_gaps>();
    json_token_reader text(piece);
    json_place place = place_;
    if (is_in_scalar(place))
        place = text.skip_scalar(levels_.is_in_object(), place);
    bool goes_on = !is_in_scalar(place);
    while (goes_on) {
        switch (place) {
        case json_place::name_or_end:
        case json_place::name_due:
        case json_place::in_name:
        case json_place::colon_due:
            goes_on = take_name(text, place);
            if (!goes_on || place != json_place::value_due)
                break;
            [[fallthrough]];
        case json_place::value_due:
        case json_place::value_or_end:
        case json_place::in_text:
            do
                goes_on = take_value(text, place);
            while (goes_on && place == json_place::after_value && take_gap(text, place, floor));
            if (!goes_on || place != json_place::after_value)
                break;
            [[fallthrough]];
        case json_place::after_value:
            goes_on = take_end(text, place, floor);
            break;
        default:
            goes_on = false;
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
