#include <langexport/import/import_status.hpp>

#include "support/catch.hpp"
#include "unit/rejection.hpp"

#include <chrono>
#include <string>

namespace import_status_test {

using namespace langexport;
using namespace langexport_tests;

TEST_CASE("the status of an import has what the service said", "[import][import_status]") {
    const auto time = export_status::time_point(std::chrono::seconds(1'700'000'000));
    export_status known(export_job("p", "https://x.example/j", time, job_kind::importing));
    known.status = job_status::succeeded;
    known.status_text = "succeeded";
    known.warnings.emplace_back().message = "odd";
    known.errors.emplace_back().message = "bad";
    known.created = known.last_updated = known.expires = time;
    const import_status status(known);
    CHECK(status.job() == import_job("p", "https://x.example/j", time));
    CHECK(status.status == job_status::succeeded);
    CHECK(status.status_text == "succeeded");
    REQUIRE(status.warnings.size() == 1);
    CHECK(status.warnings.front().message == "odd");
    REQUIRE(status.errors.size() == 1);
    CHECK(status.created == time);
    CHECK(status.last_updated == time);
    CHECK(status.expires == time);
    CHECK(import_status().job().empty());
    CHECK(import_status(import_job("p", "https://x.example/j", time)).job() == status.job());
}

TEST_CASE("an import_status cannot be made from the status of an export",
          "[import][import_status]") {
    const export_status status(export_job("p", "https://x.example/j", {}));
    CHECK(rejection_of([&] { import_status{status}; }).code == errc::invalid_request);
}

} // namespace import_status_test
