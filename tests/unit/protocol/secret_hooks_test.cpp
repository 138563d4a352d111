#include <langexport/detail/protocol/secret_hooks.hpp>

#include "support/catch.hpp"

#include <string>

namespace secret_hooks_test {

using namespace langexport::detail;

TEST_CASE("text is redacted only if there is a redaction hook", "[redact_hook]") {
    int calls = 0;
    const redact_hook hide = [&](std::string& text) {
        ++calls;
        text = "[redacted]";
    };
    std::string text = "a key";
    redact_with(redact_hook(), text);
    CHECK(text == "a key");
    redact_with(hide, text);
    CHECK(text == "[redacted]");
    text.clear();
    redact_with(hide, text);
    CHECK(text.empty());
    CHECK(calls == 1);
}

} // namespace secret_hooks_test
