#ifndef LANGEXPORT_DETAIL_PROTOCOL_IMPL_REQUEST_WRITER_IPP
#define LANGEXPORT_DETAIL_PROTOCOL_IMPL_REQUEST_WRITER_IPP

#include <langexport/detail/protocol/request_writer.hpp>

#include <algorithm>
#include <array>

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

// Also the end of the request line.
inline secret_bytes make_common_fields(const origin& service, std::string_view application_id,
                                       const proxy_url& proxy) {
    secret_bytes fields;
    append(fields, " HTTP/1.1\r\n");
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
      fields_behind_target_(make_common_fields(service, application_id, proxy)) {}

// The memory grows once, which saves half of the instructions of a request.
template <std::size_t Count>
void assign_all(secret_bytes& bytes, const std::array<std::string_view, Count>& pieces) {
    std::size_t size = 0;
    for (const std::string_view piece : pieces)
        size += piece.size();
    bytes.resize(size);
    char* to = bytes.data();
    for (const std::string_view piece : pieces)
        to = std::copy(piece.begin(), piece.end(), to);
}

LANGEXPORT_DECL void request_writer::write(request_message& message,
                                           const request_parts& parts) const {
    const bool is_post = parts.kind == request_kind::submission;
    message.clear();
    message.method = is_post ? "POST" : "GET";
    message.target_begin = message.method.size() + 1 + target_prefix_.size();
    message.target_size = parts.target.size();
    const auto start = [&](std::string_view end_of_fields, std::string_view body) {
        return std::array<std::string_view, 10>{message.method,
                                                " ",
                                                target_prefix_,
                                                parts.target,
                                                view(fields_behind_target_),
                                                parts.credential_line,
                                                "x-ms-client-request-id: ",
                                                parts.client_request_id,
                                                end_of_fields,
                                                body};
    };
    if (!is_post)
        return assign_all(message.bytes, start("\r\n\r\n", {}));
    const streamed_body body =
        parts.streamed.value_or(streamed_body{parts.body.size(), "application/json"});
    std::string fields;
    if (body.size > 0)
        fields.append("\r\nContent-Type: ").append(body.content_type);
    fields.append("\r\nContent-Length: ").append(std::to_string(body.size)).append("\r\n\r\n");
    assign_all(message.bytes, start(fields, parts.body));
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
