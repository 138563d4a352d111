#ifndef LANGEXPORT_IDENTITY_IMPL_ENTRA_WORKLOAD_IDENTITY_IPP
#define LANGEXPORT_IDENTITY_IMPL_ENTRA_WORKLOAD_IDENTITY_IPP

#include <langexport/error.hpp>
#include <langexport/identity/entra_workload_identity.hpp>
#include <langexport/identity/impl/assertion_file.hpp>
#include <langexport/identity/impl/entra_endpoint.hpp>

#include <utility>

namespace langexport {
inline namespace v0 {
LANGEXPORT_TEMPLATE_DECL bearer_token_source
entra_workload_identity(entra_options options, std::filesystem::path token_file) {
    if (token_file.empty())
        detail::throw_error(errc::invalid_configuration,
                            "the path of the token file of the workload identity is empty");
    auto endpoint = detail::make_entra_endpoint(
        options, detail::client_proof::assertion,
        [path = std::move(token_file)] { return detail::read_assertion(path); });
    endpoint.subject = "the workload identity";
    endpoint.advice = "check the federated credential of the application: its issuer, subject and "
                      "audience must be those of the token file";
    return detail::make_issuer_source(std::move(endpoint));
}

} // namespace v0
} // namespace langexport

#endif
