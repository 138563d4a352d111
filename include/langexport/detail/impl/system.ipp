#ifndef LANGEXPORT_DETAIL_IMPL_SYSTEM_IPP
#define LANGEXPORT_DETAIL_IMPL_SYSTEM_IPP

#include <langexport/detail/system.hpp>

#if defined(_WIN32)
#include <langexport/detail/impl/system_windows.ipp>
#else
#include <langexport/detail/impl/system_posix.ipp>
#endif

namespace langexport {
inline namespace v0 {
namespace detail {

LANGEXPORT_DECL void system_file::remove(const std::filesystem::path& path) noexcept {
    if (!is_open())
        return;
    if (!is_of_this_process())
        return close(); // its parent still writes it
    // First the name: once the file is closed, another process may have created its own.
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
