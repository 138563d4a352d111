#ifndef LANGEXPORT_DETAIL_JSON_JSON_GRAMMAR_HPP
#define LANGEXPORT_DETAIL_JSON_JSON_GRAMMAR_HPP

#include <langexport/version.hpp>

#include <array>
#include <cstddef>
#include <string_view>

namespace langexport {
inline namespace v0 {
namespace detail {

// The states between two bytes outside of escape sequences; the last three are actions.
enum class json_place : unsigned char {
    before,
    mark_second, // of a byte order mark
    mark_third,
    before_text,
    value_due,
    value_or_end,
    name_due,
    name_or_end,
    colon_due,
    after_value,
    in_name,
    in_text,
    minus,
    zero,
    integer,
    point,
    fraction,
    exponent,
    exponent_sign,
    exponent_digits,
    t,
    tr,
    tru,
    f,
    fa,
    fal,
    fals,
    n,
    nu,
    nul,
    behind,
    nowhere,
    open_object,
    open_array,
    close
};

// A string has begun in the state that follows it, or has ended again.
constexpr json_place within_string(json_place behind) noexcept {
    return behind == json_place::colon_due ? json_place::in_name : json_place::in_text;
}
constexpr json_place behind_string(json_place within) noexcept {
    return within == json_place::in_name ? json_place::colon_due : json_place::after_value;
}

// The grammar of JSON as a table: the next state for a state and a byte, within an object and elsewhere. The quote
// that begins a string leads to the state after that string.
class json_grammar {
public:
    static constexpr std::size_t places = static_cast<std::size_t>(json_place::nowhere) + 1;

    constexpr json_grammar() {
        for (auto& row : next_)
            row.fill(json_place::nowhere);
        for (const bool in_object : {false, true}) {
            fill(in_object);
            fill_numbers(in_object);
            fill_word(in_object, "true", json_place::t);
            fill_word(in_object, "false", json_place::f);
            fill_word(in_object, "null", json_place::n);
        }
    }

    constexpr json_place next(bool in_object, json_place from, char c) const noexcept {
        return next_[row_of(in_object, from)][class_of_[static_cast<unsigned char>(c)]];
    }

private:
    // The table treats all bytes of a class alike. Every other byte is in the last class.
    static constexpr std::string_view alike[] = {
        " \t\r\n", "{", "}", "[", "]", ":", ",", "\"", "-", "+", ".",    "0",    "123456789",
        "e",       "E", "t", "r", "u", "f", "a", "l",  "s", "n", "\xEF", "\xBB", "\xBF"};
    static constexpr std::size_t classes = 32;

    static constexpr std::size_t row_of(bool in_object, json_place from) noexcept {
        return (in_object ? places : 0) + static_cast<std::size_t>(from);
    }
    static constexpr std::array<unsigned char, 256> make_classes() noexcept {
        std::array<unsigned char, 256> made{};
        made.fill(static_cast<unsigned char>(classes - 1));
        unsigned char number = 0;
        for (const std::string_view bytes : alike) {
            for (const char c : bytes)
                made[static_cast<unsigned char>(c)] = number;
            ++number;
        }
        return made;
    }
    constexpr void set(bool in_object, json_place from, std::string_view bytes, json_place next) {
        for (const char c : bytes)
            next_[row_of(in_object, from)][class_of_[static_cast<unsigned char>(c)]] = next;
    }

    constexpr void fill(bool in_object) {
        constexpr std::string_view spaces = " \t\r\n";
        for (const json_place stays :
             {json_place::before_text, json_place::value_due, json_place::value_or_end,
              json_place::name_due, json_place::name_or_end, json_place::colon_due,
              json_place::after_value, json_place::behind})
            set(in_object, stays, spaces, stays);
        set(in_object, json_place::before, spaces, json_place::before_text);
        set(in_object, json_place::before, "\xEF", json_place::mark_second);
        set(in_object, json_place::mark_second, "\xBB", json_place::mark_third);
        set(in_object, json_place::mark_third, "\xBF", json_place::before_text);
        for (const json_place start : {json_place::before, json_place::before_text,
                                       json_place::value_due, json_place::value_or_end}) {
            set(in_object, start, "{", json_place::open_object);
            set(in_object, start, "[", json_place::open_array);
        }
        for (const json_place start : {json_place::value_due, json_place::value_or_end})
            set(in_object, start, "\"", json_place::after_value);
        for (const json_place start : {json_place::name_due, json_place::name_or_end})
            set(in_object, start, "\"", json_place::colon_due);
        set(in_object, json_place::colon_due, ":", json_place::value_due);
        set(in_object, json_place::name_or_end, "}", json_place::close);
        set(in_object, json_place::value_or_end, "]", json_place::close);
        set_end(in_object, json_place::after_value);
    }
    // The bytes that may follow a value.
    constexpr void set_end(bool in_object, json_place from) {
        set(in_object, from, " \t\r\n", json_place::after_value);
        set(in_object, from, ",", in_object ? json_place::name_due : json_place::value_due);
        set(in_object, from, in_object ? "}" : "]", json_place::close);
    }
    constexpr void fill_numbers(bool in_object) {
        constexpr std::string_view digits = "0123456789";
        for (const json_place start :
             {json_place::value_due, json_place::value_or_end, json_place::minus}) {
            set(in_object, start, digits, json_place::integer);
            set(in_object, start, "0", json_place::zero);
        }
        for (const json_place start : {json_place::value_due, json_place::value_or_end})
            set(in_object, start, "-", json_place::minus);
        set(in_object, json_place::integer, digits, json_place::integer);
        set(in_object, json_place::point, digits, json_place::fraction);
        set(in_object, json_place::fraction, digits, json_place::fraction);
        for (const json_place whole :
             {json_place::zero, json_place::integer, json_place::fraction}) {
            set(in_object, whole, ".",
                whole == json_place::fraction ? json_place::nowhere : json_place::point);
            set(in_object, whole, "eE", json_place::exponent);
            set_end(in_object, whole);
        }
        set(in_object, json_place::exponent, "+-", json_place::exponent_sign);
        for (const json_place end :
             {json_place::exponent, json_place::exponent_sign, json_place::exponent_digits})
            set(in_object, end, digits, json_place::exponent_digits);
        set_end(in_object, json_place::exponent_digits);
    }
    // The states of a word follow each other in the enumeration.
    constexpr void fill_word(bool in_object, std::string_view word, json_place first) {
        for (const json_place start : {json_place::value_due, json_place::value_or_end})
            set(in_object, start, word.substr(0, 1), first);
        for (std::size_t i = 1; i < word.size(); ++i) {
            const auto from = static_cast<json_place>(static_cast<std::size_t>(first) + i - 1);
            const auto to = static_cast<json_place>(static_cast<std::size_t>(from) + 1);
            set(in_object, from, word.substr(i, 1),
                i + 1 == word.size() ? json_place::after_value : to);
        }
    }

    std::array<unsigned char, 256> class_of_ = make_classes();
    std::array<std::array<json_place, classes>, 2 * places> next_{};
};

inline constexpr json_grammar grammar_of_json;

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
