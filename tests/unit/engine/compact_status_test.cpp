#include <langexport/detail/engine/compact_status.hpp>

#include "support/catch.hpp"

#include <chrono>
#include <string>

namespace compact_status_test {

using namespace std::chrono_literals;
using namespace langexport;
using detail::compact_status;

namespace {

export_status running() {
    export_status status;
    status.status = job_status::running;
    status.status_text = "running";
    status.created = export_status::time_point(1h);
    status.expires = export_status::time_point(48h);
    return status;
}

} // namespace

TEST_CASE("an ordinary status is restored completely", "[compact_status]") {
    compact_status kept;
    CHECK_FALSE(kept.has_status());
    REQUIRE(kept.fold(running()));
    CHECK(kept.has_status());
    export_status restored;
    restored.last_updated = export_status::time_point(1s);
    kept.unfold(restored);
    CHECK(restored.status == job_status::running);
    CHECK(restored.status_text == "running");
    CHECK(restored.created == export_status::time_point(1h));
    CHECK_FALSE(restored.last_updated);
    CHECK(restored.expires == export_status::time_point(48h));
}

TEST_CASE("nothing is restored if nothing was kept", "[compact_status]") {
    export_status status = running();
    compact_status().unfold(status);
    CHECK(status.status == job_status::running);
    CHECK(status.created);
}

TEST_CASE("a status with additional content has no compact form", "[compact_status]") {
    export_status status = running();
    SECTION("a word that is not known") {
        status.status = job_status::unknown;
    }
    SECTION("a word in another case") {
        status.status_text = "Running";
    }
    SECTION("a result") {
        status.result_url = "https://x.example/result";
    }
    SECTION("a warning") {
        status.warnings.emplace_back();
    }
    SECTION("an error") {
        status.errors.emplace_back();
    }
    compact_status kept;
    CHECK_FALSE(kept.fold(status));
    CHECK_FALSE(kept.has_status());
}

} // namespace compact_status_test
