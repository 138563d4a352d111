#ifndef LANGEXPORT_FILE_SINK_HPP
#define LANGEXPORT_FILE_SINK_HPP

#include <langexport/detail/system.hpp>
#include <langexport/result_sink.hpp>
#include <langexport/version.hpp>

#include <boost/system/error_code.hpp>
#include <boost/system/system_error.hpp>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace langexport {
inline namespace v0 {

/// What a file could not do, and why: "cannot write '/backup/p.json': No space left on device".
class file_error : public boost::system::system_error {
public:
    /// @param code  The system's reason.
    /// @param what  What could not be done, with the file's name.
    LANGEXPORT_DECL file_error(boost::system::error_code code, const std::string& what);

    const char* what() const noexcept override { return text_.c_str(); }

private:
    std::string text_;
};

/// How a file is written.
class file_options {
public:
    file_options() noexcept {}

    /// Wait, before the file takes its place, until the disk has it: then it outlives a power failure.
    /// Without this it is whole as long as the system does not go down. Default: yes.
    bool sync = true;
    /// Leave a target alone, its times and all, that has the same bytes already: for folders under
    /// version control, and for what looks at times. Default: no.
    bool keep_unchanged = false;
    /// Where the file is until it is complete. The folder must exist and be on the same file system as the
    /// target, because the file is moved from one to the other in one step. Files with the same name
    /// that are written at the same time need different folders. Default: empty, the target's folder.
    std::filesystem::path temporary_folder;
    /// Replace the target's extension by the one that fits what arrives: see `extension_of_content`. The
    /// extension stays if that is not known. Default: no. For a `file_sink` only.
    bool name_after_content = false;
};

/// A file that appears whole, on the disk, or not at all.
///
/// Until `commit` everything goes to `.NAME.part` in the target's folder, or in
/// `file_options::temporary_folder`. Only its owner can read it, where the file system has owners. It is
/// always a new file: what a crash left behind under this name is removed, never written to; a link, a
/// folder or a device there is an error. `commit` moves it to the target in one step.
///
/// The old file, if there is one, exists until then, and its permissions are kept. A new one is readable by
/// its owner only. A target that is a symbolic link to a file, or to nothing, is replaced, not followed. A
/// target that is not a file (a folder, `/dev/null`) is an error. If two processes write the same file at
/// the same time, the second one fails.
///
/// All functions block. They throw `file_error`; then the target is as it was before, unless only its name
/// could not be brought to the disk: then it is the new one, as long as the system does not go down.
/// Thread safety: none; one thread at a time.
class atomic_file {
public:
    /// Creates the temporary file. The folders must exist.
    LANGEXPORT_DECL explicit atomic_file(std::filesystem::path target,
                                         file_options options = file_options());
    atomic_file(atomic_file&&) noexcept = default;
    atomic_file& operator=(atomic_file&&) = delete;
    /// Discards what was not committed.
    ~atomic_file() { discard(); }

    /// Appends.
    LANGEXPORT_DECL void write(std::string_view bytes);
    /// Puts the file in its place once it is on the disk.
    ///
    /// @return  Whether the target was replaced; false only if it was kept, see file_options.
    LANGEXPORT_DECL bool commit();
    /// Gives up what was written. Does nothing after `commit`.
    LANGEXPORT_DECL void discard() noexcept;

    /// Names another target in the same folder, before `commit`.
    LANGEXPORT_DECL void set_target(std::filesystem::path target);

    /// How much was written.
    std::uint64_t size() const noexcept { return size_; }
    /// Where it will be.
    const std::filesystem::path& target() const noexcept { return target_; }

private:
    bool is_unchanged() const;

    std::filesystem::path target_;
    std::filesystem::path temporary_;
    file_options options_;
    detail::system_file file_;
    std::uint64_t size_ = 0;
};

/// A result as a file: an `atomic_file`, so there is the old one or the whole new one, whenever it is
/// looked at and whatever happens.
///
/// All it does blocks the executor that it is called on, which is the operation's: hundreds of microseconds
/// for a piece, milliseconds for the end (see `file_options::sync`). Give the operation a completion handler
/// with the executor of a thread pool where that is too long.
///
/// Thread safety: none; look at it when the operation has completed.
class file_sink final : public result_sink {
public:
    /// Tries at once whether the file could be written, so that nothing is exported in vain. Nothing stays
    /// open, and nothing of it is on the disk, until the first byte of the result comes. If there are
    /// no file descriptors left, that says nothing about the file: the sink tries again when it writes.
    ///
    /// @param target   The file. Its folder must be there.
    /// @param options  How it is written.
    /// @throws file_error  It cannot be written: no such folder, no permission, another process at it, …
    LANGEXPORT_DECL explicit file_sink(std::filesystem::path target,
                                       file_options options = file_options());

    /// How many bytes it has.
    std::uint64_t size() const noexcept { return size_; }
    /// Where it is, or will be; before the end without what `file_options::name_after_content` changes.
    const std::filesystem::path& target() const noexcept { return target_; }
    /// Whether it is there, whole.
    bool is_committed() const noexcept { return is_committed_; }
    /// Whether it was kept as it was, because it had the same bytes: see `file_options::keep_unchanged`.
    bool is_unchanged() const noexcept { return is_unchanged_; }

    void set_content_type(std::string_view content_type) override { content_type_ = content_type; }
    LANGEXPORT_DECL asio::awaitable<void> write(asio::const_buffer bytes) override;
    LANGEXPORT_DECL asio::awaitable<void> commit() override;
    LANGEXPORT_DECL void discard() noexcept override;

private:
    atomic_file& file();

    std::filesystem::path target_;
    file_options options_;
    std::optional<atomic_file> file_;
    std::string content_type_;
    std::string first_bytes_;
    std::uint64_t size_ = 0;
    bool is_committed_ = false;
    bool is_unchanged_ = false;
};

/// A whole `atomic_file` at once.
LANGEXPORT_DECL void write_file(const std::filesystem::path& target, std::string_view bytes);

/// Creates a folder and those above it where they do not exist, with mode 0700 whatever the umask, and tries
/// whether files can be written in it. Throws file_error.
LANGEXPORT_DECL void prepare_folder(const std::filesystem::path& folder);

/// A file that grows by whole pieces, each on the disk when `append` returns: for reports, journals.
///
/// All functions block and throw `file_error`. Thread safety: none; one thread at a time. Several
/// processes may append to one file.
class journal_file {
public:
    /// Opens the file, or creates it, readable by its owner only.
    ///
    /// A symbolic link is followed, and a pipe or a device is written to. A file that belongs to another user
    /// is an error. A file with further hard links is replaced by a copy first, so that a snapshot
    /// of the folder does not grow.
    LANGEXPORT_DECL explicit journal_file(std::filesystem::path path);

    /// Appends all of `bytes`, or nothing as far as the system can undo a half.
    LANGEXPORT_DECL void append(std::string_view bytes);
    /// Cuts off what lies behind so many bytes.
    LANGEXPORT_DECL void cut_to(std::uint64_t size);

    const std::filesystem::path& path() const noexcept { return path_; }

private:
    LANGEXPORT_DECL detail::file_facts open();

    std::filesystem::path path_;
    detail::system_file file_;
};

/// All of a file. Throws `file_error`; its code is `no_such_file_or_directory` if there is none.
LANGEXPORT_DECL std::string read_file(const std::filesystem::path& path);

namespace detail {

// Throws file_error if there is a failure: "DOING 'PATH': …".
LANGEXPORT_DECL void check_file(error_code failure, const char* doing,
                                const std::filesystem::path& path);

// Where a file is until it is complete; see file_options::temporary_folder, which may be empty.
LANGEXPORT_DECL std::filesystem::path part_file_of(const std::filesystem::path& target,
                                                   const std::filesystem::path& temporary_folder);

// Both throw file_error. Less than `most` is the end of the file.
LANGEXPORT_DECL system_file open_to_read(const std::filesystem::path& path);
LANGEXPORT_DECL std::size_t read_some(system_file& file, const std::filesystem::path& path,
                                      char* to, std::size_t most);

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/impl/file_sink.ipp>
#endif

#endif
