#ifndef LANGEXPORT_DETAIL_PROTOCOL_IMPL_RESULT_STRUCTURE_IPP
#define LANGEXPORT_DETAIL_PROTOCOL_IMPL_RESULT_STRUCTURE_IPP

#include <langexport/detail/base/text.hpp>
#include <langexport/detail/base/text_chunk.hpp>
#include <langexport/detail/protocol/impl/parse_json.hpp>
#include <langexport/detail/protocol/result_structure.hpp>

#include <boost/json/string.hpp>

#include <cstddef>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

// The size of 100 characters that are all written as two escapes. Longer than every member name used
// here.
inline constexpr std::size_t longest_raw_text = 1200;

// Unescapes the content of a JSON string; empty if it is not valid.
inline std::string unescaped(const std::string& raw) {
    if (raw.find('\\') == std::string::npos)
        return raw;
    std::string why;
    const auto value = parse_json('"' + raw + '"', 1, {}, why);
    return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

// So many bytes are examined before nested values are skipped again.
inline constexpr std::size_t few_bytes = 16;

LANGEXPORT_DECL void result_structure::take(std::string_view piece) {
    while (!piece.empty() && !json_.is_lost()) {
        // An array has no members to examine.
        const std::size_t floor = is_array() ? 0 : watched_;
        if (json_.depth() > floor)
            piece.remove_prefix(json_.take_tokens(piece, floor));
        const std::string_view few = piece.substr(0, few_bytes);
        for (std::size_t at = 0; at < few.size();)
            at += take_some({few.data() + at, few.size() - at});
        piece.remove_prefix(few.size());
    }
}

// Processes one byte, or more of them if they are plain text. Returns how many.
inline std::size_t result_structure::take_some(std::string_view piece) {
    const std::size_t depth = json_.depth();
    const bool is_watched = depth == watched_ && root_ == '{';
    if (json_.is_in_text() && !json_.is_in_escape()) {
        const std::size_t size = plain_size(piece);
        if (is_watched)
            add_text({piece.data(), size});
        if (size != 0)
            return size;
    }
    const char c = piece.front();
    if (is_watched && !json_.is_lost())
        see(c);
    json_.take_byte(c);
    if (depth == 0 && json_.depth() == 1)
        root_ = c;
    return 1;
}

// Stores only the text that is used later.
inline void result_structure::add_text(std::string_view raw) {
    if (is_name_due_ || member_ == member::name)
        text_.append(raw.substr(0, longest_raw_text - text_.size()));
}

// Processes a byte at the watched depth, before `json_` does.
LANGEXPORT_DECL void result_structure::see(char c) {
    if (json_.is_in_text()) {
        if (c == '"' && !json_.is_in_escape())
            end_text();
        else
            add_text({&c, 1});
        return;
    }
    if (c == ' ' || c == '\t' || c == '\r' || c == '\n')
        return;
    if (std::exchange(is_value_due_, false))
        see_value(c);
    switch (c) {
    case '"':
        text_.clear();
        break;
    case ':':
        is_name_due_ = false;
        is_value_due_ = true;
        break;
    case ',':
        is_name_due_ = true;
        member_ = member::other;
        break;
    case '{':
        if (member_ == member::metadata) {
            watched_ = 2;
            is_name_due_ = true;
        }
        member_ = member::other;
        break;
    case '}':
        watched_ = 1; // the metadata or the document ends
        break;
    default:
        break;
    }
}

LANGEXPORT_DECL result_structure::member
result_structure::member_named(std::string_view name) const noexcept {
    const auto is = [name](std::string_view other) {
        return name.size() == other.size() && equal_ignoring_case(name, other);
    };
    if (watched_ == 2)
        return is("projectName") ? member::name : member::other;
    return is("assets")                ? member::assets
           : is("error")               ? member::error
           : is("luis_schema_version") ? member::luis_version
           : is("metadata")            ? member::metadata
                                       : member::other;
}

// A string at this depth has ended.
LANGEXPORT_DECL void result_structure::end_text() {
    if (text_.size() == longest_raw_text)
        text_.clear(); // longer than every name that matters
    if (is_name_due_)
        member_ =
            text_.find('\\') == text_.npos ? member_named(text_) : member_named(unescaped(text_));
    else if (member_ == member::name)
        project_name_ = unescaped(text_);
}

// The value of a member begins.
LANGEXPORT_DECL void result_structure::see_value(char first) {
    const bool is_null = first == 'n';
    if (member_ ==
        member::assets) { // if it occurs twice, the last one counts, as in most JSON parsers
        has_assets_ = first == '{';
        has_odd_assets_ = !has_assets_;
    } else if (member_ == member::error)
        has_error_ = has_error_ || !is_null;
    else if (member_ == member::luis_version)
        has_luis_version_ = has_luis_version_ || !is_null;
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
