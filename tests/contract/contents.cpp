#include "contract/parts.hpp"

#include <utility>

namespace testing = langexport::testing;
using testing::canned_response;

namespace langexport_tests::contract {

namespace {

fault job_that(std::string name, std::string body) {
    return response(std::move(name), statuses_once, canned_response(200, std::move(body)));
}

} // namespace

void add_contents(std::vector<fault>& all) {
    const canned_response elsewhere = canned_response::with_links_to("https://evil.example");
    all.push_back(response("operation-location elsewhere", submissions_once, elsewhere));
    all.push_back(response("resultUrl elsewhere", statuses_once, elsewhere));
    all.push_back(job_that("a job that failed",
                           R"({"status":"failed","errors":[{"code":"X","message":"no"}]})"));
    all.push_back(job_that("a job that was cancelled", R"({"status":"cancelled"})"));
    all.push_back({.name = "a job that ended in part",
                   .where = statuses_once,
                   .apply = [](const fault_target& target) {
                       target.response(
                           canned_response(200, R"({"status":"partiallyCompleted","resultUrl":")" +
                                                    target.good_link + "\"}"));
                   }});
    all.push_back(job_that("a success without a result", R"({"status":"succeeded"})"));
    all.push_back(job_that("an unknown word", R"({"status":"pausing"})"));
    all.push_back(
        {.name = "the key is revoked", .where = once_only, .apply = [](const fault_target& target) {
             target.service.set_keys_after(target.requests_before, {});
         }});
    all.push_back({.name = "the first of two keys is revoked",
                   .where = once_only,
                   .apply = [](const fault_target& target) {
                       target.service.set_keys_after(target.requests_before, {target.second_key});
                   }});
}

void add_contents(std::vector<row>& rows) {
    const std::vector<row> more{
        {.faults = {"operation-location elsewhere"},
         .where = {.steps = posts},
         .expected = fails("foreign_origin", {.requests = 1, .jobs = 1}),
         .reason = "The job exists, and its link is in the error; but the key is not sent to "
                   "another origin."},
        {.faults = {"resultUrl elsewhere"},
         .where = {.steps = poll_first},
         .expected = fails("foreign_origin", {.requests = 1}),
         .reason = "The key is sent to the configured origin only."},
        {.faults = {"resultUrl elsewhere", "a success without a result"},
         .where = {.steps = {status_alone, poll_alone}},
         .expected = succeeds({.requests = 1}),
         .reason = "The caller waits for the end of the job, which is known, not for the result."},
        {.faults = {"a job that failed"},
         .where = {.steps = polls},
         .expected = fails("job_failed", {.requests = 1}),
         .reason = "The error reports the end of the job."},
        {.faults = {"a job that was cancelled"},
         .where = {.steps = polls},
         .expected = fails("job_cancelled", {.requests = 1}),
         .reason = "The error reports the end of the job."},
        {.faults = {"a job that ended in part"},
         .where = {.steps = polls},
         .expected = fails("job_partially_completed", {.requests = 1}),
         .reason = "The caller did not accept partial results."},
        {.faults = {"a job that failed", "a job that was cancelled", "a job that ended in part"},
         .where = {.steps = status_alone},
         .expected = succeeds({.requests = 1}),
         .reason = "The caller requested the status, and receives it."},
        {.faults = {"a success without a result"},
         .where = {.steps = poll_first},
         .expected = fails("unexpected_response", {.requests = 1}),
         .reason = "A success without a result is an error of the service."},
        {.faults = {"an unknown word"},
         .where = {.steps = polls},
         .expected = succeeds({.requests = 2}),
         .reason = "The service may introduce new status words: the client polls again."},
        {.faults = {"an unknown word"},
         .where = {.steps = status_alone},
         .expected = succeeds({.requests = 1}),
         .reason = "The caller requested the status, and receives it."},
        {.faults = {"the key is revoked"},
         .expected = fails("unauthorized", {.requests = 1, .job = no}),
         .reason = "There is no other key to try; a job continues if it exists."},
        {.faults = {"the first of two keys is revoked"},
         .expected = succeeds({.requests = 2}),
         .reason = "A 401 had no effect: the other key is tried once, for submissions, too."},
    };
    rows.insert(rows.end(), more.begin(), more.end());
}

} // namespace langexport_tests::contract
