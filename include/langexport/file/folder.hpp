#ifndef LANGEXPORT_FILE_FOLDER_HPP
#define LANGEXPORT_FILE_FOLDER_HPP

#include <langexport/file/file_error.hpp>
#include <langexport/version.hpp>

#include <filesystem>

namespace langexport {
inline namespace v0 {

/// Creates a folder and those above it where they do not exist, with mode 0700 whatever the umask, and tries
/// whether files can be written in it. Throws file_error.
LANGEXPORT_DECL void prepare_folder(const std::filesystem::path& folder);

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/file/impl/folder.ipp>
#endif

#endif
