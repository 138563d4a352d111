#ifndef LANGEXPORT_DETAIL_TRANSPORT_PEM_READER_HPP
#define LANGEXPORT_DETAIL_TRANSPORT_PEM_READER_HPP

#include <langexport/detail/transport/openssl_error.hpp>
#include <langexport/detail/transport/tls_settings.hpp>
#include <langexport/version.hpp>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <memory>
#include <new>
#include <string>
#include <string_view>

namespace langexport {
inline namespace v0 {
namespace detail {

struct free_pem {
    void operator()(BIO* bio) const noexcept { BIO_free(bio); }
    void operator()(X509* certificate) const noexcept { X509_free(certificate); }
    void operator()(EVP_PKEY* key) const noexcept { EVP_PKEY_free(key); }
};
using bio_ptr = std::unique_ptr<BIO, free_pem>;
using certificate_ptr = std::unique_ptr<X509, free_pem>;
using key_ptr = std::unique_ptr<EVP_PKEY, free_pem>;

// Reads a text that lives as long as the result.
inline bio_ptr bio_of(std::string_view text) {
    bio_ptr bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
    if (!bio)
        throw std::bad_alloc();
    return bio;
}

// Null if the file cannot be opened.
inline bio_ptr bio_of_file(const std::string& path) {
    return bio_ptr(BIO_new_file(path.c_str(), "r"));
}

// Stores why a text could not be read, with OpenSSL's reason if there is one. Returns false.
inline bool reject_pem(tls_problem& problem, const char* field, const std::string& why) {
    // The first error gives the cause; the last one only shows where OpenSSL detected it.
    const error_code failure = take_openssl_error();
    problem.field = field;
    problem.shortage = is_shortage(failure) ? failure : error_code();
    problem.why = why + (failure ? ": " + failure.message() : std::string());
    return false;
}

// Whether reading ended because the text has no further part; otherwise its next part cannot be read.
inline bool is_end_of_pem() noexcept {
    const unsigned long last = ERR_peek_last_error();
    return ERR_GET_LIB(last) == ERR_LIB_PEM && ERR_GET_REASON(last) == PEM_R_NO_START_LINE;
}

// Prevents OpenSSL from prompting at the terminal.
inline int no_passphrase(char*, int, int, void*) noexcept {
    return -1;
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
