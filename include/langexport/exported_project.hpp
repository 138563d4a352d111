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
    /// Empty.
    LANGEXPORT_DECL exported_project() noexcept;
    /// Copies all members.
    LANGEXPORT_DECL exported_project(const exported_project&);
    /// Moves all members.
    LANGEXPORT_DECL exported_project(exported_project&&) noexcept;
    /// Copies all members.
    LANGEXPORT_DECL exported_project& operator=(const exported_project&);
    /// Moves all members.
    LANGEXPORT_DECL exported_project& operator=(exported_project&&) noexcept;
    LANGEXPORT_DECL ~exported_project();

    export_status status; ///< The job's last status; look at its warnings.
    /// The Content-Type of the response, e.g. `application/json; charset=utf-8`. It says which form was
    /// received if the request named another format.
    std::string content_type;
    std::string document; ///< The bytes of the result as they were received; not always text.
};

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/impl/exported_project.ipp>
#endif

#endif
