// The faults of the emulator, as they look on the wire.
#include <langexport/testing/emulator.hpp>

#include "integration/emulator_bench.hpp"
#include "integration/emulator_peer.hpp"
#include "support/catch.hpp"

#include <chrono>
#include <string>
#include <thread>
#include <vector>

namespace emulator_faults_test {

namespace testing = langexport::testing;

namespace {

using namespace std::chrono_literals;
using langexport_tests::contains_text;
using langexport_tests::emulator_bench;
using langexport_tests::http_response;
using langexport_tests::path_of;
using langexport_tests::raw_peer;
using testing::call_kind;
using testing::canned_response;
using testing::early_end;
using testing::malformation;
using testing::occurrences;

// How the connection of a peer ended.
std::string end_of(raw_peer& peer) {
    if (peer.was_reset())
        return "reset";
    return peer.was_truncated() ? "truncated" : "closed";
}

} // namespace

TEST_CASE("a request can be cut before it was read completely", "[emulator][faults]") {
    const bool tls = GENERATE(false, true);
    const auto ending = GENERATE(early_end::close, early_end::reset);
    const auto bytes = GENERATE(0U, 20U, 250U);
    CAPTURE(tls, ending, bytes);
    emulator_bench b(tls);
    b.service->on(call_kind::submission, 1, canned_response::cut_request_after(bytes, ending));
    const auto peer = b.connect();
    peer->send(b.json_submission(std::string(100, ' ')).substr(0, 280));
    CHECK(peer->receive_all().empty());
    if (ending == early_end::reset)
        CHECK(end_of(*peer) == "reset");
    else
        CHECK(end_of(*peer) == (tls ? "truncated" : "closed"));
    CHECK(b.service->counters().requests_cut == 1);
    CHECK(b.service->counters().faults == 1);
    CHECK(b.service->counters().submissions == 0);
    CHECK(b.service->counters().jobs_created == 0);
    CHECK(b.service->requests().empty());
    CHECK(b.works());
}

TEST_CASE("a request that is shorter than its cut is cut at its end", "[emulator][faults]") {
    emulator_bench b(GENERATE(false, true));
    b.service->on(call_kind::submission, 1,
                  canned_response::cut_request_after(100'000, early_end::close));
    const auto peer = b.connect();
    peer->send(b.json_submission("{}"));
    CHECK(peer->receive_all().empty());
    CHECK(b.service->counters().requests_cut == 1);
    CHECK(b.service->counters().jobs_created == 0);
}

TEST_CASE("a request is cut only after the set number of bytes", "[emulator][faults]") {
    emulator_bench b(false);
    const std::string request = b.json_submission(std::string(1000, ' '));
    b.service->on(call_kind::submission, 1,
                  canned_response::cut_request_after(request.size() - 1, early_end::close));
    const auto peer = b.connect();
    peer->send(request.substr(0, request.size() - 2));
    const auto other = b.connect();
    CHECK(other->exchange(b.get("/")).status == 404);
    CHECK(b.service->counters().open_connections == 2);
    peer->send(" ");
    CHECK(peer->receive_all().empty());
    CHECK(b.service->counters().requests_cut == 1);
}

TEST_CASE("a request can stay without a response before it is read", "[emulator][faults]") {
    emulator_bench b(GENERATE(false, true));
    b.service->on(call_kind::any, 1, canned_response::cut_request_after(0, early_end::stall));
    {
        const auto peer = b.connect();
        peer->send(b.json_submission());
        while (b.service->counters().requests_cut == 0)
            std::this_thread::sleep_for(1ms);
        CHECK(b.service->counters().open_connections == 1);
    }
    b.wait_until_closed();
}

TEST_CASE("rules that cut requests have their own counter", "[emulator][faults]") {
    emulator_bench b(false);
    b.service->on(call_kind::submission, 1, canned_response(503));
    b.service->on(call_kind::submission, 2,
                  canned_response::cut_request_after(0, early_end::close));
    CHECK(b.connect()->exchange(b.json_submission()).status == 503);
    const auto peer = b.connect();
    peer->send(b.json_submission());
    CHECK(peer->receive_all().empty());
    CHECK(b.works());
    b.service->on(call_kind::submission, 1,
                  canned_response::cut_request_after(0, early_end::close));
    b.service->clear_faults();
    CHECK(b.works());
}

TEST_CASE("open connections can be closed at any time", "[emulator][faults]") {
    const bool tls = GENERATE(false, true);
    emulator_bench b(tls);
    const auto first = b.connect();
    const auto second = b.connect();
    CHECK(first->exchange(b.json_submission()).status == 202);
    CHECK(second->exchange(b.json_submission()).status == 202);
    b.service->close_connections();
    CHECK(first->receive().empty());
    CHECK(second->receive().empty());
    CHECK(first->was_truncated() == tls);
    b.wait_until_closed();
    CHECK(b.works());
}

TEST_CASE("a response can be cut inside its body", "[emulator][faults]") {
    const bool tls = GENERATE(false, true);
    const auto bytes = GENERATE(0U, 1U, 70'000U);
    emulator_bench b(tls);
    testing::project large("Demo");
    large.job_duration = 0s;
    large.result_size = 100'000;
    b.service->add_project(large);
    b.service->on(call_kind::result, 1, canned_response::cut_body_after(bytes, early_end::close));
    b.service->on(call_kind::status, 1, canned_response::cut_body_after(10, early_end::close));
    const auto peer = b.connect();
    std::string target = b.new_status(*peer);
    const http_response status = peer->exchange(b.get(target));
    CHECK(status.status == 200);
    CHECK(status.body.size() == 10);
    CHECK_FALSE(status.is_whole);
    const auto other = b.connect();
    const http_response result = other->exchange(b.get(target.insert(target.find('?'), "/result")));
    CHECK(result.status == 200);
    CHECK(result.body.size() == bytes);
    CHECK_FALSE(result.is_whole);
}

TEST_CASE("predefined malformed responses can be sent", "[emulator][faults]") {
    struct row {
        malformation how;
        std::string part;
        bool is_http;
    };
    const auto r = GENERATE(row{malformation::no_http, "SSH-2.0", false},
                            row{malformation::status_line, "HTTP/1.1 2x0 OK\r\n", false},
                            row{malformation::header_line, "\r\nno colon\r\n", false},
                            row{malformation::content_length, "Content-Length: two", false},
                            row{malformation::two_lengths, "Content-Length: 20", false},
                            row{malformation::chunk_size, "\r\nxyz\r\n", false},
                            row{malformation::no_json, "<html>", true},
                            row{malformation::half_json, "[{\"code", true},
                            row{malformation::wrong_json, "\"status\":{}", true},
                            row{malformation::bottomless_json, "[[[[[[[", true},
                            row{malformation::no_body, "Content-Length: 0", true});
    CAPTURE(r.part);
    emulator_bench b(GENERATE(false, true));
    b.service->on(call_kind::other, 1, canned_response::malformed(r.how));
    const auto peer = b.connect();
    if (r.is_http) {
        const http_response response = peer->exchange(b.get("/"));
        CHECK(response.status == 200);
        CHECK(response.is_whole);
        if (r.how == malformation::no_body)
            CHECK(response.body.empty());
        else
            CHECK_THAT(response.body, contains_text(r.part));
        CHECK(peer->exchange(b.get("/")).status == 404);
    } else {
        peer->send(b.get("/"));
        CHECK_THAT(peer->receive_all(), contains_text(r.part));
    }
}

TEST_CASE("a response can have any size, with any status", "[emulator][faults]") {
    const unsigned status = GENERATE(200U, 202U, 503U);
    const auto size = GENERATE(0U, 1U, 5'000'000U);
    emulator_bench b(GENERATE(false, true));
    b.service->on(call_kind::submission, 1, canned_response::oversize(size, status));
    const auto peer = b.connect();
    const http_response response = peer->exchange(b.json_submission());
    CHECK(response.status == status);
    CHECK(response.is_whole);
    CHECK(response.body == std::string(size, ' '));
    CHECK(b.service->counters().jobs_created == 0);
    CHECK(peer->exchange(b.json_submission()).status == 202);
}

TEST_CASE("responses with status 1xx can precede the final response", "[emulator][faults]") {
    const unsigned status = GENERATE(100U, 102U, 103U);
    emulator_bench b(GENERATE(false, true));
    b.service->on(call_kind::submission, 1, canned_response::after_provisional(status, 3));
    const auto peer = b.connect();
    CHECK(peer->exchange(b.json_submission()).status == status);
    CHECK(peer->response().status == status);
    CHECK(peer->response().status == status);
    CHECK(peer->response().status == 202);
    CHECK(b.service->counters().jobs_created == 1);
}

TEST_CASE("a response can have a trailer", "[emulator][faults]") {
    emulator_bench b(GENERATE(false, true));
    const std::size_t size = GENERATE(1'000U, 65'536U, 200'000U);
    testing::project large("Demo");
    large.job_duration = 0s;
    large.result_size = size;
    b.service->add_project(large);
    b.service->on(call_kind::any, occurrences::always(),
                  canned_response::with_trailer("Server-Timing", "all;dur=1"));
    const auto peer = b.connect();
    peer->send(b.json_submission());
    std::string response;
    while (response.find("dur=1\r\n\r\n") == std::string::npos)
        response += peer->receive();
    CHECK_THAT(response, contains_text("Transfer-Encoding: chunked"));
    CHECK_THAT(response, contains_text("\r\n\r\n0\r\nServer-Timing: all;dur=1\r\n\r\n"));
    const std::string link = response.substr(response.find("operation-location: ") + 20);
    std::string target = path_of(link.substr(0, link.find('\r')));
    peer->send(b.get(target));
    std::string status;
    while (status.find("dur=1\r\n\r\n") == std::string::npos)
        status += peer->receive();
    CHECK_THAT(status, contains_text("\"status\":\"succeeded\""));
    peer->send(b.get(target.insert(target.find('?'), "/result")));
    std::string result;
    while (result.find("dur=1\r\n\r\n") == std::string::npos)
        result += peer->receive();
    CHECK(result.size() > size);
    CHECK_THAT(result, contains_text("}]}}\r\n0\r\nServer-Timing: all;dur=1\r\n\r\n"));
}

TEST_CASE("one response can have links to another origin", "[emulator][faults]") {
    const std::string elsewhere = "https://evil.example:444";
    emulator_bench b(false);
    b.service->on(call_kind::submission, 2, canned_response::with_links_to(elsewhere));
    b.service->on(call_kind::status, 2, canned_response::with_links_to(elsewhere));
    const auto peer = b.connect();
    const std::string target = b.new_status(*peer);
    CHECK(peer->exchange(b.json_submission()).header("operation-location").substr(0, 34) ==
          elsewhere + "/language/");
    CHECK(peer->exchange(b.get(target)).body.substr(0, 31) == R"({"resultUrl":"http://localhost/)");
    CHECK_THAT(peer->exchange(b.get(target)).body,
               contains_text(R"("resultUrl":"https://evil.example:444/language/)"));
    CHECK_THAT(peer->exchange(b.get(target)).body, contains_text("http://localhost/"));
    CHECK(b.service->counters().jobs_created == 2);
}

TEST_CASE("a response can be followed by bytes that were not requested", "[emulator][faults]") {
    emulator_bench b(GENERATE(false, true));
    b.service->on(call_kind::any, occurrences::always(), canned_response::followed_by("more"));
    testing::project large("Demo");
    large.job_duration = 0s;
    large.result_size = 100'000;
    b.service->add_project(large);
    const auto peer = b.connect();
    std::string target = b.new_status(*peer);
    CHECK(peer->receive() == "more");
    CHECK(peer->exchange(b.get(target)).status == 200);
    CHECK(peer->receive() == "more");
    CHECK(peer->exchange(b.get(target.insert(target.find('?'), "/result"))).is_whole);
    CHECK(peer->receive() == "more");
}

TEST_CASE("keys can change after a number of requests", "[emulator][faults]") {
    emulator_bench b(false);
    const auto peer = b.connect();
    const std::string first = b.json_submission();
    const bool are_all_revoked = GENERATE(false, true);
    b.service->set_keys_after(2, are_all_revoked ? std::vector<std::string>()
                                                 : std::vector<std::string>{"another"});
    CHECK(peer->exchange(first).status == 202);
    CHECK(peer->exchange(first).status == 202);
    CHECK(peer->exchange(first).status == 401);
    CHECK(b.service->key() == (are_all_revoked ? "" : "another"));
    CHECK(peer->exchange(b.json_submission()).status == (are_all_revoked ? 401U : 202U));
    b.service->set_keys_after(1, {"third"});
    b.service->set_keys({"fourth"}); // the last call counts
    CHECK(peer->exchange(b.json_submission()).status == 202);
    CHECK(peer->exchange(b.json_submission()).status == 202);
}

} // namespace emulator_faults_test
