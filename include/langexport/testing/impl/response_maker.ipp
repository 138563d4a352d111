#ifndef LANGEXPORT_TESTING_IMPL_RESPONSE_MAKER_IPP
#define LANGEXPORT_TESTING_IMPL_RESPONSE_MAKER_IPP

#include <langexport/testing/impl/error_json.hpp>
#include <langexport/testing/impl/indented_json.hpp>
#include <langexport/testing/impl/response_maker.hpp>
#include <langexport/testing/impl/service_versions.hpp>

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace testing {
namespace detail {

// In recorded sessions every response for a knowledge base had this header.
LANGEXPORT_DECL void response_maker::add_gateway_warning(header_list& headers) const {
    headers.emplace_back("warn-agent", "-");
    headers.emplace_back("warn-code", "299");
    headers.emplace_back("warn-text", "Some custom features of this service will be retired.");
}

LANGEXPORT_DECL void response_maker::add_service_headers(const call& c, header_list& headers) {
    const std::string id = ids_.guid();
    const bool is_knowledge_base = c.where.is_of_knowledge_bases();
    const bool is_full = !is_knowledge_base || is_since(c.where.version, full_headers_since);
    if (!is_knowledge_base)
        headers.emplace_back("request-id", id);
    headers.emplace_back("apim-request-id", id);
    headers.emplace_back("x-envoy-upstream-service-time", std::to_string(ids_.between(20, 120)));
    headers.emplace_back("Strict-Transport-Security",
                         "max-age=31536000; includeSubDomains; preload");
    headers.emplace_back("X-Content-Type-Options", "nosniff");
    if (is_full)
        headers.emplace_back("x-ms-region", region_);
    if (is_knowledge_base && is_full)
        add_gateway_warning(headers);
    const std::string_view client_id = find_header(c.request.headers, "x-ms-client-request-id");
    if (echo_ && !client_id.empty() &&
        find_header(c.request.headers, "x-ms-return-client-request-id") == "true")
        headers.emplace_back("x-ms-client-request-id", client_id);
    headers.emplace_back("Date", format_http_date(c.now));
}

LANGEXPORT_DECL service_response response_maker::good(const call& c, unsigned status) {
    service_response response;
    response.status = status;
    if (!c.where.is_of_knowledge_bases())
        response.headers.emplace_back("Access-Control-Expose-Headers", "*");
    add_service_headers(c, response.headers);
    return response;
}

LANGEXPORT_DECL service_response response_maker::good(const call& c, unsigned status,
                                                      std::string content_type, std::string body) {
    service_response response = good(c, status);
    response.headers.emplace(response.headers.begin(), "Content-Type", std::move(content_type));
    response.body = std::move(body);
    return response;
}

LANGEXPORT_DECL service_response response_maker::good(const call& c,
                                                      const boost::json::object& body) {
    return good(c, 200, "application/json; charset=utf-8",
                c.where.is_of_knowledge_bases() ? indented_json(body)
                                                : boost::json::serialize(body));
}

LANGEXPORT_DECL service_response response_maker::error_response(const call& c, unsigned status,
                                                                const error_entry& error) {
    service_response response;
    response.status = status;
    header_list& h = response.headers;
    if (c.where.is_of_knowledge_bases()) {
        h.emplace_back("Content-Type", "application/json; charset=utf-8");
        response.body = indented_json(error_object(error));
    } else {
        h.emplace_back("Cache-Control", "no-store, proxy-revalidate, no-cache, max-age=0, private");
        h.emplace_back("Pragma", "no-cache");
        h.emplace_back("Content-Type", "application/json");
        response.body = error_body(error);
        response.framing = body_framing::chunked;
    }
    add_service_headers(c, h);
    return response;
}

LANGEXPORT_DECL service_response response_maker::gateway_error(const call& c, unsigned status,
                                                               const error_entry& error) {
    service_response response;
    response.status = status;
    response.headers.emplace_back("Content-Type", "application/json");
    response.headers.emplace_back("apim-request-id", ids_.guid());
    response.headers.emplace_back("Date", format_http_date(c.now));
    response.body = error_body(error);
    return response;
}

LANGEXPORT_DECL service_response response_maker::made_up(const call& c,
                                                         const canned_response& canned) {
    service_response response;
    response.status = canned.status;
    response.body = canned.body;
    if (!canned.body.empty())
        response.headers.emplace_back("Content-Type", "application/json");
    const std::string id = ids_.guid();
    if (!c.where.is_of_knowledge_bases())
        response.headers.emplace_back("request-id", id);
    response.headers.emplace_back("apim-request-id", id);
    response.headers.emplace_back("Date", format_http_date(c.now));
    return response;
}

LANGEXPORT_DECL void set_header(header_list& headers, const std::string& name,
                                const std::string& value) {
    const auto same = [&name](const auto& field) { return equal_ignoring_case(field.first, name); };
    headers.erase(std::remove_if(headers.begin(), headers.end(), same), headers.end());
    if (!value.empty())
        headers.emplace_back(name, value);
}

} // namespace detail
} // namespace testing
} // namespace v0
} // namespace langexport

#endif
