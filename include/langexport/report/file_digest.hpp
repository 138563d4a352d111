#ifndef LANGEXPORT_REPORT_FILE_DIGEST_HPP
#define LANGEXPORT_REPORT_FILE_DIGEST_HPP

#include <langexport/file/file_error.hpp>
#include <langexport/version.hpp>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

namespace langexport {
inline namespace v0 {

/// The size and the SHA-256 of a file. A plain value.
class file_digest {
public:
    /// Of no file.
    file_digest() = default;

    std::uint64_t bytes = 0; ///< The size in bytes.
    std::string sha256;      ///< 64 hexadecimal digits in lower case, as `sha256sum` prints them.

    /// Whether both members are equal.
    friend bool operator==(const file_digest&, const file_digest&) = default;
};

/// Computes the digest of a file, piece by piece. Blocks.
///
/// @param file      The file.
/// @param on_piece  Called after each piece, with the number of bytes so far. Default: none.
/// @return          Its digest.
/// @throws file_error  It cannot be read; the code is `no_such_file_or_directory` if it does not exist.
/// @throws std::runtime_error  OpenSSL has no SHA-256.
LANGEXPORT_DECL file_digest digest_of(const std::filesystem::path& file,
                                      const std::function<void(std::uint64_t)>& on_piece = {});

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/report/impl/file_digest.ipp>
#endif

#endif
