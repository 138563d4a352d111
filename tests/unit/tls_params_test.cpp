// Keys in memory, and settings that contradict each other.

#include <langexport/tls_params.hpp>

#include <langexport/client_params.hpp>

#include "support/catch.hpp"
#include "unit/rejection.hpp"

#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <utility>

namespace tls_params_test {

using namespace langexport;
using langexport_tests::contains_text;
using langexport_tests::rejection_of;

namespace {

const std::string pem = "-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMG\n-----END PRIVATE KEY-----\n";

template <class T>
concept printable = requires(std::ostream& out, const T& value) {
    out << value;
};

} // namespace

TEST_CASE("copies of a private key share one piece of memory, which lives as long as they do",
          "[tls_params]") {
    STATIC_REQUIRE_FALSE(printable<private_key_pem>);
    std::optional<private_key_pem> first(std::in_place, pem);
    const private_key_pem second = *first;
    CHECK(second.view().data() == first->view().data());
    first.reset();
    CHECK_FALSE(second.empty());
    CHECK(second.view() == pem);
    const std::string with_zero("a\0b", 3);
    CHECK(private_key_pem(with_zero).view() == with_zero);
}

TEST_CASE("an empty text is not a private key", "[tls_params]") {
    for (const private_key_pem& none : {private_key_pem(), private_key_pem(std::string())}) {
        CHECK(none.empty());
        CHECK(none.view().empty());
    }
}

TEST_CASE("the versions of TLS have the names that settings use", "[tls_params]") {
    CHECK(to_string(tls_version::v1_2) == "1.2");
    CHECK(to_string(tls_version::v1_3) == "1.3");
    CHECK(tls_params().min_version == tls_version::v1_2);
}

TEST_CASE("settings of TLS that contradict each other are rejected by name", "[tls_params]") {
    struct row {
        std::function<void(tls_params&)> set;
        const char* why; // empty: they can be used
    };
    const row rows[] = {
        {[](tls_params&) {}, ""},
        {[](tls_params& t) { t.certificate_file = "client.pem"; }, ""}, // its key is behind it
        {[](tls_params& t) {
             t.certificate_pem = "client";
             t.key_file = "client.key";
         },
         ""},
        {[](tls_params& t) {
             t.certificate_file = "client.pem";
             t.key_pem = pem;
         },
         ""},
        {[](tls_params& t) {
             t.certificate_file = "client.pem";
             t.certificate_pem = "client";
         },
         "client_params::tls.certificate_pem is set, and so is a file with the certificate"},
        {[](tls_params& t) {
             t.certificate_file = "client.pem";
             t.key_file = "client.key";
             t.key_pem = pem;
         },
         "client_params::tls.key_pem is set, and so is a file with the key"},
        {[](tls_params& t) { t.key_file = "client.key"; },
         "client_params::tls.key_file is set without a client certificate"},
        {[](tls_params& t) { t.key_pem = pem; },
         "client_params::tls.key_pem is set without a client certificate"},
        {[](tls_params& t) { t.ca_folder = std::string("a\0b", 3); },
         "client_params::tls.ca_folder has a zero byte"},
        {[](tls_params& t) { t.certificate_file = std::string("a\0b", 3); },
         "client_params::tls.certificate_file has a zero byte"},
        {[](tls_params& t) { t.key_file = std::string("a\0b", 3); },
         "client_params::tls.key_file has a zero byte"},
    };
    for (const row& each : rows) {
        client_params params("https://name.example", subscription_key("a-key-of-the-resource"));
        each.set(params.tls);
        const auto rejected = rejection_of([&] { validate(params); });
        if (!*each.why) {
            CHECK(rejected.what.empty());
            continue;
        }
        CHECK(rejected.code == errc::invalid_configuration);
        CHECK_THAT(rejected.detail, contains_text(each.why));
        CHECK(rejected.what.find("MIGHAgEAMBMG") == std::string::npos);
    }
}

} // namespace tls_params_test
