#include "examples/tool/config_value.hpp"

#include "support/catch.hpp"

#include <set>
#include <string>
#include <string_view>

namespace config_value_test {

using tool::quota_fields;
using tool::resource_fields;
using tool::unknown_field;

TEST_CASE("a misspelled field is reported with the field that was probably meant",
          "[config_value]") {
    CHECK(unknown_field("endpont", "endpont", resource_fields) ==
          "unknown field 'endpont'; did you mean 'endpoint'?");
    CHECK(unknown_field("key2_fil", "key2_fil", resource_fields) ==
          "unknown field 'key2_fil'; did you mean 'key2_file'?");
    CHECK(unknown_field("reeds", "reeds", quota_fields) ==
          "unknown field 'reeds'; did you mean 'reads'?");
}

TEST_CASE("a field without a similar one is reported with all fields", "[config_value]") {
    CHECK(unknown_field("per_minute", "per_minute", quota_fields) ==
          "unknown field 'per_minute'; the fields are submissions, reads, window");
    // The message has the printable form of the name.
    CHECK(unknown_field("\x1B[2J per minute", "?[2J per minute", quota_fields) ==
          "unknown field '?[2J per minute'; the fields are submissions, reads, window");
}

TEST_CASE("a key in the file is rejected with the fields that name its place", "[config_value]") {
    CHECK(unknown_field("key", "key", resource_fields) ==
          "unknown field 'key'; key_file or key_env names the key, which must not be in this "
          "file");
}

TEST_CASE("no field is listed twice", "[config_value]") {
    CHECK(
        std::set<std::string_view>(std::begin(resource_fields), std::end(resource_fields)).size() ==
        std::size(resource_fields));
}

TEST_CASE("a value refers to its JSON and has its path", "[config_value]") {
    tool::located_value json;
    json.what = tool::located_value::kind::number;
    const tool::config_value value(json, "resources[1].quota");
    CHECK(value.value == &json);
    CHECK(value.path == "resources[1].quota");
}

} // namespace config_value_test
