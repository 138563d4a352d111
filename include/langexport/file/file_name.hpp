#ifndef LANGEXPORT_FILE_FILE_NAME_HPP
#define LANGEXPORT_FILE_FILE_NAME_HPP

#include <langexport/version.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace langexport {
inline namespace v0 {

/// The name of the file that a project is written to: `PROJECT.json` wherever that is safe.
///
/// Letters, digits, `_`, `-` and `.` stay. Everything else is written as `%XX`, and so is the first
/// character of a name that is special somewhere: that begins with `.` or `-`, or is a device of Windows
/// (`CON`, `nul.txt`, `COM1`, …). A name of more than 120 characters is cut, and ends in `~` and a
/// number that is made from all of it.
///
/// @param project    Any bytes.
/// @param extension  What follows: `.json`.
/// @return           A name of 1 to 160 characters without a separator of folders.
LANGEXPORT_DECL std::string file_name_of(std::string_view project,
                                         std::string_view extension = ".json");

/// The same with `~` and a number made from the project's name, for where the plain name is taken.
LANGEXPORT_DECL std::string numbered_file_name_of(std::string_view project,
                                                  std::string_view extension = ".json");

/// The same for many projects, distinct on a disk that takes no notice of upper and lower case.
///
/// Where two names would be the same there, each of them gets `~` and a number made from its project's
/// name. The result depends on which projects there are, not on their order.
///
/// @param projects   No two of them the same.
/// @param extension  What follows: `.json`.
/// @return           A name for each project, in their order.
LANGEXPORT_DECL std::vector<std::string> file_names_of(const std::vector<std::string>& projects,
                                                       std::string_view extension = ".json");

/// What files with results of this form end in.
///
/// @param format  See `export_request::format`: `tsv` gives `.tsv`, `excel` `.xlsx`, all else `.json`.
LANGEXPORT_DECL std::string extension_of(std::string_view format);

/// What a file with this content ends in: `.json`, `.tsv`, `.xlsx` or `.zip`.
///
/// The service may send another form than the one that was requested: a table as a zip archive. The media
/// type decides. Where it says nothing (`application/octet-stream`) or cannot be right, the first bytes do.
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
