#ifndef LANGEXPORT_TESTS_SECRETS_OTHER_PROCESS_HPP
#define LANGEXPORT_TESTS_SECRETS_OTHER_PROCESS_HPP

#include "secrets/memory_scan.hpp"
#include "support/catch.hpp"
#include "support/relay_proxy.hpp"

#include <langexport/testing/certificate.hpp>
#include <langexport/testing/emulator.hpp>
#include <langexport/testing/identity_emulator.hpp>

#include <boost/asio/io_context.hpp>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

#include <signal.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

namespace langexport_tests {

namespace asio = boost::asio;
namespace testing = langexport::testing;
using namespace std::chrono_literals;

inline const made_up_secret the_key(1);
inline const made_up_secret other_key(2);
inline const made_up_secret the_token(3);
inline const made_up_secret the_proof(4);      // of an identity, for an issuer of tokens
inline const made_up_secret the_password(5);   // for a proxy
inline const made_up_secret the_passphrase(6); // of the key of a client certificate

/// The emulators in another process, so that their memory is not ours.
class other_process {
public:
    explicit other_process(bool tls) {
        int ends[2];
        REQUIRE(pipe(ends) == 0);
        child_ = fork();
        REQUIRE(child_ >= 0);
        if (child_ == 0) {
            close(ends[0]);
            serve(tls, ends[1]);
        }
        close(ends[1]);
        char c = 0;
        std::string addresses;
        while (read(ends[0], &c, 1) == 1)
            addresses += c;
        close(ends[0]);
        std::istringstream lines(addresses);
        REQUIRE(std::getline(lines, endpoint));
        REQUIRE(std::getline(lines, authority));
        REQUIRE(std::getline(lines, proxy));
        std::getline(lines, ca_file);
        std::getline(lines, certificate_file);
        std::getline(lines, key_file);
    }
    ~other_process() {
        kill(child_, SIGKILL);
        waitpid(child_, nullptr, 0);
        for (const std::string& file : {ca_file, certificate_file, key_file})
            if (!file.empty())
                std::remove(file.c_str());
    }
    other_process(const other_process&) = delete;
    other_process& operator=(const other_process&) = delete;

    std::string endpoint;
    std::string authority;        // an issuer of tokens
    std::string proxy;            // its host and port
    std::string ca_file;          // of both
    std::string certificate_file; // of a client, with its encrypted key
    std::string key_file;         // the same key in clear text

private:
    [[noreturn]] static void serve(bool tls, int out) {
        asio::io_context context;
        testing::emulator_options options;
        options.tls = tls;
        options.keys = {the_key.reveal()};
        options.bearer_tokens = {the_token.reveal()};
        testing::emulator service(context.get_executor(), options);
        for (const char* name : {"Demo", "Silent"}) {
            testing::project p(name);
            p.job_duration = 0s;
            service.add_project(p);
        }
        service.on(testing::call_kind::submission, testing::occurrences::always(),
                   testing::canned_response::cut_after(0, testing::early_end::stall),
                   testing::for_project("Silent"));
        testing::identity_emulator_options issuer_options;
        issuer_options.tls = tls;
        issuer_options.certificate.host_names.push_back("login.example");
        testing::identity_emulator issuer(context.get_executor(), issuer_options);
        issuer.on(testing::issuer_call::any, testing::occurrences::always(),
                  testing::canned_response(200, R"({"token_type":"Bearer","expires_in":"3599",)"
                                                R"("access_token":")" +
                                                    the_token.reveal() + R"("})"));
        langexport_tests::relay_proxy proxy;
        std::string addresses = service.endpoint() + "\n" + issuer.authority() + "\n" +
                                proxy.url().substr(std::string("http://").size()) + "\n";
        if (tls) {
            const std::string path = "/tmp/langexport-secrets-" + std::to_string(getpid()) + ".pem";
            issuer.write_certificate(path);
            std::ifstream other(path);
            const std::string pem{std::istreambuf_iterator<char>(other), {}};
            service.write_certificate(path);
            std::ofstream(path, std::ios::app) << pem;
            addresses += path + "\n" + write_certificate();
        }
        if (write(out, addresses.data(), addresses.size()) < 0)
            _exit(1);
        close(out);
        alarm(120); // no process outlives the test
        context.run();
        _exit(0);
    }

    // The names of a file with a certificate and its key, which is encrypted, and of a file with the key in clear text.
    static std::string write_certificate() {
        const auto identity = testing::make_certificate({});
        const std::string path = "/tmp/langexport-secrets-" + std::to_string(getpid()) + ".key";
        BIO* const from = BIO_new_mem_buf(identity.private_key_pem.data(),
                                          static_cast<int>(identity.private_key_pem.size()));
        EVP_PKEY* const key = PEM_read_bio_PrivateKey(from, nullptr, nullptr, nullptr);
        BIO* const to = BIO_new_file(path.c_str(), "w");
        const std::string passphrase = the_passphrase.reveal();
        if (!key || !to ||
            BIO_write(to, identity.certificate_pem.data(),
                      static_cast<int>(identity.certificate_pem.size())) <= 0 ||
            PEM_write_bio_PKCS8PrivateKey(to, key, EVP_aes_256_cbc(), passphrase.data(),
                                          static_cast<int>(passphrase.size()), nullptr,
                                          nullptr) != 1)
            _exit(1);
        EVP_PKEY_free(key);
        BIO_free(from);
        BIO_free(to);
        const std::string clear_path = path + ".clear";
        std::ofstream(clear_path) << identity.private_key_pem;
        return path + "\n" + clear_path;
    }

    pid_t child_ = -1;
};

} // namespace langexport_tests

#endif
