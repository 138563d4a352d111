#include <langexport/detail/transport/impl/transfer_codings.hpp>

#include "support/catch.hpp"

#include <string>

namespace transfer_codings_test {

using langexport::detail::transfer_codings;

namespace {

transfer_codings codings_of(const std::string& field) {
    transfer_codings codings;
    codings.add(field);
    return codings;
}

} // namespace

TEST_CASE("only bodies that the parser decodes completely have known codings",
          "[transfer_codings]") {
    CHECK(transfer_codings().are_known(false));
    CHECK(codings_of("").are_known(false));
    CHECK(codings_of("Identity").are_known(false));
    CHECK(codings_of(" Chunked ").are_known(true));
    CHECK_FALSE(codings_of("chunked").are_known(false));
    CHECK_FALSE(codings_of("gzip, chunked").are_known(true));
    CHECK_FALSE(codings_of("chunked, chunked").are_known(true));
    CHECK_FALSE(codings_of("chunked, identity").are_known(true));
}

TEST_CASE("the codings of several fields are one list", "[transfer_codings]") {
    transfer_codings codings = codings_of("gzip,, deflate ,");
    codings.add("chunked");
    CHECK(codings.describe() ==
          "the transfer coding 'gzip, deflate, chunked'; only 'chunked' is supported");
    codings.clear();
    CHECK(codings.are_known(false));
    codings.add_all("HTTP/1.1 200 OK\r\nTRANSFER-encoding: br\r\nA: transfer-encoding: x\r\n"
                    "Transfer-Encoding:zstd\r\nTransfer-Encodings: y");
    CHECK(codings.describe() == "the transfer coding 'br, zstd'; only 'chunked' is supported");
}

TEST_CASE("the description of codings is one short line", "[transfer_codings]") {
    CHECK(codings_of("chunked").describe() ==
          "more than one Transfer-Encoding, or a Content-Length beside it");
    CHECK(codings_of(std::string(40, 'x')).describe().find("'xxxx") != std::string::npos);
    CHECK(codings_of(std::string(41, 'x')).describe() ==
          "the transfer coding of 41 characters; only 'chunked' is supported");
    CHECK(codings_of("a\x01").describe().find('\x01') == std::string::npos);
}

} // namespace transfer_codings_test
