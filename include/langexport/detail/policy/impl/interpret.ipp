#ifndef LANGEXPORT_DETAIL_POLICY_IMPL_INTERPRET_IPP
#define LANGEXPORT_DETAIL_POLICY_IMPL_INTERPRET_IPP

#include <langexport/detail/base/text.hpp>
#include <langexport/detail/policy/interpret.hpp>
#include <langexport/detail/protocol/api_version.hpp>
#include <langexport/detail/protocol/read_error.hpp>
#include <langexport/detail/protocol/read_status.hpp>
#include <langexport/detail/protocol/result_check.hpp>
#include <langexport/detail/protocol/retry_after.hpp>

#include <algorithm>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

inline void refuse(interpretation& result, errc code, std::string detail) {
    result.event.judged = {meaning::refused, code};
    result.detail = std::move(detail);
}

// A link for a message, which is no place for user info and queries: they may hold secrets.
inline std::string shown_link(std::string url, const redactor& redact) {
    if (url.find('@') != std::string::npos)
        return "(" + std::to_string(url.size()) + " bytes)";
    redact_with(redact, url);
    return "'" + one_printable_line(url.substr(0, url.find('?')), 200) + "'";
}

// Where the service says to go on; why it cannot be gone there, in `result.detail`, names the header or
// field.
inline std::optional<errc> find_target(interpretation& result, const std::string& name,
                                       const std::string& url, const answer_context& context) {
    if (url.empty()) {
        result.detail = "it has no " + name;
        return errc::unexpected_response;
    }
    if (context.has_secret && context.has_secret(url)) {
        result.detail =
            name + " has a key or token of this client in it: it is neither followed nor kept";
        return errc::malformed_response;
    }
    resolved_link link = resolve_link(context.at, context.backends, url);
    if (!link.failure) {
        result.target = std::move(link.target);
        return std::nullopt;
    }
    const bool is_foreign = link.failure == make_error_code(errc::foreign_origin);
    // Where it leads to is told already.
    const std::string shown = is_foreign ? "" : shown_link(url, context.redact) + " ";
    result.detail = name + " " + shown + link.why;
    return is_foreign ? errc::foreign_origin : errc::malformed_response;
}

inline void follow(interpretation& result, const char* name, const std::string& url,
                   const answer_context& context) {
    if (const auto failure = find_target(result, name, url, context))
        result.event.judged = {meaning::refused, *failure};
}

// The link of a job is kept: it has to fit into a token.
inline void follow_job(interpretation& result, const std::string& url,
                       const answer_context& context) {
    if (url.size() <= longest_job_link)
        return follow(result, "operation-location", url, context);
    refuse(result, errc::malformed_response,
           "operation-location has " + std::to_string(url.size()) + " bytes; at most " +
               std::to_string(longest_job_link) + " are possible");
}

// Reasons that have nothing to do with the project.
inline bool passes(const service_error& reason) noexcept {
    const std::string_view code = reason.most_specific_code();
    return code == "TooManyRequests" || code == "ServiceUnavailable" || code == "Timeout" ||
           code == "InternalServerError";
}

// A redirect that would not be followed anyway, as those of submissions, but leads to another origin.
inline bool leads_elsewhere(interpretation& result, const answer& reply,
                            const answer_context& context) {
    if (reply.status < 300 || reply.status >= 400 || reply.location.empty())
        return false;
    interpretation seen;
    if (find_target(seen, "location", reply.location, context) != errc::foreign_origin)
        return false;
    result.detail = std::move(seen.detail);
    result.event.judged = {meaning::refused, errc::foreign_origin};
    return true;
}

// Bytes that make no sense may make some once they are unpacked. An error may come with a status of success.
inline void refuse_text(interpretation& result, const answer& reply, const answer_context& context,
                        std::string what) {
    const std::string encoding = unwanted_encoding(reply.content_encoding);
    refuse(result, errc::malformed_response,
           encoding.empty() ? std::move(what) : what + "; it has " + encoding);
    service_error said = read_error(reply.body, context.max_json_depth, context.redact);
    if (encoding.empty() && !said.code.empty())
        result.service = std::move(said);
}

// A link is kept as it came, or not at all.
inline void drop_result_url(export_status& status) {
    status.result_url.clear();
    service_error note;
    note.message = "resultUrl had a key or token of this client in it: it was not kept";
    status.warnings.push_back(std::move(note));
}

inline void read_job_status(interpretation& result, const answer& reply,
                            const answer_context& context, export_status& status) {
    export_status told(status.job());
    std::string why;
    if (!read_status(reply.body, context.max_json_depth, told, why, context.redact))
        return refuse_text(result, reply, context, "the status of the job: " + why);
    status = std::move(told);
    result.event.status = status.status;
    if (status.status == job_status::unknown) {
        result.warning.code = "UnknownStatus";
        result.warning.message = "the service calls the status of the job '" +
                                 one_printable_line(status.status_text) +
                                 "', which this version does not know; the job is polled until a "
                                 "time limit passes";
    }
    result.event.failed_in_passing =
        !status.errors.empty() && std::all_of(status.errors.begin(), status.errors.end(), passes);
    // However bad its link is: the job has ended well, and who asked for no more is told so.
    const bool has_result =
        status.status == job_status::succeeded || status.status == job_status::partially_completed;
    if (has_result)
        result.event.no_result = find_target(result, "resultUrl", status.result_url, context);
    const bool is_checked = has_result && !result.event.no_result;
    if (!is_checked && context.has_secret && context.has_secret(status.result_url))
        drop_result_url(status);
    // What the service says of a job that went wrong is an answer to "why?".
    const auto reason = std::find_if_not(status.errors.begin(), status.errors.end(),
                                         [](const service_error& one) { return one.empty(); });
    if (reason != status.errors.end())
        result.service = *reason;
}

inline void read_page(interpretation& result, const answer& reply, const answer_context& context,
                      project_listing& listing) {
    std::string next_link;
    std::string why;
    if (!listing.read_page(reply.body, context.max_json_depth, next_link, why))
        return refuse_text(result, reply, context, "the list of projects: " + why);
    result.event.is_last = next_link.empty();
    if (result.event.is_last)
        return;
    follow(result, "nextLink", next_link, context);
    if (!result.target.empty() && !listing.may_go_on(result.target, why))
        refuse(result, errc::unexpected_response, "nextLink: " + why);
}

// A document under another name may be the wrong one, or the project has another name inside.
inline void compare_names(interpretation& result, const std::string& found,
                          const answer_context& context, export_status& status) {
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

inline void check_result(interpretation& result, const answer& reply, const answer_context& context,
                         export_status& status) {
    std::optional<result_check> kept;
    if (!reply.gone)
        kept.emplace(reply.content_type, reply.content_encoding, context.expected).take(reply.body);
    const result_check& check = kept ? *kept : *reply.gone;
    if (auto found = check.problem_at_end())
        return refuse(result, found->code, std::move(found->detail));
    if (context.expected.has_structure)
        compare_names(result, check.project_name(), context, status);
}

// A request is refused for the version that it names, or may be: a gateway has no page where a version
// has no such path.
inline void look_at_version(interpretation& result, unsigned status,
                            const answer_context& context) {
    const meaning what = result.event.judged.what;
    const bool is_final = what == meaning::refused || what == meaning::not_found;
    if (context.api_version.empty() || status < 400 || status == 401 || status == 403 || !is_final)
        return;
    const std::string version = "api-version " + std::string(context.api_version);
    if (is_about_version(result.service, context.api_version)) {
        refuse(result, errc::invalid_request,
               "the service rejects " + version +
                   ": set client_params::api_version to a version that it supports");
    } else if ((status == 404 || status == 410) &&
               result.service.most_specific_code() != "ProjectNotFound")
        result.detail = "perhaps the service does not support " + version +
                        " (client_params::api_version) for this surface";
}

// Where the likely cause is not in the response.
inline std::string likely_cause(request_kind kind, const answer& reply, errc code,
                                const answer_context& context) {
    const std::string& path = context.at.path_prefix();
    if (code == errc::project_not_found && !path.empty())
        return "the endpoint has the path '" + one_printable_line(path, 200) +
               "': only a gateway needs one, the service itself has none";
    if (code == errc::job_not_found && kind == request_kind::result && reply.status == 404)
        return "there is no result at its address";
    return {};
}

// What servers write when a request comes without the TLS that they expect: nginx, Apache, Go, HAProxy …
inline bool wants_tls(const answer& reply) {
    if (reply.status != 400)
        return false;
    const std::string body = to_lower(std::string_view(reply.body).substr(0, 4096));
    for (const std::string_view words :
         {"plain http request was sent to https port", "speaking plain http to an ssl-enabled",
          "sent an http request to an https server",
          "this combination of host and port requires tls"})
        if (body.find(words) != std::string::npos)
            return true;
    return false;
}

LANGEXPORT_DECL interpretation interpret(request_kind kind, const answer& reply,
                                         const answer_context& context, export_status& status,
                                         project_listing* listing) {
    interpretation result;
    const std::string encoding = unwanted_encoding(reply.content_encoding);
    const auto service_words = [&] {
        if (!encoding.empty())
            return service_error();
        return read_error(reply.body, context.max_json_depth, context.redact);
    };
    if (reply.status >= 400)
        result.service = service_words();
    answered_event& event = result.event;
    event.judged = judge(kind, reply.status, result.service.most_specific_code());
    const bool has_pages = listing && listing->pages_read() > 0;
    if (has_pages && event.judged.what == meaning::not_found)
        result.detail = "nextLink: there is no such page";
    else
        look_at_version(result, reply.status, context);
    event.retry_after = read_retry_after(reply, context.now, context.max_gate);
    event.job_has_expired = reply.status >= 400 && kind != request_kind::submission &&
                            status.expires && *status.expires <= date_of(reply, context.now);
    if (!context.at.origin().is_secure && wants_tls(reply))
        refuse(result, errc::tls_failed, expects_tls_detail);
    switch (event.judged.what) {
    case meaning::accepted:
        if (kind == request_kind::submission)
            follow_job(result, reply.operation_location, context);
        else if (kind == request_kind::status)
            read_job_status(result, reply, context, status);
        else if (kind == request_kind::listing)
            read_page(result, reply, context, *listing);
        else
            check_result(result, reply, context, status);
        break;
    case meaning::redirected:
        follow(result, "location", reply.location, context);
        break;
    default:
        if (leads_elsewhere(result, reply, context))
            break;
        if (reply.status < 400) {
            result.detail = "HTTP status " + std::to_string(reply.status);
            if (!reply.location.empty())
                result.detail += " to " + shown_link(reply.location, context.redact);
            result.service = service_words();
        }
        break;
    }
    if (!encoding.empty() && result.detail.empty() && reply.status >= 400)
        result.detail = "the answer has " + encoding;
    const std::string cause = likely_cause(kind, reply, event.judged.code, context);
    if (!cause.empty())
        result.detail = result.detail.empty() ? cause : cause + "; " + result.detail;
    redact_with(context.redact, result.detail);
    return result;
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
