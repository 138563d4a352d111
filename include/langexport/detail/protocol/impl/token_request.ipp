#ifndef LANGEXPORT_DETAIL_PROTOCOL_IMPL_TOKEN_REQUEST_IPP
#define LANGEXPORT_DETAIL_PROTOCOL_IMPL_TOKEN_REQUEST_IPP

#include <langexport/detail/base/text.hpp>
#include <langexport/detail/protocol/token_request.hpp>

#include <string>

namespace langexport {
inline namespace v0 {
namespace detail {

LANGEXPORT_DECL void append_form_value(secret_bytes& output, std::string_view value) {
    append_percent_encoded(output, value);
}

inline void begin_token_request(request_message& message, std::string_view method,
                                const secret_bytes& target, std::string_view authority) {
    secret_bytes& to = message.bytes;
    message.method = method;
    append(to, method);
    append(to, " ");
    message.target_begin = to.size();
    message.target_size = target.size();
    append(to, view(target));
    append(to, " HTTP/1.1\r\n");
    append(to, common_request_fields(authority, {}));
    append(to, "Connection: close\r\n");
}

inline void append_field(secret_bytes& form, std::string_view name, std::string_view value) {
    append(form, form.empty() ? "" : "&");
    append(form, name);
    append(form, "=");
    append_form_value(form, value);
}

LANGEXPORT_DECL request_message write_token_request(const client_token_request& request) {
    secret_bytes form;
    append_field(form, "grant_type", "client_credentials");
    append_field(form, "client_id", request.client_id);
    append_field(form, "scope", request.scope);
    if (request.kind == client_proof::assertion) {
        append_field(form, "client_assertion_type",
                     "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
        append_field(form, "client_assertion", request.proof);
    } else {
        append_field(form, "client_secret", request.proof);
    }
    request_message message;
    secret_bytes target;
    append(target, request.target);
    begin_token_request(message, "POST", target, request.authority);
    append(message.bytes, "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ");
    append(message.bytes, std::to_string(form.size()));
    append(message.bytes, "\r\n\r\n");
    append(message.bytes, view(form));
    return message;
}

LANGEXPORT_DECL request_message write_token_request(const identity_token_request& request) {
    secret_bytes target;
    append(target, request.path);
    append(target, request.path.find('?') == std::string_view::npos ? "?" : "&");
    append(target, "api-version=");
    append_form_value(target, request.api_version);
    append_field(target, "resource", request.resource);
    if (!request.client_id.empty())
        append_field(target, "client_id", request.client_id);
    request_message message;
    begin_token_request(message, "GET", target, request.authority);
    append(message.bytes, request.header_name);
    append(message.bytes, ": ");
    append(message.bytes, request.header_value);
    append(message.bytes, "\r\n\r\n");
    return message;
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
