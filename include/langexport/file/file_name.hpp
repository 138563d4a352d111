#ifndef LANGEXPORT_FILE_FILE_NAME_HPP
#define LANGEXPORT_FILE_FILE_NAME_HPP

#include <langexport/version.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace langexport {
inline namespace v0 {

/// Returns the name of the file for a project: `PROJECT.json` if that is safe on every system.
///
/// Letters, digits, `_`, `-` and `.` stay. Every other character is written as `%XX`. So is the first
/// character of a name that is special on some system: one that begins with `.` or `-`, or is a device
/// of Windows (`CON`, `nul.txt`, `COM1`, …). So is that of `manifest`, because a folder of projects has
/// a file `manifest.json` of its own. A name of more than 120 characters is cut; it then ends in
/// `~` and a number that is computed from the whole name.
///
/// @param project    Any bytes.
/// @param extension  Appended: `.json`.
/// @return           A name of 1 to 160 characters without path separators.
LANGEXPORT_DECL std::string file_name_of(std::string_view project,
                                         std::string_view extension = ".json");

/// Returns the same name with `~` and a number computed from the project's name. Use it if the plain
/// name is taken.
///
/// @param project    Any bytes.
/// @param extension  Appended: `.json`.
/// @return           The name.
LANGEXPORT_DECL std::string numbered_file_name_of(std::string_view project,
                                                  std::string_view extension = ".json");

/// Returns names for many projects that are distinct even on a disk that ignores case.
///
/// If two names would be the same there, each of them gets `~` and a number computed from its project's
/// name. The result depends on the set of projects, not on their order.
///
/// @param projects   Their names, without duplicates.
/// @param extension  Appended: `.json`.
/// @return           A name for each project, in their order.
LANGEXPORT_DECL std::vector<std::string> file_names_of(const std::vector<std::string>& projects,
                                                       std::string_view extension = ".json");

/// Returns the extension of files with results of a format.
///
/// @param format  See `export_request::format`: `tsv` gives `.tsv`, `excel` gives `.xlsx`, every other
///                one `.json`.
/// @return        The extension.
LANGEXPORT_DECL std::string extension_of(std::string_view format);

/// Returns the extension of a file with this content: `.json`, `.tsv`, `.xlsx` or `.zip`.
///
/// The service may send another format than the requested one: a table as a zip archive. The media type
/// decides. If it names no format (`application/octet-stream`) or cannot be right, the first bytes
/// decide.
///
/// @param content_type  The `Content-Type` of a result; may be empty.
/// @param first_bytes   The beginning of the result; 256 bytes are enough.
/// @return              The extension; empty if neither of them is known.
LANGEXPORT_DECL std::string extension_of_content(std::string_view content_type,
                                                 std::string_view first_bytes);

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/file/impl/file_name.ipp>
#endif

#endif
