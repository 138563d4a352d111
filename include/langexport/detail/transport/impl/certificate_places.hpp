#ifndef LANGEXPORT_DETAIL_TRANSPORT_IMPL_CERTIFICATE_PLACES_HPP
#define LANGEXPORT_DETAIL_TRANSPORT_IMPL_CERTIFICATE_PLACES_HPP

#include <langexport/detail/base/shell_word.hpp>
#include <langexport/detail/base/shortage.hpp>
#include <langexport/detail/base/text.hpp>
#include <langexport/detail/transport/openssl_error.hpp>
#include <langexport/detail/transport/pem_reader.hpp>
#include <langexport/error.hpp>
#include <langexport/version.hpp>

#include <boost/system/errc.hpp>

#include <openssl/bio.h>
#include <openssl/e_os2.h>
#include <openssl/err.h>
#include <openssl/store.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

namespace langexport {
inline namespace v0 {
namespace detail {

// OpenSSL separates directories like this, in `SSL_CERT_DIR` and elsewhere.
#if defined(OPENSSL_SYS_WINDOWS)
inline constexpr char directory_separator = ';';
#else
inline constexpr char directory_separator = ':';
#endif

// A place where the system has its trusted certificates: the one that the variable names, or else OpenSSL's own.
struct system_place {
    system_place(const char* name, const char* otherwise) : variable(name) {
#if defined(__GLIBC__)
        const char* const value =
            secure_getenv(name); // ignored in programs that run with elevated privileges
#else
        const char* const value = std::getenv(name);
#endif
        is_chosen = value && *value;
        path = is_chosen ? value : otherwise;
    }

    const char* variable;
    std::string path;
    bool is_chosen; // the variable is set
};

// The contents of a folder of certificates. OpenSSL reads it on demand, and finds only files that are named by their
// hashes.
struct folder_content {
    bool exists = false, has_hashed = false, has_others = false;
    error_code shortage = {}; // why it could not be read
};

// Whether a file has a name that `openssl rehash` creates: "5ed36f99.0".
inline bool is_hashed_name(std::string_view name) noexcept {
    constexpr std::size_t hash = 8;
    return name.size() > hash + 1 && name[hash] == '.' &&
           std::all_of(name.begin(), name.begin() + hash, is_hex) &&
           std::all_of(name.begin() + hash + 1, name.end(), is_digit);
}

// Whether a file's name is usual for a certificate.
inline bool is_certificate_name(std::string_view name) {
    const std::string end = to_lower(name.substr((std::min)(name.rfind('.'), name.size())));
    return end == ".pem" || end == ".crt" || end == ".cer" || end == ".cert";
}

struct free_listing {
    void operator()(OSSL_STORE_CTX* listing) const noexcept { OSSL_STORE_close(listing); }
    void operator()(OSSL_STORE_INFO* entry) const noexcept { OSSL_STORE_INFO_free(entry); }
};
using listing_ptr = std::unique_ptr<OSSL_STORE_CTX, free_listing>;
using listed_ptr = std::unique_ptr<OSSL_STORE_INFO, free_listing>;

// If a folder exists but cannot be listed, its files may be readable nevertheless.
inline void look_into(const std::string& folder, folder_content& found) {
    const listing_ptr listing(OSSL_STORE_open(folder.c_str(), nullptr, nullptr, nullptr, nullptr));
    const error_code failure = take_openssl_error();
    if (!listing && is_shortage(failure))
        found.shortage = failure;
    const bool is_hidden = !listing && failure == boost::system::errc::permission_denied;
    found.exists = found.exists || listing || is_hidden;
    found.has_hashed = found.has_hashed || is_hidden;
    while (listing && OSSL_STORE_eof(listing.get()) == 0) {
        const listed_ptr entry(OSSL_STORE_load(listing.get()));
        if (!entry || OSSL_STORE_INFO_get_type(entry.get()) != OSSL_STORE_INFO_NAME)
            break; // some programs set "/dev/null" to have no folder
        const std::string_view path = OSSL_STORE_INFO_get0_NAME(entry.get());
        const std::string_view name = path.substr(path.rfind('/') + 1);
        found.has_hashed = found.has_hashed || is_hashed_name(name);
        found.has_others = found.has_others || is_certificate_name(name);
    }
    ERR_clear_error();
}

// Looks into all folders of a list.
inline folder_content content_of(std::string_view folders) {
    folder_content found;
    while (!folders.empty()) {
        const std::size_t end = (std::min)(folders.find(directory_separator), folders.size());
        if (end != 0)
            look_into(std::string(folders.substr(0, end)), found);
        folders.remove_prefix((std::min)(end + 1, folders.size()));
    }
    return found;
}

// The message about a folder in which OpenSSL finds nothing, with the remedy.
inline std::string unhashed_words(const std::string& folder) {
    return "the certificates in the folder '" + folder +
           "' are not named by their hashes; run: openssl rehash " + shell_word(folder);
}

// Whether a file can be read and is empty. Some programs name such a file in order to trust no certificate.
inline bool is_empty_file(const std::string& path) {
    const bio_ptr file = bio_of_file(path);
    char byte = 0;
    const bool is_empty = file && BIO_read(file.get(), &byte, 1) == 0;
    ERR_clear_error();
    return is_empty;
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
