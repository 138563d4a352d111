#ifndef LANGEXPORT_FILE_JOURNAL_FILE_HPP
#define LANGEXPORT_FILE_JOURNAL_FILE_HPP

#include <langexport/detail/os/system.hpp>
#include <langexport/file/file_error.hpp>
#include <langexport/version.hpp>

#include <cstdint>
#include <filesystem>
#include <string_view>

namespace langexport {
inline namespace v0 {

/// An append-only file, for reports and journals. When `append` returns, the bytes have been flushed to the
/// disk.
///
/// All functions block and throw `file_error`. Thread safety: none; one thread at a time. Several
/// processes may append to one file.
class journal_file {
public:
    /// Opens the file, or creates it, readable by its owner only.
    ///
    /// The constructor follows a symbolic link. The target may also be a pipe or a device. A file that
    /// belongs to another user is an error. If the file has other hard links, the constructor first
    /// replaces it by a copy, so that a snapshot of the folder does not change.
    ///
    /// @param path  The file.
    /// @throws file_error  It cannot be opened or created, or it belongs to another user.
    LANGEXPORT_DECL explicit journal_file(std::filesystem::path path);

    /// Appends `bytes` and flushes them to the disk. If the write fails, the file is truncated to its
    /// previous size, as far as the system can do that. If only the flush fails, the bytes stay.
    LANGEXPORT_DECL void append(std::string_view bytes);
    /// Truncates the file to `size` bytes.
    LANGEXPORT_DECL void cut_to(std::uint64_t size);

    /// The file.
    const std::filesystem::path& path() const noexcept { return path_; }

private:
    LANGEXPORT_DECL detail::file_facts open();

    std::filesystem::path path_;
    detail::system_file file_;
};

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/file/impl/journal_file.ipp>
#endif

#endif
