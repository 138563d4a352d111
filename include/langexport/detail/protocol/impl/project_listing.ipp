#ifndef LANGEXPORT_DETAIL_PROTOCOL_IMPL_PROJECT_LISTING_IPP
#define LANGEXPORT_DETAIL_PROTOCOL_IMPL_PROJECT_LISTING_IPP

#include <langexport/detail/base/text.hpp>
#include <langexport/detail/base/timestamp.hpp>
#include <langexport/detail/protocol/api_version.hpp>
#include <langexport/detail/protocol/impl/parse_json.hpp>
#include <langexport/detail/protocol/project_listing.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <optional>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

LANGEXPORT_DECL std::string listing_target(const endpoint& service, std::string_view api_version,
                                           project_surface surface) {
    return service.path_prefix() + projects_path(surface, api_version) +
           "?api-version=" + percent_encode(api_version);
}

// The fields of a project; absent fields and fields of another type are empty.
class listed_fields {
public:
    explicit listed_fields(const boost::json::object& project) : project_(project) {}

    std::string text(std::string_view name) const {
        const auto* field = project_.if_contains(name);
        const auto* found = field ? field->if_string() : nullptr;
        return found ? std::string(*found) : std::string();
    }
    std::optional<bool> flag(std::string_view name) const {
        const auto* field = project_.if_contains(name);
        return field && field->is_bool() ? std::optional(field->get_bool()) : std::nullopt;
    }
    std::optional<project_info::time_point> time(std::string_view name) const {
        return parse_timestamp(text(name));
    }

private:
    const boost::json::object& project_;
};

inline project_info read_project_info(const boost::json::object& project) {
    const listed_fields fields(project);
    project_info info;
    info.name = fields.text("projectName");
    info.kind = fields.text("projectKind");
    info.language = fields.text("language");
    info.description = fields.text("description");
    info.storage_input_container_name = fields.text("storageInputContainerName");
    info.multilingual = fields.flag("multilingual");
    if (!info.multilingual)
        info.multilingual = fields.flag("multilingualResource"); // the name for knowledge bases
    info.created = fields.time("createdDateTime");
    info.last_modified = fields.time("lastModifiedDateTime");
    info.last_trained = fields.time("lastTrainedDateTime");
    info.last_deployed = fields.time("lastDeployedDateTime");
    return info;
}

LANGEXPORT_DECL bool project_listing::read_page(std::string_view body, std::size_t max_depth,
                                                std::string& next_link, std::string& why) {
    if (trim(body).empty())
        return why = "it is empty", false;
    const auto document = parse_json(body, max_depth, {}, why);
    if (!document)
        return false;
    const auto* page = document->if_object();
    if (!page)
        return why = std::string("it is ") + kind_name(*document) + ", not an object", false;
    const auto* list = page->if_contains("value");
    if (!list || !list->is_array())
        return why = std::string("field 'value' is ") + (list ? kind_name(*list) : "missing") +
                     ", not an array",
               false;
    const auto* link = page->if_contains("nextLink");
    if (link && !link->is_string() && !link->is_null())
        return why = std::string("field 'nextLink' is ") + kind_name(*link) + ", not a string",
               false;
    const std::size_t known = projects.size();
    next_link = link && link->is_string() ? std::string(link->get_string()) : std::string();
    if (is_damaged(next_link, why))
        return false;
    for (const auto& element : list->get_array()) {
        const auto* project = element.if_object();
        project_info info = project ? read_project_info(*project) : project_info();
        if (info.name.empty())
            return why = "field 'value[" + std::to_string(&element - list->get_array().data()) +
                         "]' has no projectName",
                   false;
        if (is_damaged(info.name, why))
            return false;
        if (names_.insert(info.name).second)
            projects.push_back(std::move(info));
    }
    ++pages_read_;
    page_was_known_ = !list->get_array().empty() && projects.size() == known;
    why.clear();
    return true;
}

LANGEXPORT_DECL bool project_listing::may_follow(const std::string& target, std::string& why) {
    if (projects.size() > most_listed_projects)
        why = "there are more than " + std::to_string(most_listed_projects) + " projects";
    else if (visited_.size() >= most_listing_pages)
        why = "there are more than " + std::to_string(most_listing_pages) + " pages";
    else if (!visited_.insert(target).second)
        why = "it links to a page that was read before";
    else if (page_was_known_)
        why = "the page has no project that the pages before did not have";
    return why.empty();
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
