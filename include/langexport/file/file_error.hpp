#ifndef LANGEXPORT_FILE_FILE_ERROR_HPP
#define LANGEXPORT_FILE_FILE_ERROR_HPP

#include <langexport/version.hpp>

#include <boost/system/error_code.hpp>
#include <boost/system/system_error.hpp>

#include <filesystem>
#include <string>

namespace langexport {
inline namespace v0 {

/// A file operation that failed, and the reason: "cannot write '/backup/p.json': No space left on
/// device".
class file_error : public boost::system::system_error {
public:
    /// @param code       The system's reason.
    /// @param operation  The operation that failed, with the file's name.
    LANGEXPORT_DECL file_error(boost::system::error_code code, const std::string& operation);

    /// One line: the operation that failed, with the file's name, and the reason.
    const char* what() const noexcept override { return text_.c_str(); }

private:
    std::string text_;
};

namespace detail {

// Throws file_error if there is a failure: "DOING 'PATH': …".
LANGEXPORT_DECL void check_file(boost::system::error_code failure, const char* doing,
                                const std::filesystem::path& path);

} // namespace detail

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/file/impl/file_error.ipp>
#endif

#endif
