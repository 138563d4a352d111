#include <langexport/detail/transport/openssl_error.hpp>

#include "support/catch.hpp"

#include <boost/asio/ssl/error.hpp>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <cerrno>

namespace openssl_error_test {

using namespace langexport;
using namespace langexport::detail;
namespace asio = boost::asio;

TEST_CASE("a system error from OpenSSL's queue has the system's category", "[openssl_error]") {
    OPENSSL_init_ssl(OPENSSL_INIT_LOAD_SSL_STRINGS,
                     nullptr); // otherwise the first context loads them
    ERR_clear_error();
    ERR_raise(ERR_LIB_SYS, ECONNRESET);
    CHECK(take_openssl_error() == error_code(ECONNRESET, boost::system::system_category()));
    ERR_raise(ERR_LIB_SSL, SSL_R_WRONG_VERSION_NUMBER);
    const error_code own = take_openssl_error();
    CHECK(own.category() == asio::error::get_ssl_category());
    CHECK_THAT(own.message(), langexport_tests::contains_text("wrong version number"));
}

TEST_CASE("an empty error queue of OpenSSL is not an error", "[openssl_error]") {
    ERR_clear_error();
    CHECK_FALSE(take_openssl_error());
}

TEST_CASE("of several OpenSSL errors the oldest is reported, and the queue is empty afterwards",
          "[openssl_error]") {
    ERR_clear_error();
    ERR_raise(ERR_LIB_SSL, SSL_R_CERTIFICATE_VERIFY_FAILED);
    ERR_raise(ERR_LIB_SSL, SSL_R_WRONG_VERSION_NUMBER);
    ERR_raise(ERR_LIB_SYS, ENOENT);
    const error_code found = take_openssl_error();
    CHECK(found.category() == asio::error::get_ssl_category());
    CHECK(ERR_GET_REASON(static_cast<unsigned>(found.value())) == SSL_R_CERTIFICATE_VERIFY_FAILED);
    CHECK(ERR_peek_error() == 0);
}

TEST_CASE("among OpenSSL's errors, a lack of descriptors or memory is reported first",
          "[openssl_error]") {
    for (const int number : {EMFILE, ENFILE, ENOBUFS, ENOMEM}) {
        ERR_clear_error();
        ERR_raise(ERR_LIB_SSL, SSL_R_CERTIFICATE_VERIFY_FAILED);
        ERR_raise(ERR_LIB_SYS, number);
        ERR_raise(ERR_LIB_SSL, SSL_R_CERTIFICATE_VERIFY_FAILED);
        const error_code found = take_openssl_error();
        CHECK(found == error_code(number, boost::system::system_category()));
        CHECK(is_shortage(found));
        CHECK(ERR_peek_error() == 0);
    }
}

} // namespace openssl_error_test
