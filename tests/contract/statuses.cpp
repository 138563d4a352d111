#include "contract/parts.hpp"

#include <utility>

namespace testing = langexport::testing;
using namespace std::chrono_literals;
using langexport::client_params;
using testing::canned_response;

namespace langexport_tests::contract {

namespace {

fault http_status(unsigned status, const scope& location) {
    return response(std::to_string(status), location, error_response(status, "MadeUp"));
}

} // namespace

void add_statuses(std::vector<fault>& all) {
    for (const unsigned status : {201U, 204U, 206U})
        all.push_back(response(std::to_string(status), once_only, canned_response(status)));
    all.push_back({.name = "200 for 202, 202 for 200",
                   .where = once_only,
                   .apply = [](const fault_target& target) {
                       target.response(canned_response(is_of_submission(target) ? 200 : 202, "{}"));
                   }});
    all.push_back({.name = "202 without a link",
                   .where = submissions_once,
                   .apply = responding(canned_response(202))});
    all.push_back(
        {.name = "a redirect within the service", .apply = [](const fault_target& target) {
             target.response(canned_response(307).header("Location", target.good_link));
         }});
    all.push_back({.name = "a redirect to nowhere",
                   .where = once_only,
                   .apply = responding(canned_response(302))});
    for (const unsigned status : {301U, 302U, 303U, 307U, 308U})
        all.push_back(
            response(std::to_string(status) + " to elsewhere", once_only,
                     canned_response(status).header("Location", "https://evil.example/")));
    for (const unsigned status : {400U, 401U, 403U, 409U, 410U, 413U, 418U, 501U})
        all.push_back(http_status(status, once_only));
    all.push_back(http_status(404, everywhere));
    all.back().tune = [](client_params& p, const place& location) {
        if (location.times == always)
            p.retry.not_found_grace = 0ms;
    };
    for (const unsigned status : {408U, 429U, 500U, 502U, 503U, 504U, 505U, 520U})
        all.push_back(http_status(status, everywhere));
    all.push_back(
        response("429 for a quota of storage", once_only, error_response(429, "QuotaExceeded")));
}

void add_statuses(std::vector<row>& rows) {
    const names strange{"201", "204", "206", "200 for 202, 202 for 200"};
    const names inside{"a redirect within the service"};
    const names elsewhere{"301 to elsewhere", "302 to elsewhere", "303 to elsewhere",
                          "307 to elsewhere", "308 to elsewhere"};
    const names gateway{"408", "500", "502", "504", "505", "520"};
    const std::vector<row> more{
        {.faults = strange,
         .where = {.steps = gets},
         .expected = fails("unexpected_response", {.requests = 1}),
         .reason = "The status code does not fit the request."},
        {.faults = strange,
         .where = {.steps = posts},
         .expected = fails("unexpected_response", {.requests = 1, .job = maybe}),
         .reason = "The response reports success without a link: a job may exist."},
        {.faults = {"202 without a link"},
         .where = {.steps = posts},
         .expected = fails("unexpected_response", {.requests = 1, .job = maybe}),
         .reason = "A job exists, but its link is unknown."},
        {.faults = inside,
         .where = {.steps = gets, .times = once},
         .expected = succeeds({.requests = 2}),
         .reason = "A redirect within the origin is followed."},
        {.faults = inside,
         .where = {.steps = gets, .times = always},
         .expected = fails("unexpected_response", {.requests = 6}),
         .reason = "After five redirects the client stops."},
        {.faults = {inside[0], "a redirect to nowhere"},
         .where = {.steps = posts},
         .expected = fails("unexpected_response", {.requests = 1, .job = no}),
         .reason = "A submission is not sent to an origin that is not configured."},
        {.faults = elsewhere,
         .where = {.steps = posts},
         .expected = fails("foreign_origin", {.requests = 1, .job = no}),
         .reason = "A submission is not sent to an origin that is not configured."},
        {.faults = {"a redirect to nowhere"},
         .where = {.steps = gets},
         .expected = fails("unexpected_response", {.requests = 1}),
         .reason = "The redirect names no target."},
        {.faults = elsewhere,
         .where = {.steps = gets},
         .expected = fails("foreign_origin", {.requests = 1}),
         .reason = "The key is sent to the configured origin only."},
        {.faults = {"400", "413"},
         .expected = fails("invalid_request", {.requests = 1, .job = no}),
         .reason = "The request stays invalid: a retry does not help."},
        {.faults = {"401"},
         .expected = fails("unauthorized", {.requests = 1, .job = no}),
         .reason = "There is no other key to try."},
        {.faults = {"403"},
         .expected = fails("forbidden", {.requests = 1, .job = no}),
         .reason = "The service knows the key and rejects the request."},
        {.faults = {"409"},
         .expected = fails("conflict", {.requests = 1, .job = no}),
         .reason = "The client cannot know how long the project is busy."},
        {.faults = {"404", "410"},
         .where = {.steps = posts},
         .expected = fails("project_not_found", {.requests = 1, .job = no}),
         .reason = "There is no such project."},
        {.faults = {"410"},
         .where = {.steps = {statuses, fetch}},
         .expected = fails("job_expired", {.requests = 1}),
         .reason = "The resource was removed permanently."},
        {.faults = {"404"},
         .where = {.steps = polls, .times = once},
         .expected = succeeds({.requests = 2}),
         .reason = "A job that was started a moment ago may not be known everywhere yet."},
        {.faults = {"404"},
         .where = {.steps = polls, .times = always},
         .expected = fails("job_not_found", {.requests = 1}),
         .reason = "The time for a job to become known is over."},
        {.faults = {"404", "410"},
         .where = {.steps = list},
         .expected = fails("unexpected_response", {.requests = 1}),
         .reason = "Every resource has a list, so this api-version has none for the surface."},
        {.faults = {"404"},
         .where = {.steps = {status_alone, fetch}},
         .expected = fails("job_not_found", {.requests = 1}),
         .reason = "The operation returns the first response."},
        {.faults = {"418", "501"},
         .expected = fails("unexpected_response", {.requests = 1, .job = no}),
         .reason = "Nothing suggests that a retry gets another response."},
        {.faults = gateway,
         .where = {.steps = post},
         .expected = fails("submit_unconfirmed", {.requests = 1, .job = maybe}),
         .reason = "Something failed behind the gateway, before or after the job was started."},
        {.faults = gateway,
         .where = {.steps = post_again, .times = once},
         .expected = succeeds({.requests = 2}),
         .reason = "The client retries, as the caller allows."},
        {.faults = gateway,
         .where = {.steps = post_again, .times = always},
         .expected = fails("service_unavailable", {.requests = 3, .job = maybe}),
         .reason = "Three attempts failed, and each may have started a job."},
        {.faults = gateway,
         .where = {.steps = {polls, fetch, list}, .times = once},
         .expected = succeeds({.requests = 2}),
         .reason = "The failure may be transient: the client retries after a while."},
        {.faults = gateway,
         .where = {.steps = {polls, fetch, list}, .times = always},
         .expected = fails("service_unavailable", {.requests = 3}),
         .reason = "Three attempts failed."},
        {.faults = gateway,
         .where = {.steps = status_alone},
         .expected = fails("service_unavailable", {.requests = 1}),
         .reason = "The caller requested one response of any kind."},
        {.faults = {"429", "503"},
         .where = {.steps = {posts, polls, fetch, list}, .times = once},
         .expected = succeeds({.requests = 2}),
         .reason =
             "The service rejected the request for now and did nothing: the client retries later."},
        {.faults = {"429"},
         .where = {.steps = {posts, polls, fetch, list}, .times = always},
         .expected = fails("throttled", {.requests = 3, .job = no}),
         .reason = "The client retried as often as max_throttled allows."},
        {.faults = {"503"},
         .where = {.steps = {posts, polls, fetch, list}, .times = always},
         .expected = fails("service_unavailable", {.requests = 3, .job = no}),
         .reason = "Three attempts were rejected."},
        {.faults = {"429"},
         .where = {.steps = status_alone},
         .expected = fails("throttled", {.requests = 1}),
         .reason = "The caller requested one response of any kind."},
        {.faults = {"503"},
         .where = {.steps = status_alone},
         .expected = fails("service_unavailable", {.requests = 1}),
         .reason = "The caller requested one response of any kind."},
        {.faults = {"429 for a quota of storage"},
         .expected = fails("throttled", {.requests = 1, .job = no}),
         .reason = "Waiting does not refill a quota of storage."},
    };
    rows.insert(rows.end(), more.begin(), more.end());
}

} // namespace langexport_tests::contract
