#ifndef LANGEXPORT_EXPORTED_PROJECT_HPP
#define LANGEXPORT_EXPORTED_PROJECT_HPP

#include <langexport/export_status.hpp>
#include <langexport/version.hpp>

#include <string>

namespace langexport {
inline namespace v0 {

/// A result in memory. A plain value, cheap to move.
class exported_project {
public:
    exported_project() noexcept {}

    export_status status; ///< The job's last status; its warnings are worth a look.
    /// The answer's Content-Type, e.g. `application/json; charset=utf-8`. It tells what came, where the
    /// request named another format.
    std::string content_type;
    std::string document; ///< The bytes of the result as they were received; not always a text.
};

} // namespace v0
} // namespace langexport

#endif
