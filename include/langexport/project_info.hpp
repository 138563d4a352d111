#ifndef LANGEXPORT_PROJECT_INFO_HPP
#define LANGEXPORT_PROJECT_INFO_HPP

#include <langexport/version.hpp>

#include <chrono>
#include <optional>
#include <string>

namespace langexport {
inline namespace v0 {

/// What the service's list of projects says about one project. A plain value.
///
/// Only the name is always there. A field is empty if the service did not send it, or if its value makes no
/// sense.
class project_info {
public:
    /// The service's clock.
    using time_point = std::chrono::system_clock::time_point;

    /// Empty.
    project_info() = default;

    std::string name;        ///< For `export_request::project_name`.
    std::string kind;        ///< `projectKind`, e.g. `Conversation`; knowledge bases have none.
    std::string language;    ///< The language of assets that name none.
    std::string description; ///< For people.
    std::string storage_input_container_name; ///< The blob container of a text project.
    std::optional<bool> multilingual;         ///< Whether assets may be in other languages.
    std::optional<time_point> created;        ///< When it was created.
    std::optional<time_point> last_modified;  ///< When it was last changed.
    std::optional<time_point> last_trained;   ///< When a model was last trained from it.
    std::optional<time_point> last_deployed;  ///< When it was last deployed.
};

} // namespace v0
} // namespace langexport

#endif
