// Responses with a Retry-After, in every form that the service uses. A deadline that passes during the wait
// proves that the client waits: everything else here takes milliseconds.
#include "contract/parts.hpp"

#include <langexport/detail/base/timestamp.hpp>

#include <chrono>
#include <functional>

namespace testing = langexport::testing;
using namespace std::chrono_literals;
using langexport::client_params;
using testing::canned_response;

namespace langexport_tests::contract {

namespace {

// The connection makes no difference.
constexpr scope sent_by(const step_set& steps) {
    return {.steps = steps, .times = once, .connection = reused, .channels = plain};
}

constexpr scope anywhere = sent_by(step_set::all());
constexpr scope to_statuses = sent_by(statuses);

std::string date_in(std::chrono::seconds time) {
    return langexport::detail::format_http_date(std::chrono::system_clock::now() + time);
}

class form {
public:
    std::string name;
    std::string field;
    std::function<std::string()> value;
    std::chrono::seconds clock = std::chrono::seconds(0); ///< The service's, against ours.
};

form plainly(std::string name, std::string value) {
    return {.name = std::move(name), .field = "Retry-After", .value = [value] { return value; }};
}

form as_date(std::string name, std::chrono::seconds time) {
    return {
        .name = std::move(name), .field = "Retry-After", .value = [time] { return date_in(time); }};
}

form in_milliseconds(std::string field) {
    return {.name = "an hour", .field = std::move(field), .value = [] { return "3600000"; }};
}

// A date by a clock that differs from ours.
form by_clock(std::string name, std::chrono::seconds time, std::chrono::seconds clock) {
    form made = as_date(std::move(name), time + clock);
    made.clock = clock;
    return made;
}

const form hour = plainly("an hour in seconds", "3600");
const form date = as_date("an hour as a date", 1h);
const form rare = in_milliseconds("retry-after-ms");
const form rarest = in_milliseconds("x-ms-retry-after-ms");
const form late = by_clock("an hour as a date, by a clock that is late", 1h, -2h);
const form early = by_clock("no time as a date, by a clock that is early", 0h, 2h);
const std::vector<form> hours{hour, date};
const std::vector<form> odd{plainly("a time below zero", "-5"), plainly("no time", "soon"),
                            as_date("a date that is over", -1h), early};
const std::vector<form> absurd{plainly("ten years in seconds", "315360000"),
                               as_date("ten years as a date", 87600h)};

const std::string turned_off = ", and Retry-After is ignored";
const std::string running = "a job that runs";
const std::string own = "the service's own response";

canned_response response_for(const std::string& kind) {
    if (kind == own)
        return canned_response();
    if (kind == running)
        return canned_response(200, R"({"status":"running"})");
    return error_response(static_cast<unsigned>(std::stoul(kind)), "MadeUp");
}

std::string name_of(const std::string& kind, const form& how) {
    return kind + ", " + how.field + ": " + how.name;
}

names names_of(const names& whats, const std::vector<form>& forms, const std::string& end = "") {
    names all;
    for (const std::string& what : whats)
        for (const form& how : forms)
            all.push_back(name_of(what, how) + end);
    return all;
}

fault retry_after(const std::string& kind, const form& how, const scope& location,
                  std::function<void(client_params&, const place&)> tune,
                  const std::string& end = "") {
    const fault_effect apply = [kind, how](const fault_target& target) {
        canned_response a = response_for(kind).header(how.field, how.value());
        if (how.clock != 0s)
            a.header("Date", date_in(how.clock));
        target.response(a);
    };
    return {.name = name_of(kind, how) + end,
            .where = location,
            .apply = apply,
            .tune = std::move(tune),
            .makes_client_wait = true};
}

void use_short_deadline(client_params& p, const place&) {
    p.deadline = 3 * attempt_timeout;
    p.retry.max_retry_after = 24h;
}

void limit_wait_to_a_second(client_params& p, const place&) {
    p.retry.max_retry_after = 1s;
}

void ignore_retry_after(client_params& p, const place&) {
    p.retry.honor_retry_after = false;
}

} // namespace

void add_pauses(std::vector<fault>& all) {
    for (const form& how : hours) {
        for (const char* what : {"408", "429", "500", "502", "503", "504"})
            all.push_back(retry_after(what, how, anywhere, use_short_deadline));
        // Only a retry would wait: nothing else in the client does.
        for (const char* what : {"400", "401", "403"}) {
            all.push_back(retry_after(what, how, anywhere, use_short_deadline));
            all.back().makes_client_wait = false;
        }
        all.push_back(retry_after("404", how, sent_by(polls), use_short_deadline));
        all.push_back(retry_after(own, how, anywhere, use_short_deadline));
        all.push_back(retry_after(running, how, to_statuses, use_short_deadline));
    }
    for (const form& how : {rare, rarest, late}) {
        all.push_back(retry_after("429", how, anywhere, use_short_deadline));
        all.push_back(retry_after("503", how, anywhere, use_short_deadline));
        all.push_back(retry_after(running, how, to_statuses, use_short_deadline));
    }
    const auto add = [&](const form& how, std::function<void(client_params&, const place&)> tune,
                         const std::string& end) {
        for (const char* what : {"429", "500", "503"})
            all.push_back(retry_after(what, how, anywhere, tune, end));
        all.push_back(retry_after(running, how, to_statuses, tune, end));
    };
    for (const form& how : odd)
        add(how, {}, "");
    for (const form& how : absurd)
        add(how, limit_wait_to_a_second, "");
    add(hour, ignore_retry_after, turned_off);
}

void add_pauses(std::vector<row>& rows) {
    const names throttled = names_of({"429"}, {hour, date, rare, rarest, late});
    const names unavailable = names_of({"503"}, {hour, date, rare, rarest, late});
    const names broken = names_of({"408", "500", "502", "504"}, hours);
    const names rejected_for_now = both(throttled, unavailable);
    const auto shortly = [](const names& whats) {
        return both(both(names_of(whats, odd), names_of(whats, absurd)),
                    names_of(whats, {hour}, turned_off));
    };
    const step_set repeated = {polls, fetch, list};
    const std::vector<row> more{
        {.faults = rejected_for_now,
         .where = {.steps = posts},
         .expected = fails("deadline_exceeded", {.requests = 1, .job = no}),
         .reason = "The service did nothing, and the client waits as long as it asks."},
        {.faults = both(rejected_for_now, broken),
         .where = {.steps = repeated},
         .expected = fails("deadline_exceeded", {.requests = 1}),
         .reason = "The client waits as long as the service asks."},
        {.faults = throttled,
         .where = {.steps = status_alone},
         .expected = fails("throttled", {.requests = 1}),
         .reason = "The caller requested one response of any kind."},
        {.faults = both(unavailable, broken),
         .where = {.steps = status_alone},
         .expected = fails("service_unavailable", {.requests = 1}),
         .reason = "The caller requested one response of any kind."},
        {.faults = broken,
         .where = {.steps = post},
         .expected = fails("submit_unconfirmed", {.requests = 1, .job = maybe}),
         .reason = "Something failed behind the gateway, and the wait does not change that."},
        {.faults = broken,
         .where = {.steps = post_again},
         .expected = fails("deadline_exceeded", {.requests = 1, .job = maybe}),
         .reason = "The client waits as long as the service asks; an earlier attempt may have "
                   "started a job."},
        {.faults = names_of({"400"}, hours),
         .expected = fails("invalid_request", {.requests = 1, .job = no}),
         .reason = "The request stays invalid: waiting does not help."},
        {.faults = names_of({"401"}, hours),
         .expected = fails("unauthorized", {.requests = 1, .job = no}),
         .reason = "There is no other key to try, and waiting does not make this one valid."},
        {.faults = names_of({"403"}, hours),
         .expected = fails("forbidden", {.requests = 1, .job = no}),
         .reason = "The service knows the key, and rejects the request: waiting does not help."},
        {.faults = names_of({"404"}, hours),
         .where = {.steps = polls},
         .expected = fails("deadline_exceeded", {.requests = 1}),
         .reason =
             "The client polls a job that is not known yet, but not before the service allows it."},
        {.faults = names_of({running}, {hour, date, rare, rarest, late}),
         .where = {.steps = polls},
         .expected = fails("deadline_exceeded", {.requests = 1}),
         .reason = "The client does not poll the job before the time that the service names."},
        {.faults = both(names_of({running}, {hour, date, rare, rarest, late}), shortly({running})),
         .where = {.steps = status_alone},
         .expected = succeeds({.requests = 1}),
         .reason = "The caller requested the status, and receives it."},
        {.faults = names_of({own}, hours),
         .where = {.steps = {post_alone, post_again}},
         .expected = succeeds({.requests = 1}),
         .reason = "The job exists: the pause applies to later polls."},
        {.faults = names_of({own}, hours),
         .where = {.steps = post_first},
         .expected = fails("deadline_exceeded", {.requests = 1, .jobs = 1}),
         .reason = "The job exists, and the client does not poll it before the time that the "
                   "service names."},
        {.faults = names_of({own}, hours),
         .where = {.steps = gets},
         .expected = succeeds({.requests = 1}),
         .reason = "No request is left: the pause has no effect."},
        {.faults = shortly({"429", "503"}),
         .where = {.steps = {posts, repeated}},
         .expected = succeeds({.requests = 2}),
         .reason =
             "No time, or a time beyond the caller's limit: the client retries after a while."},
        {.faults = shortly({"500"}),
         .where = {.steps = {post_again, repeated}},
         .expected = succeeds({.requests = 2}),
         .reason =
             "No time, or a time beyond the caller's limit: the client retries after a while."},
        {.faults = shortly({"500"}),
         .where = {.steps = post},
         .expected = fails("submit_unconfirmed", {.requests = 1, .job = maybe}),
         .reason = "Something failed behind the gateway, and the wait does not change that."},
        {.faults = shortly({"429"}),
         .where = {.steps = status_alone},
         .expected = fails("throttled", {.requests = 1}),
         .reason = "The caller requested one response of any kind."},
        {.faults = shortly({"500", "503"}),
         .where = {.steps = status_alone},
         .expected = fails("service_unavailable", {.requests = 1}),
         .reason = "The caller requested one response of any kind."},
        {.faults = shortly({running}),
         .where = {.steps = polls},
         .expected = succeeds({.requests = 2}),
         .reason = "No time, or a time beyond the caller's limit: the client polls after a while."},
    };
    rows.insert(rows.end(), more.begin(), more.end());
}

} // namespace langexport_tests::contract
