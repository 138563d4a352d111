#ifndef LANGEXPORT_DETAIL_PROTOCOL_IMPL_WHOLE_JSON_IPP
#define LANGEXPORT_DETAIL_PROTOCOL_IMPL_WHOLE_JSON_IPP

#include <langexport/detail/protocol/whole_json.hpp>

#include <algorithm>
#include <array>

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
            for (; at < piece.size() && at_ == place::in_string; ++at) {
                if (piece[at] == '"')
                    at_ = place::inside;
                else if (piece[at] == '\\')
                    at_ = place::in_escape;
            }
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
