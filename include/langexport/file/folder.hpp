#ifndef LANGEXPORT_FILE_FOLDER_HPP
#define LANGEXPORT_FILE_FOLDER_HPP

#include <langexport/file/file_error.hpp>
#include <langexport/version.hpp>

#include <filesystem>

namespace langexport {
inline namespace v0 {

/// Creates a folder and its parents if they do not exist, with mode 0700 regardless of the umask. Checks
/// that files can be written in it.
///
/// @param folder  The folder.
/// @throws file_error  It cannot be created, or no file can be written in it.
LANGEXPORT_DECL void prepare_folder(const std::filesystem::path& folder);

/// Creates a folder with mode 0700, or checks that the existing one belongs to this user.
///
/// @param folder  The folder.
/// @throws file_error  It cannot be created, it is a link or not a folder, or it belongs to another
///         user.
LANGEXPORT_DECL void prepare_own_folder(const std::filesystem::path& folder);

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/file/impl/folder.ipp>
#endif

#endif
