#ifndef LANGEXPORT_TESTING_IMPL_SERVICE_CALLS_IPP
#define LANGEXPORT_TESTING_IMPL_SERVICE_CALLS_IPP

#include <langexport/detail/text.hpp>
#include <langexport/testing/impl/service_state.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <boost/system/error_code.hpp>

#include <algorithm>
#include <array>
#include <limits>
#include <string_view>

// What the service does for each kind of request that it lets in.

namespace langexport {
inline namespace v0 {
namespace testing {
namespace detail {

// Whether it can be printed in a link: a Host is the client's text.
LANGEXPORT_DECL bool is_host(std::string_view host) {
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view(".-_:[]").find(c) != std::string_view::npos;
    };
    return !host.empty() && std::all_of(host.begin(), host.end(), allowed);
}

// Writes the port into a URL where it is left out. An IPv6 address has colons, too.
inline void name_port(std::string& url) {
    const std::size_t host = url.find("://") + 3;
    const std::size_t end = (std::min)(url.find('/', host), url.size());
    const std::size_t address_end = url.find(']', host);
    if (url.find(':', address_end < end ? address_end : host) >= end)
        url.insert(end, url.starts_with("https:") ? ":443" : ":80");
}

LANGEXPORT_DECL std::optional<service_response> service_state::refuse_body(const call& c) {
    if (c.request.body.empty())
        return std::nullopt;
    std::string_view type = find_header(c.request.headers, "Content-Type");
    type = type.substr(0, type.find_first_of("; \t"));
    if (!same_name(type, "application/json"))
        return answers_.refusal(
            c, 415, service_error("InvalidRequest", "The content type is not supported."));
    boost::system::error_code ec;
    const boost::json::value body = boost::json::parse(c.request.body, ec);
    bool good = !ec && body.is_object();
    if (good) {
        const boost::json::value* const assets = body.get_object().if_contains("assetsToExport");
        good = assets == nullptr || assets->is_null() || assets->is_array();
        if (good && assets != nullptr && assets->is_array())
            for (const boost::json::value& asset : assets->get_array())
                good = good && asset.is_string();
    }
    if (good)
        return std::nullopt;
    service_error error("InvalidRequest", "Invalid Request.");
    error.target = "body";
    error.inner_code = "InvalidRequestBodyFormat";
    error.inner_message = "Invalid request body. Make sure the request is in JSON format.";
    return answers_.refusal(c, 400, error);
}

LANGEXPORT_DECL export_wish service_state::wish_of(const call& c) {
    export_wish wish;
    const auto query = [&](std::string_view name, std::string& value) {
        value = query_value(c.where.query, name).value_or(value);
    };
    query("stringIndexType", wish.string_index_type);
    query("format", wish.format);
    query("assetKind", wish.asset_kind);
    return wish;
}

LANGEXPORT_DECL std::optional<service_response>
service_state::refuse_wish(const call& c, const export_wish& wish) {
    class parameter {
    public:
        std::string_view surface;
        std::string_view name;
        const std::string& value;
        std::array<std::string_view, 3> words;
    };
    const parameter parameters[] = {
        {"analyze-conversations", "format", wish.format, {"Conversation", "Luis"}},
        {"query-knowledgebases", "format", wish.format, {"json", "tsv", "excel"}},
        {"query-knowledgebases", "assetKind", wish.asset_kind, {"qnas", "synonyms"}},
    };
    for (const parameter& p : parameters) {
        const bool is_known = std::any_of(p.words.begin(), p.words.end(),
                                          [&p](auto word) { return same_name(word, p.value); });
        if (p.surface != c.where.surface || is_known || p.value.empty())
            continue;
        service_error error("InvalidArgument", "Invalid argument.");
        error.target = p.name;
        error.inner_code = "InvalidParameterValue";
        error.inner_message = "The value '" + p.value + "' is not valid.";
        return answers_.refusal(c, 400, error);
    }
    return std::nullopt;
}

LANGEXPORT_DECL service_response service_state::submit(const call& c) {
    if (auto refused = refuse_body(c))
        return std::move(*refused);
    const auto place = projects.find(c.where.project);
    if (place == projects.end() || to_string(surface_of(place->second->kind)) != c.where.surface) {
        service_error error("ProjectNotFound", "The specified project cannot be found.");
        error.target = c.where.project;
        return answers_.refusal(c, 404, error);
    }
    export_wish wish = wish_of(c);
    if (auto refused = refuse_wish(c, wish))
        return std::move(*refused);
    const job_record& job = jobs_.add(place->second, std::move(wish), c.now, answers_.ids());
    ++counters.jobs_created;
    ++counters.projects[c.where.project].jobs_created;
    service_response response = answers_.good(c, 202);
    response.headers.emplace(response.headers.begin(), "operation-location",
                             link(c, job.what->operation_origin, job, ""));
    return response;
}

LANGEXPORT_DECL service_response service_state::no_such_job(const call& c) {
    return answers_.refusal(
        c, 404, service_error("OperationNotFound", "The specified operation cannot be found."));
}

LANGEXPORT_DECL service_response service_state::tell_status(const call& c) {
    job_record* const job = jobs_.find(c.where.surface, c.where.project, c.where.job, c.now);
    if (job == nullptr || !job->is_known(c.now))
        return no_such_job(c);
    const std::string result_url = link(c, job->what->result_origin, *job, "/result");
    service_response response = answers_.good(c, 200, "application/json; charset=utf-8",
                                              job->status_body(c.now, result_url));
    const auto pause = options.knowledge_base_retry_after;
    if (job->is_of_knowledge_base() && !job->has_ended(c.now) && pause.count() > 0)
        ask_to_wait(response.headers, scaled(pause, options.time_scale));
    return response;
}

LANGEXPORT_DECL service_response service_state::give_result(const call& c) {
    job_record* const job = jobs_.find(c.where.surface, c.where.project, c.where.job, c.now);
    if (job == nullptr || !job->is_known(c.now))
        return no_such_job(c);
    if (!job->has_ended(c.now) || !job->has_result())
        return answers_.refusal(
            c, 404, service_error("NotFound", "The specified operation has no result."));
    export_wish wish = job->wish;
    wish.api_version = query_value(c.where.query, "api-version").value_or("");
    std::unique_ptr<body_source> source = open_result(*job->what, wish);
    if (!source)
        return answers_.refusal(c, 500,
                                service_error("InternalServerError", "The result cannot be read."));
    service_response response =
        answers_.good(c, 200, content_type_of(*job->what, wish), std::string());
    response.stream = std::move(source);
    response.framing = job->what->framing;
    return response;
}

// What a list says of a project.
inline boost::json::object listed(const project& p) {
    const bool is_knowledge_base = surface_of(p.kind) == project_surface::query_knowledgebases;
    boost::json::object fields;
    fields.emplace("createdDateTime", timestamp(p.created));
    fields.emplace("lastModifiedDateTime", timestamp(p.last_modified));
    if (p.last_trained)
        fields.emplace("lastTrainedDateTime", timestamp(*p.last_trained));
    if (p.last_deployed)
        fields.emplace("lastDeployedDateTime", timestamp(*p.last_deployed));
    if (!is_knowledge_base)
        fields.emplace("projectKind", to_string(p.kind));
    if (surface_of(p.kind) == project_surface::analyze_text)
        fields.emplace("storageInputContainerName", "documents");
    fields.emplace("projectName", p.name);
    fields.emplace(is_knowledge_base ? "multilingualResource" : "multilingual", false);
    fields.emplace("description", "Made up");
    fields.emplace("language", p.language);
    if (is_knowledge_base)
        fields.emplace("settings", boost::json::object{{"defaultAnswer", "No answer found."}});
    return fields;
}

// `skip` and `top` choose a part of the list, `maxpagesize` the size of its pages.
LANGEXPORT_DECL service_response service_state::list(const call& c) {
    const auto number = [&](std::string_view name, std::size_t otherwise) {
        const auto value = query_value(c.where.query, name);
        return value ? langexport::detail::parse_decimal(*value) : otherwise;
    };
    const auto skip = number("skip", 0);
    const auto top = number("top", (std::numeric_limits<std::size_t>::max)());
    const auto size = number("maxpagesize", options.page_size);
    if (!skip || !top || !size || *size == 0)
        return answers_.refusal(c, 400, service_error("InvalidArgument", "Invalid argument."));
    const std::uint64_t most = (std::min)({*top, *size, std::uint64_t{options.page_size}});
    boost::json::array value;
    std::uint64_t place = 0;
    bool is_last = true;
    for (const auto& [name, p] : projects) {
        if (to_string(surface_of(p->kind)) != c.where.surface || place++ < *skip)
            continue;
        is_last = value.size() < most;
        if (!is_last)
            break;
        value.push_back(listed(*p));
    }
    boost::json::object page;
    page.emplace("value", std::move(value));
    if (!is_last && most < *top) {
        const std::string version = query_value(c.where.query, "api-version").value_or("");
        std::string next = link_base(c, std::string()) + c.where.projects_path +
                           "?api-version=" + percent_encode(version) +
                           "&skip=" + std::to_string(*skip + most) +
                           "&maxpagesize=" + std::to_string(*size);
        if (*top != (std::numeric_limits<std::size_t>::max)())
            next += "&top=" + std::to_string(*top - most);
        page.emplace("nextLink", next);
    }
    return answers_.good(c, 200, "application/json; charset=utf-8", boost::json::serialize(page));
}

LANGEXPORT_DECL std::string service_state::link_base(const call& c,
                                                     const std::string& other_origin) const {
    std::string url = !c.link_origin.empty()  ? c.link_origin
                      : !other_origin.empty() ? other_origin
                                              : options.link_origin;
    if (url.empty()) {
        const std::string_view host = find_header(c.request.headers, "Host");
        url = is_host(host) ? origin.substr(0, origin.find("://")) + "://" + std::string(host)
                            : origin;
    }
    return url + options.path_prefix;
}

LANGEXPORT_DECL std::string service_state::link(const call& c, const std::string& other_origin,
                                                const job_record& job, const char* tail) const {
    std::string url = link_base(c, other_origin);
    // Knowledge bases name the port of their results even where it is the scheme's own.
    if (job.is_of_knowledge_base() && *tail != '\0')
        name_port(url);
    url += c.where.projects_path + '/' + percent_encode(c.where.project) + "/export/jobs/" +
           job.id + tail +
           "?api-version=" + percent_encode(query_value(c.where.query, "api-version").value_or(""));
    return url;
}

} // namespace detail
} // namespace testing
} // namespace v0
} // namespace langexport

#endif
