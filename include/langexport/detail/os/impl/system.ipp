#ifndef LANGEXPORT_DETAIL_OS_IMPL_SYSTEM_IPP
#define LANGEXPORT_DETAIL_OS_IMPL_SYSTEM_IPP

#include <langexport/detail/os/system.hpp>

#include <algorithm>

#if defined(_WIN32)
#include <langexport/detail/os/impl/system_windows.ipp>
#else
#include <cerrno>

#include <fcntl.h>
#include <unistd.h>

namespace langexport {
inline namespace v0 {
namespace detail {

// Syncs the whole disk with the file, names of files included.
#if defined(__linux__)
inline constexpr bool can_sync_disk = true;
inline int sync_disk(int handle) noexcept {
    return ::syncfs(handle);
}
// Reserves blocks without changing the size of the file, so that limits of the size do not matter here.
inline void reserve_for(int handle, ::off_t size) noexcept {
    (void)::fallocate(handle, FALLOC_FL_KEEP_SIZE, 0, size);
}
// Begins to write a part of a file to the disk.
inline void begin_sync_of(int handle, ::off_t place, ::off_t size) noexcept {
    (void)::sync_file_range(handle, place, size, SYNC_FILE_RANGE_WRITE);
}
#else
inline constexpr bool can_sync_disk = false;
inline int sync_disk(int) noexcept {
    errno = ENOSYS;
    return -1;
}
inline void reserve_for(int, ::off_t) noexcept {}
inline void begin_sync_of(int, ::off_t, ::off_t) noexcept {}
#endif

} // namespace detail
} // namespace v0
} // namespace langexport

#include <langexport/detail/os/impl/system_posix.ipp>
#endif

namespace langexport {
inline namespace v0 {
namespace detail {

LANGEXPORT_DECL std::string system_file::read_all(error_code& failure) {
    std::string bytes;
    std::size_t size = 0;
    do {
        bytes.resize((std::max)(std::size_t(64 * 1024), 2 * size));
        size += read(bytes.data() + size, bytes.size() - size, failure);
    } while (size == bytes.size());
    bytes.resize(size);
    return bytes;
}

LANGEXPORT_DECL void system_file::remove(const std::filesystem::path& path) noexcept {
    if (!is_open())
        return;
    if (!is_of_this_process())
        return close(); // its parent still writes it
    // Removes the name first: once the file is closed, another process may have created its own.
    std::error_code ignored;
    std::filesystem::remove(path, ignored);
    close();
    if (ignored)
        std::filesystem::remove(path, ignored); // where open files cannot be removed
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
