#include "contract/parts.hpp"

#include <utility>

namespace testing = langexport::testing;
using namespace std::chrono_literals;
using testing::canned_response;

namespace langexport_tests::contract {

namespace {

canned_response dripping() {
    canned_response a;
    a.drip_bytes = 64;
    a.drip_pause = 1ms;
    return a;
}

canned_response old_protocol() {
    canned_response a;
    a.http_version = "HTTP/1.0";
    return a;
}

} // namespace

// Unusual responses that are allowed.
void add_harmless(std::vector<fault>& all) {
    all.push_back(response("a 100 before", once_only, canned_response::after_provisional(100)));
    all.push_back(response("a 103 before", once_only, canned_response::after_provisional(103)));
    all.push_back(
        response("17 times 102 before", once_only, canned_response::after_provisional(102, 17)));
    all.push_back(response("a 101 before", once_only, canned_response::after_provisional(101)));
    all.push_back(
        response("a trailer", once_only, canned_response::with_trailer("x-trailer", "1")));
    all.push_back(response("HTTP/1.0", once_only, old_protocol()));
    all.push_back(
        response("Connection: close", once_only, canned_response().header("Connection", "close")));
    all.push_back(response("closed after the response, against its word", once_only,
                           canned_response::then_close()));
    all.push_back(
        response("a body until the end of the connection", once_only, until_close(false)));
    all.push_back(response("the same without close_notify", everywhere, until_close(true)));
    all.push_back(
        response("bytes behind the response", once_only,
                 canned_response::followed_by("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")));
    all.push_back(response("a response that drips", once_only, dripping()));
    all.push_back(response("a late response", once_only, canned_response::after(20ms)));
}

void add_harmless(std::vector<row>& rows) {
    const names fine{"a 100 before",
                     "a 103 before",
                     "a trailer",
                     "HTTP/1.0",
                     "Connection: close",
                     "closed after the response, against its word",
                     "a body until the end of the connection",
                     "bytes behind the response",
                     "a response that drips",
                     "a late response"};
    const names babble{"17 times 102 before"};
    const names upgrade{"a 101 before"};
    const names no_goodbye{"the same without close_notify"};
    const std::vector<row> more{
        {.faults = fine,
         .expected = succeeds({.requests = 1}),
         .reason = "HTTP allows it, or it does no harm."},
        {.faults = {babble[0], upgrade[0]},
         .where = {.steps = gets},
         .expected = fails("unexpected_response", {.requests = 1}),
         .reason = "The client requested neither another protocol nor a provisional response."},
        {.faults = {babble[0], upgrade[0]},
         .where = {.steps = posts},
         .expected = fails("unexpected_response", {.requests = 1, .job = maybe, .jobs = 1}),
         .reason = "The client did not request it; but the service has read the submission."},
        {.faults = no_goodbye,
         .where = {.steps = gets, .channels = plain},
         .expected = succeeds({.requests = 1}),
         .reason = "TCP has no other way to end the body, and the JSON is complete."},
        {.faults = no_goodbye,
         .where = {.steps = gets, .times = once, .channels = secure},
         .expected = succeeds({.requests = 2}),
         .reason = "The connection may have been lost: the client requests the body again."},
        {.faults = no_goodbye,
         .where = {.steps = gets, .times = always, .channels = secure},
         .expected = fails("response_truncated", {.requests = 3}),
         .reason =
             "Without close_notify the end of a TLS stream does not prove that it is complete."},
        {.faults = no_goodbye,
         .where = {.steps = posts},
         .expected = succeeds({.requests = 1}),
         .reason = "The header of a 202 has everything that the client needs."},
    };
    rows.insert(rows.end(), more.begin(), more.end());
}

} // namespace langexport_tests::contract
