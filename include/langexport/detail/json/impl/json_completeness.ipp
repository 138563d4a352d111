#ifndef LANGEXPORT_DETAIL_JSON_IMPL_JSON_COMPLETENESS_IPP
#define LANGEXPORT_DETAIL_JSON_IMPL_JSON_COMPLETENESS_IPP

#include <langexport/detail/base/text.hpp>
#include <langexport/detail/base/text_chunk.hpp>
#include <langexport/detail/json/json_completeness.hpp>
#include <langexport/detail/json/json_token_reader.hpp>

#include <cstddef>

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

// The text that follows the last value, until the next one begins; null if it began in an earlier piece.
struct json_gap_start {
    const char* text = nullptr;
    json_level_kinds levels;
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
LANGEXPORT_ALWAYS_INLINE bool
json_completeness::take_value(json_token_reader& text, json_gap_start& start, json_place& place) {
    if (place != json_place::in_text) {
        const char first = text.next();
        if (is_digit(first) || first == '-' || (first >= 'a' && first <= 'z')) {
            learn_gap(text, start, place);
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
        learn_gap(text, start, place);
    }
    if (!text.skip_string())
        return false;
    place = json_place::after_value;
    return true;
}

// Compares what follows a value with the gaps that are expected there. False if it is another one.
LANGEXPORT_ALWAYS_INLINE bool json_completeness::take_gap(json_token_reader& text,
                                                          json_gap_start& start, json_place& place,
                                                          std::size_t floor) noexcept {
    if (!gaps_ || text.left() < json_gap::longest || !gaps_->is_useful())
        return false;
    json_gap* const gap = gaps_->find(text.position());
    if (gap && levels_.make(gap->change, floor)) {
        gaps_->pass(*gap);
        text.skip_bytes(gap->size);
        place = gap->behind;
        return true;
    }
    start = {text.position(), levels_.innermost()};
    return false;
}

// A value begins.
LANGEXPORT_ALWAYS_INLINE void json_completeness::learn_gap(json_token_reader& text,
                                                           json_gap_start& start,
                                                           json_place place) noexcept {
    if (!start.text)
        return;
    const auto size = static_cast<std::size_t>(text.position() - start.text);
    gaps_->learn({start.text, size}, start.levels, place);
    start.text = nullptr;
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
    json_gap_start start;
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
                goes_on = take_value(text, start, place);
            while (goes_on && place == json_place::after_value &&
                   take_gap(text, start, place, floor));
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
