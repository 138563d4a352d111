#ifndef LANGEXPORT_DETAIL_TRANSPORT_TLS_SETTINGS_HPP
#define LANGEXPORT_DETAIL_TRANSPORT_TLS_SETTINGS_HPP

#include <langexport/error.hpp>
#include <langexport/tls_params.hpp>

#include <string>

namespace langexport {
inline namespace v0 {
namespace detail {

// The settings of a client's TLS connections.
struct tls_settings {
    std::string ca_file;
    tls_params more = {};

    bool is_default() const noexcept {
        return ca_file.empty() && more.ca_folder.empty() && more.ca_pem.empty() &&
               !has_certificate() && more.min_version == tls_version::v1_2 && !more.prepare_context;
    }
    bool has_certificate() const noexcept {
        return !more.certificate_file.empty() || !more.certificate_pem.empty();
    }
};

// The reason why the settings cannot be used.
struct tls_problem {
    const char* field = "ca_file"; // of client_params
    std::string why;
    error_code shortage = {}; // set if the reason is a shortage, which is transient
};

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
