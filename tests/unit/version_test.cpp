#include <langexport/version.hpp>

#include "support/catch.hpp"

#include <string>

namespace version_test {

TEST_CASE("the package has the version that the header states", "[version]") {
    const auto major_minor =
        std::to_string(LANGEXPORT_VERSION_MAJOR) + "." + std::to_string(LANGEXPORT_VERSION_MINOR);

    CHECK(LANGEXPORT_VERSION_STRING == major_minor);
    CHECK(LANGEXPORT_PROJECT_VERSION ==
          major_minor + "." + std::to_string(LANGEXPORT_VERSION_PATCH));
}

} // namespace version_test
