#ifndef LANGEXPORT_TESTS_CONTRACT_PARTS_HPP
#define LANGEXPORT_TESTS_CONTRACT_PARTS_HPP

#include "contract/contract.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <utility>
#include <vector>

/// The parts of faults and rows.
namespace langexport_tests::contract {

using names = std::vector<std::string>;
using fault_effect = std::function<void(const fault_target&)>;

#if defined(LANGEXPORT_TESTS_SANITIZED)
constexpr auto attempt_timeout = std::chrono::milliseconds(1500);
#else
constexpr auto attempt_timeout = std::chrono::milliseconds(300); // far more than a request takes
#endif
constexpr scope everywhere = {};
constexpr scope once_only = {.times = once};
constexpr scope with_body = {.steps = gets};
constexpr scope with_body_once = {.steps = gets, .times = once};
constexpr scope statuses_once = {.steps = statuses, .times = once};
constexpr scope submissions_once = {.steps = posts, .times = once};

inline names both(names some, const names& others) {
    some.insert(some.end(), others.begin(), others.end());
    return some;
}

inline fault_effect responding(langexport::testing::canned_response a) {
    return [a](const fault_target& target) { target.response(a); };
}

inline fault response(std::string name, const scope& location,
                      langexport::testing::canned_response a) {
    return {.name = std::move(name), .where = location, .apply = responding(std::move(a))};
}

// A fault that the client handles by waiting: the time limits are short.
inline fault silence(std::string name, const scope& location, fault_effect apply) {
    return {.name = std::move(name),
            .where = location,
            .apply = std::move(apply),
            .tune = [](langexport::client_params& p, const place&) {
                p.response_timeout = p.read_timeout = p.handshake_timeout = attempt_timeout;
            }};
}

inline langexport::testing::canned_response error_response(unsigned status,
                                                           const std::string& code) {
    return langexport::testing::canned_response(status, R"({"error":{"code":")" + code +
                                                            R"(","message":"made up"}})");
}

// A body that ends with the connection.
inline langexport::testing::canned_response until_close(bool without_goodbye) {
    langexport::testing::canned_response a;
    a.header("Content-Length", "");
    a.without_goodbye = without_goodbye;
    return a;
}

inline bool is_of_submission(const fault_target& target) {
    return target.kind == langexport::testing::call_kind::submission;
}

constexpr auto no = job_known::no;
constexpr auto maybe = job_known::maybe;
constexpr auto yes = job_known::yes;
constexpr auto either = job_known::either;

/// The effects of an operation that succeeded: the received requests of the affected kind, and the jobs.
class traces_of_success {
public:
    number_range requests;
    std::size_t jobs = 1;
};

/// The effects of an operation that failed; for a submission also the reported state of its job.
class traces_of_failure {
public:
    number_range requests;
    job_known job = yes;
    std::size_t jobs = 0;
};

inline expectation succeeds(const traces_of_success& seen) {
    return {.outcome = "success", .requests = seen.requests, .jobs = seen.jobs};
}

inline expectation fails(std::string code, const traces_of_failure& seen) {
    return {
        .outcome = std::move(code), .requests = seen.requests, .job = seen.job, .jobs = seen.jobs};
}

// The effects depend on timing: `codes` has all outcomes.
inline expectation varies(std::string codes, const traces_of_failure& seen) {
    return fails(std::move(codes), seen);
}

// Each file of faults adds them, and the rows with their effects.

void add_connections(std::vector<fault>& all);
void add_connections(std::vector<row>& rows);
// Responses that are cut off, requests too.
void add_cuts(std::vector<fault>& all);
void add_cuts(std::vector<row>& rows);
void add_malformed(std::vector<fault>& all);
void add_malformed(std::vector<row>& rows);
// Unusual responses that are allowed.
void add_harmless(std::vector<fault>& all);
void add_harmless(std::vector<row>& rows);
void add_statuses(std::vector<fault>& all);
void add_statuses(std::vector<row>& rows);
// Responses with a Retry-After.
void add_pauses(std::vector<fault>& all);
void add_pauses(std::vector<row>& rows);
// Links to another origin, terminal statuses, and revoked keys.
void add_contents(std::vector<fault>& all);
void add_contents(std::vector<row>& rows);

} // namespace langexport_tests::contract

#endif
