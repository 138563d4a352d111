#include "contract/parts.hpp"

#include <utility>

namespace testing = langexport::testing;
using testing::canned_response;
using testing::early_end;

namespace langexport_tests::contract {

namespace {

// The position where a response is cut.
const names in_header{"after the first byte of the response", "inside the status line",
                      "inside the header"};
const names in_body{"between header and body", "inside the body",
                    "before the last byte of the body"};

names at_all(const std::string& how, const names& places) {
    names all;
    for (const std::string& where : places)
        all.push_back(how + " " + where);
    return all;
}

// The body has a known size; the client never receives it completely.
canned_response without_last_byte(early_end how) {
    canned_response a(200, R"({"status":"succeeded"})");
    a.cut = a.body.size() - 1;
    a.cut_in_body = true;
    a.ending = how;
    return a;
}

canned_response cut_at(const std::string& location, early_end how) {
    if (location == "after the first byte of the response")
        return canned_response::cut_after(1, how);
    if (location == "inside the status line")
        return canned_response::cut_after(11, how);
    if (location == "inside the header")
        return canned_response::cut_after(40, how);
    if (location == "between header and body")
        return canned_response::cut_body_after(0, how);
    if (location == "inside the body")
        return canned_response::cut_body_after(10, how);
    return without_last_byte(how);
}

void add_cuts_at(std::vector<fault>& all, const names& places, const scope& location) {
    // Waiting takes time: a silent peer is tested on every connection at one place of each kind only.
    scope on_one_connection = location;
    on_one_connection.connection = reused;
    on_one_connection.channels = plain;
    for (const std::string& place : places) {
        all.push_back(response("closed " + place, location, cut_at(place, early_end::close)));
        all.push_back(response("reset " + place, location, cut_at(place, early_end::reset)));
        const bool is_inside = place == "inside the header" || place == "inside the body";
        all.push_back(silence("silent " + place, is_inside ? location : on_one_connection,
                              responding(cut_at(place, early_end::stall))));
    }
}

} // namespace

void add_cuts(std::vector<fault>& all) {
    const auto cut = [](std::uint64_t bytes, early_end how) {
        return responding(canned_response::cut_after(bytes, how));
    };
    const auto cut_request = [](early_end how) {
        return responding(canned_response::cut_request_after(20, how));
    };
    // Its header is much smaller than that, and its body much larger.
    const auto cut_large = [](early_end how) {
        return responding(canned_response::cut_request_after(50'000, how));
    };
    all.push_back(response("closed before the response, the request done", everywhere,
                           canned_response::no_response(true)));
    all.push_back(response("closed before the response, the request not done", everywhere,
                           canned_response::no_response(false)));
    all.push_back({.name = "reset before the response", .apply = cut(0, early_end::reset)});
    all.push_back(silence("no response", everywhere, cut(0, early_end::stall)));
    all.push_back({.name = "closed inside the request", .apply = cut_request(early_end::close)});
    all.push_back({.name = "reset inside the request", .apply = cut_request(early_end::reset)});
    all.push_back(silence("silent inside the request", everywhere, cut_request(early_end::stall)));
    const scope submissions = {.steps = posts};
    for (auto& [name, how] : {std::pair("closed inside the POST's body", early_end::close),
                              std::pair("reset inside the POST's body", early_end::reset)}) {
        all.push_back({.name = name, .where = submissions, .apply = cut_large(how)});
        all.back().is_large = true;
    }
    all.push_back(
        silence("silent inside the POST's body", submissions, cut_large(early_end::stall)));
    all.back().is_large = true;
    add_cuts_at(all, in_header, everywhere);
    all.push_back(response("closed before the last byte of the header", everywhere,
                           canned_response::raw_bytes("HTTP/1.1 202 Accepted\r\n"
                                                      "Content-Length: 0\r\n\r")));
    add_cuts_at(all, in_body, with_body);
}

void add_cuts(std::vector<row>& rows) {
    const names done{"closed before the response, the request done", "reset before the response"};
    const names not_done{"closed before the response, the request not done",
                         "closed inside the request", "reset inside the request"};
    const names ended{done[0], done[1], not_done[0], not_done[1], not_done[2]};
    const names in_large{"closed inside the POST's body", "reset inside the POST's body"};
    const names silent_large{"silent inside the POST's body"};
    const names header = at_all("closed", in_header);
    const names header_reset = at_all("reset", in_header);
    const names silent_header = at_all("silent", in_header);
    const names any_header = both(both(header, header_reset), silent_header);
    const names header_end{"closed before the last byte of the header"};
    const names no_response{"no response"};
    const names silent_request{"silent inside the request"};
    const names body = at_all("closed", in_body);
    const names body_reset = at_all("reset", in_body);
    const names silent_body = at_all("silent", in_body);
    const names silences{no_response[0], silent_request[0]};
    const std::vector<row> more{
        {.faults = ended,
         .where = {.steps = gets, .times = once},
         .expected = succeeds({.requests = 2}),
         .reason = "A GET is retried."},
        {.faults = ended,
         .where = {.steps = gets, .times = always, .connection = fresh},
         .expected = fails("connection_failed", {.requests = 3}),
         .reason = "Three attempts failed."},
        {.faults = ended,
         .where = {.steps = gets, .times = always, .connection = reused},
         .expected = fails("connection_failed", {.requests = 4}),
         .reason =
             "The end of an idle connection is not the service's failure: it is not counted."},
        {.faults = done,
         .where = {.steps = post},
         .expected = fails("submit_unconfirmed", {.requests = 1, .job = maybe, .jobs = 1}),
         .reason = "The submission arrived and started a job; a retry would start a second job."},
        {.faults = not_done,
         .where = {.steps = post},
         .expected = fails("submit_unconfirmed", {.requests = 1, .job = maybe}),
         .reason =
             "The client cannot see whether a job was started: a retry could start a second job."},
        {.faults = done,
         .where = {.steps = post_again, .times = once},
         .expected = succeeds({.requests = 2, .jobs = 2}),
         .reason = "The client starts a second job, as the caller allows."},
        {.faults = not_done,
         .where = {.steps = post_again, .times = once},
         .expected = succeeds({.requests = 2}),
         .reason = "The client retries, as the caller allows."},
        {.faults = done,
         .where = {.steps = post_again, .times = always},
         .expected = fails("connection_failed", {.requests = 3, .job = maybe, .jobs = 3}),
         .reason = "Three attempts failed, and each may have started a job."},
        {.faults = not_done,
         .where = {.steps = post_again, .times = always},
         .expected = fails("connection_failed", {.requests = 3, .job = maybe}),
         .reason = "Three attempts failed, and each may have started a job."},
        {.faults = silences,
         .where = {.steps = gets, .times = once},
         .expected = succeeds({.requests = 2}),
         .reason = "A GET is retried."},
        {.faults = silences,
         .where = {.steps = gets, .times = always},
         .expected = fails("response_timeout", {.requests = 3}),
         .reason = "Three attempts got no response."},
        {.faults = no_response,
         .where = {.steps = post},
         .expected = fails("submit_unconfirmed", {.requests = 1, .job = maybe, .jobs = 1}),
         .reason = "A missing response does not prove that nothing was done."},
        {.faults = silent_request,
         .where = {.steps = post},
         .expected = fails("submit_unconfirmed", {.requests = 1, .job = maybe}),
         .reason = "A missing response does not prove that nothing was done."},
        {.faults = no_response,
         .where = {.steps = post_again, .times = once},
         .expected = succeeds({.requests = 2, .jobs = 2}),
         .reason = "The client starts a second job, as the caller allows."},
        {.faults = silent_request,
         .where = {.steps = post_again, .times = once},
         .expected = succeeds({.requests = 2}),
         .reason = "The client retries, as the caller allows."},
        {.faults = no_response,
         .where = {.steps = post_again, .times = always},
         .expected = fails("response_timeout", {.requests = 3, .job = maybe, .jobs = 3}),
         .reason = "Three attempts failed, and each may have started a job."},
        {.faults = silent_request,
         .where = {.steps = post_again, .times = always},
         .expected = fails("response_timeout", {.requests = 3, .job = maybe}),
         .reason = "Three attempts failed, and each may have started a job."},
        {.faults = both(in_large, silent_large),
         .where = {.steps = post},
         .expected = fails("submit_unconfirmed", {.requests = 1, .job = maybe}),
         .reason = "The service may have read all of it and created a job."},
        {.faults = both(in_large, silent_large),
         .where = {.steps = post_again, .times = once},
         .expected = succeeds({.requests = 2}),
         .reason = "The client retries, as the caller allows."},
        {.faults = in_large,
         .where = {.steps = post_again, .times = always},
         .expected = fails("connection_failed", {.requests = 3, .job = maybe}),
         .reason = "Three attempts failed, and each may have started a job."},
        {.faults = silent_large,
         .where = {.steps = post_again, .times = always},
         .expected = fails("response_timeout", {.requests = 3, .job = maybe}),
         .reason = "Three attempts failed, and each may have started a job."},
        {.faults = both(header, header_end),
         .where = {.steps = gets, .times = once},
         .expected = succeeds({.requests = 2}),
         .reason = "A GET is retried."},
        {.faults = both(header, header_end),
         .where = {.steps = gets, .times = always},
         .expected = fails("response_truncated", {.requests = 3}),
         .reason = "Three attempts failed; each counts because its response had started."},
        {.faults = header_reset,
         .where = {.steps = gets, .times = once},
         .expected = succeeds({.requests = 2}),
         .reason = "A GET is retried."},
        {.faults = header_reset,
         .where = {.steps = gets, .times = always},
         .expected =
             varies("response_truncated|connection_failed", {.requests = {3, 4}, .jobs = 1}),
         .reason = "Three attempts failed; a reset may overtake the bytes before it and then looks "
                   "like no response."},
        {.faults = silent_header,
         .where = {.steps = gets, .times = once},
         .expected = succeeds({.requests = 2}),
         .reason = "A GET is retried."},
        {.faults = silent_header,
         .where = {.steps = gets, .times = always},
         .expected = fails("read_timeout", {.requests = 3}),
         .reason = "Three attempts failed, each after a part of the response."},
        {.faults = any_header,
         .where = {.steps = post},
         .expected = fails("submit_unconfirmed", {.requests = 1, .job = maybe, .jobs = 1}),
         .reason = "A response arrived, but its link to the job is lost."},
        {.faults = header_end,
         .where = {.steps = post},
         .expected = fails("submit_unconfirmed", {.requests = 1, .job = maybe}),
         .reason = "A response arrived, but its header may be incomplete."},
        {.faults = header_end,
         .where = {.steps = post_again, .times = once},
         .expected = succeeds({.requests = 2}),
         .reason = "The client retries, as the caller allows."},
        {.faults = header_end,
         .where = {.steps = post_again, .times = always},
         .expected = fails("response_truncated", {.requests = 3, .job = maybe}),
         .reason = "Three attempts failed, and each may have started a job."},
        {.faults = any_header,
         .where = {.steps = post_again, .times = once},
         .expected = succeeds({.requests = 2, .jobs = 2}),
         .reason = "The client starts a second job, as the caller allows."},
        {.faults = header,
         .where = {.steps = post_again, .times = always},
         .expected = fails("response_truncated", {.requests = 3, .job = maybe, .jobs = 3}),
         .reason = "Three attempts started three jobs, and their links are lost."},
        {.faults = header_reset,
         .where = {.steps = post_again, .times = always},
         .expected = varies("response_truncated|connection_failed",
                            {.requests = {3, 3}, .job = maybe, .jobs = 3}),
         .reason = "Three attempts started three jobs, and their links are lost."},
        {.faults = silent_header,
         .where = {.steps = post_again, .times = always},
         .expected = fails("read_timeout", {.requests = 3, .job = maybe, .jobs = 3}),
         .reason = "Three attempts started three jobs, and their links are lost."},
        {.faults = both(both(body, body_reset), silent_body),
         .where = {.steps = gets, .times = once},
         .expected = succeeds({.requests = 2}),
         .reason = "A truncated status or result is not used: the client requests it again."},
        {.faults = body,
         .where = {.steps = gets, .times = always},
         .expected = fails("response_truncated", {.requests = 3}),
         .reason = "A truncated result is never returned as a complete one."},
        {.faults = body_reset,
         .where = {.steps = gets, .times = always},
         .expected =
             varies("response_truncated|connection_failed", {.requests = {3, 4}, .jobs = 1}),
         .reason = "A truncated result is never returned as a complete one."},
        {.faults = silent_body,
         .where = {.steps = gets, .times = always},
         .expected = fails("read_timeout", {.requests = 3}),
         .reason = "Three attempts failed, each by a time limit."},
    };
    rows.insert(rows.end(), more.begin(), more.end());
}

} // namespace langexport_tests::contract
