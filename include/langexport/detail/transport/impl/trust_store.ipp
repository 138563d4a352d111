#ifndef LANGEXPORT_DETAIL_TRANSPORT_IMPL_TRUST_STORE_IPP
#define LANGEXPORT_DETAIL_TRANSPORT_IMPL_TRUST_STORE_IPP

#include <langexport/detail/base/text.hpp>
#include <langexport/detail/transport/impl/certificate_places.hpp>
#include <langexport/detail/transport/openssl_error.hpp>
#include <langexport/detail/transport/pem_reader.hpp>
#include <langexport/detail/transport/trust_store.hpp>

#include <openssl/err.h>
#include <openssl/pem.h>

#include <cstddef>
#include <mutex>
#include <new>
#include <string>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

inline bool has_certificates(X509_STORE* store) {
    return sk_X509_OBJECT_num(X509_STORE_get0_objects(store)) > 0;
}

inline store_ptr share(X509_STORE* store) noexcept {
    X509_STORE_up_ref(store);
    return store_ptr(store);
}

inline bool reject_place(tls_problem& problem, const system_place& place, const std::string& why) {
    problem.why = std::string("the environment variable ") + place.variable + ": " + why;
    return false;
}

inline bool reject_for_now(tls_problem& problem, const error_code& shortage) {
    problem.why = "the trusted certificates of the system cannot be read: " + shortage.message();
    problem.shortage = shortage;
    return false;
}

// Adds the certificates of the system's file. A file that the environment names must exist.
inline bool add_system_file(X509_STORE* store, const system_place& file, tls_problem& problem) {
    if (X509_STORE_load_file(store, file.path.c_str()) == 1)
        return true;
    const error_code failure = take_openssl_error();
    if (is_shortage(failure))
        return reject_for_now(problem, failure);
    if (!file.is_chosen || is_empty_file(file.path))
        return true;
    return reject_place(problem, file,
                        "no certificates can be read from the file '" + file.path +
                            "': " + failure.message());
}

// The same for the system's folder, which may be a list of them.
inline bool add_system_folder(X509_STORE* store, const system_place& folder,
                              const folder_content& content, tls_problem& problem) {
    if (content.shortage)
        return reject_for_now(problem, content.shortage);
    if (folder.is_chosen && !content.exists)
        return reject_place(problem, folder, "there is no folder '" + folder.path + "'");
    if (folder.is_chosen && !content.has_hashed && content.has_others)
        return reject_place(problem, folder, unhashed_words(folder.path));
    return !content.has_hashed || X509_STORE_load_path(store, folder.path.c_str()) == 1;
}

// The certificates that the system trusts. A failure is not cached, so the program needs no restart after the system
// was repaired.
inline store_ptr system_store(tls_problem& problem) {
    static std::mutex mutex;
    static store_ptr loaded;
    const std::lock_guard lock(mutex);
    if (loaded)
        return share(loaded.get());
    const system_place file(X509_get_default_cert_file_env(), X509_get_default_cert_file());
    const system_place folder(X509_get_default_cert_dir_env(), X509_get_default_cert_dir());
    store_ptr store(X509_STORE_new());
    if (!store)
        throw std::bad_alloc();
    const folder_content content = content_of(folder.path);
    if (!add_system_file(store.get(), file, problem) ||
        !add_system_folder(store.get(), folder, content, problem))
        return nullptr;
    if (!has_certificates(store.get()) && !content.has_hashed) {
        problem.why = "no trust anchors: there are no certificates in the file " + file.path +
                      " nor in the folder " + folder.path +
                      "; install them (Debian: apt-get install ca-certificates), or set "
                      "SSL_CERT_FILE or SSL_CERT_DIR";
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
        return reject_pem(problem, "tls.ca_pem",
                          "the text has a certificate that cannot be read, after " +
                              count_of(count, "certificate"));
    if (count == 0)
        return reject_pem(problem, "tls.ca_pem", "no certificates can be read from the text");
    ERR_clear_error();
    return true;
}

inline bool add_trusted_folder(X509_STORE* store, const std::string& folder, tls_problem& problem) {
    const folder_content content = content_of(folder);
    ERR_clear_error();
    if (content.has_hashed && X509_STORE_load_path(store, folder.c_str()) == 1)
        return true;
    reject_pem(problem, "tls.ca_folder",
               content.has_others && !content.has_hashed
                   ? unhashed_words(folder)
                   : "there are no certificates in the folder '" + folder + "'");
    if (content.shortage)
        problem.shortage = content.shortage;
    return false;
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
         reject_pem(problem, "ca_file",
                    "no certificates can be read from the file '" + settings.ca_file + "'")) &&
        (more.ca_folder.empty() || add_trusted_folder(store.get(), more.ca_folder, problem)) &&
        (more.ca_pem.empty() || add_trusted_pem(store.get(), more.ca_pem, problem));
    return is_loaded ? std::move(store) : nullptr;
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
