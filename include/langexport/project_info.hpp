#ifndef LANGEXPORT_PROJECT_INFO_HPP
#define LANGEXPORT_PROJECT_INFO_HPP

#include <langexport/version.hpp>

#include <chrono>
#include <optional>
#include <string>

namespace langexport {
inline namespace v0 {

/// What the service's list of projects says of one of them. A plain value.
///
/// Only the name is always there. What else did not come, or makes no sense, is empty.
class project_info {
public:
    using time_point = std::chrono::system_clock::time_point;

    project_info() = default;

    std::string name;        ///< For `export_request::project_name`.
    std::string kind;        ///< `projectKind`, e.g. `Conversation`; knowledge bases have none.
    std::string language;    ///< Of what does not say its own.
    std::string description; ///< For people.
    std::string storage_input_container_name; ///< The blob container of a text project.
    std::optional<bool> multilingual;         ///< Whether assets may be in other languages.
    std::optional<time_point> created;        ///< When it was made.
    std::optional<time_point> last_modified;  ///< When it was changed last.
    std::optional<time_point> last_trained;   ///< When a model was trained from it last.
    std::optional<time_point> last_deployed;  ///< When it was deployed last.
};

} // namespace v0
} // namespace langexport

#endif
