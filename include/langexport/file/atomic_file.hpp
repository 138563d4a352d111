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

/// How a file is written.
class file_options {
public:
    /// The defaults.
    file_options() noexcept {}

    /// Before the file replaces the target, wait until the disk holds it: then it survives a power failure.
    /// Without this it is whole unless the system goes down. Default: yes.
    bool sync = true;
    /// Do not touch a target, its times included, that has the same bytes already: for folders under
    /// version control, and for tools that compare times. Default: no.
    bool keep_unchanged = false;
    /// The folder of the file until it is complete. The folder must exist and be on the same file system as
    /// the target, because the file is moved from one to the other in one step. Files with the same name
    /// that are written at the same time need different folders. Default: empty, the target's folder.
    std::filesystem::path temporary_folder;
    /// Replace the target's extension by the one that fits the content: see `extension_of_content`. The
    /// extension stays if the content is not known. Default: no. For a `file_sink` only.
    bool name_after_content = false;
};

/// A file that appears whole, on the disk, or not at all.
///
/// Until `commit`, the bytes go to `.NAME.part` in the target's folder, or in
/// `file_options::temporary_folder`. Only its owner can read this file, if the file system has owners. It is
/// always a new file: the one that a crash left under this name is removed, never written to; a link, a
/// folder or a device there is an error. `commit` moves it to the target in one step.
///
/// The old file, if there is one, exists until then, and its permissions are kept. A new file is readable by
/// its owner only. A target that is a symbolic link to a file, or to nothing, is replaced, not followed. A
/// target that is not a file (a folder, `/dev/null`) is an error. If two processes write the same file at
/// the same time, the second one fails.
///
/// All functions block. They throw `file_error` and leave the target as it was, with one exception: if only
/// the new directory entry could not be flushed to the disk, the target is the new file unless the system
/// goes down. Thread safety: none; one thread at a time.
class atomic_file {
public:
    /// Creates the temporary file.
    ///
    /// @param target   The file. Its folder must exist.
    /// @param options  How it is written.
    /// @throws file_error  The temporary file cannot be created, or the target is not a file.
    LANGEXPORT_DECL explicit atomic_file(std::filesystem::path target,
                                         file_options options = file_options());
    /// Moves the file; the other object writes nothing any more.
    atomic_file(atomic_file&&) noexcept = default;
    atomic_file& operator=(atomic_file&&) = delete;
    /// Discards what was not committed.
    ~atomic_file() { discard(); }

    /// Appends bytes.
    LANGEXPORT_DECL void write(std::string_view bytes);
    /// Moves the file to the target, after the disk holds it.
    ///
    /// @return  Whether the target was replaced; false only if it was kept, see
    ///          `file_options::keep_unchanged`.
    LANGEXPORT_DECL bool commit();
    /// Removes what was written. Does nothing after `commit`.
    LANGEXPORT_DECL void discard() noexcept;

    /// Sets another target in the same folder, before `commit`.
    LANGEXPORT_DECL void set_target(std::filesystem::path target);

    /// How many bytes were written.
    std::uint64_t size() const noexcept { return size_; }
    /// The target.
    const std::filesystem::path& target() const noexcept { return target_; }

private:
    bool is_unchanged() const;

    std::filesystem::path target_;
    std::filesystem::path temporary_;
    file_options options_;
    detail::system_file file_;
    std::uint64_t size_ = 0;
};

/// Writes a whole file through an `atomic_file`.
///
/// @param target  The file.
/// @param bytes   Its content.
/// @throws file_error  It cannot be written.
LANGEXPORT_DECL void write_file(const std::filesystem::path& target, std::string_view bytes);

namespace detail {

// Where a file is until it is complete; see file_options::temporary_folder, which may be empty.
LANGEXPORT_DECL std::filesystem::path part_file_of(const std::filesystem::path& target,
                                                   const std::filesystem::path& temporary_folder);

} // namespace detail

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/file/impl/atomic_file.ipp>
#endif

#endif
