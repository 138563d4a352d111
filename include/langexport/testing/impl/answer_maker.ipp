#ifndef LANGEXPORT_TESTING_IMPL_ANSWER_MAKER_IPP
#define LANGEXPORT_TESTING_IMPL_ANSWER_MAKER_IPP

#include <langexport/testing/impl/answer_maker.hpp>
#include <langexport/testing/impl/error_json.hpp>

#include <algorithm>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace testing {
namespace detail {

LANGEXPORT_DECL void answer_maker::add_service_headers(const call& c, service_response& response) {
    header_list& h = response.headers;
    const std::string id = ids_.guid();
    h.emplace_back("request-id", id);
    h.emplace_back("apim-request-id", id);
    h.emplace_back("x-envoy-upstream-service-time", std::to_string(ids_.between(20, 120)));
    h.emplace_back("Strict-Transport-Security", "max-age=31536000; includeSubDomains; preload");
    h.emplace_back("X-Content-Type-Options", "nosniff");
    h.emplace_back("x-ms-region", region_);
    const std::string_view client_id = find_header(c.request.headers, "x-ms-client-request-id");
    if (echo_ && !client_id.empty() &&
        find_header(c.request.headers, "x-ms-return-client-request-id") == "true")
        h.emplace_back("x-ms-client-request-id", client_id);
    h.emplace_back("Date", http_date(c.now));
}

LANGEXPORT_DECL service_response answer_maker::good(const call& c, unsigned status) {
    service_response response;
    response.status = status;
    response.headers.emplace_back("Access-Control-Expose-Headers", "*");
    add_service_headers(c, response);
    return response;
}

LANGEXPORT_DECL service_response answer_maker::good(const call& c, unsigned status,
                                                    std::string content_type, std::string body) {
    service_response response;
    response.status = status;
    response.headers.emplace_back("Content-Type", std::move(content_type));
    response.headers.emplace_back("Access-Control-Expose-Headers", "*");
    add_service_headers(c, response);
    response.body = std::move(body);
    return response;
}

LANGEXPORT_DECL service_response answer_maker::refusal(const call& c, unsigned status,
                                                       const service_error& error) {
    service_response response;
    response.status = status;
    header_list& h = response.headers;
    h.emplace_back("Cache-Control", "no-store, proxy-revalidate, no-cache, max-age=0, private");
    h.emplace_back("Pragma", "no-cache");
    h.emplace_back("Content-Type", "application/json");
    add_service_headers(c, response);
    response.body = error_body(error);
    response.framing = body_framing::chunked;
    return response;
}

LANGEXPORT_DECL service_response answer_maker::gateway_refusal(const call& c, unsigned status,
                                                               const service_error& error) {
    service_response response;
    response.status = status;
    response.headers.emplace_back("Content-Type", "application/json");
    response.headers.emplace_back("apim-request-id", ids_.guid());
    response.headers.emplace_back("Date", http_date(c.now));
    response.body = error_body(error);
    return response;
}

LANGEXPORT_DECL service_response answer_maker::made_up(const call& c, const canned_answer& answer) {
    service_response response;
    response.status = answer.status;
    response.body = answer.body;
    if (!answer.body.empty())
        response.headers.emplace_back("Content-Type", "application/json");
    const std::string id = ids_.guid();
    response.headers.emplace_back("request-id", id);
    response.headers.emplace_back("apim-request-id", id);
    response.headers.emplace_back("Date", http_date(c.now));
    return response;
}

LANGEXPORT_DECL void set_header(header_list& headers, const std::string& name,
                                const std::string& value) {
    const auto same = [&name](const auto& field) { return same_name(field.first, name); };
    headers.erase(std::remove_if(headers.begin(), headers.end(), same), headers.end());
    if (!value.empty())
        headers.emplace_back(name, value);
}

} // namespace detail
} // namespace testing
} // namespace v0
} // namespace langexport

#endif
