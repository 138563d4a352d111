#ifndef LANGEXPORT_FILE_KEY_FILE_HPP
#define LANGEXPORT_FILE_KEY_FILE_HPP

#include <langexport/credential.hpp>
#include <langexport/version.hpp>

#include <filesystem>
#include <string>

namespace langexport {
inline namespace v0 {

/// Reads a subscription key from a file, and leaves no copy of it in memory but the key. Blocks.
///
/// @param path  A file, or a pipe, with the key and nothing else; white space at its end is ignored, such as
///              the line break that editors put there.
/// @throws file_error if it cannot be read; export_error (errc::invalid_configuration) if it has no key, or
///         something else: a byte order mark, UTF-16, quotation marks, `NAME=value`, a comment, several
///         lines. The message names the file and what is wrong, and shows nothing of the file's content.
LANGEXPORT_DECL subscription_key read_key_file(const std::filesystem::path& path);

/// Reads a subscription key from an environment variable, on the same terms.
///
/// @throws export_error (errc::invalid_configuration) if the variable is not set, empty, or no key.
LANGEXPORT_DECL subscription_key read_key_variable(const std::string& name);

/// What a program should warn its user of: that others than the owner may write the file, and so choose the
/// key. Never throws for want of the file.
///
/// @return  A sentence with the file's name; empty if all is well, or if this is no regular file.
LANGEXPORT_DECL std::string key_file_warning(const std::filesystem::path& path);

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/file/impl/key_file.ipp>
#endif

#endif
