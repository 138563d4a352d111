#include <langexport/testing/request_record.hpp>

#include "support/catch.hpp"

namespace request_record_test {

using langexport::testing::call_kind;
using langexport::testing::credential_seen;
using langexport::testing::request_record;

TEST_CASE("a header field of a request is found by its name in any letter case",
          "[emulator][request_record]") {
    request_record record;
    record.headers = {
        {"Host", "name.example"}, {"X-Empty", ""}, {"x-twice", "first"}, {"X-Twice", "second"}};
    for (const char* name : {"Host", "host", "HOST"}) {
        CHECK(record.header(name) == "name.example");
        CHECK(record.has_header(name));
    }
    CHECK(record.header("X-TWICE") == "first");
    for (const char* name : {"Hos", "Hosts", "", "name.example"}) {
        CHECK(record.header(name).empty());
        CHECK_FALSE(record.has_header(name));
    }
    CHECK(record.header("x-empty").empty());
    CHECK(record.has_header("x-empty")); // which tells an empty field from none
}

TEST_CASE("an empty record has no kind and no credential", "[emulator][request_record]") {
    const request_record record;
    CHECK(record.kind == call_kind::other);
    CHECK(record.credential == credential_seen::none);
    CHECK(record.status == 0);
    CHECK_FALSE(record.has_header("Host"));
}

} // namespace request_record_test
