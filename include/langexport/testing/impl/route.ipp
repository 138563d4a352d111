#ifndef LANGEXPORT_TESTING_IMPL_ROUTE_IPP
#define LANGEXPORT_TESTING_IMPL_ROUTE_IPP

#include <langexport/detail/protocol/api_version.hpp>
#include <langexport/project_surface.hpp>
#include <langexport/testing/impl/route.hpp>
#include <langexport/testing/impl/wire_format.hpp>

#include <cstddef>
#include <optional>
#include <vector>

namespace langexport {
inline namespace v0 {
namespace testing {
namespace detail {

// An endpoint that ends with a slash leads to `//language`, which the service accepts.
LANGEXPORT_DECL std::string_view without_doubled_slashes(std::string_view path) {
    while (path.size() > 1 && path[0] == '/' && path[1] == '/')
        path.remove_prefix(1);
    return path;
}

LANGEXPORT_DECL bool split_path(std::string_view path, std::vector<std::string>& segments) {
    while (!path.empty()) {
        path.remove_prefix(1);
        const std::size_t end = path.find('/');
        std::optional<std::string> segment = percent_decode(path.substr(0, end));
        if (!segment)
            return false;
        segments.push_back(std::move(*segment));
        path = end == std::string_view::npos ? std::string_view() : path.substr(end);
    }
    return true;
}

LANGEXPORT_DECL route parse_route(std::string_view target, std::string_view prefix) {
    route result;
    if (const std::size_t scheme = target.find("://");
        scheme != std::string_view::npos && target.find('/') > scheme) {
        const std::size_t path = target.find('/', scheme + 3);
        target = path == std::string_view::npos ? std::string_view("/") : target.substr(path);
    }
    const std::size_t mark = target.find('?');
    if (mark != std::string_view::npos)
        result.query = std::string(target.substr(mark + 1));
    std::string_view path = without_doubled_slashes(target.substr(0, mark));
    if (path.empty() || path[0] != '/')
        return result;
    if (!prefix.empty()) {
        if (path.substr(0, prefix.size()) != prefix)
            return result;
        path = without_doubled_slashes(path.substr(prefix.size()));
        if (path.empty() || path[0] != '/')
            return result;
    }

    std::vector<std::string> part;
    if (!split_path(path, part))
        return result;
    const bool has_authoring = part.size() > 1 && part[1] == "authoring";
    if (!has_authoring)
        part.insert(part.begin() + 1, "authoring");
    if (part.size() < 4 || part[0] != "language" || part[3] != "projects")
        return result;
    const auto surface = project_surface_of(part[2]);
    if (!surface)
        return result;
    // Each path exists only at certain versions.
    result.version = query_value(result.query, "api-version").value_or("");
    result.projects_path = langexport::detail::projects_path(*surface, result.version);
    if (has_authoring != result.projects_path.starts_with("/language/authoring/"))
        return result;
    const std::string action = part.size() > 5 ? part[5] : std::string();
    const bool is_job = action == "export" || action == "import";
    if (part.size() == 4)
        result.kind = call_kind::listing;
    else if (part.size() == 5)
        result.kind = call_kind::metadata;
    else if (part.size() == 6 && action == ":export")
        result.kind = call_kind::submission;
    else if (part.size() == 6 && action == ":import")
        result.kind = call_kind::import_submission;
    else if (part.size() == 8 && is_job && part[6] == "jobs")
        result.kind = call_kind::status;
    else if (part.size() == 9 && action == "export" && part[6] == "jobs" && part[8] == "result")
        result.kind = call_kind::result;
    else
        return result;
    result.surface = *surface;
    result.is_of_import = action == "import" || action == ":import";
    if (part.size() > 4)
        result.project = part[4];
    if (part.size() > 7)
        result.job = part[7];
    return result;
}

} // namespace detail
} // namespace testing
} // namespace v0
} // namespace langexport

#endif
