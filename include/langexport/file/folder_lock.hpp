#ifndef LANGEXPORT_FILE_FOLDER_LOCK_HPP
#define LANGEXPORT_FILE_FOLDER_LOCK_HPP

#include <langexport/detail/os/system.hpp>
#include <langexport/file/file_error.hpp>
#include <langexport/version.hpp>

#include <filesystem>
#include <string>

namespace langexport {
inline namespace v0 {

/// Another process, or this one, holds the lock of a folder.
class folder_in_use : public file_error {
public:
    /// @param folder  The folder.
    /// @param holder  The holder, for people: "process 4711 on build-7 since 2026-11-23T21:12:46.123Z".
    ///                May be empty.
    LANGEXPORT_DECL folder_in_use(const std::filesystem::path& folder, const std::string& holder);

    /// "the folder '/backup' is in use by process 4711 on build-7 since …: wait until it ends, or …"
    const char* what() const noexcept override { return text_.c_str(); }
    /// The holder; "another process" if it is unknown.
    const std::string& holder() const noexcept { return holder_; }

private:
    std::string holder_;
    std::string text_;
};

/// Locks a folder while this object exists. A second run in the same folder fails and names the process
/// that holds the lock.
///
/// It is a lock of the operating system on a file in the folder. The file's content names the holder. The
/// system releases the lock when the process ends, even if it crashes; the file that remains has no effect.
/// The lock is advisory: it affects only programs that acquire it. On file systems without locks it has no
/// effect. A child process that was created by `fork` shares it until it calls `exec`.
///
/// Thread safety: none; one thread at a time.
class folder_lock {
public:
    /// Acquires the lock, or throws without waiting. The folder must exist.
    ///
    /// @param folder  The folder.
    /// @param file    The lock's file, relative to the folder. It exists while the lock is held.
    /// @throws folder_in_use  Another process holds the lock; the message names it.
    /// @throws file_error  The lock's file cannot be written.
    LANGEXPORT_DECL explicit folder_lock(const std::filesystem::path& folder,
                                         const std::filesystem::path& file = ".langexport.lock");
    /// Moves the lock. The other object no longer holds it.
    folder_lock(folder_lock&&) noexcept = default;
    folder_lock& operator=(folder_lock&&) = delete;
    /// Releases the lock.
    LANGEXPORT_DECL ~folder_lock();

    /// The lock's file.
    const std::filesystem::path& path() const noexcept { return path_; }

private:
    std::filesystem::path path_;
    detail::system_file file_;
};

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/file/impl/folder_lock.ipp>
#endif

#endif
