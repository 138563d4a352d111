#ifndef LANGEXPORT_DETAIL_IMPL_SYSTEM_IPP
#define LANGEXPORT_DETAIL_IMPL_SYSTEM_IPP

#include <langexport/detail/system.hpp>

#include <boost/system/errc.hpp>

#include <algorithm>
#include <cstdlib>

#if defined(_WIN32)
#if !defined(NOMINMAX)
#define NOMINMAX
#endif
#if !defined(WIN32_LEAN_AND_MEAN)
#define WIN32_LEAN_AND_MEAN
#endif
#include <windows.h>
#else
#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>
#endif

namespace langexport {
inline namespace v0 {
namespace detail {

#if defined(_WIN32)

// New files inherit the permissions of their folder, which is Windows' way of keeping them private.

inline error_code last_system_error() noexcept {
    return error_code(static_cast<int>(::GetLastError()), boost::system::system_category());
}

inline HANDLE handle_of(std::intptr_t handle) noexcept {
    return reinterpret_cast<HANDLE>(handle);
}

inline std::intptr_t open_file(const std::filesystem::path& path, DWORD access, DWORD sharing,
                               DWORD how, error_code& failure) noexcept {
    const HANDLE handle =
        ::CreateFileW(path.c_str(), access, sharing, nullptr, how, FILE_ATTRIBUTE_NORMAL, nullptr);
    if (handle != INVALID_HANDLE_VALUE) {
        failure.clear();
        return reinterpret_cast<std::intptr_t>(handle);
    }
    failure = ::GetLastError() == ERROR_SHARING_VIOLATION
                  ? make_error_code(boost::system::errc::device_or_resource_busy)
                  : last_system_error();
    return -1;
}

LANGEXPORT_DECL system_file system_file::open_private(const std::filesystem::path& path,
                                                      error_code& failure) {
    return system_file(
        open_file(path, GENERIC_WRITE | DELETE, FILE_SHARE_READ, CREATE_ALWAYS, failure));
}

LANGEXPORT_DECL system_file system_file::open_to_append(const std::filesystem::path& path,
                                                        error_code& failure) {
    return system_file(open_file(path, FILE_APPEND_DATA | FILE_WRITE_DATA,
                                 FILE_SHARE_READ | FILE_SHARE_WRITE, OPEN_ALWAYS, failure));
}

LANGEXPORT_DECL void system_file::write(std::string_view bytes, error_code& failure) noexcept {
    failure.clear();
    while (!bytes.empty()) {
        OVERLAPPED at_end = {};
        at_end.Offset = at_end.OffsetHigh = 0xFFFFFFFF;
        const auto piece = static_cast<DWORD>(std::min<std::size_t>(bytes.size(), 1u << 30));
        DWORD written = 0;
        if (!::WriteFile(handle_of(handle_), bytes.data(), piece, &written, &at_end)) {
            failure = last_system_error();
            return;
        }
        bytes.remove_prefix(written);
    }
}

LANGEXPORT_DECL void system_file::sync(error_code& failure) noexcept {
    failure = ::FlushFileBuffers(handle_of(handle_)) ? error_code() : last_system_error();
}

LANGEXPORT_DECL std::uint64_t system_file::size(error_code& failure) const noexcept {
    LARGE_INTEGER found = {};
    failure = ::GetFileSizeEx(handle_of(handle_), &found) ? error_code() : last_system_error();
    return static_cast<std::uint64_t>(found.QuadPart);
}

LANGEXPORT_DECL void system_file::cut_to(std::uint64_t size, error_code& failure) noexcept {
    LARGE_INTEGER place = {};
    place.QuadPart = static_cast<LONGLONG>(size);
    const bool is_cut = ::SetFilePointerEx(handle_of(handle_), place, nullptr, FILE_BEGIN) &&
                        ::SetEndOfFile(handle_of(handle_));
    failure = is_cut ? error_code() : last_system_error();
}

LANGEXPORT_DECL void system_file::close() noexcept {
    if (is_open())
        ::CloseHandle(handle_of(std::exchange(handle_, none)));
}

LANGEXPORT_DECL void system_file::replace(const std::filesystem::path& path,
                                          const std::filesystem::path& target, bool sync,
                                          error_code& failure) {
    close();
    const DWORD how = MOVEFILE_REPLACE_EXISTING | (sync ? MOVEFILE_WRITE_THROUGH : 0);
    failure = ::MoveFileExW(path.c_str(), target.c_str(), how) ? error_code() : last_system_error();
}

LANGEXPORT_DECL std::string process_and_host() {
    char host[256] = {};
    DWORD size = sizeof(host);
    const std::string process = "process " + std::to_string(::GetCurrentProcessId());
    return ::GetComputerNameExA(ComputerNameDnsHostname, host, &size) ? process + " on " + host
                                                                      : process;
}

LANGEXPORT_DECL terminal_size terminal_of_stderr() noexcept {
    terminal_size size;
    const HANDLE console = ::GetStdHandle(STD_ERROR_HANDLE);
    CONSOLE_SCREEN_BUFFER_INFO info = {};
    DWORD mode = 0;
    if (!::GetConsoleMode(console, &mode) || !::GetConsoleScreenBufferInfo(console, &info) ||
        !::SetConsoleMode(console, mode | ENABLE_VIRTUAL_TERMINAL_PROCESSING))
        return size;
    size.columns = static_cast<std::size_t>(info.srWindow.Right - info.srWindow.Left + 1);
    size.rows = static_cast<std::size_t>(info.srWindow.Bottom - info.srWindow.Top + 1);
    return size;
}

#else

inline error_code last_system_error() noexcept {
    return error_code(errno, boost::system::system_category());
}

// Calls it again as long as a signal is what stopped it.
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

// So that a file's name is as durable as what is in it.
inline void sync_folder_of(const std::filesystem::path& path, error_code& failure) {
    const std::filesystem::path folder = path.parent_path();
    const int handle = open_file(folder.empty() ? "." : folder, O_RDONLY | O_DIRECTORY, failure);
    if (failure)
        return;
    const int done = uninterrupted([&] { return ::fsync(handle); });
    // Some file systems know no such thing as syncing a folder.
    if (done != 0 && errno != EINVAL && errno != ENOTSUP)
        failure = last_system_error();
    ::close(handle);
}

// False, with errno, if the file could have these permissions and did not get them. On some file systems
// (FAT, on most sticks) all have those that they were mounted with, and who asks for others is refused.
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

LANGEXPORT_DECL system_file system_file::open_private(const std::filesystem::path& path,
                                                      error_code& failure) {
    // Who had the file open may rename it between our opening and our locking it; then what was
    // locked is not what is at `path`.
    for (int tries = 0; tries < 100; ++tries) {
        const int handle = open_file(path, O_RDWR | O_CREAT | O_NOFOLLOW, failure);
        if (failure)
            return system_file();
        system_file file(handle);
        // Where there are no locks, the last one to rename wins; no file is mixed of two.
        if (uninterrupted([&] { return ::flock(handle, LOCK_EX | LOCK_NB); }) != 0 &&
            errno == EWOULDBLOCK) {
            failure = make_error_code(boost::system::errc::device_or_resource_busy);
            return system_file();
        }
        struct stat opened = {};
        struct stat named = {};
        if (::fstat(handle, &opened) != 0 || !set_permissions(handle, 0600)) {
            failure = last_system_error();
            return system_file();
        }
        if (::lstat(path.c_str(), &named) == 0 && named.st_dev == opened.st_dev &&
            named.st_ino == opened.st_ino) {
            file.cut_to(0, failure);
            return failure ? system_file() : std::move(file);
        }
    }
    failure = make_error_code(boost::system::errc::device_or_resource_busy);
    return system_file();
}

LANGEXPORT_DECL system_file system_file::open_to_append(const std::filesystem::path& path,
                                                        error_code& failure) {
    system_file file(open_file(path, O_RDWR | O_CREAT | O_APPEND, failure));
    if (!failure)
        sync_folder_of(path, failure);
    return failure ? system_file() : std::move(file);
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

LANGEXPORT_DECL void system_file::sync(error_code& failure) noexcept {
    const int file = static_cast<int>(handle_);
#if defined(__APPLE__)
    // There fsync stops at the drive's own cache.
    if (::fcntl(file, F_FULLFSYNC) == 0) {
        failure.clear();
        return;
    }
#endif
    const int done = uninterrupted([&] { return ::fsync(file); });
    // Pipes and terminals, which a report may be, have nothing to sync.
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
    struct stat old = {};
    const int handle = static_cast<int>(handle_);
    const bool is_failed = (::lstat(target.c_str(), &old) == 0 && S_ISREG(old.st_mode) &&
                            !set_permissions(handle, old.st_mode & 0777)) ||
                           ::rename(path.c_str(), target.c_str()) != 0;
    failure = is_failed ? last_system_error() : error_code();
    if (!failure) {
        close();
        if (sync)
            sync_folder_of(target, failure);
    }
}

LANGEXPORT_DECL std::string process_and_host() {
    char host[256] = {};
    const std::string process = "process " + std::to_string(::getpid());
    // A name that does not fit may lack its end.
    return ::gethostname(host, sizeof(host) - 1) == 0 && *host ? process + " on " + host : process;
}

LANGEXPORT_DECL terminal_size terminal_of_stderr() noexcept {
    terminal_size size;
    const char* kind = std::getenv("TERM");
    if (!::isatty(STDERR_FILENO) || !kind || !*kind || std::string_view(kind) == "dumb")
        return size;
    struct winsize found = {};
    const bool is_known = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &found) == 0;
    size.columns = is_known && found.ws_col > 0 ? found.ws_col : 80;
    size.rows = is_known && found.ws_row > 0 ? found.ws_row : 24;
    return size;
}

#endif

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
