#include <langexport/identity/entra_client_secret.hpp>

#include "support/catch.hpp"
#include "unit/rejection.hpp"

#include <string>

namespace entra_client_secret_test {

using namespace langexport;
using langexport_tests::contains_text;
using langexport_tests::rejection;
using langexport_tests::rejection_of;

namespace {

const std::string secret = "8Q~Pq2vXw-Zk4Lr.Tn6By";

rejection rejection_with(const std::string& value,
                         const entra_options& options = {"tenant", "app"}) {
    return rejection_of([&] { entra_client_secret(options, value); });
}

} // namespace

TEST_CASE("an impossible client secret is rejected and not shown",
          "[identity][entra_client_secret]") {
    for (const std::string& bad :
         {std::string(), secret + "\n", "two " + secret, secret + "\xC3\xA9",
          secret + std::string(1, '\0'), std::string(1025, 'x')}) {
        const rejection found = rejection_with(bad);
        CHECK(found.code == errc::invalid_configuration);
        CHECK_THAT(found.detail, contains_text("the client secret "));
        CHECK(found.what.find("8Q~P") == std::string::npos);
        CHECK(found.what.find("xxx") == std::string::npos);
    }
    for (const std::string& good : {secret, std::string("!"), std::string(1024, '~')})
        CHECK(rejection_with(good).what.empty());
}

TEST_CASE("an option that cannot be used is reported without the client secret",
          "[identity][entra_client_secret]") {
    entra_options options("tenant", "app");
    options.tenant_id = secret; // in the wrong place
    options.client_id = secret + "/";
    const rejection found = rejection_with(secret, options);
    CHECK_THAT(found.detail, contains_text("entra_options::client_id has a character"));
    CHECK(found.what.find("8Q~P") == std::string::npos);
    CHECK_THAT(rejection_with(secret, entra_options()).detail,
               contains_text("entra_options::tenant_id is empty"));
}

} // namespace entra_client_secret_test
