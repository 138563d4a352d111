#ifndef LANGEXPORT_DETAIL_PROTOCOL_IMPL_WHOLE_JSON_IPP
#define LANGEXPORT_DETAIL_PROTOCOL_IMPL_WHOLE_JSON_IPP

#include <langexport/detail/protocol/whole_json.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

namespace langexport {
inline namespace v0 {
namespace detail {

// What means something outside of strings.
inline constexpr auto is_mark = [] {
    std::array<bool, 256> marks{};
    for (const char c : std::string_view("\"{}[]"))
        marks[static_cast<unsigned char>(c)] = true;
    return marks;
}();

// How many bytes there are before a quote or a backslash. Most of a result is the inside of strings, so
// that is looked through by words: in `x - ones & ~x & highs` a bit is left if a byte of `x` is 0.
inline std::size_t plain_length(std::string_view text) noexcept {
    constexpr std::uint64_t ones = 0x0101010101010101, highs = 0x8080808080808080;
    std::size_t at = 0;
    for (std::uint64_t word = 0; at + sizeof(word) <= text.size(); at += sizeof(word)) {
        std::memcpy(&word, text.data() + at, sizeof(word));
        const std::uint64_t quotes = word ^ (ones * '"'), slashes = word ^ (ones * '\\');
        if ((((quotes - ones) & ~quotes) | ((slashes - ones) & ~slashes)) & highs)
            break;
    }
    while (at < text.size() && text[at] != '"' && text[at] != '\\')
        ++at;
    return at;
}

LANGEXPORT_DECL void json_follower::take(std::string_view piece) noexcept {
    std::size_t at = 0;
    const auto skip = [&](std::string_view skipped) {
        at = std::min(piece.find_first_not_of(skipped, at), piece.size());
    };
    while (at < piece.size()) {
        switch (at_) {
        case place::before:
            skip(" \t\r\n\xEF\xBB\xBF"); // some write a byte order mark
            if (at < piece.size())
                at_ = piece[at] == '{' || piece[at] == '[' ? place::inside : place::nowhere;
            break;
        case place::inside:
            for (; at < piece.size() && at_ == place::inside; ++at) {
                const char c = piece[at];
                if (!is_mark[static_cast<unsigned char>(c)])
                    continue;
                if (c == '"')
                    at_ = place::in_string;
                else if (c == '{' || c == '[')
                    ++depth_;
                else if ((c == '}' || c == ']') && --depth_ == 0)
                    at_ = place::behind;
            }
            break;
        case place::in_string:
            at += plain_length(piece.substr(at));
            if (at < piece.size())
                at_ = piece[at++] == '"' ? place::inside : place::in_escape;
            break;
        case place::in_escape:
            ++at;
            at_ = place::in_string;
            break;
        case place::behind:
            skip(" \t\r\n");
            if (at < piece.size())
                at_ = place::nowhere;
            break;
        case place::nowhere:
            return;
        }
    }
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
