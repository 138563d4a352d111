#ifndef LANGEXPORT_TESTING_IMPL_SERVICE_CALLS_IPP
#define LANGEXPORT_TESTING_IMPL_SERVICE_CALLS_IPP

#include <langexport/detail/base/text.hpp>
#include <langexport/testing/impl/apply_fault.hpp>
#include <langexport/testing/impl/project_metadata.hpp>
#include <langexport/testing/impl/service_state.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <algorithm>
#include <limits>
#include <string_view>

// The service's processing of each kind of request.

namespace langexport {
inline namespace v0 {
namespace testing {
namespace detail {

// Whether the host may be copied into a link. The client chooses the Host field.
LANGEXPORT_DECL bool is_host(std::string_view host) {
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view(".-_:[]").find(c) != std::string_view::npos;
    };
    return !host.empty() && std::all_of(host.begin(), host.end(), allowed);
}

// Adds the port to a URL without one. An IPv6 address contains colons, too.
inline void name_port(std::string& url) {
    const std::size_t host = url.find("://") + 3;
    const std::size_t end = (std::min)(url.find('/', host), url.size());
    const std::size_t address_end = url.find(']', host);
    if (url.find(':', address_end < end ? address_end : host) >= end)
        url.insert(end, url.starts_with("https:") ? ":443" : ":80");
}

LANGEXPORT_DECL service_response service_state::reject(const call& c, const rejection& why) {
    return responses_.error_response(c, why.status, why.error);
}

LANGEXPORT_DECL const std::shared_ptr<const project>*
service_state::find_project(const call& c) const {
    const auto place = projects.find(c.where.project);
    const bool is_there =
        place != projects.end() && surface_of(place->second->kind) == c.where.surface;
    return is_there ? &place->second : nullptr;
}

LANGEXPORT_DECL service_response service_state::no_such_project(const call& c) {
    return responses_.error_response(
        c, 404, error_entry("ProjectNotFound", "The specified project cannot be found."));
}

inline export_wish wish_of(const route& call_route) {
    export_wish wish;
    const auto query = [&](std::string_view name, std::string& value) {
        value = query_value(call_route.query, name).value_or(value);
    };
    query("stringIndexType", wish.string_index_type);
    query("format", wish.format);
    query("assetKind", wish.asset_kind);
    return wish;
}

LANGEXPORT_DECL service_response service_state::submit(const call& c) {
    std::optional<rejection> why = check_body(c.request);
    if (why)
        return reject(c, *why);
    const auto* const found = find_project(c);
    if (found == nullptr)
        return no_such_project(c);
    why = check_trained_model(options, c.where, **found);
    if (!why)
        why = check_format(c.where, **found);
    if (why)
        return reject(c, *why);
    return accepted(c, jobs_.add(*found, wish_of(c.where), c.now, responses_.ids()));
}

LANGEXPORT_DECL service_response service_state::accepted(const call& c, const job_record& job) {
    ++counters.jobs_created;
    project_counters& of_project = counters.projects[c.where.project];
    ++of_project.jobs_created;
    of_project.imports += job.is_import() ? 1 : 0;
    service_response response = responses_.good(c, 202);
    response.headers.emplace(response.headers.begin(), "operation-location",
                             link(c, job.source->operation_origin, job, ""));
    return response;
}

LANGEXPORT_DECL service_response service_state::no_such_job(const call& c) {
    return responses_.error_response(
        c, 404, error_entry("OperationNotFound", "The specified operation cannot be found."));
}

LANGEXPORT_DECL service_response service_state::report_status(const call& c) {
    job_record* const job = jobs_.find(c.where, c.now);
    if (job == nullptr || !job->is_known(c.now))
        return no_such_job(c);
    const std::string result_url = link(c, job->source->result_origin, *job, "/result");
    service_response response = responses_.good(c, job->status(c.now, result_url));
    const auto pause = options.knowledge_base_retry_after;
    if (job->is_of_knowledge_base() && !job->has_ended(c.now) && pause.count() > 0)
        add_retry_after(response.headers, scaled(pause, options.time_scale), options.time_scale);
    return response;
}

LANGEXPORT_DECL service_response service_state::send_result(const call& c) {
    job_record* const job = jobs_.find(c.where, c.now);
    if (job == nullptr || !job->is_known(c.now))
        return no_such_job(c);
    if (!job->has_ended(c.now) || !job->is_success())
        return responses_.error_response(
            c, 404, error_entry("NotFound", "The specified operation has no result."));
    export_wish wish = *job->wish;
    // The version is that of this URL. Each link has the version of the request that it responds to, so a client
    // that follows links unchanged keeps the version of its submission.
    wish.api_version = c.where.version;
    std::unique_ptr<body_source> source = open_result(*job->source, wish);
    if (!source)
        return responses_.error_response(
            c, 500, error_entry("InternalServerError", "The result cannot be read."));
    service_response response =
        responses_.good(c, 200, content_type_of(*job->source, wish), std::string());
    response.stream = std::move(source);
    response.framing = job->source->framing;
    return response;
}

LANGEXPORT_DECL service_response service_state::report_metadata(const call& c) {
    const auto* const found = find_project(c);
    if (found == nullptr)
        return no_such_project(c);
    return responses_.good(c, metadata_of(**found, c.where.version, false));
}

// `skip` and `top` select a part of the list; `maxpagesize` limits the size of a page.
LANGEXPORT_DECL service_response service_state::list(const call& c) {
    const auto number = [&](std::string_view name, std::size_t otherwise) {
        const auto value = query_value(c.where.query, name);
        return value ? langexport::detail::parse_decimal(*value) : otherwise;
    };
    const auto skip = number("skip", 0);
    const auto top = number("top", (std::numeric_limits<std::size_t>::max)());
    const auto size = number("maxpagesize", options.page_size);
    if (!skip || !top || !size || *size == 0)
        return responses_.error_response(c, 400,
                                         error_entry("InvalidArgument", "Invalid argument."));
    const std::uint64_t most = (std::min)({*top, *size, std::uint64_t{options.page_size}});
    boost::json::array value;
    std::uint64_t place = 0;
    bool is_last = true;
    for (const auto& [name, p] : projects) {
        if (surface_of(p->kind) != c.where.surface || place++ < *skip)
            continue;
        is_last = value.size() < most;
        if (!is_last)
            break;
        value.push_back(metadata_of(*p, c.where.version, true));
    }
    boost::json::object page;
    page.emplace("value", std::move(value));
    if (!is_last && most < *top) {
        std::string next = link_base(c, std::string()) + c.where.projects_path +
                           "?api-version=" + percent_encode(c.where.version) +
                           "&skip=" + std::to_string(*skip + most) +
                           "&maxpagesize=" + std::to_string(*size);
        if (*top != (std::numeric_limits<std::size_t>::max)())
            next += "&top=" + std::to_string(*top - most);
        page.emplace("nextLink", next);
    } else if (!c.where.is_of_knowledge_bases()) {
        page.emplace("nextLink", nullptr);
    }
    return responses_.good(c, page);
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
    // For knowledge bases, links contain the port even if it is the default of the scheme.
    if (job.is_of_knowledge_base())
        name_port(url);
    url += c.where.projects_path + '/' + percent_encode(c.where.project) +
           (job.is_import() ? "/import/jobs/" : "/export/jobs/") + job.id + tail +
           "?api-version=" + percent_encode(c.where.version);
    return url;
}

} // namespace detail
} // namespace testing
} // namespace v0
} // namespace langexport

#endif
