#include <langexport/detail/transport/impl/certificate_places.hpp>

#include "support/catch.hpp"
#include "support/scoped_environment.hpp"

namespace certificate_places_test {

using namespace langexport::detail;

TEST_CASE("OpenSSL finds files that are named by their hashes", "[certificate_places]") {
    CHECK(is_hashed_name("5ed36f99.0"));
    CHECK(is_hashed_name("5ED36F99.12"));
    CHECK_FALSE(is_hashed_name("5ed36f99."));
    CHECK_FALSE(is_hashed_name("5ed36f99"));
    CHECK_FALSE(is_hashed_name("5ed36f99.r0"));
    CHECK_FALSE(is_hashed_name("5ed36f9.0"));
    CHECK_FALSE(is_hashed_name("5ed36f99a.0"));
    CHECK_FALSE(is_hashed_name("5ed36g99.0"));
    CHECK_FALSE(is_hashed_name(""));
}

TEST_CASE("a file may be a certificate by the end of its name", "[certificate_places]") {
    for (const char* name : {"a.pem", "A.CRT", "b.c.cer", ".cert"})
        CHECK(is_certificate_name(name));
    for (const char* name : {"", "pem", "a.key", "a.pem.bak", "a."})
        CHECK_FALSE(is_certificate_name(name));
}

TEST_CASE("a variable replaces OpenSSL's own place, unless it is empty", "[certificate_places]") {
    const char* const name = "LANGEXPORT_TEST_CERTIFICATES";
    SECTION("set") {
        const langexport_tests::scoped_environment set({name}, {{name, "/mine"}});
        const system_place place(name, "/usual");
        CHECK(place.path == "/mine");
        CHECK(place.is_chosen);
    }
    SECTION("empty") {
        const langexport_tests::scoped_environment set({name}, {{name, ""}});
        const system_place place(name, "/usual");
        CHECK(place.path == "/usual");
        CHECK_FALSE(place.is_chosen);
    }
    SECTION("not set") {
        const system_place place(name, "/usual");
        CHECK(place.path == "/usual");
        CHECK_FALSE(place.is_chosen);
    }
}

} // namespace certificate_places_test
