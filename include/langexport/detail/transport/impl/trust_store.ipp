#ifndef LANGEXPORT_DETAIL_TRANSPORT_IMPL_TRUST_STORE_IPP
#define LANGEXPORT_DETAIL_TRANSPORT_IMPL_TRUST_STORE_IPP

#include <langexport/detail/base/text.hpp>
#include <langexport/detail/transport/openssl_error.hpp>
#include <langexport/detail/transport/pem_reader.hpp>
#include <langexport/detail/transport/trust_store.hpp>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/store.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <mutex>
#include <new>
#include <string>
#include <string_view>

namespace langexport {
inline namespace v0 {
namespace detail {

inline std::string value_or(const char* variable, const char* otherwise) {
    const char* value = std::getenv(variable);
    return value && *value ? value : otherwise;
}

// OpenSSL separates directories like this, in `SSL_CERT_DIR` and elsewhere.
#if defined(OPENSSL_SYS_WINDOWS)
inline constexpr char directory_separator = ';';
#else
inline constexpr char directory_separator = ':';
#endif

// OpenSSL reads directories of certificates on demand only, so this function checks whether one of them has any.
inline bool has_entries(std::string_view directories) {
    bool found = false;
    while (!found && !directories.empty()) {
        const std::size_t end =
            (std::min)(directories.find(directory_separator), directories.size());
        const std::string directory(directories.substr(0, end));
        directories.remove_prefix((std::min)(end + 1, directories.size()));
        OSSL_STORE_CTX* const listing =
            OSSL_STORE_open(directory.c_str(), nullptr, nullptr, nullptr, nullptr);
        OSSL_STORE_INFO* const first = listing ? OSSL_STORE_load(listing) : nullptr;
        found = first != nullptr;
        OSSL_STORE_INFO_free(first);
        OSSL_STORE_close(listing);
    }
    return found;
}

inline bool has_certificates(X509_STORE* store) {
    return sk_X509_OBJECT_num(X509_STORE_get0_objects(store)) > 0;
}

inline store_ptr share(X509_STORE* store) noexcept {
    X509_STORE_up_ref(store);
    return store_ptr(store);
}

// The certificates that the system trusts. A failure is not cached: after a repair of the system, the program
// needs no restart.
inline store_ptr system_store(tls_problem& problem) {
    static std::mutex mutex;
    static store_ptr loaded;
    const std::lock_guard lock(mutex);
    if (loaded)
        return share(loaded.get());
    const std::string file =
        value_or(X509_get_default_cert_file_env(), X509_get_default_cert_file());
    const std::string directory =
        value_or(X509_get_default_cert_dir_env(), X509_get_default_cert_dir());
    store_ptr store(X509_STORE_new());
    const bool is_loaded = store && X509_STORE_set_default_paths(store.get()) == 1 &&
                           (has_certificates(store.get()) || has_entries(directory));
    const error_code failure = take_openssl_error();
    if (!is_loaded && is_shortage(failure)) {
        problem.why = "the trusted certificates of the system cannot be read: " + failure.message();
        problem.shortage = failure;
        return nullptr;
    }
    if (!is_loaded) {
        problem.why = "no trust anchors: there are no certificates in the file " + file +
                      " nor in the directory " + directory +
                      "; install them (Debian: apt-get install ca-certificates), set "
                      "SSL_CERT_FILE or SSL_CERT_DIR, or set client_params::ca_file";
        return nullptr;
    }
    loaded = std::move(store);
    return share(loaded.get());
}

inline bool add_trusted_pem(X509_STORE* store, const std::string& pem, tls_problem& problem) {
    const bio_ptr bio = bio_of(pem);
    std::size_t count = 0;
    while (
        const certificate_ptr each{PEM_read_bio_X509(bio.get(), nullptr, no_passphrase, nullptr)})
        count += X509_STORE_add_cert(store, each.get()) == 1 ? 1 : 0;
    if (!is_end_of_pem() && count != 0)
        return refuse_pem(problem, "tls.ca_pem",
                          "the text has a certificate that cannot be read, behind " +
                              count_of(count, "certificate"));
    if (count == 0)
        return refuse_pem(problem, "tls.ca_pem", "no certificates can be read from the text");
    ERR_clear_error();
    return true;
}

LANGEXPORT_DECL store_ptr trusted_certificates(const tls_settings& settings, tls_problem& problem) {
    const tls_params& more = settings.more;
    if (settings.ca_file.empty() && more.ca_folder.empty() && more.ca_pem.empty())
        return system_store(problem);
    store_ptr store(X509_STORE_new());
    if (!store)
        throw std::bad_alloc();
    const bool is_loaded =
        (settings.ca_file.empty() ||
         X509_STORE_load_file(store.get(), settings.ca_file.c_str()) == 1 ||
         refuse_pem(problem, "ca_file",
                    "no certificates can be read from the file '" + settings.ca_file + "'")) &&
        (more.ca_folder.empty() ||
         (has_entries(more.ca_folder) &&
          X509_STORE_load_path(store.get(), more.ca_folder.c_str()) == 1) ||
         refuse_pem(problem, "tls.ca_folder",
                    "there are no certificates in the folder '" + more.ca_folder + "'")) &&
        (more.ca_pem.empty() || add_trusted_pem(store.get(), more.ca_pem, problem));
    return is_loaded ? std::move(store) : nullptr;
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
