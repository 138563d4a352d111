#include "contract/parts.hpp"

#include <utility>

namespace testing = langexport::testing;
using testing::connection_fault;
using testing::early_end;

namespace langexport_tests::contract {

namespace {

fault_effect connecting(connection_fault f) {
    return [f](const fault_target& target) { target.service.on_connection(target.connection, f); };
}

} // namespace

void add_connections(std::vector<fault>& all) {
    const auto at_accept = [](early_end how) {
        return connecting(connection_fault::at_accept(how));
    };
    const auto at_first_bytes = [](early_end how) {
        return connecting(connection_fault::in_handshake(how));
    };
    all.push_back(
        {.name = "the connection is closed at once", .apply = at_accept(early_end::close)});
    all.push_back(
        {.name = "the connection is reset at once", .apply = at_accept(early_end::reset)});
    all.push_back(silence("the connection is silent", everywhere, at_accept(early_end::stall)));
    all.push_back({.name = "another protocol speaks first",
                   .where = once_only,
                   .apply = connecting(connection_fault::greeting("SSH-2.0-OpenSSH_9.2\r\n"))});
    // With TLS these bytes belong to the handshake, without it to the request.
    all.push_back(
        {.name = "closed when its first bytes came", .apply = at_first_bytes(early_end::close)});
    all.push_back(
        {.name = "reset when its first bytes came", .apply = at_first_bytes(early_end::reset)});
    all.push_back(
        silence("silent when its first bytes came", everywhere, at_first_bytes(early_end::stall)));
    all.push_back({.name = "the idle connection was closed",
                   .where = {.times = once, .connection = reused},
                   .apply = [](const fault_target&) {}});
}

void add_connections(std::vector<row>& rows) {
    const names closed{"the connection is closed at once"};
    const names reset{"the connection is reset at once"};
    const names silent{"the connection is silent"};
    const names greeted{"another protocol speaks first"};
    const names at_once{closed[0], reset[0]};
    const names first_bytes{"closed when its first bytes came", "reset when its first bytes came"};
    const names first_bytes_silent{"silent when its first bytes came"};
    const names silences = both(silent, first_bytes_silent);
    const names ends_at_once = both(at_once, first_bytes);
    const names openings = both(both(ends_at_once, silences), greeted);
    const std::vector<row> more{
        {.faults = openings,
         .where = {.connection = reused},
         .expected = succeeds({.requests = 1}),
         .reason = "An open connection carries the request: no new connection can fail."},
        {.faults = ends_at_once,
         .where = {.steps = gets, .times = once, .connection = fresh, .channels = plain},
         .expected = succeeds({.requests = 1}),
         .reason = "A GET is retried on another connection."},
        {.faults = ends_at_once,
         .where = {.steps = gets, .times = always, .connection = fresh, .channels = plain},
         .expected = fails("connection_failed", {.requests = 0}),
         .reason =
             "The client makes three attempts; the job is safe and its token is in the error."},
        {.faults = closed,
         .where = {.steps = post, .connection = fresh, .channels = plain},
         .expected = fails("submit_unconfirmed", {.requests = 0, .job = maybe}),
         .reason =
             "The bytes were sent and may have been read, so the client does not send them again."},
        {.faults = closed,
         .where = {.steps = post_again, .times = once, .connection = fresh, .channels = plain},
         .expected = succeeds({.requests = 1}),
         .reason = "The caller allows a second job: the client retries."},
        {.faults = closed,
         .where = {.steps = post_again, .times = always, .connection = fresh, .channels = plain},
         .expected = fails("connection_failed", {.requests = 0, .job = maybe}),
         .reason = "Three attempts failed; one of them may have arrived."},
        {.faults = reset,
         .where = {.steps = post, .times = once, .connection = fresh, .channels = plain},
         .expected =
             varies("success|submit_unconfirmed", {.requests = {0, 1}, .job = maybe, .jobs = 1}),
         .reason = "If the reset came before the first byte left, nothing was sent; otherwise the "
                   "request may have arrived."},
        {.faults = reset,
         .where = {.steps = post, .times = always, .connection = fresh, .channels = plain},
         .expected = varies("connection_failed|submit_unconfirmed",
                            {.requests = {0, 0}, .job = either, .jobs = 0}),
         .reason = "If the reset came before the first byte left, nothing was sent; otherwise the "
                   "request may have arrived."},
        {.faults = reset,
         .where = {.steps = post_again, .times = once, .connection = fresh, .channels = plain},
         .expected = succeeds({.requests = 1}),
         .reason = "The caller allows a second job: the client retries."},
        {.faults = reset,
         .where = {.steps = post_again, .times = always, .connection = fresh, .channels = plain},
         .expected = fails("connection_failed", {.requests = 0, .job = either}),
         .reason = "Three attempts failed; whether a byte was sent depends on timing."},
        {.faults = first_bytes,
         .where = {.steps = post, .connection = fresh, .channels = plain},
         .expected = fails("submit_unconfirmed", {.requests = 0, .job = maybe}),
         .reason =
             "A part of the request was read, perhaps all: a retry could start a second job."},
        {.faults = first_bytes,
         .where = {.steps = post_again, .times = once, .connection = fresh, .channels = plain},
         .expected = succeeds({.requests = 1}),
         .reason = "The caller allows a second job: the client retries."},
        {.faults = first_bytes,
         .where = {.steps = post_again, .times = always, .connection = fresh, .channels = plain},
         .expected = fails("connection_failed", {.requests = 0, .job = maybe}),
         .reason = "Three attempts failed, and each may have started a job."},
        {.faults = silences,
         .where = {.steps = gets, .times = once, .connection = fresh, .channels = plain},
         .expected = succeeds({.requests = 1}),
         .reason = "A GET is retried."},
        {.faults = silences,
         .where = {.steps = gets, .times = always, .connection = fresh, .channels = plain},
         .expected = fails("response_timeout", {.requests = 0}),
         .reason = "Three attempts got no response."},
        {.faults = silences,
         .where = {.steps = post, .connection = fresh, .channels = plain},
         .expected = fails("submit_unconfirmed", {.requests = 0, .job = maybe}),
         .reason = "The request was sent, and may have been read although no response arrived."},
        {.faults = silences,
         .where = {.steps = post_again, .times = once, .connection = fresh, .channels = plain},
         .expected = succeeds({.requests = 1}),
         .reason = "The caller allows a second job: the client retries."},
        {.faults = silences,
         .where = {.steps = post_again, .times = always, .connection = fresh, .channels = plain},
         .expected = fails("response_timeout", {.requests = 0, .job = maybe}),
         .reason = "Three attempts got no response; one of them may have arrived."},
        {.faults = greeted,
         .where = {.steps = posts, .connection = fresh, .channels = plain},
         .expected = fails("malformed_response", {.requests = 0, .job = maybe}),
         .reason =
             "The peer is not an HTTP server, and a retry does not help; but the bytes were sent."},
        {.faults = greeted,
         .where = {.steps = gets, .connection = fresh, .channels = plain},
         .expected = fails("malformed_response", {.requests = 0}),
         .reason = "The peer is not an HTTP server, and a retry does not help."},
        {.faults = ends_at_once,
         .where = {.times = once, .connection = fresh, .channels = secure},
         .expected = succeeds({.requests = 1}),
         .reason = "Without TLS nothing was sent: even a submission is retried."},
        {.faults = ends_at_once,
         .where = {.times = always, .connection = fresh, .channels = secure},
         .expected = fails("connection_failed", {.requests = 0, .job = no}),
         .reason = "No attempt sent anything."},
        {.faults = silences,
         .where = {.times = once, .connection = fresh, .channels = secure},
         .expected = succeeds({.requests = 1}),
         .reason = "Nothing was sent: even a submission is retried."},
        {.faults = silences,
         .where = {.times = always, .connection = fresh, .channels = secure},
         .expected = fails("handshake_timeout", {.requests = 0, .job = no}),
         .reason = "No attempt sent anything."},
        {.faults = greeted,
         .where = {.connection = fresh, .channels = secure},
         .expected = fails("tls_failed", {.requests = 0, .job = no}),
         .reason =
             "Another attempt does not help if the peer does not speak TLS; nothing was sent."},
        {.faults = {"the idle connection was closed"},
         .expected = succeeds({.requests = 1}),
         .reason = "The client checks a connection before it uses it, and opens another one."},
    };
    rows.insert(rows.end(), more.begin(), more.end());
}

} // namespace langexport_tests::contract
