#include <langexport/detail/transport/client_certificate.hpp>
#include <langexport/detail/transport/pem_reader.hpp>
#include <langexport/testing/certificate.hpp>

#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <memory>
#include <stdexcept>
#include <string>

namespace client_certificate_test {

namespace testing = langexport::testing;
using namespace langexport::detail;
using langexport_tests::contains_text;
using langexport_tests::temporary_folder;
using langexport_tests::write_content;

namespace {

// A client certificate of two, and a context for it.
class certificate_bench {
public:
    const testing::server_certificate own = testing::make_certificate({});
    const testing::server_certificate other = testing::make_certificate({});
    tls_settings settings;
    tls_problem problem;

    bool use() { return use_client_certificate(context_.get(), settings, problem); }
    bool has_key_of_certificate() const { return SSL_CTX_check_private_key(context_.get()) == 1; }
    bool has_certificate() const { return SSL_CTX_get0_certificate(context_.get()) != nullptr; }
    int chain_length() const {
        STACK_OF(X509)* chain = nullptr;
        SSL_CTX_get0_chain_certs(context_.get(), &chain);
        return chain ? sk_X509_num(chain) : 0;
    }

private:
    struct free_context {
        void operator()(SSL_CTX* context) const noexcept { SSL_CTX_free(context); }
    };
    std::unique_ptr<SSL_CTX, free_context> context_{SSL_CTX_new(TLS_client_method())};
};

std::string encrypted(const std::string& key_pem, const std::string& passphrase) {
    const bio_ptr in = bio_of(key_pem);
    const key_ptr key(PEM_read_bio_PrivateKey(in.get(), nullptr, nullptr, nullptr));
    const bio_ptr out(BIO_new(BIO_s_mem()));
    REQUIRE(PEM_write_bio_PKCS8PrivateKey(out.get(), key.get(), EVP_aes_256_cbc(),
                                          passphrase.data(), static_cast<int>(passphrase.size()),
                                          nullptr, nullptr) == 1);
    char* bytes = nullptr;
    const long size = BIO_get_mem_data(out.get(), &bytes);
    return std::string(bytes, static_cast<std::size_t>(size));
}

} // namespace

TEST_CASE("without a client certificate the context is unchanged", "[client_certificate]") {
    certificate_bench b;
    b.settings.more.key_pem = b.own.private_key_pem;
    CHECK(b.use());
    CHECK_FALSE(b.has_certificate());
}

TEST_CASE("a client certificate and its key come from memory or files", "[client_certificate]") {
    const temporary_folder folder;
    certificate_bench b;
    langexport::tls_params& tls = b.settings.more;
    int in_chain = 0;
    SECTION("texts") {
        tls.certificate_pem = b.own.certificate_pem;
        tls.key_pem = b.own.private_key_pem;
    }
    SECTION("files") {
        write_content(folder / "client.pem", b.own.certificate_pem);
        write_content(folder / "client.key", b.own.private_key_pem);
        tls.certificate_file = folder / "client.pem";
        tls.key_file = folder / "client.key";
    }
    SECTION("one text with the certificate, its authority and the key") {
        tls.certificate_pem = b.own.certificate_pem + b.own.authority_pem + b.own.private_key_pem;
        in_chain = 1;
    }
    SECTION("one file with all three") {
        write_content(folder / "all.pem",
                      b.own.certificate_pem + b.own.authority_pem + b.own.private_key_pem);
        tls.certificate_file = folder / "all.pem";
        in_chain = 1;
    }
    CHECK(b.use());
    CHECK(b.has_certificate());
    CHECK(b.has_key_of_certificate());
    CHECK(b.chain_length() == in_chain);
    CHECK(ERR_peek_error() == 0); // nothing remains for the next call of OpenSSL
}

TEST_CASE("a certificate or key that cannot be used is reported with its field",
          "[client_certificate]") {
    const temporary_folder folder;
    certificate_bench b;
    langexport::tls_params& tls = b.settings.more;
    tls.certificate_pem = b.own.certificate_pem;
    tls.key_pem = b.own.private_key_pem;
    std::string field, why;
    SECTION("the file does not exist") {
        tls.certificate_pem.clear();
        tls.certificate_file = folder / "none.pem";
        field = "tls.certificate_file";
        why = "no certificate can be read from the file '" + tls.certificate_file + "'";
    }
    SECTION("the text is not a certificate") {
        tls.certificate_pem = b.own.private_key_pem;
        field = "tls.certificate_pem";
        why = "no certificate can be read from the text";
    }
    SECTION("the chain is damaged") {
        tls.certificate_pem += "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        field = "tls.certificate_pem";
        why = "a certificate after the first one cannot be read from the text";
    }
    SECTION("there is no key") {
        tls.key_pem = {};
        field = "tls.certificate_pem";
        why = "no private key can be read from the text";
    }
    SECTION("the key file is empty") {
        write_content(folder / "client.key", "");
        tls.key_pem = {};
        tls.key_file = folder / "client.key";
        field = "tls.key_file";
        why = "no private key can be read from the file '" + tls.key_file + "'";
    }
    SECTION("the key belongs to another certificate") {
        tls.key_pem = b.other.private_key_pem;
        field = "tls.key_pem";
        why = "the key in the text does not belong to the client certificate";
    }
    CHECK_FALSE(b.use());
    CHECK(b.problem.field == field);
    CHECK_THAT(b.problem.why, contains_text(why));
    CHECK(ERR_peek_error() == 0);
}

TEST_CASE("the passphrase function decrypts the key", "[client_certificate]") {
    certificate_bench b;
    langexport::tls_params& tls = b.settings.more;
    tls.certificate_pem = b.own.certificate_pem;
    tls.key_pem = encrypted(b.own.private_key_pem, "open sesame");
    int calls = 0;
    const auto returns = [&](std::string text) {
        return [&calls, text] {
            ++calls;
            return text;
        };
    };
    SECTION("the passphrase") {
        tls.passphrase = returns("open sesame");
        CHECK(b.use());
        CHECK(b.has_key_of_certificate());
        CHECK(calls == 1);
    }
    SECTION("a wrong passphrase, none, and one that is too long for OpenSSL") {
        for (const std::string& wrong :
             {std::string("Open sesame"), std::string(), std::string(100'000, 'x')}) {
            tls.passphrase = returns(wrong);
            CHECK_FALSE(b.use());
            CHECK(b.problem.field == std::string("tls.passphrase"));
            CHECK_THAT(b.problem.why,
                       contains_text("the text cannot be decrypted with this passphrase"));
        }
        CHECK(calls >= 3); // OpenSSL may call it again for another format
    }
    SECTION("no function") {
        CHECK_FALSE(b.use());
        CHECK(b.problem.field == std::string("tls.passphrase"));
        CHECK_THAT(b.problem.why,
                   contains_text("the text is encrypted, and there is no passphrase"));
    }
    SECTION("an exception reaches the caller") {
        tls.passphrase = []() -> std::string { throw std::runtime_error("no terminal"); };
        CHECK_THROWS_WITH(b.use(), "no terminal");
        tls.passphrase = returns("open sesame");
        CHECK(b.use());
    }
}

TEST_CASE("a key without encryption needs no passphrase", "[client_certificate]") {
    certificate_bench b;
    b.settings.more.certificate_pem = b.own.certificate_pem;
    b.settings.more.key_pem = b.own.private_key_pem;
    int calls = 0;
    b.settings.more.passphrase = [&] {
        ++calls;
        return std::string("unused");
    };
    CHECK(b.use());
    CHECK(calls == 0);
}

} // namespace client_certificate_test
