#ifndef LANGEXPORT_TESTS_CONTRACT_PARTS_HPP
#define LANGEXPORT_TESTS_CONTRACT_PARTS_HPP

#include "contract/contract.hpp"

#include <chrono>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

/// What faults and rows are put together from.
namespace langexport_tests::contract {

using names = std::vector<std::string>;
using setter = std::function<void(const strike&)>;

#if defined(LANGEXPORT_TESTS_SANITIZED)
constexpr auto patience = std::chrono::milliseconds(1500);
#else
constexpr auto patience = std::chrono::milliseconds(300); // far more than a request takes
#endif
constexpr flags once_only = any_step | once | any_link | any_net;
constexpr flags everywhere = any_step | any_times | any_link | any_net;
constexpr flags with_body = gets | any_times | any_link | any_net;

inline names both(names some, const names& others) {
    some.insert(some.end(), others.begin(), others.end());
    return some;
}

inline setter answering(langexport::testing::canned_answer a) {
    return [a](const strike& s) { s.answer(a); };
}

inline fault answer(std::string name, flags where, langexport::testing::canned_answer a) {
    return fault{std::move(name), where, answering(std::move(a)), {}};
}

// One that is met by waiting: the times that run out are short.
inline fault silence(std::string name, flags where, setter set) {
    return fault{std::move(name), where, std::move(set), [](langexport::client_params& p, flags) {
                     p.response_timeout = p.read_timeout = p.handshake_timeout = patience;
                 }};
}

inline langexport::testing::canned_answer error_answer(unsigned status, const std::string& code) {
    return langexport::testing::canned_answer(status, R"({"error":{"code":")" + code +
                                                          R"(","message":"made up"}})");
}

constexpr auto no = job_known::no;
constexpr auto maybe = job_known::maybe;
constexpr auto yes = job_known::yes;
constexpr auto either = job_known::either;

// All goes well, with so many requests of the struck kind, and so many jobs.
inline expectation good(std::size_t requests, std::size_t jobs = 1) {
    return expectation{"success", requests, requests, yes, jobs};
}

// It fails. With a submission it matters what is said of the job, and how many there are.
inline expectation ends(std::string code, std::size_t requests, job_known job = yes,
                        std::size_t jobs = 0) {
    return expectation{std::move(code), requests, requests, job, jobs};
}

inline expectation between(std::string codes, std::size_t least, std::size_t most,
                           job_known job = yes, std::size_t jobs = 1) {
    return expectation{std::move(codes), least, most, job, jobs};
}

// Answers that are cut off, requests too.
void add_cuts(std::vector<fault>& all);
void add_cuts(std::vector<row>& rows);
// Answers that ask for a pause.
void add_pauses(std::vector<fault>& all);
void add_pauses(std::vector<row>& rows);

} // namespace langexport_tests::contract

#endif
