#include "contract/parts.hpp"

#include <utility>

namespace testing = langexport::testing;
using langexport::client_params;
using testing::canned_response;
using testing::malformation;

namespace langexport_tests::contract {

namespace {

canned_response cut_error(unsigned status) {
    canned_response a = error_response(status, "MadeUp");
    a.cut = 5;
    a.cut_in_body = true;
    return a;
}

void shrink_limits(client_params& p, const place&) {
    p.max_message_size = 4096;
    p.max_result_size = p.max_streamed_size = 4096;
}

} // namespace

void add_malformed(std::vector<fault>& all) {
    const auto broken = [](malformation how) { return canned_response::malformed(how); };
    all.push_back(response("not HTTP", once_only, broken(malformation::no_http)));
    all.push_back(response("a broken status line", once_only, broken(malformation::status_line)));
    all.push_back(response("a broken header line", once_only, broken(malformation::header_line)));
    all.push_back(response("a broken length", once_only, broken(malformation::content_length)));
    all.push_back(response("two lengths", once_only, broken(malformation::two_lengths)));
    all.push_back(response("a broken chunk", once_only, broken(malformation::chunk_size)));
    all.push_back(response("HTML for JSON", with_body_once, broken(malformation::no_json)));
    all.push_back(response("half of the JSON", with_body_once, broken(malformation::half_json)));
    all.push_back(
        response("JSON of wrong types", with_body_once, broken(malformation::wrong_json)));
    all.push_back(
        response("JSON without end", with_body_once, broken(malformation::bottomless_json)));
    all.push_back(response("no JSON at all", with_body_once, broken(malformation::no_body)));
    all.push_back(
        {.name = "a header that is too large",
         .where = once_only,
         .apply = responding(canned_response().header("x-filler", std::string(40'000, 'x')))});
    all.push_back({.name = "a body that is too large",
                   .where = once_only,
                   .apply =
                       [](const fault_target& target) {
                           target.response(canned_response::oversize(
                               5000, is_of_submission(target) ? 202 : 200));
                       },
                   .tune = shrink_limits});
    for (const unsigned status : {403U, 429U, 500U, 503U}) {
        const std::string name = "a " + std::to_string(status) + " ";
        all.push_back({.name = name + "that is too large",
                       .where = once_only,
                       .apply = responding(canned_response::oversize(5000, status)),
                       .tune = shrink_limits});
        all.push_back(response(
            name + "with a header that is too large", once_only,
            error_response(status, "MadeUp").header("x-filler", std::string(40'000, 'x'))));
        if (status != 403)
            all.push_back(response(name + "that is cut", once_only, cut_error(status)));
    }
    all.push_back(response("an unknown transfer coding", once_only,
                           until_close(false).header("Transfer-Encoding", "gzip")));
    all.push_back(response("a 503 with an unknown transfer coding", once_only,
                           error_response(503, "MadeUp")
                               .header("Content-Length", "")
                               .header("Transfer-Encoding", "gzip")));
}

void add_malformed(std::vector<row>& rows) {
    const names broken{"not HTTP",        "a broken status line", "a broken header line",
                       "a broken length", "two lengths",          "a broken chunk"};
    const names contents{"HTML for JSON", "half of the JSON", "JSON of wrong types",
                         "JSON without end", "no JSON at all"};
    const names header{"a header that is too large"};
    const names body{"a body that is too large"};
    const auto spoiled = [](const std::string& status) {
        return names{"a " + status + " that is too large",
                     "a " + status + " with a header that is too large",
                     "a " + status + " that is cut"};
    };
    const names coding{"an unknown transfer coding"};
    const names coded_error{"a 503 with an unknown transfer coding"};
    const std::vector<row> more{
        {.faults = broken,
         .where = {.steps = gets},
         .expected = fails("malformed_response", {.requests = 1}),
         .reason = "Another attempt does not help if the peer does not speak HTTP."},
        {.faults = broken,
         .where = {.steps = posts},
         .expected = fails("malformed_response", {.requests = 1, .job = maybe}),
         .reason = "The response cannot be read: it may have reported a job."},
        {.faults = contents,
         .where = {.steps = {statuses, list}},
         .expected = fails("malformed_response", {.requests = 1}),
         .reason = "An unreadable status or list is an error that a retry would hide."},
        {.faults = contents,
         .where = {.steps = fetch},
         .expected = fails("malformed_response", {.requests = 1}),
         .reason =
             "A document without the structure of a project is not a result, despite its status."},
        {.faults = header,
         .where = {.steps = gets},
         .expected = fails("response_too_large", {.requests = 1}),
         .reason = "The caller set the limit, and a retry does not change it."},
        {.faults = header,
         .where = {.steps = posts},
         .expected = fails("response_too_large", {.requests = 1, .job = maybe, .jobs = 1}),
         .reason = "The link to the job may be in the unread part."},
        {.faults = body,
         .where = {.steps = gets},
         .expected = fails("response_too_large", {.requests = 1}),
         .reason = "The caller set the limit, and a retry does not change it."},
        {.faults = body,
         .where = {.steps = posts},
         .expected = fails("response_too_large", {.requests = 1, .job = maybe}),
         .reason = "A response that was not read completely may have reported a job."},
        {.faults = {"a 403 that is too large", "a 403 with a header that is too large"},
         .expected = fails("forbidden", {.requests = 1, .job = no}),
         .reason =
             "The status rejects the request: the rest of the response could only explain it."},
        {.faults = spoiled("500"),
         .where = {.steps = post},
         .expected = fails("submit_unconfirmed", {.requests = 1, .job = maybe}),
         .reason = "The client handles it like any 500, regardless of the body."},
        {.faults = spoiled("500"),
         .where = {.steps = {post_again, polls, fetch, list}},
         .expected = succeeds({.requests = 2}),
         .reason = "The client handles it like any 500, regardless of the body."},
        {.faults = both(spoiled("500"), both(spoiled("503"), coded_error)),
         .where = {.steps = status_alone},
         .expected = fails("service_unavailable", {.requests = 1}),
         .reason = "The caller requested one response of any kind."},
        {.faults = both(spoiled("429"), both(spoiled("503"), coded_error)),
         .where = {.steps = {posts, polls, fetch, list}},
         .expected = succeeds({.requests = 2}),
         .reason = "Its status says that nothing was done, regardless of the body."},
        {.faults = spoiled("429"),
         .where = {.steps = status_alone},
         .expected = fails("throttled", {.requests = 1}),
         .reason = "The caller requested one response of any kind."},
        {.faults = coding,
         .where = {.steps = gets},
         .expected = fails("malformed_response", {.requests = 1}),
         .reason = "A retry would get the same unknown coding."},
        {.faults = coding,
         .where = {.steps = posts},
         .expected = succeeds({.requests = 1}),
         .reason = "The header of a 202 has everything that the client needs."},
    };
    rows.insert(rows.end(), more.begin(), more.end());
}

} // namespace langexport_tests::contract
