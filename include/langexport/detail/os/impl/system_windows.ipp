#ifndef LANGEXPORT_DETAIL_OS_IMPL_SYSTEM_WINDOWS_IPP
#define LANGEXPORT_DETAIL_OS_IMPL_SYSTEM_WINDOWS_IPP

// Included by system.ipp alone.

#include <langexport/detail/os/system.hpp>

#include <boost/system/errc.hpp>

#include <algorithm>

#if !defined(NOMINMAX)
#define NOMINMAX
#endif
#if !defined(WIN32_LEAN_AND_MEAN)
#define WIN32_LEAN_AND_MEAN
#endif
#include <windows.h>

namespace langexport {
inline namespace v0 {
namespace detail {

// New files inherit the permissions of their folder, which is how Windows keeps them private.

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

LANGEXPORT_DECL bool system_file::is_of_this_process() const noexcept {
    return true;
}

LANGEXPORT_DECL system_file system_file::create_private(const std::filesystem::path& path,
                                                        error_code& failure) {
    for (int tries = 0; tries < 100; ++tries) {
        system_file file(
            open_file(path, GENERIC_WRITE | DELETE, FILE_SHARE_READ, CREATE_NEW, failure));
        if (failure != boost::system::errc::file_exists)
            return file;
        // A file that a crash left behind can be removed; an open file cannot.
        if (!::DeleteFileW(path.c_str()) && ::GetLastError() != ERROR_FILE_NOT_FOUND) {
            const bool is_open = ::GetLastError() == ERROR_SHARING_VIOLATION;
            failure = is_open ? make_error_code(boost::system::errc::device_or_resource_busy)
                              : last_system_error();
            return system_file();
        }
    }
    failure = make_error_code(boost::system::errc::device_or_resource_busy);
    return system_file();
}

LANGEXPORT_DECL system_file system_file::open_to_append(const std::filesystem::path& path,
                                                        error_code& failure) {
    return system_file(open_file(path, FILE_APPEND_DATA | FILE_WRITE_DATA,
                                 FILE_SHARE_READ | FILE_SHARE_WRITE, OPEN_ALWAYS, failure));
}

LANGEXPORT_DECL system_file system_file::open_to_read(const std::filesystem::path& path,
                                                      error_code& failure) {
    return system_file(open_file(path, GENERIC_READ,
                                 FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                                 OPEN_EXISTING, failure));
}

LANGEXPORT_DECL std::size_t system_file::read(char* buffer, std::size_t most,
                                              error_code& failure) noexcept {
    failure.clear();
    std::size_t size = 0;
    while (size < most) {
        const auto piece = static_cast<DWORD>((std::min)(most - size, std::size_t(1) << 30));
        DWORD count = 0;
        if (!::ReadFile(handle_of(handle_), buffer + size, piece, &count, nullptr))
            failure = ::GetLastError() == ERROR_BROKEN_PIPE ? error_code() : last_system_error();
        if (count == 0)
            break;
        size += count;
    }
    return size;
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

LANGEXPORT_DECL void system_file::write_at(std::uint64_t place, std::string_view bytes,
                                           error_code& failure) noexcept {
    OVERLAPPED at = {};
    at.Offset = static_cast<DWORD>(place);
    at.OffsetHigh = static_cast<DWORD>(place >> 32);
    DWORD written = 0;
    const BOOL done = ::WriteFile(handle_of(handle_), bytes.data(),
                                  static_cast<DWORD>(bytes.size()), &written, &at);
    failure = done ? error_code() : last_system_error();
}

LANGEXPORT_DECL void system_file::reserve(std::uint64_t) noexcept {}

LANGEXPORT_DECL void system_file::begin_sync(std::uint64_t, std::uint64_t) noexcept {}

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

LANGEXPORT_DECL file_facts system_file::facts(const std::filesystem::path&,
                                              error_code& failure) const {
    failure.clear();
    return file_facts();
}

LANGEXPORT_DECL void make_folders(const std::filesystem::path& folder, error_code& failure) {
    std::error_code why;
    std::filesystem::create_directories(folder, why);
    failure = error_code(why.value(), boost::system::system_category());
}

LANGEXPORT_DECL folder_owner make_own_folder(const std::filesystem::path& folder,
                                             error_code& failure) {
    std::error_code unknown;
    make_folders(folder, failure);
    const auto found = std::filesystem::symlink_status(folder, unknown);
    return !failure && std::filesystem::is_directory(found) ? folder_owner::us : folder_owner::none;
}

LANGEXPORT_DECL bool are_on_one_disk(const std::filesystem::path&,
                                     const std::filesystem::path&) noexcept {
    return true; // a file that cannot be moved fails later
}

// On Windows, a closed standard handle is invalid, and no other file gets its number.
LANGEXPORT_DECL void open_closed_streams() noexcept {}

LANGEXPORT_DECL std::string process_and_host() {
    char host[256] = {};
    DWORD size = sizeof(host);
    const std::string process = "process " + std::to_string(::GetCurrentProcessId());
    return ::GetComputerNameExA(ComputerNameDnsHostname, host, &size) ? process + " on " + host
                                                                      : process;
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
