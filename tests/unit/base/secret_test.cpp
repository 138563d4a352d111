#include <langexport/detail/base/secret.hpp>

#include "support/catch.hpp"

#include <string>
#include <string_view>

namespace secret_test {

using langexport::detail::append;
using langexport::detail::secret_bytes;
using langexport::detail::secret_of;
using langexport::detail::view;

namespace {

secret_bytes bytes_of(std::string_view text) {
    return secret_bytes(text.begin(), text.end());
}

} // namespace

TEST_CASE("text is appended to a secret, in any number of steps", "[secret]") {
    secret_bytes line;
    CHECK(view(line).empty());
    append(line, "");
    CHECK(view(line).empty());
    std::string expected;
    for (int i = 0; i < 100; ++i) {
        append(line, "key ");
        expected += "key ";
        REQUIRE(view(line) == expected);
    }
}

TEST_CASE("the secret of a header line is its last word", "[secret]") {
    struct row {
        const char* line;
        const char* secret;
    };
    const row rows[] = {
        {"Authorization: Bearer abc.def\r\n", "abc.def"},
        {"Ocp-Apim-Subscription-Key: 0123456789\r\n", "0123456789"},
        {"abc", "abc"},
        {"", ""},
    };
    for (const row& r : rows) {
        CAPTURE(r.line);
        CHECK(secret_of(bytes_of(r.line)) == r.secret);
    }
}

} // namespace secret_test
