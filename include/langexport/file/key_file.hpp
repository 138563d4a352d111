#ifndef LANGEXPORT_FILE_KEY_FILE_HPP
#define LANGEXPORT_FILE_KEY_FILE_HPP

#include <langexport/credential.hpp>
#include <langexport/version.hpp>

#include <filesystem>
#include <string>

namespace langexport {
inline namespace v0 {

/// Reads a subscription key from a file. Only the returned key stays in memory. Blocks.
///
/// @param path  A file, or a pipe, that contains only the key. White space at its end is ignored, such
///              as the line break that editors add.
/// @return      The key.
/// @throws file_error  The file cannot be read.
/// @throws export_error (errc::invalid_configuration) if it does not contain exactly one key: it is
///         empty, or has a byte order mark, UTF-16, quotation marks, `NAME=value`, a comment or several
///         lines. The message names the file and the error, and shows nothing of the file's content.
LANGEXPORT_DECL subscription_key read_key_file(const std::filesystem::path& path);

/// Reads a subscription key from an environment variable, with the same rules.
///
/// @param name  The variable.
/// @return      The key.
/// @throws export_error (errc::invalid_configuration) if the variable is not set, is empty, or is not a key.
LANGEXPORT_DECL subscription_key read_key_variable(const std::string& name);

/// Returns a warning if users other than the owner may write the file, and thus replace the key. Does not
/// throw if the file does not exist.
///
/// @param path  The file.
/// @return      A sentence with the file's name; empty if there is nothing to warn about, or if the path
///              is not a regular file.
LANGEXPORT_DECL std::string key_file_warning(const std::filesystem::path& path);

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/file/impl/key_file.ipp>
#endif

#endif
