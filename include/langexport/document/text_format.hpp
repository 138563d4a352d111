#ifndef LANGEXPORT_DOCUMENT_TEXT_FORMAT_HPP
#define LANGEXPORT_DOCUMENT_TEXT_FORMAT_HPP

#include <langexport/version.hpp>

#include <string_view>

namespace langexport {
inline namespace v0 {

/// The format of a file that is not JSON in UTF-8, for an error message.
///
/// @param beginning  Its first bytes; some thousand of them are enough.
/// @return           A phrase for people, such as `UTF-16 (little-endian)`, `HTML or XML`, `a zip archive`,
///                   `TSV (tab-separated values)` or `text in another encoding`. Empty if it may be JSON,
///                   and for unknown formats.
LANGEXPORT_DECL std::string_view text_format_of(std::string_view beginning) noexcept;

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/document/impl/text_format.ipp>
#endif

#endif
