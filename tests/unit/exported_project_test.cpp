#include <langexport/exported_project.hpp>

#include "support/catch.hpp"

#include <string>
#include <type_traits>
#include <utility>

namespace exported_project_test {

using namespace langexport;

namespace {

exported_project made() {
    exported_project one;
    one.status =
        export_status(export_job("Claims", "https://x.example/jobs/1", export_job::time_point()));
    one.content_type = "application/json; charset=utf-8";
    one.document = std::string(1000, '{');
    return one;
}

bool is_whole(const exported_project& one) {
    return one.status.job() == made().status.job() && one.content_type == made().content_type &&
           one.document == made().document;
}

} // namespace

TEST_CASE("a result without a document is empty", "[exported_project]") {
    const exported_project none;
    CHECK(none.document.empty());
    CHECK(none.content_type.empty());
    CHECK(none.status.job() == export_job());
}

TEST_CASE("copies of a result have all members, and leave the original", "[exported_project]") {
    const exported_project original = made();
    const exported_project copy(original);
    CHECK(is_whole(copy));
    exported_project assigned;
    assigned = original;
    CHECK(is_whole(assigned));
    CHECK(is_whole(original));
}

TEST_CASE("moving a result moves its document without a copy", "[exported_project]") {
    STATIC_REQUIRE(std::is_nothrow_move_constructible_v<exported_project>);
    STATIC_REQUIRE(std::is_nothrow_move_assignable_v<exported_project>);
    exported_project original = made();
    const char* const bytes = original.document.data();
    exported_project moved(std::move(original));
    CHECK(is_whole(moved));
    CHECK(moved.document.data() == bytes);
    exported_project assigned;
    assigned = std::move(moved);
    CHECK(is_whole(assigned));
    CHECK(assigned.document.data() == bytes);
}

} // namespace exported_project_test
