#ifndef LANGEXPORT_IMPL_TLS_PARAMS_IPP
#define LANGEXPORT_IMPL_TLS_PARAMS_IPP

#include <langexport/tls_params.hpp>

namespace langexport {
inline namespace v0 {

LANGEXPORT_DECL private_key_pem::private_key_pem(std::string pem) {
    if (!pem.empty())
        bytes_ = std::make_shared<const detail::secret_bytes>(pem.begin(), pem.end());
    OPENSSL_cleanse(pem.data(), pem.size());
}

LANGEXPORT_DECL std::string_view to_string(tls_version version) noexcept {
    return version == tls_version::v1_3 ? "1.3" : "1.2";
}

} // namespace v0
} // namespace langexport

#endif
