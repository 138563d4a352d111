#ifndef LANGEXPORT_EXAMPLES_SERVICE_ORDER_HPP
#define LANGEXPORT_EXAMPLES_SERVICE_ORDER_HPP

#include "export_record.hpp"

#include <langexport/project_surface.hpp>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace service {

/// The rest of a path after /exports/: "ID", "ID/result" or "ID/events".
struct export_path {
    std::string id;
    std::string part;
};

inline std::optional<export_path> export_path_of(std::string_view path) {
    constexpr std::string_view prefix = "/exports/";
    if (!path.starts_with(prefix))
        return std::nullopt;
    path.remove_prefix(prefix.size());
    const std::size_t slash = path.find('/');
    export_path result{std::string(path.substr(0, slash)), ""};
    if (slash != path.npos)
        result.part = path.substr(slash + 1);
    return result;
}

/// Reads the order of an export, {"project", "surface"?, "tag"?}.
///
/// @throws std::invalid_argument  The body is no order; the text says why.
inline export_record read_order(const std::string& body) {
    boost::system::error_code bad;
    const json::value value = json::parse(body, bad);
    if (bad || !value.is_object())
        throw std::invalid_argument(
            "the body must be a JSON object such as {\"project\": \"NAME\"}");
    export_record order;
    for (const auto& [key, member] : value.get_object()) {
        const std::string name(key);
        if (name != "project" && name != "surface" && name != "tag")
            throw std::invalid_argument(
                "'" + name + "' is not a member of an export: these are project, surface and tag");
        if (!member.is_string())
            throw std::invalid_argument("'" + name + "' must be a string");
        const std::string text(member.get_string());
        if (name == "project") {
            order.project = text;
        } else if (name == "tag") {
            order.tag = text;
        } else {
            const auto surface = langexport::project_surface_of(text);
            if (!surface)
                throw std::invalid_argument("'surface' must be " +
                                            langexport::detail::surface_choice());
            order.surface = *surface;
        }
    }
    if (order.project.empty())
        throw std::invalid_argument("'project' is missing: the name of the project to export");
    if (order.tag.size() > 256)
        throw std::invalid_argument("'tag' may have 256 bytes");
    return order;
}

} // namespace service

#endif
