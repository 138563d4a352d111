#ifndef LANGEXPORT_TESTING_IMPL_SERVICE_STATE_IPP
#define LANGEXPORT_TESTING_IMPL_SERVICE_STATE_IPP

#include <langexport/testing/impl/apply_fault.hpp>
#include <langexport/testing/impl/service_state.hpp>

#include <algorithm>
#include <string_view>

namespace langexport {
inline namespace v0 {
namespace testing {
namespace detail {

LANGEXPORT_DECL std::chrono::nanoseconds quota_window::pass(time_point now) {
    if (limit_ == 0)
        return std::chrono::nanoseconds(0);
    while (!passed_.empty() && now - passed_.front() >= length_)
        passed_.pop_front();
    if (passed_.size() >= limit_)
        return length_ - (now - passed_.front());
    passed_.push_back(now);
    return std::chrono::nanoseconds(0);
}

LANGEXPORT_DECL bool quota_window::is_full(time_point now) const {
    quota_window copy = *this;
    return copy.pass(now) > std::chrono::nanoseconds(0);
}

LANGEXPORT_DECL bool hides_secret(std::string_view name) {
    return equal_ignoring_case(name, "Authorization") ||
           equal_ignoring_case(name, "Ocp-Apim-Subscription-Key") ||
           equal_ignoring_case(name, "Proxy-Authorization") || equal_ignoring_case(name, "Cookie");
}

LANGEXPORT_DECL service_state::service_state(emulator_options o, std::string own_origin)
    : options(std::move(o)), origin(std::move(own_origin)), credentials(options),
      responses_(options), jobs_(options),
      posts_(options.quota_posts, scaled(options.quota_window, options.time_scale)),
      gets_(options.quota_gets, scaled(options.quota_window, options.time_scale)) {}

LANGEXPORT_DECL std::optional<early_response> service_state::begin(const service_request& header,
                                                                   time_point now) {
    call c(header, parse_route(header.target, options.path_prefix), now);
    const canned_response* const rule = find_rule(describe(c), true);
    if (rule != nullptr && rule->request_cut) {
        ++counters.faults;
        ++counters.requests_cut;
        early_response cut(*rule->request_cut, service_response());
        cut.response.fault = *rule;
        return cut;
    }
    if (rule != nullptr) {
        credentials.on_request(c.request.headers, now);
        const std::uint64_t bytes = *rule->early_after;
        return early_response(bytes, respond(c, describe(c), rule));
    }
    if (c.where.kind == call_kind::import_submission && is_rejected(c))
        return early_response(0, handle(std::move(c.request), now));
    return std::nullopt;
}

LANGEXPORT_DECL bool service_state::is_rejected(const call& c) const {
    accepted_credentials next = credentials; // the keys may change with this request
    next.on_request(c.request.headers, c.now);
    return !is_accepted(next.classify(c.request.headers, c.now)) || posts_.is_full(c.now) ||
           check_header(options, c.where, c.request);
}

// Counts a request. Requests for projects that do not exist have no counters of their own.
inline void count_request(emulator_counters& counters, const request_record& seen,
                          bool project_exists) {
    ++counters.requests;
    project_counters ignored;
    project_counters& of_project = project_exists ? counters.projects[seen.project] : ignored;
    switch (seen.kind) {
    case call_kind::submission:
        ++counters.submissions;
        ++of_project.submissions;
        return;
    case call_kind::import_submission:
        ++counters.imports;
        return;
    case call_kind::status:
        ++counters.status_gets;
        ++of_project.status_gets;
        return;
    case call_kind::result:
        ++counters.result_gets;
        ++of_project.result_gets;
        return;
    case call_kind::listing:
        ++counters.listings;
        return;
    case call_kind::metadata:
        ++counters.metadata_gets;
        return;
    case call_kind::any:
    case call_kind::other:
        ++counters.other;
        return;
    }
}

inline void count_response(emulator_counters& counters, unsigned status) {
    if (status == 401)
        ++counters.unauthorized;
    else if (status == 404)
        ++counters.not_found;
    else if (status == 429)
        ++counters.throttled;
}

LANGEXPORT_DECL service_response service_state::handle(service_request request, time_point now) {
    route where = parse_route(request.target, options.path_prefix);
    call c(std::move(request), std::move(where), now);
    credentials.on_request(c.request.headers, now);
    request_record seen = describe(c);
    const canned_response* const rule = find_rule(seen, false);
    return respond(c, std::move(seen), rule);
}

LANGEXPORT_DECL service_response service_state::respond(call& c, request_record seen,
                                                        const canned_response* rule) {
    imports.apply(jobs_, projects, c.now);
    count_request(counters, seen, projects.find(seen.project) != projects.end());
    const canned_response fault = rule != nullptr ? *rule : canned_response();
    c.link_origin = fault.link_origin;
    // A response that a test defined uses a place in the quota's window, too.
    const std::chrono::nanoseconds wait = pass_quota(c, seen.credential);
    service_response response =
        fault.status != 0 ? responses_.made_up(c, fault) : process(c, seen.credential, wait);
    if (rule != nullptr) {
        ++counters.faults;
        apply_fault(fault, options.time_scale, response);
    }
    const bool has_no_response =
        fault.raw.has_value() || (fault.cut.has_value() && *fault.cut == 0);
    seen.status = has_no_response ? 0 : response.status;
    count_response(counters, seen.status);
    log.push_back(std::move(seen));
    while (log.size() > options.log_limit)
        log.pop_front();
    return response;
}

LANGEXPORT_DECL request_record service_state::describe(const call& c) const {
    constexpr std::size_t kept_of_body = 4096;
    request_record seen;
    seen.kind = c.where.kind;
    seen.method = c.request.method;
    seen.target = c.request.target;
    seen.project = c.where.project;
    seen.headers = c.request.headers;
    for (auto& field : seen.headers)
        if (hides_secret(field.first))
            field.second = "<hidden>";
    seen.credential = credentials.classify(c.request.headers, c.now);
    seen.body = c.request.body.substr(0, kept_of_body);
    seen.connection = c.request.connection;
    seen.time = c.now;
    return seen;
}

LANGEXPORT_DECL const canned_response* service_state::find_rule(const request_record& seen,
                                                                bool is_early) {
    const canned_response* found = nullptr;
    for (fault_rule& rule : rules) {
        if (rule.canned.is_early() != is_early)
            continue;
        if (rule.kind != call_kind::any && rule.kind != seen.kind)
            continue;
        if (rule.predicate && !rule.predicate(seen))
            continue;
        if (rule.which.contains(++rule.count) && found == nullptr)
            found = &rule.canned;
    }
    return found;
}

LANGEXPORT_DECL std::chrono::nanoseconds service_state::pass_quota(const call& c,
                                                                   credential_seen credential) {
    if (!is_accepted(credential))
        return std::chrono::nanoseconds(0);
    return c.request.method == "GET" ? gets_.pass(c.now) : posts_.pass(c.now);
}

LANGEXPORT_DECL service_response service_state::unauthorized(const call& c) {
    const bool token = !find_header(c.request.headers, "Authorization").empty();
    return responses_.gateway_error(
        c, 401,
        error_entry("401", token ? "The access token is missing, invalid, audience is incorrect "
                                   "(https://cognitiveservices.azure.com), or have expired."
                                 : "Access denied due to invalid subscription key or wrong API "
                                   "endpoint. Make sure to provide a valid key for an active "
                                   "subscription and use a correct regional API endpoint for "
                                   "your resource."));
}

LANGEXPORT_DECL service_response service_state::throttled(const call& c,
                                                          std::chrono::nanoseconds wait) {
    const std::string seconds = whole_seconds(wait);
    service_response rejected = responses_.gateway_error(
        c, 429,
        error_entry("429", "Requests to the Authoring API have exceeded the rate limit of your "
                           "current pricing tier. Please retry after " +
                               seconds + " seconds."));
    add_retry_after(rejected.headers, wait, options.time_scale);
    return rejected;
}

LANGEXPORT_DECL service_response service_state::process(call& c, credential_seen credential,
                                                        std::chrono::nanoseconds wait) {
    if (!is_accepted(credential))
        return unauthorized(c);
    if (wait > std::chrono::nanoseconds(0))
        return throttled(c, wait);
    if (c.where.kind == call_kind::other)
        return responses_.gateway_error(c, 404, error_entry("404", "Resource not found"));
    if (const auto why = check_header(options, c.where, c.request))
        return reject(c, *why);
    switch (c.where.kind) {
    case call_kind::submission:
        return submit(c);
    case call_kind::import_submission:
        return submit_import(c);
    case call_kind::listing:
        return list(c);
    case call_kind::metadata:
        return report_metadata(c);
    case call_kind::status:
        return report_status(c);
    default:
        return send_result(c);
    }
}

} // namespace detail
} // namespace testing
} // namespace v0
} // namespace langexport

#endif
