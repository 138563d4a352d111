#include <langexport/detail/base/sha256.hpp>

#include "support/catch.hpp"

#include <langexport/detail/base/text.hpp>

#include <string>

namespace sha256_test {

using namespace langexport;

namespace {

std::string hex(const detail::sha256::value& sum) {
    std::string text;
    for (const unsigned char byte : sum)
        detail::append_hex(text, byte, 2);
    return text;
}

} // namespace

TEST_CASE("a SHA-256 is that of all pieces since the last start", "[sha256]") {
    detail::sha256 sum;
    sum.add("a");
    sum.add("bc");
    const std::string abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    CHECK(hex(sum.finish()) == abc);
    sum.restart();
    sum.add("other");
    sum.restart();
    sum.add("abc");
    CHECK(hex(sum.finish()) == abc);
    sum.restart();
    CHECK(hex(sum.finish()) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

} // namespace sha256_test
