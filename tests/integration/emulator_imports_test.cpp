// Imports into the emulator, as they look on the wire.
#include <langexport/testing/emulator.hpp>

#include "integration/emulator_bench.hpp"
#include "integration/emulator_peer.hpp"
#include "support/catch.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace emulator_imports_test {

namespace testing = langexport::testing;

namespace {

using namespace std::chrono_literals;
using langexport_tests::contains_text;
using langexport_tests::emulator_bench;
using langexport_tests::http_response;
using langexport_tests::path_of;
using langexport_tests::quick_project;
using langexport_tests::raw_peer;
using langexport_tests::request_text;
using testing::call_kind;
using testing::canned_response;
using testing::early_end;

const std::string projects = "/language/authoring/analyze-text/projects";
const std::string import_target = projects + "/New/:import?api-version=2022-05-01";
const std::string json_type = "Content-Type: application/json\r\n";

// A document of a text project, of about this size.
std::string document_of(std::size_t size) {
    return R"({"stringIndexType":"Utf16CodeUnit","metadata":{"projectKind":"CustomHealthcare",)"
           R"("description":")" +
           std::string(size, '.') + R"("},"assets":{"projectKind":"CustomHealthcare"}})";
}

class import_bench : public emulator_bench {
public:
    explicit import_bench(bool tls, testing::emulator_options options = {})
        : emulator_bench(tls, std::move(options)) {
        service->set_import_pattern(quick_project(""));
    }

    std::string import_header(std::string_view fields, std::string_view key) {
        return "POST " + import_target + " HTTP/1.1\r\nHost: localhost\r\n" +
               "Ocp-Apim-Subscription-Key: " + std::string(key) + "\r\n" + std::string(fields) +
               "\r\n";
    }
    std::string import_header(std::string_view fields) {
        return import_header(fields, service->key());
    }
    std::string import_request(std::string_view document) {
        return import_header(json_type + "Content-Length: " + std::to_string(document.size()) +
                             "\r\n") +
               std::string(document);
    }
    std::string exported(raw_peer& peer) {
        const http_response accepted = peer.exchange(request_text(
            "POST", projects + "/New/:export?stringIndexType=Utf16CodeUnit&api-version=2022-05-01",
            service->key()));
        REQUIRE(accepted.status == 202);
        std::string target = path_of(accepted.header("operation-location"));
        return peer.exchange(get(target.insert(target.find('?'), "/result"))).body;
    }
};

// In chunks of this size.
std::string chunked(std::string_view body, std::size_t size) {
    std::string text;
    for (; !body.empty(); body.remove_prefix(std::min(size, body.size()))) {
        const std::string_view piece = body.substr(0, size);
        char length[32];
        std::snprintf(length, sizeof length, "%zx\r\n", piece.size());
        text.append(length).append(piece).append("\r\n");
    }
    return text + "0\r\n\r\n";
}

// The connection ended as the response said.
void check_closed(raw_peer& peer, const http_response& response) {
    CHECK(response.header("Connection") == "close");
    CHECK(peer.receive().empty());
    CHECK_FALSE(peer.was_reset());
    CHECK_FALSE(peer.was_truncated());
}

} // namespace

TEST_CASE("an imported document is exported as it was sent", "[emulator][imports]") {
    const bool is_chunked = GENERATE(false, true);
    const std::size_t size = GENERATE(10U, 100'000U, 5'000'000U);
    import_bench b(GENERATE(false, true));
    const std::string document = document_of(size);
    const auto peer = b.connect();
    const http_response accepted =
        peer->exchange(is_chunked ? b.import_header(json_type + "Transfer-Encoding: chunked\r\n") +
                                        chunked(document, 70'000)
                                  : b.import_request(document));
    REQUIRE(accepted.status == 202);
    CHECK(accepted.is_whole);
    CHECK(accepted.header("Connection").empty());
    CHECK(accepted.names() ==
          std::vector<std::string>{"Access-Control-Expose-Headers", "Content-Length", "Date",
                                   "Strict-Transport-Security", "X-Content-Type-Options",
                                   "apim-request-id", "operation-location", "request-id",
                                   "x-envoy-upstream-service-time", "x-ms-region"});
    const std::string job = path_of(accepted.header("operation-location"));
    CHECK(job.starts_with(projects + "/New/import/jobs/"));
    const http_response status = peer->exchange(b.get(job));
    CHECK_THAT(status.body, contains_text("\"status\":\"succeeded\""));
    CHECK_THAT(status.body, !contains_text("resultUrl"));
    CHECK(b.exported(*peer) == document);
    CHECK(b.service->counters().connections == 1);
    CHECK(b.service->requests().at(0).body == document.substr(0, 4096));
}

TEST_CASE("a body beyond its limit is rejected", "[emulator][imports]") {
    testing::emulator_options options;
    options.max_import_body = 1000;
    options.max_request_body = 100;
    import_bench b(GENERATE(false, true), options);
    const std::string document = document_of(500);
    CHECK(b.connect()->exchange(b.import_request(document)).status == 202);

    const auto peer = b.connect();
    const std::string length = GENERATE("1001", "1000000000000000000");
    const http_response announced =
        peer->exchange(b.import_header(json_type + "Content-Length: " + length + "\r\n"));
    CHECK(announced.status == 413);
    check_closed(*peer, announced);

    const auto other = b.connect();
    const std::string body = chunked(std::string(1100, ' '), 1100); // never ends
    const http_response in_chunks =
        other->exchange(b.import_header(json_type + "Transfer-Encoding: chunked\r\n") +
                        body.substr(0, body.size() - 10));
    CHECK(in_chunks.status == 413);
    check_closed(*other, in_chunks);

    const auto exporting = b.connect();
    CHECK(exporting->exchange(b.json_submission(std::string(101, ' '))).status == 413);
    CHECK(b.service->counters().imports == 1);
    CHECK(b.service->counters().malformed == 3);
}

TEST_CASE("a rejected import gets its response before its body", "[emulator][imports]") {
    struct row {
        unsigned status;
        std::string fields;
        std::string key;
    };
    const std::string length = "Content-Length: 1000000\r\n";
    const auto r = GENERATE_COPY(row{401, json_type + length, "wrong"},
                                 row{401, json_type + length + "Expect: 100-continue\r\n", "wrong"},
                                 row{429, json_type + length, ""}, row{415, length, ""});
    CAPTURE(r.status, r.fields);
    testing::emulator_options options;
    options.quota_posts = r.status == 429 ? 1 : 0;
    import_bench b(GENERATE(false, true), options);
    if (r.status == 429)
        CHECK(b.works());
    const auto peer = b.connect();
    const http_response response = peer->exchange(r.key.empty() ? b.import_header(r.fields)
                                                                : b.import_header(r.fields, r.key));
    CHECK(response.status == r.status);
    CHECK(response.is_whole);
    CHECK(response.header("Retry-After").empty() == (r.status != 429));
    check_closed(*peer, response);
    CHECK(b.service->counters().imports == 1);
    CHECK(b.service->counters().jobs_created == b.service->counters().submissions);
}

TEST_CASE("a client that ignores an early response can still send and read it",
          "[emulator][imports]") {
    import_bench b(GENERATE(false, true));
    const auto peer = b.connect();
    const std::string document = document_of(3'000'000);
    peer->send(b.import_header(
        json_type + "Content-Length: " + std::to_string(document.size()) + "\r\n", "wrong"));
    peer->send(document);
    const http_response response = peer->response();
    CHECK(response.status == 401);
    CHECK(response.is_whole);
}

TEST_CASE("an accepted import gets 100 Continue before its body", "[emulator][imports]") {
    import_bench b(GENERATE(false, true));
    const auto peer = b.connect();
    const std::string document = document_of(10);
    peer->send(b.import_header(json_type + "Expect: 100-continue\r\nContent-Length: " +
                               std::to_string(document.size()) + "\r\n"));
    CHECK(peer->receive() == "HTTP/1.1 100 Continue\r\n\r\n");
    CHECK(peer->exchange(document).status == 202);
}

TEST_CASE("a rule can respond at any byte of a request", "[emulator][imports][faults]") {
    import_bench b(GENERATE(false, true));
    const std::string request = b.import_request(document_of(100'000));
    const std::size_t bytes =
        GENERATE_COPY(std::size_t{0}, std::size_t{50'000}, request.size() - 1, request.size());
    b.service->on(call_kind::import_submission, 1,
                  canned_response::early(bytes, 429).header("Retry-After", "7"));
    const auto peer = b.connect();
    const std::size_t header = request.find("\r\n\r\n") + 4;
    const std::size_t first = bytes == 0 ? header - 1 : bytes - 1;
    peer->send(request.substr(0, first));
    const auto other = b.connect();
    CHECK(other->exchange(b.get("/")).status == 404);
    CHECK(b.service->counters().open_connections == 2);
    const http_response response = peer->exchange(request.substr(first, 1));
    CHECK(response.status == 429);
    CHECK(response.header("Retry-After") == "7");
    CHECK(response.is_whole);
    check_closed(*peer, response);
    CHECK(b.service->counters().jobs_created == 0);
    CHECK(b.service->counters().imports == 1);
    CHECK(b.connect()->exchange(request).status == 202);
}

TEST_CASE("an import can be cut at any byte", "[emulator][imports][faults]") {
    const auto ending = GENERATE(early_end::close, early_end::reset);
    import_bench b(GENERATE(false, true));
    const std::string request = b.import_request(document_of(100'000));
    const std::size_t bytes =
        GENERATE_COPY(std::size_t{0}, std::size_t{50'000}, request.size() - 1, request.size());
    b.service->on(call_kind::import_submission, 1,
                  canned_response::cut_request_after(bytes, ending));
    const auto peer = b.connect();
    peer->send(request.substr(0, bytes == 0 ? request.find("\r\n\r\n") + 4 : bytes));
    CHECK(peer->receive_all().empty());
    CHECK(peer->was_reset() == (ending == early_end::reset));
    CHECK(b.service->counters().requests_cut == 1);
    CHECK(b.service->counters().imports == 0);
    CHECK(b.service->counters().jobs_created == 0);
    CHECK(b.connect()->exchange(request).status == 202);
}

TEST_CASE("faults apply to imports and the status of their jobs", "[emulator][imports][faults]") {
    import_bench b(GENERATE(false, true));
    const std::string request = b.import_request(document_of(1000));
    b.service->on(call_kind::import_submission, 1, canned_response(503));
    b.service->on(call_kind::import_submission, 2, canned_response::no_response(true));
    b.service->on(call_kind::status, 1, canned_response(500));
    CHECK(b.connect()->exchange(request).status == 503);
    const auto lost = b.connect();
    lost->send(request);
    CHECK(lost->receive_all().empty());
    CHECK(b.service->counters().jobs_created == 1);
    const auto peer = b.connect();
    CHECK(b.exported(*peer) == document_of(1000));
    const http_response accepted = peer->exchange(request);
    const std::string job = path_of(accepted.header("operation-location"));
    CHECK(peer->exchange(b.get(job)).status == 500);
    CHECK(peer->exchange(b.get(job)).status == 200);
}

TEST_CASE("a document that the service rejects leaves the connection open", "[emulator][imports]") {
    import_bench b(GENERATE(false, true));
    std::string document = document_of(10);
    document.replace(document.rfind("CustomHealthcare"), 16, "CustomTextSentiment");
    const auto peer = b.connect();
    const http_response rejected = peer->exchange(b.import_request(document));
    CHECK(rejected.status == 400);
    CHECK_THAT(rejected.body, contains_text("\"target\":\"assets.projectKind\""));
    document = document_of(10);
    document.replace(document.find("Utf16CodeUnit"), 13, "Utf8CodeUnit");
    const http_response other = peer->exchange(b.import_request(document));
    CHECK(other.status == 400);
    CHECK_THAT(other.body, contains_text("\"target\":\"stringIndexType\""));
    CHECK(peer->exchange(b.import_request(document_of(10))).status == 202);
    CHECK(b.service->counters().connections == 1);
}

} // namespace emulator_imports_test
