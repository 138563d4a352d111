#ifndef LANGEXPORT_DETAIL_PROTOCOL_IMPL_WHOLE_JSON_IPP
#define LANGEXPORT_DETAIL_PROTOCOL_IMPL_WHOLE_JSON_IPP

#include <langexport/detail/protocol/whole_json.hpp>

#include <cstddef>

namespace langexport {
inline namespace v0 {
namespace detail {

LANGEXPORT_DECL bool is_whole_json(std::string_view text) noexcept {
    constexpr std::string_view space = " \t\r\n";
    const std::size_t begin = text.find_first_not_of(space);
    if (begin == std::string_view::npos || (text[begin] != '{' && text[begin] != '['))
        return false;
    std::size_t depth = 0;
    for (std::size_t at = begin; at < text.size(); ++at) {
        switch (text[at]) {
        case '{':
        case '[':
            ++depth;
            break;
        case '}':
        case ']':
            if (--depth == 0)
                return text.find_first_not_of(space, at + 1) == std::string_view::npos;
            break;
        case '"':
            for (++at; at < text.size() && text[at] != '"'; ++at)
                at += text[at] == '\\' ? 1 : 0;
            break;
        default:
            break;
        }
    }
    return false;
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
