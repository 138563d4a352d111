#include <langexport/detail/transport/tls_settings.hpp>

#include "support/catch.hpp"

namespace tls_settings_test {

using langexport::tls_version;
using langexport::detail::tls_settings;

TEST_CASE("clients with default settings of TLS share one context", "[tls_settings]") {
    tls_settings settings;
    CHECK(settings.is_default());
    CHECK_FALSE(settings.has_certificate());
    SECTION("a file of trusted certificates") {
        settings.ca_file = "ca.pem";
    }
    SECTION("a folder of trusted certificates") {
        settings.more.ca_folder = "certificates";
    }
    SECTION("a text of trusted certificates") {
        settings.more.ca_pem = "-----BEGIN CERTIFICATE-----";
    }
    SECTION("a client certificate in a file") {
        settings.more.certificate_file = "client.pem";
        CHECK(settings.has_certificate());
    }
    SECTION("a client certificate as a text") {
        settings.more.certificate_pem = "-----BEGIN CERTIFICATE-----";
        CHECK(settings.has_certificate());
    }
    SECTION("another lowest version") {
        settings.more.min_version = tls_version::v1_3;
    }
    SECTION("a function that changes the context") {
        settings.more.prepare_context = [](ssl_ctx_st*) {};
    }
    CHECK_FALSE(settings.is_default());
}

} // namespace tls_settings_test
