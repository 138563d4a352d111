#include <langexport/import/import_request.hpp>

#include <langexport/export_request.hpp>

#include "support/catch.hpp"
#include "unit/rejection.hpp"

#include <chrono>
#include <string>

namespace import_request_test {

using namespace std::chrono_literals;
using namespace langexport;
using namespace langexport_tests;

namespace {

import_request request_for(const std::string& name) {
    return import_request(name, import_source::from_bytes("{}"));
}

std::string rejected(const import_request& request) {
    const auto found = rejection_of([&] { validate(request, ""); });
    CHECK((!found.code || found.code == errc::invalid_request));
    return found.detail;
}

} // namespace

TEST_CASE("an import request names its fields in errors", "[import][import_request]") {
    CHECK(rejected(request_for("p")).empty());
    CHECK(rejected(request_for("")) == "import_request::project_name is empty");
    auto request = request_for("p");
    request.format = "Luis";
    CHECK_THAT(rejected(request), contains_text("import_request::format"));
    request.surface = project_surface::analyze_conversations;
    CHECK(rejected(request).empty());
    request.deadline = 0ms;
    CHECK(rejected(request) == "import_request::deadline must be from 1 ms to 366 days");
    request.deadline.reset();
    request.job_timeout = 24h * 400;
    CHECK(rejected(request) == "import_request::job_timeout must be from 1 ms to 366 days");
    request.job_timeout.reset();
    request.tag = "\x01";
    CHECK_THAT(rejected(request), contains_text("import_request::tag"));
}

TEST_CASE("an import has the settings of its request", "[import][import_request]") {
    auto request = request_for("p");
    request.surface = project_surface::query_knowledgebases;
    request.format = "tsv";
    request.priority = request_priority::low;
    request.deadline = 5min;
    request.job_timeout = 7min;
    request.allow_duplicates = true;
    request.tag = "nightly";
    const export_request settings = detail::settings_of(request);
    CHECK(settings.project_name == "p");
    CHECK(settings.surface == request.surface);
    CHECK(settings.format == "tsv");
    CHECK(settings.priority == request_priority::low);
    CHECK(settings.deadline == 5min);
    CHECK(settings.job_timeout == 7min);
    CHECK(settings.allow_duplicates);
    CHECK(settings.accept_partial == false);
    CHECK(settings.tag == "nightly");
}

} // namespace import_request_test
