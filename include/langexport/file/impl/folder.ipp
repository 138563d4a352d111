#ifndef LANGEXPORT_FILE_IMPL_FOLDER_IPP
#define LANGEXPORT_FILE_IMPL_FOLDER_IPP

#include <langexport/detail/os/system.hpp>
#include <langexport/file/folder.hpp>

#include <boost/system/errc.hpp>

namespace langexport {
inline namespace v0 {

LANGEXPORT_DECL void prepare_folder(const std::filesystem::path& folder) {
    detail::error_code failure;
    detail::make_folders(folder, failure);
    detail::check_file(failure, "cannot make the folder", folder);
    const std::filesystem::path probe = folder / detail::probe_name;
    detail::system_file file = detail::system_file::create_private(probe, failure);
    // Where another process tries the same at this moment, files can be written.
    if (failure != boost::system::errc::device_or_resource_busy)
        detail::check_file(failure, "cannot write in the folder", folder);
    file.remove(probe);
}

} // namespace v0
} // namespace langexport

#endif
