// Parts of a key or token in this process after its last user was destroyed.
#include "examples/tool/backup_resource.hpp"

#include <langexport.hpp>
#include <langexport/identity/entra_client_secret.hpp>
#include <langexport/identity/entra_workload_identity.hpp>
#include <langexport/identity/impl/identity_environment.hpp>
#include <langexport/identity/managed_identity.hpp>
#include <langexport/identity/token_chain.hpp>

#include "secrets/memory_scan.hpp"
#include "secrets/other_process.hpp"
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <openssl/crypto.h>

#include <chrono>
#include <exception>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

namespace secrets_test {

namespace asio = boost::asio;

namespace {

using namespace std::chrono_literals;
using langexport::client;
using langexport::client_params;
using langexport::errc;
using langexport_tests::call_deeply;
using langexport_tests::describe;
using langexport_tests::find_leftovers;
using langexport_tests::leftover;
using langexport_tests::made_up_secret;
using langexport_tests::masked_secret;
using langexport_tests::other_key;
using langexport_tests::other_process;
using langexport_tests::the_key;
using langexport_tests::the_passphrase;
using langexport_tests::the_password;
using langexport_tests::the_proof;
using langexport_tests::the_token;

// Writes a secret to a file, and wipes its own copy.
void write_secret(const std::filesystem::path& path, const made_up_secret& secret,
                  const std::string& end = {}) {
    std::string text = secret.reveal();
    const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, S_IRUSR | S_IWUSR);
    REQUIRE(file >= 0);
    REQUIRE(write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
    REQUIRE(write(file, end.data(), end.size()) == static_cast<ssize_t>(end.size()));
    close(file);
    OPENSSL_cleanse(text.data(), text.size());
}

langexport::credential key_credential(const other_process&) {
    return langexport::subscription_key(the_key.reveal());
}

langexport::credential keys_credential(const other_process&) {
    return langexport::credential(langexport::subscription_key(other_key.reveal()),
                                  langexport::subscription_key(the_key.reveal()));
}

// As the tool reads it.
langexport::credential key_file_credential(const other_process&) {
    const langexport_tests::temporary_folder folder;
    tool::backup_resource resource;
    resource.endpoint = "https://x.example";
    resource.credential.key_file = folder / "key";
    write_secret(resource.credential.key_file, the_key, "\n");
    return resource.make_params().credential;
}

langexport::credential token_credential(const other_process&) {
    return langexport::bearer_token_source([]() -> asio::awaitable<langexport::access_token> {
        co_return langexport::access_token(the_token.reveal(),
                                           std::chrono::system_clock::now() + 1h);
    });
}

langexport::proxy_url proxy_with_password(const other_process& service) {
    std::string password = the_password.reveal(), url;
    url.reserve(200);
    url.append("http://ada:").append(password).append("@").append(service.proxy);
    OPENSSL_cleanse(password.data(), password.size());
    return langexport::proxy_url(std::move(url));
}

langexport::entra_options options_for(const other_process& service) {
    langexport::entra_options options("tenant", "client");
    options.authority_host = service.authority;
    options.ca_file = service.ca_file;
    return options;
}

langexport::credential client_secret_credential(const other_process& service) {
    return langexport::entra_client_secret(options_for(service), the_proof.reveal());
}

// The file stays: it is read again for each token.
langexport::credential workload_credential(const other_process& service) {
    static const langexport_tests::temporary_folder folder;
    const std::filesystem::path path = folder / "token";
    write_secret(path, the_proof);
    return langexport::entra_workload_identity(options_for(service), path);
}

langexport::credential managed_credential(const other_process& service) {
    langexport::detail::identity_environment environment;
    environment.variable = [&service](const std::string& name) {
        return name == "IDENTITY_ENDPOINT" ? service.authority + "/msi/token"
               : name == "IDENTITY_HEADER" ? the_proof.reveal()
                                           : std::string();
    };
    return langexport::detail::make_managed_identity(langexport::managed_identity_options(),
                                                     environment);
}

langexport::bearer_token_source source_of(const langexport::credential& from) {
    return *from.source();
}

// The first source has no token.
langexport::credential chain_credential(const other_process& service) {
    langexport::bearer_token_source none([]() -> asio::awaitable<langexport::access_token> {
        co_return langexport::access_token();
    });
    return langexport::token_chain({none, source_of(client_secret_credential(service))});
}

// A command of the tool that prints the token.
langexport::credential command_credential(const other_process&) {
    static const langexport_tests::temporary_folder folder;
    const std::filesystem::path path = folder / "token";
    write_secret(path, the_token);
    return tool::token_command("printf '{\"expires_on\":4000000000,\"accessToken\":\"%s\"}' "
                               "\"$(cat '" +
                               path.string() + "')\"");
}

// Through the proxy, which is not used for names of this machine.
langexport::entra_options options_behind_proxy(const other_process& service) {
    langexport::entra_options options = options_for(service);
    options.authority_host =
        "https://login.example" + service.authority.substr(service.authority.rfind(':'));
    options.proxy = proxy_with_password(service);
    return options;
}

langexport::credential proxied_secret_credential(const other_process& service) {
    return langexport::entra_client_secret(options_behind_proxy(service), the_proof.reveal());
}

// The text of a file, which never is in a buffer that is not wiped.
masked_secret read_masked(const std::filesystem::path& path) {
    std::string text(4096, '\0');
    const int file = open(path.c_str(), O_RDONLY);
    REQUIRE(file >= 0);
    const ssize_t size = read(file, text.data(), text.size());
    close(file);
    REQUIRE(size > 0);
    text.resize(static_cast<std::size_t>(size));
    return masked_secret(text);
}

// Finds pieces of the private number of an EC key in PKCS #8. Its PEM starts with a line of 27 characters and one of
// 64. The number follows the 36 bytes, or 48 characters, that all such keys share.
std::vector<leftover> key_leftovers(const masked_secret& key) {
    constexpr std::size_t first_line = 28, second_line = first_line + 65;
    std::vector<leftover> all;
    for (const auto& [begin, end] :
         {std::pair(first_line + 50, first_line + 62), std::pair(second_line, second_line + 24)})
        for (leftover& l : find_leftovers(key, begin, end))
            all.push_back(std::move(l));
    return all;
}

// One life of a client: it is created, used and destroyed.
class life {
public:
    const other_process& service;
    langexport::credential (*proof)(const other_process&);
    const char* project;
    errc expected;                          // errc{} is "it succeeds"
    std::function<void(client&)> meanwhile; // when the operation has begun
    bool has_proxy = false;
    bool has_certificate = false;
    bool is_looked_at = false; // whether the secrets are searched for while it lives
    std::size_t seen_alive = 0;
    const masked_secret* key = nullptr; // of a client certificate, in memory

    static void run(void* self) { static_cast<life*>(self)->live(); }

private:
    void live() {
        auto context = std::make_unique<asio::io_context>();
        std::exception_ptr error;
        int calls = 0;
        {
            client_params params(service.endpoint, proof(service));
            params.ca_file = service.ca_file;
            if (has_proxy)
                params.proxy = proxy_with_password(service);
            if (key) {
                params.tls.certificate_file = service.certificate_file;
                params.tls.key_pem = langexport::private_key_pem(key->reveal());
            }
            if (has_certificate) {
                params.tls.certificate_file = service.certificate_file;
                params.tls.passphrase = [] { return the_passphrase.reveal(); };
            }
            params.polling.first = 1ms;
            // The client waits this long for a submission in flight, even if no operation needs it
            // any more.
            params.attempt_timeout = 1s;
            std::optional<client> c(std::in_place, context->get_executor(), params);
            langexport::export_project(*c, langexport::export_request(project),
                                       [&](std::exception_ptr e, langexport::exported_project) {
                                           ++calls;
                                           error = e;
                                       });
            if (meanwhile) {
                context->run_for(50ms);
                meanwhile(*c);
                c.reset();
            }
            context->restart();
            context->run_for(20s);
            if (is_looked_at)
                seen_alive =
                    key ? key_leftovers(*key).size()
                        : find_leftovers(the_key).size() + find_leftovers(the_token).size();
        }
        context->restart();
        context->run_for(20s);
        context.reset();
        if (calls != 1)
            throw std::runtime_error("the operation did not end");
        if (langexport::code_of(error) !=
            (expected == errc{} ? langexport::error_code() : make_error_code(expected)))
            throw std::runtime_error("it ended with " + langexport::code_of(error).message());
    }
};

std::vector<leftover> all_leftovers() {
    std::vector<leftover> all;
    for (const made_up_secret* s :
         {&the_key, &other_key, &the_token, &the_proof, &the_password, &the_passphrase})
        for (leftover& l : find_leftovers(*s))
            all.push_back(std::move(l));
    return all;
}

void check_nothing_is_left(life l) {
    call_deeply(&life::run, &l);
    const std::vector<leftover> left = all_leftovers();
    INFO(describe(left));
    CHECK(left.empty());
}

} // namespace

TEST_CASE("the memory scan finds a secret in memory, and not its own copy", "[secrets]") {
    CHECK(all_leftovers().empty());
    auto there = std::make_unique<std::string>(the_key.reveal());
    const auto found = find_leftovers(the_key);
    REQUIRE(found.size() == 5);
    CHECK(found[0].address == reinterpret_cast<std::size_t>(there->data()));
    CHECK(found[0].first == 0);
    CHECK(find_leftovers(the_token).empty());
    OPENSSL_cleanse(there->data(), there->size()); // a compiler does not remove this call
    CHECK(all_leftovers().empty());
}

TEST_CASE("a running client has its secret in memory", "[secrets]") {
    const other_process service(GENERATE(false, true));
    life l{service, GENERATE(key_credential, token_credential), "Demo", errc{}, {}, false, false,
           true};
    call_deeply(&life::run, &l);
    CHECK(l.seen_alive > 0);
}

TEST_CASE("after a client is destroyed, its secrets are not in memory", "[secrets]") {
    const bool tls = GENERATE(false, true);
    const other_process service(tls);
    const auto proof =
        GENERATE(key_credential, keys_credential, key_file_credential, token_credential);
    CAPTURE(tls);
    check_nothing_is_left(life{service, proof, "Demo", errc{}, {}});
}

TEST_CASE("a client that is destroyed during an operation leaves no secret in memory",
          "[secrets]") {
    const bool tls = GENERATE(false, true);
    const other_process service(tls);
    const auto proof = GENERATE(key_credential, token_credential);
    CAPTURE(tls);
    check_nothing_is_left(life{service, proof, "Silent", errc::client_closed, [](client&) {}});
}

TEST_CASE("a replaced credential is not in memory", "[secrets]") {
    const bool tls = GENERATE(false, true);
    const other_process service(tls);
    CAPTURE(tls);
    check_nothing_is_left(life{service, key_credential, "Silent", errc::client_closed,
                               [&](client& c) { c.update_credential(token_credential(service)); }});
}

TEST_CASE("after a client is destroyed, its identity's secrets and tokens are not in memory",
          "[secrets]") {
    struct row {
        bool tls;
        langexport::credential (*proof)(const other_process&);
    };
    // The endpoints of managed identities are plain.
    const row each =
        GENERATE(row{false, client_secret_credential}, row{true, client_secret_credential},
                 row{false, workload_credential}, row{true, workload_credential},
                 row{false, managed_credential}, row{false, chain_credential},
                 row{true, chain_credential}, row{false, command_credential});
    const other_process service(each.tls);
    CAPTURE(each.tls);
    check_nothing_is_left(life{service, each.proof, "Demo", errc{}, {}});
}

TEST_CASE("after a client is destroyed, the password of its proxy is not in memory", "[secrets]") {
    const other_process service(true);
    const auto proof = GENERATE(key_credential, token_credential);
    check_nothing_is_left(life{service, proof, "Demo", errc{}, {}, true});
}

TEST_CASE("after a client is destroyed, the passphrase of its key is not in memory", "[secrets]") {
    const other_process service(true);
    check_nothing_is_left(life{service, key_credential, "Demo", errc{}, {}, false, true});
}

TEST_CASE("after a client is destroyed, the password of a proxy for http is not in memory",
          "[secrets]") {
    const other_process service(false);
    const auto proof = GENERATE(key_credential, token_credential);
    check_nothing_is_left(life{service, proof, "Demo", errc{}, {}, true});
}

TEST_CASE("after a client is destroyed, the secrets that its identity sent through a proxy are not "
          "in memory",
          "[secrets]") {
    const other_process service(true);
    check_nothing_is_left(life{service, proxied_secret_credential, "Demo", errc{}, {}});
}

TEST_CASE("after a client is destroyed, its private key in memory is not there", "[secrets]") {
    const other_process service(true);
    const masked_secret key = read_masked(service.key_file);
    {
        auto there = std::make_unique<std::string>(key.reveal());
        REQUIRE(key_leftovers(key).size() == 3); // it is found where it is
        OPENSSL_cleanse(there->data(), there->size());
    }
    REQUIRE(key_leftovers(key).empty());
    life l{service, key_credential, "Demo", errc{}, {}, false, false, true, 0, &key};
    call_deeply(&life::run, &l);
    CHECK(l.seen_alive > 0);
    const std::vector<leftover> left = key_leftovers(key);
    INFO(describe(left));
    CHECK(left.empty());
    check_nothing_is_left(
        life{service, key_credential, "Demo", errc{}, {}, false, false, false, 0, &key});
    CHECK(key_leftovers(key).empty());
}

} // namespace secrets_test
