#ifndef LANGEXPORT_DOCUMENT_TEXT_OFFSET_HPP
#define LANGEXPORT_DOCUMENT_TEXT_OFFSET_HPP

#include <langexport/version.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace langexport {
inline namespace v0 {

// The labels of an export count positions in another unit than C++ strings do: UTF-16 code units,
// while a file of text and a std::string hold UTF-8 bytes. What is here brings the two together.
//
// Texts are UTF-8, taken as they are (cut a byte order mark off if the service did not count it).
// A text is looked at up to the last offset that was asked for, once. Behind the last character
// there is one more offset: the length.
//
// Errors, of the functions that throw: `export_error` with `errc::invalid_request`, whose detail
// names the offset or the byte, when an offset
//   - lies beyond the end of the text;
//   - lies inside a character: between two surrogates, or two bytes of a sequence;
//   - lies behind bytes that are no UTF-8: overlong or truncated sequences, surrogates, stray bytes.
// Where those are no surprise (a document that was edited after it was labelled), a function named
// try_… returns nothing instead.

/// What an offset counts.
enum class text_unit {
    utf8_bytes,       ///< Bytes of UTF-8 (`char`s), the unit of C++ strings.
    utf16_code_units, ///< Code units of UTF-16: what the service counts unless it is told otherwise.
    code_points       ///< Characters of Unicode, whatever they take in an encoding.
};

/// The unit that a project's `stringIndexType` names, in upper or lower case. `Utf32CodeUnit` is another
/// word for `UnicodeCodePoint`.
///
/// @return  Nothing for a word that is not known, and for `TextElements_v8`: what the eye takes for
///          one character depends on the version of Unicode.
LANGEXPORT_DECL std::optional<text_unit> text_unit_of(std::string_view string_index_type) noexcept;

/// The service's word for a unit: `Utf16CodeUnit`, `Utf8CodeUnit`, `UnicodeCodePoint`.
LANGEXPORT_DECL std::string_view to_string(text_unit unit) noexcept;

/// A part of a text: where it begins, and how long it is, both in one unit.
class text_span {
public:
    text_span() = default;
    text_span(std::uint64_t first, std::uint64_t size) noexcept : offset(first), length(size) {}

    std::uint64_t offset = 0; ///< Where it begins; 0 is the beginning of the text.
    std::uint64_t length = 0; ///< How long it is; may be 0.

    friend bool operator==(const text_span&, const text_span&) = default;
};

/// The length of a whole text in a unit. Throws for a text that is no UTF-8.
LANGEXPORT_DECL std::uint64_t text_length(std::string_view text, text_unit unit);
/// The same; nothing for a text that is no UTF-8.
LANGEXPORT_DECL std::optional<std::uint64_t> try_text_length(std::string_view text,
                                                             text_unit unit) noexcept;

/// An offset in another unit.
///
/// @param text    The text, UTF-8, that both offsets are positions in.
/// @param offset  A position in it, counted in `from`.
/// @return        The same position counted in `to`.
LANGEXPORT_DECL std::uint64_t convert_offset(std::string_view text, std::uint64_t offset,
                                             text_unit from, text_unit to);
/// The same; nothing for an offset that is none of a character of this text.
LANGEXPORT_DECL std::optional<std::uint64_t> try_convert_offset(std::string_view text,
                                                                std::uint64_t offset,
                                                                text_unit from,
                                                                text_unit to) noexcept;

/// Many offsets of one text in another unit, in the order in which they were given.
///
/// The text is read once, and offsets in ascending order need nothing else; others are sorted on a
/// copy. Throws for the first of the text that is wrong.
LANGEXPORT_DECL std::vector<std::uint64_t> convert_offsets(std::string_view text,
                                                           std::span<const std::uint64_t> offsets,
                                                           text_unit from, text_unit to);
/// The same, with nothing in place of each offset that is wrong.
LANGEXPORT_DECL std::vector<std::optional<std::uint64_t>>
try_convert_offsets(std::string_view text, std::span<const std::uint64_t> offsets, text_unit from,
                    text_unit to);

/// A part of a text: what a label stands for.
///
/// @param text  The document, UTF-8.
/// @param part  The label's offset and length.
/// @param unit  What they count: see `project_file::unit`.
/// @return      A view into `text`.
LANGEXPORT_DECL std::string_view text_at(std::string_view text, text_span part, text_unit unit);
/// The same; nothing for a part that is none of this text.
LANGEXPORT_DECL std::optional<std::string_view> try_text_at(std::string_view text, text_span part,
                                                            text_unit unit) noexcept;

/// Many parts of a text, in the order in which they were given; they may overlap. Read once.
LANGEXPORT_DECL std::vector<std::string_view>
texts_at(std::string_view text, std::span<const text_span> parts, text_unit unit);
/// The same, with nothing in place of each part that is none of this text.
LANGEXPORT_DECL std::vector<std::optional<std::string_view>>
try_texts_at(std::string_view text, std::span<const text_span> parts, text_unit unit);

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/document/impl/text_offset.ipp>
#endif

#endif
