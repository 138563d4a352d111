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

// Who issues a token.
enum class token_issuer {
    authority,       // the authority of an application (Microsoft Entra ID)
    managed_identity // an endpoint of the machine or of its host
};

// What a token endpoint wrote, good or bad. Members that it did not write are empty.
struct token_response {
    secret_bytes token;                      // access_token
    std::string type;                        // token_type
    std::optional<std::uint64_t> expires_in; // seconds
    std::optional<std::uint64_t> expires_on; // Unix seconds, by the issuer's clock
    std::string trace_id;                    // of an error, else its correlation_id
};

// Reads the body of a response. Both times may be numbers or strings. False: `why` says what is wrong, with nothing of the
// body. The memory that held the token while it was read is the body's and the response's alone.
LANGEXPORT_DECL bool read_token_response(std::string_view body, token_response& issued,
                                         std::string& why);

// Whether the response to a request for a token, with status 200, has one that can be used: `why` says what is missing.
LANGEXPORT_DECL bool is_usable(const token_response& issued, std::string& why);

// When the token ends by the local clock. A managed identity returns tokens that it got earlier: there `expires_in` may
// be the whole life of the token. So `expires_on` counts first, as the difference to the response's own date, because
// either clock may be wrong. `now` is the time of the request.
LANGEXPORT_DECL std::chrono::system_clock::time_point
expiry_of(const token_response& issued, const response_message& response, token_issuer issuer,
          std::chrono::system_clock::time_point now) noexcept;

// Whether another request may succeed after a response with this status and this word of the issuer.
LANGEXPORT_DECL bool may_pass(token_issuer issuer, unsigned status,
                              std::string_view error) noexcept;

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/protocol/impl/token_response.ipp>
#endif

#endif
