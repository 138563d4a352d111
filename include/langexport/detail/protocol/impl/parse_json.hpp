#ifndef LANGEXPORT_DETAIL_PROTOCOL_IMPL_PARSE_JSON_HPP
#define LANGEXPORT_DETAIL_PROTOCOL_IMPL_PARSE_JSON_HPP

#include <langexport/detail/base/lone_surrogate.hpp>
#include <langexport/detail/base/text.hpp>
#include <langexport/detail/json/json_error_text.hpp>
#include <langexport/detail/json/long_exponent.hpp>
#include <langexport/version.hpp>

#include <boost/json/parser.hpp>
#include <boost/json/value.hpp>
#include <boost/system/error_code.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

inline constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

inline constexpr std::string_view replacement_character = "\xEF\xBF\xBD"; // U+FFFD

// Returns a copy in which U+FFFD replaces bytes that JSON does not allow but some servers write: control characters
// in strings, and bytes that are not UTF-8. Exponents that are too long for the parser are truncated. Nothing if the
// text contains none of these.
inline std::optional<std::string> readable_copy(std::string_view json) {
    std::string copy;
    bool is_in_text = false, is_escaped = false, is_changed = false;
    std::size_t exponent = 0; // of a number: its characters so far, except its sign
    std::size_t invalid = find_invalid_utf8(json);
    for (std::size_t at = 0; at < json.size(); ++at) {
        const char c = json[at];
        const bool is_wrong = is_in_text && (at == invalid || static_cast<unsigned char>(c) < 0x20);
        if (c == 'e' || c == 'E' || (exponent > 0 && is_digit(c)))
            ++exponent;
        else if (c != '+' && c != '-')
            exponent = 0;
        const bool is_beyond = !is_in_text && exponent > 1 + safe_exponent_digits;
        if (is_wrong)
            copy += replacement_character;
        else if (!is_beyond)
            copy += c;
        is_changed = is_changed || is_wrong || is_beyond;
        if (at == invalid) {
            const std::size_t next = find_invalid_utf8(json.substr(at + 1));
            invalid = next == std::string_view::npos ? next : at + 1 + next;
        }
        if (c == '"' && !is_escaped)
            is_in_text = !is_in_text;
        is_escaped = is_in_text && c == '\\' && !is_escaped;
    }
    return is_changed ? std::optional(std::move(copy)) : std::nullopt;
}

// Parses a response of limited size into a tree; `json_reader` reads documents of any size. Strict JSON: no comments,
// no trailing commas, no further text. A byte order mark may precede it. U+FFFD replaces one half of a UTF-16 pair, and
// invalid characters in strings, because most strings are only shown. If the text is not JSON, `why` names the byte. If
// it returns a value and `why` is not empty, strings had invalid characters: see `is_damaged`.
inline std::optional<boost::json::value> parse_json(std::string_view text, std::size_t max_depth,
                                                    boost::json::storage_ptr storage,
                                                    std::string& why) {
    boost::json::parse_options options;
    options.max_depth = max_depth;
    unsigned char scratch[1024];
    boost::json::parser parser({}, options, scratch, sizeof(scratch));
    parser.reset(storage);
    boost::system::error_code failure;
    const std::size_t before = text.starts_with(byte_order_mark) ? byte_order_mark.size() : 0;
    const std::optional<std::string> replaced = without_lone_surrogates(text.substr(before));
    const std::string_view json = replaced ? std::string_view(*replaced) : text.substr(before);
    const std::size_t at = before + parser.write(json.data(), json.size(), failure);
    why.clear();
    if (!failure)
        return parser.release();
    why = failure == boost::json::error::incomplete
              ? incomplete_json(text.size())
              : at_byte((std::min)(at, text.size())) + failure.message();
    const std::optional<std::string> clean = readable_copy(json);
    if (!clean)
        return std::nullopt;
    parser.reset(std::move(storage));
    parser.write(clean->data(), clean->size(), failure);
    return failure ? std::nullopt : std::optional(parser.release());
}

// Whether a string that is not only shown may have had invalid characters.
inline bool is_damaged(std::string_view text, const std::string& why) noexcept {
    return !why.empty() && text.find(replacement_character) != std::string_view::npos;
}

inline const char* kind_name(const boost::json::value& value) noexcept {
    switch (value.kind()) {
    case boost::json::kind::null:
        return "null";
    case boost::json::kind::bool_:
        return "a boolean";
    case boost::json::kind::int64:
    case boost::json::kind::uint64:
    case boost::json::kind::double_:
        return "a number";
    case boost::json::kind::string:
        return "a string";
    case boost::json::kind::array:
        return "an array";
    case boost::json::kind::object:
        return "an object";
    }
    return "something else";
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
