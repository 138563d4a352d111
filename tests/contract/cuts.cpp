#include "contract/parts.hpp"

#include <utility>

namespace testing = langexport::testing;
using testing::canned_answer;
using testing::early_end;

namespace langexport_tests::contract {

namespace {

// Where in an answer it is cut off, as its name says.
const names in_header{"after the first byte of the answer", "inside the status line",
                      "inside the header"};
const names in_body{"between header and body", "inside the body",
                    "before the last byte of the body"};

names at_all(const std::string& how, const names& places) {
    names all;
    for (const std::string& where : places)
        all.push_back(how + " " + where);
    return all;
}

// A body is given whose size is known; of what is in it nothing is ever read whole.
canned_answer without_last_byte(early_end how) {
    canned_answer a(200, R"({"status":"succeeded"})");
    a.cut = a.body.size() - 1;
    a.cut_in_body = true;
    a.ending = how;
    return a;
}

canned_answer cut_at(const std::string& where, early_end how) {
    if (where == "after the first byte of the answer")
        return canned_answer::cut_after(1, how);
    if (where == "inside the status line")
        return canned_answer::cut_after(11, how);
    if (where == "inside the header")
        return canned_answer::cut_after(40, how);
    if (where == "between header and body")
        return canned_answer::cut_body_after(0, how);
    if (where == "inside the body")
        return canned_answer::cut_body_after(10, how);
    return without_last_byte(how);
}

void add_cuts_at(std::vector<fault>& all, const names& places, flags where) {
    for (const std::string& place : places) {
        all.push_back(answer("closed " + place, where, cut_at(place, early_end::close)));
        all.push_back(answer("reset " + place, where, cut_at(place, early_end::reset)));
        // To wait takes its time: on every connection that is done at one place of each kind alone.
        const bool is_inside = place == "inside the header" || place == "inside the body";
        all.push_back(silence("silent " + place, is_inside ? where : where & ~(fresh | tls),
                              answering(cut_at(place, early_end::stall))));
    }
}

} // namespace

void add_cuts(std::vector<fault>& all) {
    const auto cut = [](std::uint64_t bytes, early_end how) {
        return answering(canned_answer::cut_after(bytes, how));
    };
    const auto cut_request = [](early_end how) {
        return answering(canned_answer::cut_request_after(20, how));
    };
    // Its header is much smaller than that, and its body much larger.
    const auto cut_large = [](early_end how) {
        return answering(canned_answer::cut_request_after(50'000, how));
    };
    all.push_back(answer("closed before the answer, the request done", everywhere,
                         canned_answer::no_answer(true)));
    all.push_back(answer("closed before the answer, the request not done", everywhere,
                         canned_answer::no_answer(false)));
    all.push_back({"reset before the answer", everywhere, cut(0, early_end::reset), {}});
    all.push_back(silence("no answer", everywhere, cut(0, early_end::stall)));
    all.push_back({"closed inside the request", everywhere, cut_request(early_end::close), {}});
    all.push_back({"reset inside the request", everywhere, cut_request(early_end::reset), {}});
    all.push_back(silence("silent inside the request", everywhere, cut_request(early_end::stall)));
    const flags submissions = posts | any_times | any_link | any_net;
    for (auto& [name, how] : {std::pair("closed inside the POST's body", early_end::close),
                              std::pair("reset inside the POST's body", early_end::reset)}) {
        all.push_back({name, submissions, cut_large(how), {}});
        all.back().is_large = true;
    }
    all.push_back(
        silence("silent inside the POST's body", submissions, cut_large(early_end::stall)));
    all.back().is_large = true;
    add_cuts_at(all, in_header, everywhere);
    all.push_back(answer("closed before the last byte of the header", everywhere,
                         canned_answer::raw_bytes("HTTP/1.1 202 Accepted\r\n"
                                                  "Content-Length: 0\r\n\r")));
    add_cuts_at(all, in_body, with_body);
}

void add_cuts(std::vector<row>& rows) {
    const names done{"closed before the answer, the request done", "reset before the answer"};
    const names not_done{"closed before the answer, the request not done",
                         "closed inside the request", "reset inside the request"};
    const names ended{done[0], done[1], not_done[0], not_done[1], not_done[2]};
    const names in_large{"closed inside the POST's body", "reset inside the POST's body"};
    const names silent_large{"silent inside the POST's body"};
    const names header = at_all("closed", in_header);
    const names header_reset = at_all("reset", in_header);
    const names silent_header = at_all("silent", in_header);
    const names any_header = both(both(header, header_reset), silent_header);
    const names header_end{"closed before the last byte of the header"};
    const names no_answer{"no answer"};
    const names silent_request{"silent inside the request"};
    const names body = at_all("closed", in_body);
    const names body_reset = at_all("reset", in_body);
    const names silent_body = at_all("silent", in_body);
    const names silences{no_answer[0], silent_request[0]};
    const std::vector<row> more{
        {ended, gets | once, good(2), "A question can be asked again."},
        {ended, gets | always | fresh, ends("connection_failed", 3), "Three attempts."},
        {ended, gets | always | reused, ends("connection_failed", 4),
         "That an idle connection ends says nothing about the service: it is not counted."},
        {done, post, ends("submit_unconfirmed", 1, maybe, 1),
         "It arrived and did its work; a second one would be a second job."},
        {not_done, post, ends("submit_unconfirmed", 1, maybe),
         "From here that looks as if it had been done: a second one might be a second job."},
        {done, post_again | once, good(2, 2), "A second job, as the caller has allowed."},
        {not_done, post_again | once, good(2), "Sent again, as the caller has allowed."},
        {done, post_again | always, ends("connection_failed", 3, maybe, 3),
         "Three attempts, each of which may have started a job."},
        {not_done, post_again | always, ends("connection_failed", 3, maybe),
         "Three attempts, each of which may have started a job."},

        {silences, gets | once, good(2), "A question can be asked again."},
        {silences, gets | always, ends("response_timeout", 3), "Three attempts without a word."},
        {no_answer, post, ends("submit_unconfirmed", 1, maybe, 1),
         "No answer is no proof that nothing was done."},
        {silent_request, post, ends("submit_unconfirmed", 1, maybe),
         "No answer is no proof that nothing was done."},
        {no_answer, post_again | once, good(2, 2), "A second job, as the caller has allowed."},
        {silent_request, post_again | once, good(2), "Sent again, as the caller has allowed."},
        {no_answer, post_again | always, ends("response_timeout", 3, maybe, 3),
         "Three attempts, each of which may have started a job."},
        {silent_request, post_again | always, ends("response_timeout", 3, maybe),
         "Three attempts, each of which may have started a job."},

        {both(in_large, silent_large), post, ends("submit_unconfirmed", 1, maybe),
         "From here nobody can tell how much of it was read, and what came of that."},
        {both(in_large, silent_large), post_again | once, good(2),
         "Sent again, as the caller has allowed."},
        {in_large, post_again | always, ends("connection_failed", 3, maybe),
         "Three attempts, each of which may have started a job."},
        {silent_large, post_again | always, ends("response_timeout", 3, maybe),
         "Three attempts, each of which may have started a job."},

        {both(header, header_end), gets | once, good(2), "A question can be asked again."},
        {both(header, header_end), gets | always, ends("response_truncated", 3),
         "Three attempts; an answer had begun, so that each of them counts."},
        {header_reset, gets | once, good(2), "A question can be asked again."},
        {header_reset, gets | always, between("response_truncated|connection_failed", 3, 4),
         "Three attempts; a reset may overtake the bytes before it, and looks then like no "
         "answer."},
        {silent_header, gets | once, good(2), "A question can be asked again."},
        {silent_header, gets | always, ends("read_timeout", 3),
         "Three attempts; each of them began to be answered."},
        {any_header, post, ends("submit_unconfirmed", 1, maybe, 1),
         "There is an answer, but its link to the job is lost."},
        {header_end, post, ends("submit_unconfirmed", 1, maybe),
         "There is an answer, but nobody can tell whether that was all of its header."},
        {header_end, post_again | once, good(2), "Sent again, as the caller has allowed."},
        {header_end, post_again | always, ends("response_truncated", 3, maybe),
         "Three attempts, each of which may have started a job."},
        {any_header, post_again | once, good(2, 2), "A second job, as the caller has allowed."},
        {header, post_again | always, ends("response_truncated", 3, maybe, 3),
         "Three attempts and three jobs without a link."},
        {header_reset, post_again | always,
         between("response_truncated|connection_failed", 3, 3, maybe, 3),
         "Three attempts and three jobs without a link."},
        {silent_header, post_again | always, ends("read_timeout", 3, maybe, 3),
         "Three attempts and three jobs without a link."},

        {both(both(body, body_reset), silent_body), gets | once, good(2),
         "Half a status or result is none: it is asked for again."},
        {body, gets | always, ends("response_truncated", 3),
         "Half a result is never handed over as a whole one."},
        {body_reset, gets | always, between("response_truncated|connection_failed", 3, 4),
         "Half a result is never handed over as a whole one."},
        {silent_body, gets | always, ends("read_timeout", 3),
         "Three attempts; each of them stood still."},
    };
    rows.insert(rows.end(), more.begin(), more.end());
}

} // namespace langexport_tests::contract
