#ifndef LANGEXPORT_FILE_READ_FILE_HPP
#define LANGEXPORT_FILE_READ_FILE_HPP

#include <langexport/detail/os/system.hpp>
#include <langexport/file/file_error.hpp>
#include <langexport/version.hpp>

#include <cstddef>
#include <filesystem>
#include <string>

namespace langexport {
inline namespace v0 {

/// Reads a whole file. Blocks.
///
/// @param path  The file.
/// @return      Its content.
/// @throws file_error  It cannot be read; the code is `no_such_file_or_directory` if it does not exist.
LANGEXPORT_DECL std::string read_file(const std::filesystem::path& path);

namespace detail {

// Both throw file_error. If they return fewer bytes than `most`, the file has ended.
LANGEXPORT_DECL system_file open_to_read(const std::filesystem::path& path);
LANGEXPORT_DECL std::size_t read_some(system_file& file, const std::filesystem::path& path,
                                      char* buffer, std::size_t most);

} // namespace detail

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/file/impl/read_file.ipp>
#endif

#endif
