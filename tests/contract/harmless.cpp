#include "contract/parts.hpp"

#include <utility>

namespace testing = langexport::testing;
using namespace std::chrono_literals;
using testing::canned_answer;

namespace langexport_tests::contract {

namespace {

canned_answer dripping() {
    canned_answer a;
    a.drip_bytes = 64;
    a.drip_pause = 1ms;
    return a;
}

canned_answer old_protocol() {
    canned_answer a;
    a.http_version = "HTTP/1.0";
    return a;
}

} // namespace

// What is strange, but allowed.
void add_harmless(std::vector<fault>& all) {
    all.push_back(answer("a 100 before", once_only, canned_answer::after_provisional(100)));
    all.push_back(answer("a 103 before", once_only, canned_answer::after_provisional(103)));
    all.push_back(
        answer("17 times 102 before", once_only, canned_answer::after_provisional(102, 17)));
    all.push_back(answer("a 101 before", once_only, canned_answer::after_provisional(101)));
    all.push_back(answer("a trailer", once_only, canned_answer::with_trailer("x-trailer", "1")));
    all.push_back(answer("HTTP/1.0", once_only, old_protocol()));
    all.push_back(
        answer("Connection: close", once_only, canned_answer().header("Connection", "close")));
    all.push_back(answer("closed after the answer, against its word", once_only,
                         canned_answer::then_close()));
    all.push_back(answer("a body until the end of the connection", once_only, until_close(false)));
    all.push_back(answer("the same without close_notify", everywhere, until_close(true)));
    all.push_back(
        answer("bytes behind the answer", once_only,
               canned_answer::followed_by("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")));
    all.push_back(answer("an answer that drips", once_only, dripping()));
    all.push_back(answer("a late answer", once_only, canned_answer::after(20ms)));
}

void add_harmless(std::vector<row>& rows) {
    const names fine{"a 100 before",
                     "a 103 before",
                     "a trailer",
                     "HTTP/1.0",
                     "Connection: close",
                     "closed after the answer, against its word",
                     "a body until the end of the connection",
                     "bytes behind the answer",
                     "an answer that drips",
                     "a late answer"};
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
         .reason = "Nobody asked for another protocol, or for a chat."},
        {.faults = {babble[0], upgrade[0]},
         .where = {.steps = posts},
         .expected = fails("unexpected_response", {.requests = 1, .job = maybe, .jobs = 1}),
         .reason = "Nobody asked for it; but the submission was read."},
        {.faults = no_goodbye,
         .where = {.steps = gets, .channels = plain},
         .expected = succeeds({.requests = 1}),
         .reason = "TCP knows no better end, and the JSON is whole."},
        {.faults = no_goodbye,
         .where = {.steps = gets, .times = once, .channels = tls},
         .expected = succeeds({.requests = 2}),
         .reason = "The connection may have been cut: the client requests it again."},
        {.faults = no_goodbye,
         .where = {.steps = gets, .times = always, .channels = tls},
         .expected = fails("response_truncated", {.requests = 3}),
         .reason = "An end that nobody vouches for is none."},
        {.faults = no_goodbye,
         .where = {.steps = posts},
         .expected = succeeds({.requests = 1}),
         .reason = "All that counts of a 202 is in its header."},
    };
    rows.insert(rows.end(), more.begin(), more.end());
}

} // namespace langexport_tests::contract
