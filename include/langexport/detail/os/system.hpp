#ifndef LANGEXPORT_DETAIL_OS_SYSTEM_HPP
#define LANGEXPORT_DETAIL_OS_SYSTEM_HPP

#include <langexport/version.hpp>

#include <boost/system/error_code.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

// Everything that depends on the operating system. impl/system.ipp is the only file that tests for the operating
// system; it includes the functions of that system.

namespace langexport {
inline namespace v0 {
namespace detail {

using boost::system::error_code;

// Facts about an open file. If the system does not report them, they describe a regular file with one name that
// belongs to this user.
class file_facts {
public:
    file_facts() noexcept {}

    bool is_regular = true;
    bool is_ours = true; // it belongs to this user, or is not a regular file
    std::uint64_t links = 1;
};

// An open file. Failures are codes, because the caller knows the context. Streams of the standard library are
// unsuitable for reading: libc++ reports a system error as the end of the file.
class system_file {
public:
    system_file() noexcept = default;
    system_file(system_file&& other) noexcept
        : handle_(std::exchange(other.handle_, none)), process_(other.process_) {}
    system_file& operator=(system_file&& other) noexcept {
        close();
        handle_ = std::exchange(other.handle_, none);
        process_ = other.process_;
        return *this;
    }
    ~system_file() { close(); }

    // Creates an empty file that only its owner may read. `device_or_resource_busy` while another process, or this
    // one, has it open in the same way. A regular file that a crash left behind is removed first, regardless of its
    // owner and links: an existing file is never written to. Anything else at `path` (a link, a folder, a pipe) is an
    // error.
    LANGEXPORT_DECL static system_file create_private(const std::filesystem::path& path,
                                                      error_code& failure);
    // Opens a file for appending. Creates it, for its owner only, if it does not exist.
    LANGEXPORT_DECL static system_file open_to_append(const std::filesystem::path& path,
                                                      error_code& failure);

    LANGEXPORT_DECL static system_file open_to_read(const std::filesystem::path& path,
                                                    error_code& failure);

    bool is_open() const noexcept { return handle_ != none; }
    // Fewer bytes than `most` mean the end of the file, or a failure.
    LANGEXPORT_DECL std::size_t read(char* buffer, std::size_t most, error_code& failure) noexcept;
    // Reads the rest of the file.
    LANGEXPORT_DECL std::string read_all(error_code& failure);
    LANGEXPORT_DECL void write(std::string_view bytes, error_code& failure) noexcept;
    // Overwrites a few bytes at `place`, counted from the beginning.
    LANGEXPORT_DECL void write_at(std::uint64_t place, std::string_view bytes,
                                  error_code& failure) noexcept;
    // Reserves space for an empty file that will have this size, where that is fast. Ignores failures: `write` reports
    // them, if the bytes that are really written do not fit either.
    LANGEXPORT_DECL void reserve(std::uint64_t size) noexcept;
    // Lets the system begin to write this part of the file to the disk, where it can be asked to. Does not wait for it;
    // `sync` reports failures.
    LANGEXPORT_DECL void begin_sync(std::uint64_t place, std::uint64_t size) noexcept;
    // Returns when the data has been flushed to the disk, as far as the system reports that.
    LANGEXPORT_DECL void sync(error_code& failure) noexcept;
    LANGEXPORT_DECL std::uint64_t size(error_code& failure) const noexcept;
    LANGEXPORT_DECL void cut_to(std::uint64_t size, error_code& failure) noexcept;
    LANGEXPORT_DECL void close() noexcept;
    // Closes a file of `create_private`, which is at `path`, and removes it, unless this is a child of the
    // process that created it.
    LANGEXPORT_DECL void remove(const std::filesystem::path& path) noexcept;
    // `path`: where the file was opened.
    LANGEXPORT_DECL file_facts facts(const std::filesystem::path& path, error_code& failure) const;

    // Replaces `target` by this file, which is at `path`, in one step, with the permissions that `target` had, and
    // closes this file. If `sync` is true, this returns after the name was flushed to the disk.
    // `device_or_resource_busy` if `path` names another file meanwhile.
    LANGEXPORT_DECL void replace(const std::filesystem::path& path,
                                 const std::filesystem::path& target, bool sync,
                                 error_code& failure);

private:
    static constexpr std::intptr_t none = -1;
    explicit system_file(std::intptr_t handle) noexcept : handle_(handle) {}
    // False in a child that was forked later.
    LANGEXPORT_DECL bool is_of_this_process() const noexcept;

    std::intptr_t handle_ = none;
    long process_ = 0; // the process that created it, on systems with fork
};

// A file of this name exists briefly while the program tests whether it can write files. No project's file has this
// name: their names do not begin with a period.
inline constexpr const char* probe_name = ".langexport.probe";

// The folder of a file, for system calls.
inline std::filesystem::path folder_of(const std::filesystem::path& file) {
    std::filesystem::path folder = file.parent_path();
    return folder.empty() ? std::filesystem::path(".") : folder;
}

// Creates a folder and its missing parents, for their owner only, regardless of the umask.
LANGEXPORT_DECL void make_folders(const std::filesystem::path& folder, error_code& failure);

enum class folder_owner {
    none, // a link, or not a folder
    us,
    other
};
// Creates a folder that belongs to this user alone, or checks whether the existing one does.
LANGEXPORT_DECL folder_owner make_own_folder(const std::filesystem::path& folder,
                                             error_code& failure);

// Whether a file can be moved between two folders, as far as the system can report that in advance.
LANGEXPORT_DECL bool are_on_one_disk(const std::filesystem::path& one_folder,
                                     const std::filesystem::path& other_folder) noexcept;

// The name of this process for people: "process 4711 on build-7".
LANGEXPORT_DECL std::string process_and_host();

// Implements open_standard_streams().
LANGEXPORT_DECL void open_closed_streams() noexcept;

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/os/impl/system.ipp>
#endif

#endif
