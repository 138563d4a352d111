#ifndef LANGEXPORT_DETAIL_PROTOCOL_TOKEN_REQUEST_HPP
#define LANGEXPORT_DETAIL_PROTOCOL_TOKEN_REQUEST_HPP

#include <langexport/detail/base/secret.hpp>
#include <langexport/detail/protocol/request_writer.hpp>
#include <langexport/version.hpp>

#include <string_view>

namespace langexport {
inline namespace v0 {
namespace detail {

// How an application authenticates to the authority.
enum class client_proof {
    secret,   // a client secret
    assertion // a token of another issuer, which the application trusts
};

// A request for the token of an application (OAuth 2.0, client credentials).
struct client_token_request {
    std::string_view authority; // the Host field
    std::string_view target;    // path
    std::string_view client_id;
    std::string_view scope;
    client_proof kind = client_proof::secret;
    std::string_view proof; // the secret or the assertion
};

// A request for the token of a managed identity.
struct identity_token_request {
    std::string_view authority; // the Host field
    std::string_view path;
    std::string_view api_version;
    std::string_view resource;
    std::string_view client_id;    // empty: the system-assigned identity
    std::string_view header_name;  // shows that the request comes from the machine itself
    std::string_view header_value; // may be a secret
};

// Appends a form value. Every byte except unreserved characters becomes %XX.
LANGEXPORT_DECL void append_form_value(secret_bytes& output, std::string_view value);

// These write the complete requests. Each request uses a connection of its own.
LANGEXPORT_DECL request_message write_token_request(const client_token_request& request);
LANGEXPORT_DECL request_message write_token_request(const identity_token_request& request);

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/protocol/impl/token_request.ipp>
#endif

#endif
