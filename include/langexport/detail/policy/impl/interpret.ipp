#ifndef LANGEXPORT_DETAIL_POLICY_IMPL_INTERPRET_IPP
#define LANGEXPORT_DETAIL_POLICY_IMPL_INTERPRET_IPP

#include <langexport/detail/policy/interpret.hpp>
#include <langexport/detail/protocol/read_error.hpp>
#include <langexport/detail/protocol/read_status.hpp>
#include <langexport/detail/protocol/retry_after.hpp>
#include <langexport/detail/text.hpp>

#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

inline void refuse(interpretation& result, errc code, std::string detail) {
    result.event.judged = {meaning::refused, code};
    result.detail = std::move(detail);
}

// Where the service says to go on; the error names the header or field.
inline void follow(interpretation& result, const char* name, const std::string& url,
                   const answer_context& context) {
    if (url.empty())
        return refuse(result, errc::unexpected_response, std::string("it has no ") + name);
    resolved_link link = resolve_link(context.at, context.backends, url);
    if (!link.failure) {
        result.target = std::move(link.target);
        return;
    }
    const bool is_foreign = link.failure == make_error_code(errc::foreign_origin);
    refuse(result, is_foreign ? errc::foreign_origin : errc::malformed_response,
           std::string(name) + ": " + link.why);
}

inline void read_job_status(interpretation& result, const answer& reply,
                            const answer_context& context, export_status& status) {
    export_status told(status.job());
    std::string why;
    if (!read_status(reply.body, context.max_json_depth, told, why))
        return refuse(result, errc::malformed_response, "the status of the job: " + why);
    status = std::move(told);
    result.event.status = status.status;
    const bool has_result =
        status.status == job_status::succeeded ||
        (status.status == job_status::partially_completed && !status.result_url.empty());
    result.event.has_result = has_result;
    if (status.status == job_status::partially_completed && !has_result)
        result.detail = "it has no resultUrl";
    if (has_result)
        follow(result, "resultUrl", status.result_url, context);
    // What the service says of a job that went wrong is an answer to "why?".
    if (!status.errors.empty())
        result.service = status.errors.front();
}

inline void read_page(interpretation& result, const answer& reply, const answer_context& context,
                      project_listing& listing) {
    std::string next_link;
    std::string why;
    if (!listing.read_page(reply.body, context.max_json_depth, next_link, why))
        return refuse(result, errc::malformed_response, "the list of projects: " + why);
    result.event.is_last = next_link.empty();
    if (result.event.is_last)
        return;
    follow(result, "nextLink", next_link, context);
    if (!result.target.empty() && !listing.may_go_on(result.target, why))
        refuse(result, errc::unexpected_response, "nextLink: " + why);
}

inline void check_result(interpretation& result, const answer& reply) {
    if (!reply.content_encoding.empty() && !equal_ignoring_case(reply.content_encoding, "identity"))
        refuse(result, errc::unexpected_response,
               "the result has the content encoding '" + reply.content_encoding +
                   "', which was not asked for");
}

LANGEXPORT_DECL interpretation interpret(request_kind kind, const answer& reply,
                                         const answer_context& context, export_status& status,
                                         project_listing* listing) {
    interpretation result;
    const auto service_words = [&] { return read_error(reply.body, context.max_json_depth); };
    if (reply.status >= 400)
        result.service = service_words();
    answered_event& event = result.event;
    event.judged = judge(kind, reply.status, result.service.most_specific_code());
    event.retry_after = read_retry_after(reply, context.now, context.max_gate);
    event.job_has_expired = status.expires && *status.expires <= context.now;
    switch (event.judged.what) {
    case meaning::accepted:
        if (kind == request_kind::submission)
            follow(result, "operation-location", reply.operation_location, context);
        else if (kind == request_kind::status)
            read_job_status(result, reply, context, status);
        else if (kind == request_kind::listing)
            read_page(result, reply, context, *listing);
        else
            check_result(result, reply);
        break;
    case meaning::redirected:
        follow(result, "location", reply.location, context);
        break;
    default:
        if (reply.status < 400) {
            result.detail = "HTTP status " + std::to_string(reply.status);
            if (!reply.location.empty())
                result.detail += " to " + reply.location;
            result.service = service_words();
        }
        break;
    }
    return result;
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
