#ifndef LANGEXPORT_FILE_IMPL_FOLDER_LOCK_IPP
#define LANGEXPORT_FILE_IMPL_FOLDER_LOCK_IPP

#include <langexport/detail/base/timestamp.hpp>
#include <langexport/file/folder_lock.hpp>
#include <langexport/file/read_file.hpp>

#include <boost/system/errc.hpp>

#include <chrono>
#include <system_error>

namespace langexport {
inline namespace v0 {
namespace detail {

// The content of the lock file; nothing if it is empty or cannot be read.
inline std::string lock_holder(const std::filesystem::path& path) {
    try {
        return one_printable_line(trim(read_file(path)), 200);
    } catch (const file_error&) {
        return {};
    }
}

} // namespace detail

LANGEXPORT_DECL folder_in_use::folder_in_use(const std::filesystem::path& folder,
                                             const std::string& holder)
    : file_error(make_error_code(boost::system::errc::device_or_resource_busy), folder.string()),
      holder_(holder.empty() ? "another process" : holder),
      text_("the folder '" + folder.string() + "' is in use by " + holder_ +
            ": wait until it ends, or choose another folder") {}

LANGEXPORT_DECL folder_lock::folder_lock(const std::filesystem::path& folder,
                                         const std::filesystem::path& file)
    : path_(folder / file) {
    detail::error_code failure;
    file_ = detail::system_file::create_private(path_, failure);
    if (failure == boost::system::errc::device_or_resource_busy)
        throw folder_in_use(folder, detail::lock_holder(path_));
    // The time is for people, who compare it with their own clock. Nothing depends on it.
    if (!failure)
        file_.write(detail::process_and_host() + " since " +
                        detail::format_utc(std::chrono::system_clock::now()) + '\n',
                    failure);
    if (failure) {
        file_.remove(path_);
        throw file_error(failure, "cannot lock the folder '" + folder.string() + "'");
    }
}

LANGEXPORT_DECL folder_lock::~folder_lock() {
    file_.remove(path_);
}

} // namespace v0
} // namespace langexport

#endif
