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

/// A file that grows by whole pieces. When `append` returns, the disk has stored the piece. For reports
/// and journals.
///
/// All functions block and throw `file_error`. Thread safety: none; one thread at a time. Several
/// processes may append to one file.
class journal_file {
public:
    /// Opens the file, or creates it, readable by its owner only.
    ///
    /// A symbolic link is followed. The target may also be a pipe or a device. A file that belongs to
    /// another user is an error. A file with other hard links is first replaced by a copy, so that a
    /// snapshot of the folder does not change.
    ///
    /// @param path  The file.
    /// @throws file_error  It cannot be opened or created.
    LANGEXPORT_DECL explicit journal_file(std::filesystem::path path);

    /// Appends all of `bytes`. If that fails, it appends nothing, provided the system can undo a partial
    /// write.
    LANGEXPORT_DECL void append(std::string_view bytes);
    /// Truncates the file to this size in bytes.
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
