#ifndef LANGEXPORT_DETAIL_OS_IMPL_SYSTEM_POSIX_IPP
#define LANGEXPORT_DETAIL_OS_IMPL_SYSTEM_POSIX_IPP

// Files and processes. Included by system.ipp alone.

#include <langexport/detail/base/shortage.hpp>
#include <langexport/detail/os/system.hpp>

#include <boost/system/errc.hpp>

#include <algorithm>
#include <cerrno>
#include <optional>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace langexport {
inline namespace v0 {
namespace detail {

inline error_code last_system_error() noexcept {
    return error_code(errno, boost::system::system_category());
}

// Repeats a call that a signal interrupted.
template <class Call>
auto uninterrupted(Call call) noexcept {
    auto result = call();
    while (result < 0 && errno == EINTR)
        result = call();
    return result;
}

inline int open_file(const std::filesystem::path& path, int how, error_code& failure) noexcept {
    const int handle =
        uninterrupted([&] { return ::open(path.c_str(), how | O_CLOEXEC | O_NOCTTY, 0600); });
    failure = handle < 0 ? last_system_error() : error_code();
    return handle;
}

// The folder of a file, opened before the file's name changes: if no descriptor is free, nothing has changed yet.
class folder_handle {
public:
    folder_handle(const std::filesystem::path& file, error_code& failure)
        : handle_(open_file(folder_of(file), O_RDONLY | O_DIRECTORY, failure)) {}
    folder_handle(const folder_handle&) = delete;
    folder_handle& operator=(const folder_handle&) = delete;
    ~folder_handle() {
        if (handle_ >= 0)
            ::close(handle_);
    }

    // Makes a file's name as durable as its content.
    void sync(error_code& failure) const noexcept {
        const int done = uninterrupted([&] { return ::fsync(handle_); });
        // Some file systems cannot sync a folder.
        const bool is_good = done == 0 || errno == EINVAL || errno == ENOTSUP;
        failure = is_good ? error_code() : last_system_error();
    }

private:
    int handle_;
};

// False, with errno, if the file could have these permissions and did not get them. On some file systems (such as
// FAT) all files have the permissions of the mount, and changing them fails.
inline bool set_permissions(int handle, ::mode_t mode) noexcept {
    if (::fchmod(handle, mode) == 0)
        return true;
    const int why = errno;
    struct stat file = {};
    const bool is_ours =
        ::fstat(handle, &file) == 0 && (file.st_uid == ::geteuid() || ::geteuid() == 0);
    errno = why;
    return why == ENOTSUP || (why == EPERM && is_ours);
}

inline bool is_same_file(const struct stat& one, const struct stat& other) noexcept {
    return one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

// Whether `path` still names the open file, not another one.
inline bool is_at(int handle, const std::filesystem::path& path) noexcept {
    struct stat opened = {};
    struct stat named = {};
    return ::fstat(handle, &opened) == 0 && ::lstat(path.c_str(), &named) == 0 &&
           is_same_file(opened, named);
}

inline bool is_locked_elsewhere(int handle) noexcept {
    // False on file systems without locks.
    return uninterrupted([&] { return ::flock(handle, LOCK_EX | LOCK_NB); }) != 0 &&
           errno == EWOULDBLOCK;
}

inline error_code busy() noexcept {
    return make_error_code(boost::system::errc::device_or_resource_busy);
}

// Removes a regular file that no process has opened by `create_private`. Its owner and its links do not matter,
// because nothing is written to it.
inline void remove_leftover(const std::filesystem::path& path, error_code& failure) noexcept {
    struct stat found = {};
    failure.clear();
    if (::lstat(path.c_str(), &found) != 0)
        return;
    if (!S_ISREG(found.st_mode)) {
        failure = error_code(S_ISLNK(found.st_mode)   ? ELOOP
                             : S_ISDIR(found.st_mode) ? EISDIR
                                                      : ENOTSUP,
                             boost::system::system_category());
        return;
    }
    // O_NONBLOCK, because another process may have replaced the file by a pipe.
    const int handle = open_file(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK, failure);
    if (failure) {
        if (failure == boost::system::errc::no_such_file_or_directory)
            failure.clear();
        return;
    }
    // This process must hold the lock until the name is removed, because another process may do the same.
    if (is_locked_elsewhere(handle))
        failure = busy();
    else if (is_at(handle, path) && ::unlink(path.c_str()) != 0)
        failure = last_system_error();
    ::close(handle);
}

LANGEXPORT_DECL bool system_file::is_of_this_process() const noexcept {
    return process_ == ::getpid();
}

LANGEXPORT_DECL system_file system_file::create_private(const std::filesystem::path& path,
                                                        error_code& failure) {
    // Another process may remove the new file before it is locked, or create a file after the leftover was removed.
    for (int tries = 0; tries < 100; ++tries) {
        const int handle = open_file(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, failure);
        if (failure == boost::system::errc::file_exists) {
            remove_leftover(path, failure);
            if (failure)
                return system_file();
            continue;
        }
        if (failure)
            return system_file();
        system_file file(handle);
        file.process_ = ::getpid();
        if (is_locked_elsewhere(handle) || !is_at(handle, path))
            continue;
        if (set_permissions(handle, 0600))
            return file;
        failure = last_system_error();
        ::unlink(path.c_str());
        return system_file();
    }
    failure = busy();
    return system_file();
}

LANGEXPORT_DECL system_file system_file::open_to_append(const std::filesystem::path& path,
                                                        error_code& failure) {
    const folder_handle folder(path, failure);
    if (failure)
        return system_file();
    system_file file(open_file(path, O_RDWR | O_CREAT | O_APPEND, failure));
    if (!failure)
        folder.sync(failure);
    return failure ? system_file() : std::move(file);
}

LANGEXPORT_DECL system_file system_file::open_to_read(const std::filesystem::path& path,
                                                      error_code& failure) {
    return system_file(open_file(path, O_RDONLY, failure));
}

LANGEXPORT_DECL std::size_t system_file::read(char* buffer, std::size_t most,
                                              error_code& failure) noexcept {
    failure.clear();
    std::size_t size = 0;
    while (size < most) {
        const ::ssize_t count = uninterrupted([&] {
            return ::read(static_cast<int>(handle_), buffer + size,
                          std::min<std::size_t>(most - size, 1u << 30));
        });
        if (count < 0)
            failure = last_system_error();
        if (count <= 0)
            break;
        size += static_cast<std::size_t>(count);
    }
    return size;
}

// The owner of new files in a folder. Some file systems give all files the same owner.
inline ::uid_t owner_of_new_files(const std::filesystem::path& folder) {
    struct stat made = {};
    error_code failure;
    const std::filesystem::path probe = folder / probe_name;
    const system_file file = system_file::create_private(probe, failure);
    const bool is_known = !failure && ::lstat(probe.c_str(), &made) == 0;
    if (!failure)
        ::unlink(probe.c_str());
    return is_known ? made.st_uid : ::geteuid();
}

inline bool is_ours(const struct stat& found, const std::filesystem::path& folder) {
    return found.st_uid == ::geteuid() || found.st_uid == owner_of_new_files(folder);
}

LANGEXPORT_DECL file_facts system_file::facts(const std::filesystem::path& path,
                                              error_code& failure) const {
    struct stat found = {};
    file_facts facts;
    failure = ::fstat(static_cast<int>(handle_), &found) == 0 ? error_code() : last_system_error();
    facts.is_regular = S_ISREG(found.st_mode);
    facts.links = found.st_nlink;
    facts.is_ours = !facts.is_regular || is_ours(found, folder_of(path));
    return facts;
}

LANGEXPORT_DECL void make_folders(const std::filesystem::path& folder, error_code& failure) {
    struct stat found = {};
    const auto look = [&] { return ::stat(folder.c_str(), &found) == 0; };
    failure.clear();
    if (folder.empty())
        return;
    if (!look()) {
        failure = errno == ENOENT ? error_code() : last_system_error();
        if (!failure && folder.has_relative_path())
            make_folders(folder.parent_path(), failure);
        if (failure)
            return;
        const bool is_made = ::mkdir(folder.c_str(), 0700) == 0;
        failure = is_made || errno == EEXIST ? error_code() : last_system_error();
        if (!failure && !look())
            failure = last_system_error();
        // The umask may have removed permissions that the owner needs.
        if (!failure && is_made && (found.st_mode & 0700) != 0700 &&
            ::chmod(folder.c_str(), 0700) != 0)
            failure = last_system_error();
    }
    if (!failure && !S_ISDIR(found.st_mode))
        failure = make_error_code(boost::system::errc::not_a_directory);
}

LANGEXPORT_DECL folder_owner make_own_folder(const std::filesystem::path& folder,
                                             error_code& failure) {
    struct stat found = {};
    if (::lstat(folder.c_str(), &found) != 0) {
        make_folders(folder, failure);
        if (!failure && ::lstat(folder.c_str(), &found) != 0)
            failure = last_system_error();
    }
    if (failure || !S_ISDIR(found.st_mode))
        return folder_owner::none;
    if (!is_ours(found, folder))
        return folder_owner::other;
    // The folder may have been created with other permissions. Not all file systems have permissions.
    if ((found.st_mode & 0777) != 0700)
        (void)::chmod(folder.c_str(), 0700);
    return folder_owner::us;
}

LANGEXPORT_DECL bool are_on_one_disk(const std::filesystem::path& one_folder,
                                     const std::filesystem::path& other_folder) noexcept {
    struct stat one = {};
    struct stat other = {};
    return ::stat(one_folder.c_str(), &one) != 0 || ::stat(other_folder.c_str(), &other) != 0 ||
           one.st_dev == other.st_dev;
}

LANGEXPORT_DECL void system_file::write(std::string_view bytes, error_code& failure) noexcept {
    failure.clear();
    while (!bytes.empty()) {
        const ::ssize_t written = uninterrupted([&] {
            return ::write(static_cast<int>(handle_), bytes.data(),
                           std::min<std::size_t>(bytes.size(), 1u << 30));
        });
        if (written < 0) {
            failure = last_system_error();
            return;
        }
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
}

LANGEXPORT_DECL void system_file::write_at(std::uint64_t place, std::string_view bytes,
                                           error_code& failure) noexcept {
    const ::ssize_t written = uninterrupted([&] {
        return ::pwrite(static_cast<int>(handle_), bytes.data(), bytes.size(),
                        static_cast<::off_t>(place));
    });
    failure = written < 0 ? last_system_error() : error_code();
}

LANGEXPORT_DECL void system_file::reserve(std::uint64_t size) noexcept {
    reserve_for(static_cast<int>(handle_), static_cast<::off_t>(size));
}

LANGEXPORT_DECL void system_file::begin_sync(std::uint64_t place, std::uint64_t size) noexcept {
    begin_sync_of(static_cast<int>(handle_), static_cast<::off_t>(place),
                  static_cast<::off_t>(size));
}

LANGEXPORT_DECL void system_file::sync(error_code& failure) noexcept {
    const int file = static_cast<int>(handle_);
#if defined(F_FULLFSYNC)
    // On this system fsync does not flush the drive's own cache.
    if (::fcntl(file, F_FULLFSYNC) == 0) {
        failure.clear();
        return;
    }
#endif
    const int done = uninterrupted([&] { return ::fsync(file); });
    // Pipes and terminals cannot be synced; a report may be written to one.
    const bool is_good = done == 0 || errno == EINVAL || errno == ENOTSUP;
    failure = is_good ? error_code() : last_system_error();
}

LANGEXPORT_DECL std::uint64_t system_file::size(error_code& failure) const noexcept {
    struct stat found = {};
    failure = ::fstat(static_cast<int>(handle_), &found) == 0 ? error_code() : last_system_error();
    return static_cast<std::uint64_t>(found.st_size);
}

LANGEXPORT_DECL void system_file::cut_to(std::uint64_t size, error_code& failure) noexcept {
    const int done = uninterrupted(
        [&] { return ::ftruncate(static_cast<int>(handle_), static_cast<::off_t>(size)); });
    failure = done == 0 ? error_code() : last_system_error();
}

LANGEXPORT_DECL void system_file::close() noexcept {
    if (is_open())
        ::close(static_cast<int>(std::exchange(handle_, none)));
}

LANGEXPORT_DECL void system_file::replace(const std::filesystem::path& path,
                                          const std::filesystem::path& target, bool sync,
                                          error_code& failure) {
    failure.clear();
    std::optional<folder_handle> folder;
    if (sync)
        folder.emplace(target, failure);
    // Without a descriptor for the folder, the whole disk is synced through the descriptor of the file.
    const bool lacks_descriptor = can_sync_disk && is_shortage(failure);
    if (failure && !lacks_descriptor)
        return;
    const int handle = static_cast<int>(handle_);
    // On file systems without locks, another process may have created its own file there.
    if (!is_at(handle, path)) {
        failure = busy();
        return;
    }
    struct stat old = {};
    const bool is_failed = (::lstat(target.c_str(), &old) == 0 && S_ISREG(old.st_mode) &&
                            !set_permissions(handle, old.st_mode & 0777)) ||
                           ::rename(path.c_str(), target.c_str()) != 0;
    failure = is_failed ? last_system_error() : error_code();
    if (failure)
        return;
    if (lacks_descriptor)
        failure = sync_disk(handle) == 0 ? error_code() : last_system_error();
    close();
    if (folder && !lacks_descriptor)
        folder->sync(failure);
}

LANGEXPORT_DECL void open_closed_streams() noexcept {
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        if (::fcntl(stream, F_GETFD) != -1 || errno != EBADF)
            continue;
        // A new descriptor is the lowest free one. It is opened for the opposite direction: writing to a closed
        // standard output must fail, so that the program notices the loss.
        if (::open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY) < 0)
            (void)::open("/", O_RDONLY);
    }
}

LANGEXPORT_DECL std::string process_and_host() {
    char host[256] = {};
    const std::string process = "process " + std::to_string(::getpid());
    // gethostname need not terminate a truncated name.
    return ::gethostname(host, sizeof(host) - 1) == 0 && *host ? process + " on " + host : process;
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
