#ifndef LANGEXPORT_DOCUMENT_IMPL_TEXT_FORMAT_IPP
#define LANGEXPORT_DOCUMENT_IMPL_TEXT_FORMAT_IPP

#include <langexport/detail/base/text.hpp>
#include <langexport/document/text_format.hpp>

#include <algorithm>

namespace langexport {
inline namespace v0 {
namespace detail {

class format_row {
public:
    std::string_view beginning;
    std::string_view format;
};

constexpr std::string_view bytes(const char* text, std::size_t size) noexcept {
    return {text, size};
}

// If one beginning is a prefix of another, the longer one comes first.
inline constexpr format_row known_formats[] = {
    {bytes("\xFF\xFE\0\0", 4), "UTF-32 (little-endian)"},
    {bytes("\0\0\xFE\xFF", 4), "UTF-32 (big-endian)"},
    {"\xFF\xFE", "UTF-16 (little-endian)"},
    {"\xFE\xFF", "UTF-16 (big-endian)"},
    {"PK\x03\x04", "a zip archive"},
    {"PK\x05\x06", "a zip archive"},
    {"\x1F\x8B", "gzip"},
    {"BZh", "bzip2"},
    {"\x28\xB5\x2F\xFD", "zstd"},
    {bytes("\xFD"
           "7zXZ",
           5),
     "xz"},
    {"%PDF-", "PDF"},
    {"\xD0\xCF\x11\xE0", "an old Office document"},
};

// JSON in UTF-8 begins with two ASCII characters, or consists of one.
inline std::string_view unmarked_unicode(std::string_view text) noexcept {
    if (text.size() < 2)
        return {};
    const bool first = text[0] == '\0', second = text[1] == '\0';
    if (text.size() >= 4 && first && second && text[2] == '\0' && text[3] != '\0')
        return "UTF-32 (big-endian)";
    if (text.size() >= 4 && !first && second && text[2] == '\0' && text[3] == '\0')
        return "UTF-32 (little-endian)";
    return !first && second   ? "UTF-16 (little-endian)"
           : first && !second ? "UTF-16 (big-endian)"
                              : "";
}

// Whether the bytes at the end of the known part may be the beginning of a character.
inline bool is_cut_character(std::string_view rest) noexcept {
    const bool is_lead = (rest[0] & 0xC0) == 0xC0;
    return is_lead && rest.size() < 4 &&
           std::all_of(rest.begin() + 1, rest.end(), [](char c) { return (c & 0xC0) == 0x80; });
}

} // namespace detail

LANGEXPORT_DECL std::string_view text_format_of(std::string_view beginning) noexcept {
    for (const detail::format_row& row : detail::known_formats) {
        if (beginning.starts_with(row.beginning))
            return row.format;
    }
    const std::string_view unicode = detail::unmarked_unicode(beginning);
    if (!unicode.empty())
        return unicode;
    if (beginning.starts_with("\xEF\xBB\xBF"))
        beginning.remove_prefix(3);
    const std::string_view text = detail::trim(beginning);
    if (detail::is_markup(text))
        return "HTML or XML";
    if (text.empty())
        return {};
    if (text.starts_with('{') || text.starts_with('[')) {
        const std::size_t invalid = detail::find_invalid_utf8(text);
        return invalid == std::string_view::npos || detail::is_cut_character(text.substr(invalid))
                   ? ""
                   : "text in another encoding";
    }
    const std::string_view line = text.substr(0, (std::min)(text.find('\n'), text.size()));
    return line.find('\t') != std::string_view::npos ? "TSV (tab-separated values)" : "";
}

} // namespace v0
} // namespace langexport

#endif
