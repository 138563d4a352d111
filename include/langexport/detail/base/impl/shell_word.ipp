#ifndef LANGEXPORT_DETAIL_BASE_IMPL_SHELL_WORD_IPP
#define LANGEXPORT_DETAIL_BASE_IMPL_SHELL_WORD_IPP

#include <langexport/detail/base/shell_word.hpp>
#include <langexport/detail/base/text.hpp>

#include <algorithm>

namespace langexport {
inline namespace v0 {
namespace detail {

LANGEXPORT_DECL std::string shell_word(std::string_view word) {
    const auto is_plain = [](char c) {
        return is_letter(c) || is_digit(c) ||
               std::string_view("%+,-./:=@_").find(c) != std::string_view::npos;
    };
    if (!word.empty() && std::all_of(word.begin(), word.end(), is_plain))
        return std::string(word);
    std::string result = "'";
    for (const char c : word) {
        if (c == '\'')
            result += "'\\''";
        else
            result += c;
    }
    return result + '\'';
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
