#ifndef LANGEXPORT_FILE_ATOMIC_FILE_HPP
#define LANGEXPORT_FILE_ATOMIC_FILE_HPP

#include <langexport/detail/os/system.hpp>
#include <langexport/file/file_error.hpp>
#include <langexport/version.hpp>

#include <cstdint>
#include <filesystem>
#include <string_view>

namespace langexport {
inline namespace v0 {

/// Options for writing a file.
class file_options {
public:
    /// The defaults.
    file_options() noexcept {}

    /// Flushes the file and its directory entry to the disk, so that the file is complete after a power
    /// failure. Without this option, a crash of the system may damage it. Default: true.
    bool sync = true;
    /// Leaves a target that already has the same bytes unchanged, including its timestamps. For folders
    /// under version control, and for tools that compare timestamps. Default: false.
    bool keep_unchanged = false;
    /// The folder that holds the file until it is complete. The folder must exist and be on the same
    /// file system as the target, so that the file can be moved in one step. Files with the same name
    /// that are written at the same time need different folders. Default: empty, the target's folder.
    std::filesystem::path temporary_folder;
    /// Replaces the target's extension according to the content: see `extension_of_content`. If the format
    /// of the content is unknown, the extension stays. Only `file_sink` uses this option. Default: false.
    bool name_after_content = false;
};

/// Replaces a file as a whole: a crash leaves either the old file or the complete new one.
///
/// Until `commit`, the bytes go to `.NAME.part` in the target's folder, or in
/// `file_options::temporary_folder`. Only its owner can read this file, if the file system has owners.
/// It is always a new file: if a crash left a file under this name, that file is removed first. A link,
/// a folder or a device under this name is an error. `commit` moves the file to the target in one step.
///
/// An existing target stays until then, and the new file gets its permissions. If no target exists, the new
/// file is readable by its owner only. If the target is a symbolic link, the link is replaced, not the file
/// that it names. A target that is not a regular file (a folder, `/dev/null`) is an error. If two processes
/// write the same file at the same time, the second one fails.
///
/// All functions block. They throw `file_error` and leave the target unchanged, with one exception: if
/// only the directory entry could not be flushed to the disk, the target is the new file, but a crash of
/// the system may restore the old one. Thread safety: none; one thread at a time.
class atomic_file {
public:
    /// Creates the temporary file.
    ///
    /// @param target   The file. Its folder must exist.
    /// @param options  Options for writing it.
    /// @throws file_error  The temporary file cannot be created, the target is not a regular file, or
    ///         `file_options::temporary_folder` is on another file system.
    LANGEXPORT_DECL explicit atomic_file(std::filesystem::path target,
                                         file_options options = file_options());
    /// Moves the state. Do not write to the other object.
    atomic_file(atomic_file&&) noexcept = default;
    atomic_file& operator=(atomic_file&&) = delete;
    /// Discards bytes that were not committed.
    ~atomic_file() { discard(); }

    /// Reserves space on the disk for a file of this size, if the system can. The file is then written faster. `write`
    /// reports a lack of space. Does nothing for small files.
    LANGEXPORT_DECL void reserve(std::uint64_t size) noexcept;
    /// Appends bytes to the temporary file.
    LANGEXPORT_DECL void write(std::string_view bytes);
    /// Moves the file to the target. With `file_options::sync`, it first flushes the file to the disk.
    ///
    /// @return  Whether the target was replaced; false only if it was kept, see
    ///          `file_options::keep_unchanged`.
    LANGEXPORT_DECL bool commit();
    /// Discards the bytes. Does nothing after `commit`.
    LANGEXPORT_DECL void discard() noexcept;

    /// Sets another target in the same folder. Call this before `commit`. Throws `file_error` if the target
    /// is not a regular file.
    LANGEXPORT_DECL void set_target(std::filesystem::path target);

    /// How many bytes were written.
    std::uint64_t size() const noexcept { return size_; }
    /// The target.
    const std::filesystem::path& target() const noexcept { return target_; }

private:
    bool is_unchanged() const;
    void begin_sync() noexcept;

    std::filesystem::path target_;
    std::filesystem::path temporary_;
    file_options options_;
    detail::system_file file_;
    std::uint64_t size_ = 0;
    std::uint64_t reserved_ = 0;
    std::uint64_t begun_ = 0; // so many bytes the system has begun to write to the disk
};

/// Writes a whole file through an `atomic_file`.
///
/// @param target  The file.
/// @param bytes   Its content.
/// @throws file_error  It cannot be written.
LANGEXPORT_DECL void write_file(const std::filesystem::path& target, std::string_view bytes);

namespace detail {

// The path of the file until it is complete. `temporary_folder` is file_options::temporary_folder, and
// may be empty.
LANGEXPORT_DECL std::filesystem::path part_file_of(const std::filesystem::path& target,
                                                   const std::filesystem::path& temporary_folder);

} // namespace detail

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/file/impl/atomic_file.ipp>
#endif

#endif
