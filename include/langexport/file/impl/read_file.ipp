#ifndef LANGEXPORT_FILE_IMPL_READ_FILE_IPP
#define LANGEXPORT_FILE_IMPL_READ_FILE_IPP

#include <langexport/file/read_file.hpp>

namespace langexport {
inline namespace v0 {

namespace detail {

LANGEXPORT_DECL system_file open_to_read(const std::filesystem::path& path) {
    error_code failure;
    system_file file = system_file::open_to_read(path, failure);
    check_file(failure, "cannot read", path);
    return file;
}

LANGEXPORT_DECL std::size_t read_some(system_file& file, const std::filesystem::path& path,
                                      char* buffer, std::size_t most) {
    error_code failure;
    const std::size_t size = file.read(buffer, most, failure);
    check_file(failure, "cannot read", path);
    return size;
}

} // namespace detail

LANGEXPORT_DECL std::string read_file(const std::filesystem::path& path) {
    detail::error_code failure;
    std::string bytes = detail::open_to_read(path).read_all(failure);
    detail::check_file(failure, "cannot read", path);
    return bytes;
}

} // namespace v0
} // namespace langexport

#endif
