#ifndef LANGEXPORT_IDENTITY_IMPL_ISSUER_SOURCE_HPP
#define LANGEXPORT_IDENTITY_IMPL_ISSUER_SOURCE_HPP

#include <langexport/credential.hpp>
#include <langexport/detail/base/secret_redactor.hpp>
#include <langexport/detail/operation/one_request.hpp>
#include <langexport/detail/protocol/request_writer.hpp>
#include <langexport/detail/protocol/token_response.hpp>
#include <langexport/error.hpp>
#include <langexport/version.hpp>

#include <chrono>
#include <functional>
#include <optional>
#include <string>

namespace langexport {
inline namespace v0 {
namespace detail {

// An issuer of tokens, and the request for a token. Shared by the copies of a source, and never changed.
struct token_endpoint {
    token_issuer issuer = token_issuer::authority;
    std::string subject; // whose token: "the client secret"
    std::string advice;  // if the issuer rejects the credentials
    request_route route;
    // Writes a request. Adds its secrets to the redactor, which hides them in the issuer's response. Throws if there
    // are no credentials.
    std::function<request_message(secret_redactor&)> write_request;
};

// A source that sends one request to the endpoint for each token.
LANGEXPORT_TEMPLATE_DECL bearer_token_source make_issuer_source(token_endpoint endpoint);

// Reads a response. Throws export_error. `now` is the time of the request.
LANGEXPORT_DECL access_token read_token(const token_endpoint& endpoint,
                                        const secret_redactor& hidden,
                                        const response_message& response,
                                        const std::optional<exchange_failure>& failure,
                                        std::chrono::system_clock::time_point now);

// A failure of errc::credential_unavailable.
[[noreturn]] LANGEXPORT_DECL void throw_no_token(std::string detail, error_code cause,
                                                 std::string advice);

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/identity/impl/issuer_source.ipp>
#endif

#endif
