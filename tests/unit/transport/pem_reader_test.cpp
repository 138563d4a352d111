#include <langexport/detail/transport/pem_reader.hpp>
#include <langexport/testing/certificate.hpp>

#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <cerrno>
#include <cstddef>
#include <string>

namespace pem_reader_test {

using namespace langexport;
using namespace langexport::detail;
using langexport_tests::contains_text;
using langexport_tests::temporary_folder;
using langexport_tests::write_content;

namespace {

// The number of certificates at the beginning of a text, and whether the text ends after them.
struct certificates {
    std::size_t count = 0;
    bool is_end = false;
};

certificates read_certificates(const bio_ptr& from) {
    ERR_clear_error();
    certificates result;
    while (
        const certificate_ptr each{PEM_read_bio_X509(from.get(), nullptr, no_passphrase, nullptr)})
        ++result.count;
    result.is_end = is_end_of_pem();
    ERR_clear_error();
    return result;
}

std::string private_key() {
    return testing::make_certificate(testing::certificate_options()).private_key_pem;
}

// The same key, encrypted.
std::string encrypted(const std::string& pem, const std::string& passphrase) {
    const bio_ptr from = bio_of(pem), into(BIO_new(BIO_s_mem()));
    const key_ptr key(PEM_read_bio_PrivateKey(from.get(), nullptr, no_passphrase, nullptr));
    REQUIRE(key);
    REQUIRE(PEM_write_bio_PKCS8PrivateKey(into.get(), key.get(), EVP_aes_256_cbc(),
                                          passphrase.data(), static_cast<int>(passphrase.size()),
                                          nullptr, nullptr) == 1);
    char* text = nullptr;
    const long size = BIO_get_mem_data(into.get(), &text);
    return std::string(text, static_cast<std::size_t>(size));
}

} // namespace

TEST_CASE("the end of a PEM text differs from a part that cannot be read", "[pem_reader]") {
    const std::string good =
        testing::make_certificate(testing::certificate_options()).authority_pem;
    const std::string two = good + "\nA comment\n" + good;
    SECTION("behind the last certificate") {
        const certificates read = read_certificates(bio_of(two + "A comment\n"));
        CHECK(read.count == 2);
        CHECK(read.is_end);
    }
    SECTION("an empty text") {
        const certificates read = read_certificates(bio_of(""));
        CHECK(read.count == 0);
        CHECK(read.is_end);
    }
    SECTION("a truncated certificate") {
        const certificates read = read_certificates(bio_of(two.substr(0, two.size() - 60)));
        CHECK(read.count == 1);
        CHECK_FALSE(read.is_end);
    }
    SECTION("a certificate with damaged content") {
        std::string damaged = two;
        damaged.replace(damaged.size() - 100, 1, "!");
        const certificates read = read_certificates(bio_of(damaged));
        CHECK(read.count == 1);
        CHECK_FALSE(read.is_end);
    }
}

TEST_CASE("a PEM file is read like a text, and a missing one is null", "[pem_reader]") {
    const temporary_folder folder;
    write_content(folder / "ca.pem",
                  testing::make_certificate(testing::certificate_options()).authority_pem);
    const bio_ptr file = bio_of_file((folder / "ca.pem").string());
    REQUIRE(file);
    CHECK(read_certificates(file).count == 1);
    CHECK_FALSE(bio_of_file((folder / "missing.pem").string()));
    CHECK(take_openssl_error() == error_code(ENOENT, boost::system::system_category()));
}

TEST_CASE("a rejected PEM is described with OpenSSL's first reason", "[pem_reader]") {
    ERR_clear_error();
    tls_problem problem;
    SECTION("with a reason") {
        ERR_raise(ERR_LIB_PEM, PEM_R_BAD_BASE64_DECODE);
        ERR_raise(ERR_LIB_PEM, PEM_R_NO_START_LINE);
        CHECK_FALSE(reject_pem(problem, "tls.ca_pem", "the text is damaged"));
        CHECK(std::string(problem.field) == "tls.ca_pem");
        CHECK_THAT(problem.why,
                   contains_text("the text is damaged: ") && contains_text("bad base64 decode"));
        CHECK_FALSE(problem.shortage);
    }
    SECTION("without one") {
        CHECK_FALSE(reject_pem(problem, "tls.ca_pem", "the text is damaged"));
        CHECK(problem.why == "the text is damaged");
        CHECK_FALSE(problem.shortage);
    }
    SECTION("a shortage is kept, because it passes") {
        ERR_raise(ERR_LIB_PEM, PEM_R_BAD_BASE64_DECODE);
        ERR_raise(ERR_LIB_SYS, EMFILE);
        CHECK_FALSE(reject_pem(problem, "ca_file", "no certificates can be read"));
        CHECK(problem.shortage == error_code(EMFILE, boost::system::system_category()));
        CHECK_THAT(problem.why, contains_text("Too many open files"));
    }
    SECTION("a later rejection is not one of a shortage any more") {
        problem.shortage = error_code(EMFILE, boost::system::system_category());
        CHECK_FALSE(reject_pem(problem, "tls.ca_pem", "the text is damaged"));
        CHECK_FALSE(problem.shortage);
    }
    CHECK(ERR_peek_error() == 0);
}

TEST_CASE("an encrypted key is rejected without a question at the terminal", "[pem_reader]") {
    const std::string plain = private_key();
    for (const std::string passphrase : {"secret", ""}) {
        CAPTURE(passphrase);
        const std::string pem = encrypted(plain, passphrase);
        REQUIRE_THAT(pem, contains_text("ENCRYPTED"));
        const bio_ptr bio = bio_of(pem);
        CHECK_FALSE(key_ptr(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr)));
        ERR_clear_error();
    }
}

} // namespace pem_reader_test
