#ifndef LANGEXPORT_IMPL_TLS_PARAMS_IPP
#define LANGEXPORT_IMPL_TLS_PARAMS_IPP

#include <langexport/detail/base/name_table.hpp>
#include <langexport/tls_params.hpp>

namespace langexport {
inline namespace v0 {
namespace detail {

inline constexpr named_value<tls_version> tls_version_names[] = {{tls_version::v1_2, "1.2"},
                                                                 {tls_version::v1_3, "1.3"}};

} // namespace detail

LANGEXPORT_DECL private_key_pem::private_key_pem(std::string pem) {
    if (!pem.empty())
        bytes_ = std::make_shared<const detail::secret_bytes>(pem.begin(), pem.end());
    OPENSSL_cleanse(pem.data(), pem.size());
}

LANGEXPORT_DECL std::string_view to_string(tls_version version) noexcept {
    return detail::name_in(detail::tls_version_names, version);
}

} // namespace v0
} // namespace langexport

#endif
