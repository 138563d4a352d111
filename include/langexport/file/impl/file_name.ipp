#ifndef LANGEXPORT_FILE_IMPL_FILE_NAME_IPP
#define LANGEXPORT_FILE_IMPL_FILE_NAME_IPP

#include <langexport/detail/base/text.hpp>
#include <langexport/file/file_name.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <numeric>
#include <set>

namespace langexport {
inline namespace v0 {
namespace detail {

inline constexpr std::size_t longest_stem = 120;

// Windows treats these names as devices, with any extension.
inline bool is_device_name(std::string_view name) {
    const std::string base = to_lower(name.substr(0, name.find('.')));
    constexpr std::array<std::string_view, 4> plain = {"con", "prn", "aux", "nul"};
    const bool is_port = base.size() == 4 && (base.starts_with("com") || base.starts_with("lpt")) &&
                         is_digit(base[3]);
    return is_port || std::find(plain.begin(), plain.end(), base) != plain.end();
}

// A folder of exported projects has a file of this name, see manifest.hpp.
inline bool is_reserved_name(std::string_view name) {
    return equal_ignoring_case(name, "manifest");
}

// The part before the extension. The number distinguishes names that would be equal without it. `~`
// occurs nowhere else.
inline std::string stem_of(std::string_view project, bool with_number) {
    const auto is_plain = [](char c) {
        return is_letter(c) || is_digit(c) || c == '_' || c == '-' || c == '.';
    };
    const bool is_special = project.starts_with('.') || project.starts_with('-') ||
                            is_device_name(project) || is_reserved_name(project);
    std::string stem;
    for (std::size_t i = 0; i < project.size() && stem.size() <= longest_stem; ++i) {
        if (is_plain(project[i]) && !(i == 0 && is_special)) {
            stem += project[i];
            continue;
        }
        stem += '%';
        append_hex(stem, static_cast<unsigned char>(project[i]), 2);
    }
    if (with_number || project.empty() || stem.size() > longest_stem) {
        stem.resize((std::min)(stem.size(), longest_stem));
        stem += '~';
        append_hex(stem, checksum(project), 8);
    }
    return stem;
}

} // namespace detail

LANGEXPORT_DECL std::string file_name_of(std::string_view project, std::string_view extension) {
    return detail::stem_of(project, false).append(extension);
}

LANGEXPORT_DECL std::string numbered_file_name_of(std::string_view project,
                                                  std::string_view extension) {
    return detail::stem_of(project, true).append(extension);
}

LANGEXPORT_DECL std::vector<std::string> file_names_of(const std::vector<std::string>& projects,
                                                       std::string_view extension) {
    std::vector<std::string> names;
    std::map<std::string, std::size_t> same;
    for (const std::string& project : projects) {
        names.push_back(detail::stem_of(project, false));
        ++same[detail::to_lower(names.back())];
    }
    // Sorted by project name, so that the order of the arguments has no effect if numbers are equal.
    std::vector<std::size_t> order(projects.size());
    std::iota(order.begin(), order.end(), std::size_t(0));
    std::sort(order.begin(), order.end(),
              [&](std::size_t a, std::size_t b) { return projects[a] < projects[b]; });
    std::set<std::string> taken;
    for (const std::size_t i : order) {
        if (same[detail::to_lower(names[i])] > 1)
            names[i] = detail::stem_of(projects[i], true);
        const std::string numbered = names[i];
        for (int count = 2; !taken.insert(detail::to_lower(names[i])).second; ++count)
            names[i] = numbered + '~' + std::to_string(count);
        names[i] += extension;
    }
    return names;
}

LANGEXPORT_DECL std::string extension_of(std::string_view format) {
    if (format == "tsv")
        return ".tsv";
    return format == "excel" ? ".xlsx" : ".json";
}

namespace detail {

inline std::string extension_of_media_type(std::string_view content_type) {
    const std::string type = to_lower(trim(content_type.substr(0, content_type.find(';'))));
    if (type == "application/json" || type == "text/json" || type.ends_with("+json"))
        return ".json";
    if (type == "text/tab-separated-values" || type == "text/tsv")
        return ".tsv";
    if (type == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
        return ".xlsx";
    const bool is_archive = type == "application/zip" || type == "application/x-zip" ||
                            type == "application/x-zip-compressed";
    return is_archive ? ".zip" : "";
}

// A workbook is a zip archive, too. The name of its first file, after a header of 30 bytes, shows which
// it is.
inline std::string extension_of_archive(std::string_view bytes) {
    const std::string_view name = bytes.substr(std::min<std::size_t>(bytes.size(), 30));
    for (const std::string_view part : {"[Content_Types].xml", "_rels/", "docProps/", "xl/"})
        if (name.starts_with(part))
            return ".xlsx";
    return ".zip";
}

inline std::string extension_of_bytes(std::string_view bytes) {
    if (bytes.starts_with("\xEF\xBB\xBF"))
        bytes.remove_prefix(3);
    bytes = trim(bytes);
    if (bytes.starts_with('{') || bytes.starts_with('['))
        return ".json";
    const std::string_view line = bytes.substr(0, bytes.find('\n'));
    return line.find('\t') != line.npos && line.find('\0') == line.npos ? ".tsv" : "";
}

} // namespace detail

LANGEXPORT_DECL std::string extension_of_content(std::string_view content_type,
                                                 std::string_view first_bytes) {
    const std::string said = detail::extension_of_media_type(content_type);
    const bool is_for_archives = said == ".zip" || said == ".xlsx";
    // Signatures of archives with files, and of empty ones.
    if (first_bytes.starts_with("PK\x03\x04") || first_bytes.starts_with("PK\x05\x06"))
        return is_for_archives ? said : detail::extension_of_archive(first_bytes);
    const std::string seen = detail::extension_of_bytes(first_bytes);
    const bool is_other = said == ".json" && seen == ".tsv";
    if (!said.empty() && !is_for_archives && !is_other)
        return said;
    return seen.empty() ? said : seen;
}

} // namespace v0
} // namespace langexport

#endif
