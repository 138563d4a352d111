#ifndef LANGEXPORT_DETAIL_PROTOCOL_TOKEN_RESPONSE_HPP
#define LANGEXPORT_DETAIL_PROTOCOL_TOKEN_RESPONSE_HPP

#include <langexport/detail/base/secret.hpp>
#include <langexport/detail/protocol/response_message.hpp>
#include <langexport/version.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace langexport {
inline namespace v0 {
namespace detail {

// The kinds of issuers.
enum class token_issuer {
    authority,       // the authority of an application (Microsoft Entra ID)
    managed_identity // an endpoint of the machine or of its host
};

// The content of a token endpoint's response, successful or not. Absent members are empty.
struct token_response {
    secret_bytes token;                      // access_token
    std::string type;                        // token_type
    std::optional<std::uint64_t> expires_in; // seconds
    std::optional<std::uint64_t> expires_on; // Unix seconds, by the issuer's clock
    std::string trace_id;                    // of an error, else its correlation_id
};

// Reads the body of a response. Both times may be numbers or strings. If it returns false, `why`
// describes the error and contains nothing of the body. Only the body and the response hold the token in
// memory.
LANGEXPORT_DECL bool read_token_response(std::string_view body, token_response& issued,
                                         std::string& why);

// Whether a 200 for a token request has a usable token. If not, `why` names what is missing.
LANGEXPORT_DECL bool is_usable(const token_response& issued, std::string& why);

// Returns when the token expires by the local clock. A managed identity may return a token that it got
// earlier, while `expires_in` is the token's whole lifetime. So `expires_on` is used first, as the
// difference to the response's own date, because either clock may be wrong. `now` is the time of the
// request.
LANGEXPORT_DECL std::chrono::system_clock::time_point
expiry_of(const token_response& issued, const response_message& response, token_issuer issuer,
          std::chrono::system_clock::time_point now) noexcept;

// Whether another request may succeed after a response with this status and error code.
LANGEXPORT_DECL bool may_pass(token_issuer issuer, unsigned status,
                              std::string_view error) noexcept;

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/protocol/impl/token_response.ipp>
#endif

#endif
