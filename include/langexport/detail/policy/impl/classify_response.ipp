#ifndef LANGEXPORT_DETAIL_POLICY_IMPL_CLASSIFY_RESPONSE_IPP
#define LANGEXPORT_DETAIL_POLICY_IMPL_CLASSIFY_RESPONSE_IPP

#include <langexport/detail/base/text.hpp>
#include <langexport/detail/policy/classify_response.hpp>
#include <langexport/detail/protocol/api_version.hpp>
#include <langexport/detail/protocol/connect_response.hpp>
#include <langexport/detail/protocol/read_error.hpp>
#include <langexport/detail/protocol/read_status.hpp>
#include <langexport/detail/protocol/result_check.hpp>
#include <langexport/detail/protocol/retry_after.hpp>

#include <algorithm>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

inline void reject(classified_response& result, errc code, std::string detail) {
    result.event.outcome = {status_class::rejected, code};
    result.detail = std::move(detail);
}

// A link for a message, without user info and query, which may contain secrets.
inline std::string shown_link(std::string url, const redact_hook& redact) {
    if (url.find('@') != std::string::npos)
        return "(" + std::to_string(url.size()) + " bytes)";
    redact_with(redact, url);
    return "'" + one_printable_line(url.substr(0, url.find('?')), 200) + "'";
}

// The target of the next request. If the link cannot be followed, `result.detail` names the header or field and the
// reason.
inline std::optional<errc> find_target(classified_response& result, std::string_view name,
                                       const std::string& url, const response_context& context) {
    if (url.empty()) {
        result.detail = std::string("it has no ").append(name);
        return errc::unexpected_response;
    }
    if (context.has_secret && context.has_secret(url)) {
        result.detail = std::string(name).append(
            " contains a key or token of this client: it is neither followed nor stored");
        return errc::malformed_response;
    }
    resolved_link link = resolve_link(context.service_endpoint, context.backends, url);
    if (!link.failure) {
        result.target = std::move(link.target);
        return std::nullopt;
    }
    const bool is_foreign = link.failure == make_error_code(errc::foreign_origin);
    // The reason already has the origin.
    const std::string shown = is_foreign ? "" : shown_link(url, context.redact) + " ";
    result.detail = std::string(name).append(" ").append(shown).append(link.why);
    return is_foreign ? errc::foreign_origin : errc::malformed_response;
}

inline void follow(classified_response& result, const char* name, const std::string& url,
                   const response_context& context) {
    if (const auto failure = find_target(result, name, url, context))
        result.event.outcome = {status_class::rejected, *failure};
}

// The link of a job becomes part of a resume token, which has a maximum length.
inline void follow_job(classified_response& result, const std::string& url,
                       const response_context& context) {
    if (url.size() <= longest_job_link)
        return follow(result, "operation-location", url, context);
    reject(result, errc::malformed_response,
           "operation-location has " + std::to_string(url.size()) + " bytes; at most " +
               std::to_string(longest_job_link) + " are possible");
}

// Transient reasons that do not depend on the project.
inline bool is_transient(const service_error& reason) noexcept {
    const std::string_view code = reason.most_specific_code();
    return code == "TooManyRequests" || code == "ServiceUnavailable" || code == "Timeout" ||
           code == "InternalServerError";
}

// A redirect to another origin, which the client would not follow anyway, for example of a submission.
inline bool redirects_to_other_origin(classified_response& result, const response_message& response,
                                      const response_context& context) {
    if (response.status < 300 || response.status >= 400 || response.location.empty())
        return false;
    classified_response seen;
    if (find_target(seen, "location", response.location, context) != errc::foreign_origin)
        return false;
    result.detail = std::move(seen.detail);
    result.event.outcome = {status_class::rejected, errc::foreign_origin};
    return true;
}

// The bytes may be valid after decompression. An error may have a status of success.
inline void reject_text(classified_response& result, const response_message& response,
                        const response_context& context, std::string problem) {
    const std::string encoding = unwanted_encoding(response.content_encoding);
    reject(result, errc::malformed_response,
           encoding.empty() ? std::move(problem) : problem + "; it has " + encoding);
    service_error said = read_error(response.body, context.max_json_depth, context.redact);
    if (encoding.empty() && !said.code.empty())
        result.service = std::move(said);
}

// A link is stored unchanged, or not at all.
inline void drop_result_url(export_status& status) {
    status.result_url.clear();
    service_error note;
    note.message = "resultUrl contained a key or token of this client: it was not stored";
    status.warnings.push_back(std::move(note));
}

inline void read_job_status(classified_response& result, const response_message& response,
                            const response_context& context, export_status& status) {
    std::string why;
    if (!read_status(response.body, context.max_json_depth, status, why, context.redact))
        return reject_text(result, response, context, "the status of the job: " + why);
    result.event.status = status.status;
    if (status.status == job_status::unknown) {
        result.warning.code = "UnknownStatus";
        result.warning.message =
            "the service reports the status '" + one_printable_line(status.status_text) +
            "' of the job, which this version does not know; the job is polled "
            "until a time limit passes";
    }
    result.event.failed_in_passing =
        !status.errors.empty() &&
        std::all_of(status.errors.begin(), status.errors.end(), is_transient);
    // Even if its link is unusable, the job has succeeded: a caller that requested only the status receives it.
    const bool has_result =
        context.job == job_kind::exporting && (status.status == job_status::succeeded ||
                                               status.status == job_status::partially_completed);
    if (has_result)
        result.event.no_result = find_target(result, "resultUrl", status.result_url, context);
    const bool is_checked = has_result && !result.event.no_result;
    if (!is_checked && context.has_secret && context.has_secret(status.result_url))
        drop_result_url(status);
    // The reasons that the service gives for a failed job.
    const auto reason = std::find_if_not(status.errors.begin(), status.errors.end(),
                                         [](const service_error& one) { return one.empty(); });
    if (reason != status.errors.end())
        result.service = *reason;
}

inline void read_page(classified_response& result, const response_message& response,
                      const response_context& context, project_listing& listing) {
    std::string next_link;
    std::string why;
    if (!listing.read_page(response.body, context.max_json_depth, next_link, why))
        return reject_text(result, response, context, "the list of projects: " + why);
    result.event.is_last = next_link.empty();
    if (result.event.is_last)
        return;
    follow(result, "nextLink", next_link, context);
    if (!result.target.empty() && !listing.may_follow(result.target, why))
        reject(result, errc::unexpected_response, "nextLink: " + why);
}

// The document may be the wrong one, or the project may use another name in its metadata.
inline void compare_names(classified_response& result, const std::string& found,
                          const response_context& context, export_status& status) {
    const std::string& expected = status.job().project_name();
    if (found.empty() || expected.empty() || found == expected)
        return;
    result.warning.code = "ProjectNameDiffers";
    result.warning.message =
        "the result names its project '" + one_printable_line(found, 200) + "'";
    redact_with(context.redact, result.warning.message);
    const auto is_known = [&](const service_error& known) {
        return known.code == result.warning.code && known.message == result.warning.message;
    };
    if (std::none_of(status.warnings.begin(), status.warnings.end(), is_known))
        status.warnings.push_back(result.warning);
}

inline void check_result(classified_response& result, const response_message& response,
                         const response_context& context, export_status& status) {
    std::optional<result_check> kept;
    if (!response.streamed_check)
        kept.emplace(response.content_type, response.content_encoding, context.expected)
            .take(response.body);
    const result_check& check = kept ? *kept : *response.streamed_check;
    if (auto found = check.problem_at_end())
        return reject(result, found->code, std::move(found->detail));
    if (context.expected.has_structure)
        compare_names(result, check.project_name(), context, status);
}

// The service may have rejected the api-version of the request. A gateway responds with 404 to a path that a version
// does not have.
inline void look_at_version(classified_response& result, unsigned status,
                            const response_context& context) {
    const status_class category = result.event.outcome.category;
    const bool is_final = category == status_class::rejected || category == status_class::not_found;
    if (context.api_version.empty() || status < 400 || status == 401 || status == 403 ||
        status == 407 || !is_final)
        return;
    const std::string version = "api-version " + std::string(context.api_version);
    if (is_about_version(result.service, context.api_version)) {
        reject(result, errc::invalid_request,
               "the service rejects " + version +
                   ": set client_params::api_version to a version that it supports");
    } else if ((status == 404 || status == 410) &&
               result.service.most_specific_code() != "ProjectNotFound")
        result.detail = "perhaps the service does not support " + version +
                        " (client_params::api_version) for this surface";
}

// A likely cause that the response does not name.
inline std::string likely_cause(request_kind kind, const response_message& response, errc code,
                                const response_context& context) {
    const std::string& path = context.service_endpoint.path_prefix();
    if (code == errc::project_not_found && !path.empty())
        return "the endpoint has the path '" + one_printable_line(path, 200) +
               "': only a gateway needs one, the service itself has none";
    if (code == errc::job_not_found && kind == request_kind::result && response.status == 404)
        return "there is no result at its address";
    return {};
}

// These are the error texts of servers that expect TLS: nginx, Apache, Go, HAProxy …
inline bool wants_tls(const response_message& response) {
    if (response.status != 400)
        return false;
    const std::string body = to_lower(std::string_view(response.body).substr(0, 4096));
    for (const std::string_view words :
         {"plain http request was sent to https port", "speaking plain http to an ssl-enabled",
          "sent an http request to an https server",
          "this combination of host and port requires tls"})
        if (body.find(words) != std::string::npos)
            return true;
    return false;
}

LANGEXPORT_DECL classified_response classify_response(request_kind kind,
                                                      const response_message& response,
                                                      const response_context& context,
                                                      export_status& status,
                                                      project_listing* listing) {
    classified_response result;
    const std::string encoding = unwanted_encoding(response.content_encoding);
    const auto service_words = [&] {
        if (!encoding.empty())
            return service_error();
        return read_error(response.body, context.max_json_depth, context.redact);
    };
    if (response.status >= 400)
        result.service = service_words();
    response_event& event = result.event;
    event.outcome = classify_status(kind, response.status, result.service.most_specific_code());
    // An import creates its project, so it is not missing.
    if (context.job == job_kind::importing && event.outcome.code == errc::project_not_found)
        event.outcome = {status_class::rejected, errc::unexpected_response};
    const bool has_pages = listing && listing->pages_read() > 0;
    if (has_pages && event.outcome.category == status_class::not_found)
        result.detail = "nextLink: there is no such page";
    else
        look_at_version(result, response.status, context);
    event.retry_after = read_retry_after(response, context.now, context.max_retry_after);
    event.job_has_expired = response.status >= 400 && kind != request_kind::submission &&
                            status.expires && *status.expires <= date_of(response, context.now);
    if (!context.service_endpoint.origin().is_secure && wants_tls(response))
        reject(result, errc::tls_failed, expects_tls_detail);
    switch (event.outcome.category) {
    case status_class::accepted:
        if (kind == request_kind::submission)
            follow_job(result, response.operation_location, context);
        else if (kind == request_kind::status)
            read_job_status(result, response, context, status);
        else if (kind == request_kind::listing)
            read_page(result, response, context, *listing);
        else
            check_result(result, response, context, status);
        break;
    case status_class::redirected:
        follow(result, "location", response.location, context);
        break;
    default:
        if (redirects_to_other_origin(result, response, context))
            break;
        if (response.status == 407 && context.proxy) {
            // The response is from the proxy for plain HTTP.
            result.detail = "the proxy " + context.proxy->to_string() +
                            words_of_rejection(context.proxy->has_password());
            result.service = service_error(); // the page is the proxy's
        }
        if (response.status < 400) {
            result.detail = "HTTP status " + std::to_string(response.status);
            if (!response.location.empty())
                result.detail += " to " + shown_link(response.location, context.redact);
            result.service = service_words();
        }
        break;
    }
    if (!encoding.empty() && result.detail.empty() && response.status >= 400)
        result.detail = "the response has " + encoding;
    const std::string cause = likely_cause(kind, response, event.outcome.code, context);
    if (!cause.empty())
        result.detail = result.detail.empty() ? cause : cause + "; " + result.detail;
    redact_with(context.redact, result.detail);
    return result;
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
