#ifndef LANGEXPORT_FILE_IMPL_FILE_ERROR_IPP
#define LANGEXPORT_FILE_IMPL_FILE_ERROR_IPP

#include <langexport/file/file_error.hpp>

#include <boost/system/errc.hpp>

namespace langexport {
inline namespace v0 {

namespace detail {

LANGEXPORT_DECL void check_file(boost::system::error_code failure, const char* doing,
                                const std::filesystem::path& path) {
    if (failure)
        throw file_error(failure, std::string(doing) + " '" + path.string() + "'");
}

} // namespace detail

LANGEXPORT_DECL file_error::file_error(boost::system::error_code code, const std::string& operation)
    : system_error(code),
      text_(operation + ": " +
            (code == boost::system::errc::device_or_resource_busy ? "another process is writing it"
                                                                  : code.message())) {}

} // namespace v0
} // namespace langexport

#endif
