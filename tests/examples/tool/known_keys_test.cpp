#include "examples/tool/known_keys.hpp"

#include "support/catch.hpp"

#include <cstdlib>
#include <stdexcept>
#include <string>
#include <vector>

namespace known_keys_test {

TEST_CASE("a text that looks like a key is hidden in a message about a config",
          "[tool][known_keys]") {
    const tool::known_keys none({"--config", "backup.json"});
    const std::string shorter = "e58b081006f7e3dfc967a64cb14028d5";
    const std::string longer = "8pQZr4mV1tYc7LxWj0KdHs5uGbNf2aEoI9iPnB3TqSvXyR6kCzMwUeAgDhFJlO"
                               "x7Lr2cQ9WmZt4VbKj1PdYs";
    REQUIRE(longer.size() == 84);
    for (const std::string& key : {shorter, longer}) {
        const std::string shown =
            none.hide("resources[0].key_env: the environment variable " + key + " is not set");
        INFO(shown);
        CHECK(shown.find(key.substr(4, 8)) == std::string::npos);
        CHECK(shown.find("variable [redacted] is not set") != std::string::npos);
    }
    CHECK(none.hide("file 'a/deadbeef.json' cannot be read") ==
          "file 'a/deadbeef.json' cannot be read");

    tool::known_keys keys({});
    std::vector<tool::backup_resource> resources(1);
    resources[0].place = "backup.json:1:2: resources[0]";
    resources[0].credential.key_env = "LANGEXPORT_TEST_KNOWN_KEY";
    resources[0].output_dir = "out/" + shorter;
    keys.add(resources);
    CHECK_NOTHROW(keys.reject_in(resources)); // the variable is not set
    REQUIRE(::setenv("LANGEXPORT_TEST_KNOWN_KEY", shorter.c_str(), 1) == 0);
    keys.add(resources);
    ::unsetenv("LANGEXPORT_TEST_KNOWN_KEY");
    CHECK_THROWS_AS(keys.reject_in(resources), std::invalid_argument);
}

} // namespace known_keys_test
