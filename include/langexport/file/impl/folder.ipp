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
    detail::check_file(failure, "cannot create the folder", folder);
    const std::filesystem::path probe = folder / detail::probe_name;
    detail::system_file file = detail::system_file::create_private(probe, failure);
    // If another process creates the same file at this moment, files can be written there.
    if (failure != boost::system::errc::device_or_resource_busy)
        detail::check_file(failure, "cannot write in the folder", folder);
    file.remove(probe);
}

LANGEXPORT_DECL void prepare_own_folder(const std::filesystem::path& folder) {
    detail::error_code failure;
    const detail::folder_owner owner = detail::make_own_folder(folder, failure);
    detail::check_file(failure, "cannot create the folder", folder);
    if (owner == detail::folder_owner::none)
        throw file_error(make_error_code(boost::system::errc::not_a_directory),
                         "'" + folder.string() +
                             "' is needed for files of this program, but it is a link or a file: "
                             "remove it");
    if (owner == detail::folder_owner::other)
        throw file_error(make_error_code(boost::system::errc::operation_not_permitted),
                         "'" + folder.string() +
                             "' is needed for files of this program, but it belongs to another "
                             "user: export as that user, or into another folder");
}

} // namespace v0
} // namespace langexport

#endif
