#ifndef LANGEXPORT_TERMINAL_TEXT_HPP
#define LANGEXPORT_TERMINAL_TEXT_HPP

#include <langexport/version.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace langexport {
inline namespace v0 {

// Texts in columns of a terminal: UTF-8 without control characters.

/// How many columns a text takes. A character takes one; Chinese, Japanese and Korean ones and emoji take
/// two; marks that are drawn over the character before them take none.
LANGEXPORT_DECL std::size_t columns_of(std::string_view text) noexcept;

/// The longest beginning of a text that takes at most so many columns.
LANGEXPORT_DECL std::string_view cut_columns(std::string_view text, std::size_t columns) noexcept;

/// A text, cut to at most so many columns, with dots at its end where something is missing.
LANGEXPORT_DECL std::string fit_columns(std::string_view text, std::size_t columns);

/// The same, filled up with spaces to exactly so many columns.
LANGEXPORT_DECL std::string pad_columns(std::string_view text, std::size_t columns);

/// A text from a foreign source, such as a name in a project, without what steers a terminal: control
/// characters become spaces.
LANGEXPORT_DECL std::string printable(std::string_view text);

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/impl/terminal_text.ipp>
#endif

#endif
