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

/// @file
/// Conversion of the offsets of labels.
///
/// The labels of an export do not count positions as C++ strings do: they count UTF-16 code units, while
/// a text file and a `std::string` hold UTF-8 bytes. These functions convert between them.
///
/// Texts are UTF-8 and used unchanged (remove a byte order mark if the service did not count it). A function
/// reads the text once, up to the last requested offset. The length of the text is a valid offset, too.
///
/// The functions that throw report an `export_error` with `errc::invalid_request`, whose detail names the
/// offset or the byte, if an offset
///   - lies beyond the end of the text;
///   - lies inside a character: between two surrogates, or two bytes of a sequence;
///   - lies after bytes that are not UTF-8: overlong or truncated sequences, surrogates, continuation bytes
///     without a lead byte.
///
/// If such offsets are expected (a document that was edited after it was labeled), use the functions
/// named `try_…`, which return nothing instead.

/// The unit of offsets.
enum class text_unit {
    utf8_bytes,       ///< Bytes of UTF-8 (`char`s), the unit of C++ strings.
    utf16_code_units, ///< Code units of UTF-16: the default of the service.
    code_points       ///< Characters of Unicode, in any encoding.
};

/// The unit that a project's `stringIndexType` names, in upper or lower case. `Utf32CodeUnit` is another
/// name for `UnicodeCodePoint`.
///
/// @param string_index_type  The name.
/// @return  The unit. Nothing for an unknown name, and for `TextElements_v8`: the characters that people
///          see depend on the version of Unicode.
LANGEXPORT_DECL std::optional<text_unit> text_unit_of(std::string_view string_index_type) noexcept;

/// The service's name for a unit: `Utf16CodeUnit`, `Utf8CodeUnit`, `UnicodeCodePoint`.
LANGEXPORT_DECL std::string_view to_string(text_unit unit) noexcept;

/// A part of a text: its start and length, both in one unit.
class text_span {
public:
    /// At the start, of length 0.
    text_span() = default;
    /// @param first  The start.
    /// @param size   The length.
    text_span(std::uint64_t first, std::uint64_t size) noexcept : offset(first), length(size) {}

    std::uint64_t offset = 0; ///< The start; 0 is the start of the text.
    std::uint64_t length = 0; ///< The length; may be 0.

    /// Whether start and length are equal.
    friend bool operator==(const text_span&, const text_span&) = default;
};

/// The length of a whole text in a unit. Throws `export_error` (`errc::invalid_request`) if the text is not
/// UTF-8.
LANGEXPORT_DECL std::uint64_t text_length(std::string_view text, text_unit unit);
/// The length of a whole text in a unit; nothing if the text is not UTF-8.
LANGEXPORT_DECL std::optional<std::uint64_t> try_text_length(std::string_view text,
                                                             text_unit unit) noexcept;

/// Converts an offset to another unit.
///
/// @param text       The text, UTF-8.
/// @param offset     A position in it, counted in `from_unit`.
/// @param from_unit  The unit of `offset`.
/// @param to_unit    The unit of the result.
/// @return           The same position counted in `to_unit`.
LANGEXPORT_DECL std::uint64_t convert_offset(std::string_view text, std::uint64_t offset,
                                             text_unit from_unit, text_unit to_unit);
/// The same; nothing if the offset is not at a character of this text.
LANGEXPORT_DECL std::optional<std::uint64_t> try_convert_offset(std::string_view text,
                                                                std::uint64_t offset,
                                                                text_unit from_unit,
                                                                text_unit to_unit) noexcept;

/// Converts many offsets of one text, and returns them in the given order.
///
/// The function reads the text once. If the offsets are not in ascending order, it sorts a copy of them. It
/// throws for the first invalid offset in the text.
LANGEXPORT_DECL std::vector<std::uint64_t> convert_offsets(std::string_view text,
                                                           std::span<const std::uint64_t> offsets,
                                                           text_unit from_unit, text_unit to_unit);
/// The same, with nothing in place of each invalid offset.
LANGEXPORT_DECL std::vector<std::optional<std::uint64_t>>
try_convert_offsets(std::string_view text, std::span<const std::uint64_t> offsets,
                    text_unit from_unit, text_unit to_unit);

/// The part of a text that a label marks.
///
/// @param text  The document, UTF-8.
/// @param part  The label's offset and length.
/// @param unit  Their unit: see `project_file::unit`.
/// @return      A view into `text`.
LANGEXPORT_DECL std::string_view text_at(std::string_view text, text_span part, text_unit unit);
/// The same; nothing if the part is not in this text.
LANGEXPORT_DECL std::optional<std::string_view> try_text_at(std::string_view text, text_span part,
                                                            text_unit unit) noexcept;

/// Returns many parts of a text, in the given order; they may overlap. The function reads the text once.
LANGEXPORT_DECL std::vector<std::string_view>
texts_at(std::string_view text, std::span<const text_span> parts, text_unit unit);
/// The same, with nothing in place of each part that is not in this text.
LANGEXPORT_DECL std::vector<std::optional<std::string_view>>
try_texts_at(std::string_view text, std::span<const text_span> parts, text_unit unit);

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/document/impl/text_offset.ipp>
#endif

#endif
