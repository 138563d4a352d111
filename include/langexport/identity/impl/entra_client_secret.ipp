#ifndef LANGEXPORT_IDENTITY_IMPL_ENTRA_CLIENT_SECRET_IPP
#define LANGEXPORT_IDENTITY_IMPL_ENTRA_CLIENT_SECRET_IPP

#include <langexport/error.hpp>
#include <langexport/identity/entra_client_secret.hpp>
#include <langexport/identity/impl/entra_endpoint.hpp>

#include <utility>

namespace langexport {
inline namespace v0 {

LANGEXPORT_TEMPLATE_DECL bearer_token_source entra_client_secret(entra_options options,
                                                                 std::string secret) {
    constexpr std::size_t longest_secret = 1024;
    const auto taken =
        detail::take_secret(secret, "client secret", longest_secret, errc::invalid_configuration);
    auto endpoint = detail::make_entra_endpoint(options, detail::client_proof::secret,
                                                [taken] { return taken; });
    endpoint.subject = "the client secret";
    endpoint.advice = "check the client secret: it may be wrong or have expired";
    return detail::make_issuer_source(std::move(endpoint));
}

} // namespace v0
} // namespace langexport

#endif
