#ifndef LANGEXPORT_EXAMPLES_TOOL_LOCATED_JSON_HPP
#define LANGEXPORT_EXAMPLES_TOOL_LOCATED_JSON_HPP

#include <langexport/detail/json/json_reader.hpp>
#include <langexport/detail/json/parsed_text.hpp>
#include <langexport/document/text_format.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tool {

// JSON values with their positions, for small files that people write.
class located_value {
public:
    enum class kind : unsigned char { null, boolean, number, text, array, object };

    kind what = kind::null;
    bool flag = false;               // for a boolean
    std::string text;                // a string, or a number as it was written
    std::string name;                // for a member
    std::size_t byte = 0;            // where the value begins
    std::size_t name_byte = 0;       // where a member's name begins
    std::vector<located_value> list; // elements, or members in order
};

// "an object", "a string", …
inline std::string_view to_string(located_value::kind kind) noexcept;

// An error in a text, and its byte.
class located_error {
public:
    std::size_t byte = 0;
    std::string why;
};

// The error if `text` is not JSON.
inline bool parse_located_json(std::string_view text, located_value& value, located_error& wrong);

// "12:7": line and column of a byte. Both start at 1; a column is a character.
inline std::string line_and_column(std::string_view text, std::size_t byte);

// Builds the tree. Each event begins at `token`.
class located_events : public langexport::detail::parsed_text {
public:
    static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);

    located_value root;
    std::size_t token = 0; // where the current token begins
    bool is_done = true;   // whether the last token has ended

    std::string path() const { return {}; }

    bool on_object_begin(error_code&) { return open(located_value::kind::object); }
    bool on_array_begin(error_code&) { return open(located_value::kind::array); }
    bool on_object_end(std::size_t, error_code&) { return close(); }
    bool on_array_end(std::size_t, error_code&) { return close(); }
    bool on_key(text_view rest, std::size_t, error_code&) {
        located_value& member = open_.back()->list.emplace_back();
        member.name = whole_text(rest);
        member.name_byte = token;
        forget_text();
        return is_done = true;
    }
    bool on_string(text_view rest, std::size_t, error_code&) {
        return add(located_value::kind::text, rest);
    }
    bool on_int64(std::int64_t, text_view rest, error_code&) {
        return add(located_value::kind::number, rest);
    }
    bool on_uint64(std::uint64_t, text_view rest, error_code&) {
        return add(located_value::kind::number, rest);
    }
    bool on_double(double, text_view rest, error_code&) {
        return add(located_value::kind::number, rest);
    }
    bool on_bool(bool flag, error_code&) {
        place(located_value::kind::boolean).flag = flag;
        return true;
    }
    bool on_null(error_code&) {
        place(located_value::kind::null);
        return true;
    }

private:
    // No element is added to a list while a value in it is open, so the pointers stay valid.
    located_value& place(located_value::kind kind) {
        located_value* value = &root;
        if (!open_.empty() && open_.back()->what == located_value::kind::array)
            value = &open_.back()->list.emplace_back();
        else if (!open_.empty())
            value = &open_.back()->list.back();
        value->what = kind;
        value->byte = token;
        is_done = true;
        return *value;
    }
    bool open(located_value::kind kind) {
        open_.push_back(&place(kind));
        return true;
    }
    bool close() {
        open_.pop_back();
        return is_done = true;
    }
    bool add(located_value::kind kind, text_view rest) {
        place(kind).text = whole_text(rest);
        forget_text();
        return true;
    }

    std::vector<located_value*> open_;
};

inline std::string_view to_string(located_value::kind kind) noexcept {
    constexpr std::string_view words[] = {"null",     "a boolean", "a number",
                                          "a string", "an array",  "an object"};
    return words[static_cast<std::size_t>(kind)];
}

// Explains a common mistake at the byte of the error; empty if there is nothing to explain.
inline std::string likely_slip(std::string_view text, std::size_t byte) {
    if (byte >= text.size())
        return {};
    const char here = text[byte];
    const std::string_view before = langexport::detail::trim(text.substr(0, byte));
    if ((here == ']' || here == '}') && before.ends_with(','))
        return "a comma must not precede '" + std::string(1, here) + "'";
    if (here == '/' || here == '#')
        return "JSON has no comments";
    if (here == '\'')
        return "a string is in double quotation marks";
    if (before.ends_with('\\'))
        return "a backslash in a string is written twice";
    return langexport::detail::is_visible(here)
               ? "'" + std::string(1, here) + "' is not expected here"
               : "";
}

// The parser does not report its position. So it gets one byte at a time, and each event ends at that
// byte.
inline bool parse_located_json(std::string_view text, located_value& value, located_error& wrong) {
    constexpr std::string_view between = " \t\r\n,:";
    langexport::detail::json_reader<located_events> reader(64);
    located_events& events = reader.events();
    try {
        for (wrong.byte = 0; wrong.byte < text.size(); ++wrong.byte) {
            if (events.is_done && between.find(text[wrong.byte]) == std::string_view::npos) {
                events.token = wrong.byte;
                events.is_done = false;
            }
            reader.write(text.substr(wrong.byte, 1));
        }
        reader.finish();
    } catch (const langexport::export_error& error) {
        wrong.why = error.diagnostics().detail;
        const std::string place = langexport::detail::at_byte(wrong.byte);
        if (wrong.why.starts_with(place))
            wrong.why.erase(0, place.size());
        const std::string slip = likely_slip(text, langexport::detail::to_size(wrong.byte));
        if (wrong.why.ends_with("syntax error") && !slip.empty())
            wrong.why += ": " + slip;
        const std::string_view format = langexport::text_format_of(text);
        if (!format.empty())
            wrong.why = "the file is " + std::string(format) + ", not JSON in UTF-8";
        return false;
    }
    value = std::move(events.root);
    return true;
}

inline std::string line_and_column(std::string_view text, std::size_t byte) {
    const std::string_view before = text.substr(0, byte);
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    const std::string_view in_line = before.substr(before.rfind('\n') + 1);
    const auto column = 1 + std::count_if(in_line.begin(), in_line.end(),
                                          [](char c) { return (c & 0xC0) != 0x80; });
    return std::to_string(line) + ':' + std::to_string(column);
}

} // namespace tool

#endif
