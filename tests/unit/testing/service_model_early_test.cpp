// Requests that end before their body was received.

#include <langexport/testing/service_model.hpp>

#include "support/catch.hpp"
#include "unit/testing/service_model_bench.hpp"

#include <chrono>
#include <string>

namespace service_model_early_test {

namespace testing = langexport::testing;

namespace {

using namespace std::chrono_literals;
using langexport_tests::options_with_key;
using langexport_tests::projects_path;
using langexport_tests::service_model_bench;
using testing::call_kind;
using testing::canned_response;
using testing::early_end;
using testing::service_request;

service_request header_of(const std::string& action, const std::string& key = "first",
                          const std::string& type = "application/json") {
    service_request header;
    header.method = "POST";
    header.target = projects_path + "New/" + action;
    header.headers = {{"Ocp-Apim-Subscription-Key", key}, {"Content-Type", type}};
    return header;
}

service_request import_header(const std::string& key = "first",
                              const std::string& query = "api-version=2023-04-01") {
    return header_of(":import?" + query, key);
}

} // namespace

TEST_CASE("an import with a wrong header is rejected before its body", "[emulator][early]") {
    service_model_bench b;
    const auto status = [&](const service_request& header) {
        const auto early = b.model.begin(header, b.now);
        CHECK((!early || early->after == 0));
        return early ? early->response.status : 0U;
    };
    CHECK(status(import_header()) == 0);
    CHECK(b.model.counters().requests == 0);
    CHECK(status(import_header("wrong")) == 401);
    CHECK(status(import_header("first", "api-version=2020-01-01")) == 400);
    CHECK(status(header_of(":import?api-version=2023-04-01", "first", "text/plain")) == 415);
    service_request header = import_header();
    header.method = "PUT";
    CHECK(status(header) == 405);
    CHECK(b.model.counters().requests == 4);
    CHECK(b.model.counters().imports == 4);
    CHECK(b.model.counters().unauthorized == 1);
    CHECK(b.model.requests().size() == 4);
    // The service reads every other request first.
    CHECK(status(header_of(":export?api-version=2023-04-01", "wrong")) == 0);
    CHECK(status(header_of("?api-version=2023-04-01", "wrong")) == 0);
}

TEST_CASE("an import beyond the quota is rejected before its body", "[emulator][early]") {
    testing::emulator_options options = options_with_key();
    options.quota_posts = 1;
    service_model_bench b(options);
    CHECK_FALSE(b.model.begin(import_header(), b.now));
    CHECK_FALSE(b.model.begin(import_header(), b.now)); // the header takes no place in the window
    CHECK(b.model.handle(import_header(), b.now).status == 400);
    const auto early = b.model.begin(import_header(), b.now);
    REQUIRE(early);
    CHECK(early->response.status == 429);
    CHECK(early->response.header("Retry-After") == "60");
    CHECK(b.model.counters().throttled == 1);
    CHECK_FALSE(b.model.begin(import_header(), b.now + 1min));
}

TEST_CASE("a key that changes with an import counts for its header", "[emulator][early]") {
    service_model_bench b;
    b.model.set_keys_after(0, {"next"});
    const auto early = b.model.begin(import_header(), b.now);
    REQUIRE(early);
    CHECK(early->response.status == 401);
    CHECK_FALSE(b.model.begin(import_header("next"), b.now));
}

TEST_CASE("a rule can respond before the request was read", "[emulator][early]") {
    service_model_bench b;
    b.model.add_project(testing::project("New"));
    b.model.on(call_kind::any, 2, canned_response::early(300, 503, "busy"));
    const service_request header = header_of(":export?api-version=2023-04-01");
    CHECK_FALSE(b.model.begin(header, b.now));
    const auto early = b.model.begin(header, b.now);
    REQUIRE(early);
    CHECK(early->after == 300);
    CHECK(early->response.status == 503);
    CHECK(early->response.body == "busy");
    REQUIRE(early->response.fault);
    CHECK_FALSE(early->response.fault->request_cut);
    CHECK(b.model.counters().requests == 1);
    CHECK(b.model.counters().submissions == 1);
    CHECK(b.model.counters().faults == 1);
    CHECK(b.model.counters().requests_cut == 0);
    CHECK(b.model.counters().jobs_created == 0);
    REQUIRE(b.model.requests().size() == 1);
    CHECK(b.model.requests()[0].status == 503);
    CHECK_FALSE(b.model.begin(header, b.now));
}

TEST_CASE("a rule that ends requests early does not apply to whole ones", "[emulator][early]") {
    service_model_bench b;
    b.model.add_project(testing::project("Demo"));
    b.model.on(call_kind::any, 1, canned_response::early(0, 503));
    b.model.on(call_kind::any, 1, canned_response::cut_request_after(0, early_end::close));
    CHECK(b.submit().status == 202);
    canned_response own; // without a status of its own it is not early
    own.early_after = 0;
    b.model.clear_faults();
    b.model.on(call_kind::any, 1, own);
    CHECK_FALSE(b.model.begin(header_of(":export"), b.now));
    CHECK(b.submit().status == 202);
    CHECK(b.model.counters().faults == 1);
}

TEST_CASE("an ordinary rule applies to an import with a wrong header", "[emulator][early]") {
    service_model_bench b;
    b.model.on(call_kind::import_submission, 1, canned_response(503));
    const auto early = b.model.begin(import_header("wrong"), b.now);
    REQUIRE(early);
    CHECK(early->response.status == 503);
    b.model.on(call_kind::import_submission, 1, canned_response(503));
    CHECK_FALSE(b.model.begin(import_header(), b.now));
    CHECK(b.model.handle(import_header(), b.now).status == 503);
}

} // namespace service_model_early_test
