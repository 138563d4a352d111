#ifndef LANGEXPORT_KEY_FILE_HPP
#define LANGEXPORT_KEY_FILE_HPP

#include <langexport/credential.hpp>
#include <langexport/version.hpp>

#include <filesystem>

namespace langexport {
inline namespace v0 {

/// Reads a subscription key from a file, and leaves no copy of it in memory but the key. Blocks.
///
/// @param path  A file, or a pipe, with the key and nothing else; white space behind it is left out, such as
///              the line break that editors put there.
/// @throws file_error if it cannot be read; export_error (errc::invalid_configuration) if it has no key, or
///         what no key can be. Neither shows what is in the file.
LANGEXPORT_DECL subscription_key read_key_file(const std::filesystem::path& path);

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/impl/key_file.ipp>
#endif

#endif
