#include <langexport/detail/base/known_secrets.hpp>

#include "support/catch.hpp"

#include <string>

namespace known_secrets_test {

using namespace langexport::detail;

namespace {

secret_bytes line_with(const std::string& secret) {
    const std::string text = "Ocp-Apim-Subscription-Key: " + secret + "\r\n";
    return secret_bytes(text.begin(), text.end());
}

std::string secret_number(int number) {
    return "9f3c1d7a5b2e4860a1c3e5f7" + std::to_string(10'000'000 + number);
}

} // namespace

TEST_CASE("secrets that were used earlier are hidden, too", "[known_secrets]") {
    known_secrets known;
    CHECK_FALSE(known.is_in(secret_number(0)));
    known.add(line_with(secret_number(0)));
    known.add(line_with("b7d2e9f61a80c5347e1f"));
    CHECK(known.is_in("x=" + secret_number(0)));
    std::string text = "echo " + secret_number(0) + " and b7d2e9f61a80c5347e1f";
    known.redact(text);
    CHECK(text == "echo [redacted] and [redacted]");
    text.clear();
    known.redact(text);
    CHECK(text.empty());
}

TEST_CASE("the oldest secret is dropped, and a secret that is used again is not",
          "[known_secrets]") {
    known_secrets known;
    const std::string first = "4b7d2e9f61a80c53e5d1";
    known.add(line_with(first));
    for (int i = 0; i < 31; ++i)
        known.add(line_with(secret_number(i)));
    CHECK(known.is_in(first));
    known.add(line_with(first));
    known.add(line_with(secret_number(31)));
    CHECK(known.is_in(first));
    for (int i = 32; i < 64; ++i)
        known.add(line_with(secret_number(i)));
    CHECK_FALSE(known.is_in(first));
}

} // namespace known_secrets_test
