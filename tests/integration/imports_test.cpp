// Imports by a client into the emulator, over real sockets.

#include <langexport/import/import_project.hpp>

#include "integration/client_bench.hpp"
#include "support/catch.hpp"

#include <string>
#include <utility>

namespace imports_test {

namespace testing = langexport::testing;

namespace {

using langexport::errc;
using langexport::import_request;
using langexport::import_source;
using langexport::import_status;
using langexport::job_status;
using langexport_tests::client_bench;
using langexport_tests::outcome;
using testing::call_kind;
using testing::canned_response;

// A document of a text project, of about this size.
std::string document_of(std::size_t size) {
    return R"({"stringIndexType":"Utf16CodeUnit","metadata":{"projectKind":"CustomHealthcare",)"
           R"("description":")" +
           std::string(size, '.') + R"("},"assets":{"projectKind":"CustomHealthcare"}})";
}

outcome<import_status> run_import(client_bench& b, const langexport::client& c,
                                  std::string document) {
    const import_request request("New", import_source::from_bytes(std::move(document)));
    return b.run<import_status>(
        [&](auto token) { langexport::import_project(c, request, std::move(token)); });
}

} // namespace

TEST_CASE("what was imported is exported again, byte by byte", "[imports]") {
    const std::size_t size = GENERATE(std::size_t(10), std::size_t(3'000'000));
    client_bench b(GENERATE(false, true));
    const auto client = b.make_client();
    const std::string document = document_of(size);
    const auto imported = run_import(b, client, document);
    REQUIRE(imported.is_good());
    CHECK(imported.result.status == job_status::succeeded);
    const auto exported = b.export_project(client, langexport::export_request("New"));
    REQUIRE(exported.is_good());
    CHECK(exported.result.document == document);
    CHECK(b->counters().imports == 1);
    CHECK(b->counters().connections == 1);
}

TEST_CASE("a submission that the service did not take is repeated", "[imports]") {
    client_bench b(GENERATE(false, true));
    const std::size_t bytes = GENERATE(std::size_t(0), std::size_t(400'000));
    b->on(call_kind::import_submission, 1, canned_response::early(bytes, 503));
    const std::string document = document_of(1'000'000);
    const auto client = b.make_client();
    REQUIRE(run_import(b, client, document).is_good());
    CHECK(b->counters().imports == 2); // submissions
    CHECK(b->counters().jobs_created == 1);
    CHECK(b.export_project(client, langexport::export_request("New")).result.document == document);
}

TEST_CASE("a response before the end of the document ends the import", "[imports]") {
    client_bench b(GENERATE(false, true));
    b->on(call_kind::import_submission, 1, canned_response::early(300'000, 413));
    const auto done = run_import(b, b.make_client(), document_of(2'000'000));
    REQUIRE_FALSE(done.is_good());
    CHECK(b->counters().jobs_created == 0);
}

TEST_CASE("a document that cannot be imported is not sent", "[imports]") {
    client_bench b(false);
    const auto done = run_import(b, b.make_client(), R"({"metadata":{}})");
    CHECK(done.code() == errc::malformed_document);
    CHECK(b.seen().empty());
}

} // namespace imports_test
