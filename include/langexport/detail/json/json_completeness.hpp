#ifndef LANGEXPORT_DETAIL_JSON_JSON_COMPLETENESS_HPP
#define LANGEXPORT_DETAIL_JSON_JSON_COMPLETENESS_HPP

#include <langexport/detail/json/json_grammar.hpp>
#include <langexport/detail/json/json_levels.hpp>
#include <langexport/detail/json/json_repeated_gaps.hpp>
#include <langexport/version.hpp>

#include <cstddef>
#include <memory>
#include <string_view>

namespace langexport {
inline namespace v0 {
namespace detail {

class json_token_reader;
struct json_gap_start;

// Checks whether a JSON text that arrives in pieces is one complete object or array with valid syntax. It builds no
// values and keeps one bit per level, so that it is fast at any depth. Unescaped control characters in strings are
// accepted: `has_control` reports them. Invalid UTF-8 is accepted.
class json_completeness {
public:
    // A deeper text is rejected, because each level costs a bit.
    static constexpr std::size_t max_depth = 8'000'000;

    LANGEXPORT_DECL void take(std::string_view piece);
    bool is_whole() const noexcept { return place_ == json_place::behind; }
    // Whether a string has a control character that is not escaped.
    bool has_control() const noexcept { return has_control_; }

    // The functions below are for a reader that examines parts of the text itself.
    // The number of open objects and arrays:
    std::size_t depth() const noexcept { return levels_.depth(); }
    bool is_in_text() const noexcept {
        return place_ == json_place::in_name || place_ == json_place::in_text;
    }
    bool is_in_escape() const noexcept { return is_escaped_ || hex_due_ != 0; }
    bool is_lost() const noexcept { return place_ == json_place::nowhere; } // the syntax is invalid

    LANGEXPORT_DECL void take_byte(char c);
    // Processes the front of a text within an object or an array, as far as the depth stays above `floor` and no token
    // is invalid or needs more text. Returns the number of bytes. The caller passes the following ones to `take_byte`,
    // at least one of them.
    LANGEXPORT_DECL std::size_t take_tokens(std::string_view piece, std::size_t floor);

private:
    json_place step(json_place from, char c);
    json_place open(bool is_object);
    json_place close();
    bool take_name(json_token_reader& text, json_place& place) noexcept;
    bool take_value(json_token_reader& text, json_gap_start& start, json_place& place);
    bool take_gap(json_token_reader& text, json_gap_start& start, json_place& place,
                  std::size_t floor) noexcept;
    bool take_end(json_token_reader& text, json_place& place, std::size_t floor) noexcept;
    void learn_gap(json_token_reader& text, json_gap_start& start, json_place place) noexcept;

    json_place place_ = json_place::before;
    bool has_control_ = false;
    bool is_escaped_ = false;   // the last byte was a backslash
    unsigned char hex_due_ = 0; // the number of digits that a \u still needs
    json_levels levels_;
    std::unique_ptr<json_repeated_gaps> gaps_; // for large texts
};

// The same for a complete text in memory.
inline bool is_whole_json(std::string_view text) {
    json_completeness check;
    check.take(text);
    return check.is_whole();
}

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/json/impl/json_completeness.ipp>
#endif

#endif
