#ifndef LANGEXPORT_DETAIL_BASE_SHELL_WORD_HPP
#define LANGEXPORT_DETAIL_BASE_SHELL_WORD_HPP

#include <langexport/version.hpp>

#include <string>
#include <string_view>

namespace langexport {
inline namespace v0 {
namespace detail {

// Quotes a word so that a POSIX shell reads it literally: unchanged, or in single quotes.
LANGEXPORT_DECL std::string shell_word(std::string_view word);

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/base/impl/shell_word.ipp>
#endif

#endif
