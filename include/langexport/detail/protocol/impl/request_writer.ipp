#ifndef LANGEXPORT_DETAIL_PROTOCOL_IMPL_REQUEST_WRITER_IPP
#define LANGEXPORT_DETAIL_PROTOCOL_IMPL_REQUEST_WRITER_IPP

#include <langexport/detail/protocol/request_writer.hpp>

namespace langexport {
inline namespace v0 {
namespace detail {

LANGEXPORT_DECL std::string common_request_fields(std::string_view authority,
                                                  std::string_view application_id) {
    std::string fields = "Host: ";
    fields.append(authority).append("\r\nUser-Agent: ");
    if (!application_id.empty())
        fields.append(application_id).append(" ");
    return fields + "langexport/" LANGEXPORT_VERSION_STRING "\r\n"
                    "Accept: */*\r\nAccept-Encoding: identity\r\n";
}

LANGEXPORT_DECL secret_bytes write_connect_request(std::string_view authority,
                                                   std::string_view authorization) {
    secret_bytes request;
    append(request, "CONNECT ");
    append(request, authority);
    append(request, " HTTP/1.1\r\nHost: ");
    append(request, authority);
    append(request, "\r\nUser-Agent: langexport/" LANGEXPORT_VERSION_STRING "\r\n");
    append(request, authorization);
    append(request, "\r\n");
    return request;
}

inline secret_bytes make_common_fields(const origin& service, std::string_view application_id,
                                       const proxy_url& proxy) {
    secret_bytes fields;
    append(fields, common_request_fields(service.authority(), application_id));
    // In a tunnel, the origin would receive the proxy's authorization.
    if (!service.is_secure)
        append(fields, view(authorization_line_of(proxy)));
    return fields;
}

LANGEXPORT_DECL request_writer::request_writer(const origin& service,
                                               std::string_view application_id,
                                               const proxy_url& proxy)
    : target_prefix_(service.is_secure || proxy.empty() ? std::string() : service.to_string()),
      common_fields_(make_common_fields(service, application_id, proxy)) {}

LANGEXPORT_DECL void request_writer::write(request_message& message,
                                           const request_parts& parts) const {
    const bool is_post = parts.kind == request_kind::submission;
    message.clear();
    message.method = is_post ? "POST" : "GET";
    secret_bytes& to = message.bytes;
    append(to, message.method);
    append(to, " ");
    append(to, target_prefix_);
    message.target_begin = to.size();
    message.target_size = parts.target.size();
    append(to, parts.target);
    append(to, " HTTP/1.1\r\n");
    append(to, view(common_fields_));
    append(to, parts.credential_line);
    append(to, "x-ms-client-request-id: ");
    append(to, parts.client_request_id);
    if (is_post) {
        const streamed_body body =
            parts.streamed.value_or(streamed_body{parts.body.size(), "application/json"});
        if (body.size > 0) {
            append(to, "\r\nContent-Type: ");
            append(to, body.content_type);
        }
        append(to, "\r\nContent-Length: ");
        append(to, std::to_string(body.size));
    }
    append(to, "\r\n\r\n");
    if (is_post)
        append(to, parts.body);
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
