#include <langexport/detail/transport/trust_store.hpp>

#include <langexport/detail/transport/impl/certificate_places.hpp>
#include <langexport/testing/certificate.hpp>

#include "support/catch.hpp"
#include "support/few_descriptors.hpp"
#include "support/scoped_environment.hpp"
#include "support/temporary_folder.hpp"

#include <boost/system/errc.hpp>

#include <openssl/x509.h>

#include <cstdlib>
#include <filesystem>
#include <string>

namespace trust_store_test {

using namespace langexport;
using namespace langexport::detail;
using langexport_tests::contains_text;
using langexport_tests::no_descriptors;
using langexport_tests::scoped_environment;
using langexport_tests::temporary_folder;
using langexport_tests::write_content;

namespace {

std::string authority() {
    return testing::make_certificate(testing::certificate_options()).authority_pem;
}

int count_of(const store_ptr& store) {
    return sk_X509_OBJECT_num(X509_STORE_get0_objects(store.get()));
}

// Files and folders for the tests.
struct fixture {
    temporary_folder folder;
    tls_settings settings;
    tls_problem problem;

    std::string file(const std::string& name, const std::string& text) {
        write_content(folder / name, text);
        return (folder / name).string();
    }
    std::string subfolder(const std::string& name) {
        std::filesystem::create_directory(folder / name);
        return (folder / name).string();
    }
    store_ptr load() {
        problem = tls_problem();
        return trusted_certificates(settings, problem);
    }
    void check_rejected(const std::string& field, const std::string& why) {
        CHECK_FALSE(load());
        CHECK(std::string(problem.field) == field);
        CHECK_THAT(problem.why, contains_text(why));
        CHECK_FALSE(problem.shortage);
        CHECK(ERR_peek_error() == 0);
    }
};

void use_places(const std::string& file, const std::string& folder) {
    setenv("SSL_CERT_FILE", file.c_str(), 1);
    setenv("SSL_CERT_DIR", folder.c_str(), 1);
}

} // namespace

TEST_CASE("the certificates of a file, a folder and a text are trusted together", "[trust_store]") {
    fixture f;
    f.settings.ca_file = f.file("ca.pem", authority() + authority());
    store_ptr store = f.load();
    REQUIRE(store);
    CHECK(count_of(store) == 2);
    f.settings.more.ca_pem = "A comment\n" + authority() + "and more\n" + authority();
    store = f.load();
    REQUIRE(store);
    CHECK(count_of(store) == 4);
    f.settings.ca_file.clear();
    f.settings.more.ca_folder = f.subfolder("certificates");
    f.file("certificates/5ed36f99.0", authority());
    store = f.load();
    REQUIRE(store);
    CHECK(count_of(store) == 2); // those of the folder are read on demand
    CHECK(f.problem.why.empty());
}

TEST_CASE("an invalid certificate file is reported by its name", "[trust_store]") {
    fixture f;
    SECTION("it is missing") {
        f.settings.ca_file = "/nowhere/ca.pem";
    }
    SECTION("it is a folder") {
        f.settings.ca_file = "/tmp";
    }
    SECTION("it contains no certificate") {
        f.settings.ca_file =
            f.file("ca.pem", GENERATE("", "garbage", "-----BEGIN CERTIFICATE-----\nAAAA\n"));
    }
    f.check_rejected("ca_file",
                     "no certificates can be read from the file '" + f.settings.ca_file + "'");
}

TEST_CASE("an invalid text of certificates is reported with the reason", "[trust_store]") {
    fixture f;
    f.settings.more.ca_pem = GENERATE("garbage", "-----BEGIN CERTIFICATE-----\nAAAA\n");
    f.check_rejected("tls.ca_pem", "no certificates can be read from the text");
    f.settings.more.ca_pem = authority() + authority() + "-----BEGIN CERTIFICATE-----\nAAAA\n";
    f.check_rejected("tls.ca_pem",
                     "the text has a certificate that cannot be read, after 2 certificates");
}

TEST_CASE("each of several sources must be valid", "[trust_store]") {
    fixture f;
    f.settings.ca_file = f.file("ca.pem", authority());
    f.settings.more.ca_pem = "garbage";
    f.check_rejected("tls.ca_pem", "the text");
    f.settings.more.ca_pem = authority();
    f.settings.more.ca_folder = "/nowhere";
    f.check_rejected("tls.ca_folder", "there are no certificates in the folder '/nowhere'");
}

TEST_CASE("a folder of certificates without hashes is an error that says what to do",
          "[trust_store]") {
    fixture f;
    const std::string folder = f.settings.more.ca_folder = f.subfolder("certificates");
    const std::string none = "there are no certificates in the folder '" + folder + "'";
    f.check_rejected("tls.ca_folder", none);
    f.file("certificates/README", authority());
    f.check_rejected("tls.ca_folder", none);
    f.file("certificates/ca.CRT", authority());
    f.check_rejected("tls.ca_folder",
                     "are not named by their hashes; run: openssl rehash " + folder);
    f.file("certificates/5ed36f99.0", authority());
    CHECK(f.load());
    f.settings.more.ca_folder = f.file("ca.pem", authority());
    f.check_rejected("tls.ca_folder",
                     "there are no certificates in the folder '" + f.settings.more.ca_folder + "'");
}

TEST_CASE("a lack of descriptors is not reported as invalid trusted certificates",
          "[trust_store]") {
    fixture f;
    f.settings.ca_file = f.file("ca.pem", authority());
    {
        const no_descriptors none_left;
        CHECK_FALSE(f.load());
    }
    CHECK(f.problem.shortage == boost::system::errc::too_many_files_open);
    CHECK_THAT(f.problem.why,
               contains_text(f.settings.ca_file) && contains_text("Too many open files"));
    CHECK(f.load());
    f.settings.ca_file = "/nowhere/ca.pem";
    f.check_rejected("ca_file", "No such file or directory");
}

// In this executable no code loads the system's certificates before this test, and only existing
// ones are remembered.
TEST_CASE("without trusted certificates the error names the places that were searched",
          "[trust_store]") {
    fixture f;
    const scoped_environment restored({"SSL_CERT_FILE", "SSL_CERT_DIR"}, {});
    const std::string good = f.file("ca.pem", authority()), garbage = f.file("garbage", "garbage"),
                      no_authority = f.file("empty.pem", ""), empty = f.subfolder("empty"),
                      unhashed = f.subfolder("un hashed"), nowhere = empty + "/nowhere";
    f.file("un hashed/ca.pem", authority());
    use_places(no_authority, empty);
    CHECK_FALSE(f.load());
    for (const std::string& word :
         {std::string("no trust anchors"), no_authority, empty, std::string("ca-certificates"),
          std::string("SSL_CERT_FILE"), std::string("SSL_CERT_DIR")})
        CHECK_THAT(f.problem.why, contains_text(word));

    // A value that names nothing, or nothing that can be used, is an error that names its variable.
    struct row {
        std::string file, folder;
        std::string why;
    };
    const row rows[] = {
        {nowhere, empty, "SSL_CERT_FILE: no certificates can be read from the file '" + nowhere},
        {garbage, empty, "SSL_CERT_FILE: no certificates can be read from the file '" + garbage},
        {empty, empty, "SSL_CERT_FILE: no certificates can be read from the file '" + empty},
        {"/dev/null", nowhere, "SSL_CERT_DIR: there is no folder '" + nowhere},
        {"/dev/null", nowhere + ":" + nowhere, "SSL_CERT_DIR: there is no folder '" + nowhere},
        {good, nowhere, "SSL_CERT_DIR: there is no folder '" + nowhere},
        {good, unhashed, "run: openssl rehash '" + unhashed + "'"},
        {"/dev/null", "/dev/null", "no trust anchors"},
        {"/dev/null", nowhere + ":" + empty, "no trust anchors"},
    };
    for (const row& each : rows) {
        CAPTURE(each.file, each.folder);
        use_places(each.file, each.folder);
        CHECK_FALSE(f.load());
        CHECK_THAT(f.problem.why, contains_text(each.why));
    }

    // A shortage passes, and says nothing about the certificates.
    use_places(good, empty);
    {
        const no_descriptors none_left;
        CHECK_FALSE(f.load());
    }
    CHECK(f.problem.shortage == boost::system::errc::too_many_files_open);

    // Once the system is repaired, its certificates are found, loaded once, and shared.
    const store_ptr store = f.load();
    REQUIRE(store);
    CHECK(f.problem.why.empty());
    use_places(nowhere, nowhere);
    CHECK(f.load() == store);
}

TEST_CASE("a variable of trusted certificates that is empty counts as unset", "[trust_store]") {
    const scoped_environment restored({"SSL_CERT_FILE"}, {});
    CHECK_FALSE(system_place("SSL_CERT_FILE", "/usual").is_chosen);
    setenv("SSL_CERT_FILE", "", 1);
    const system_place unset("SSL_CERT_FILE", "/usual");
    CHECK_FALSE(unset.is_chosen);
    CHECK(unset.path == "/usual");
    setenv("SSL_CERT_FILE", "/mine", 1);
    const system_place chosen("SSL_CERT_FILE", "/usual");
    CHECK(chosen.is_chosen);
    CHECK(chosen.path == "/mine");
}

} // namespace trust_store_test
