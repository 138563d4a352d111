// The cells of the table, and the expected effects of each.
#include "contract/contract.hpp"

#include <algorithm>

using langexport::testing::call_kind;

namespace langexport_tests::contract {

namespace {

step step_of(operation op, call_kind kind) {
    if (kind == call_kind::submission)
        return op == operation::submit_export_again ? post_again
               : op == operation::submit_export     ? post_alone
                                                    : post_first;
    if (kind == call_kind::result)
        return fetch;
    if (kind == call_kind::listing)
        return list;
    return op == operation::get_export_status ? status_alone
           : op == operation::wait_for_export ? poll_alone
                                              : poll_first;
}

bool is_job_as_wanted(job_known wanted, const observation& seen) {
    switch (wanted) {
    case job_known::no:
        return seen.submission == "not_sent" && !seen.has_token;
    case job_known::maybe:
        return seen.submission == "unconfirmed" && !seen.has_token;
    case job_known::yes:
        return seen.submission == "confirmed" && seen.has_token;
    case job_known::either:
        return seen.submission != "confirmed" && !seen.has_token;
    }
    return false;
}

bool is_among(const std::string& word, const std::string& alternatives) {
    return ("|" + alternatives + "|").find("|" + word + "|") != std::string::npos;
}

// An export is tested on every kind of connection, other operations only without and with TLS.
std::vector<channel> channels_of(operation op) {
    if (op == operation::export_project)
        return {plain, tls, tunnel, certificate};
    return {plain, tls};
}

} // namespace

std::vector<cell> all_cells() {
    std::vector<cell> cells;
    for (const fault& f : all_faults())
        for (const operation op : all_operations)
            for (const call_kind kind : requests_of(op))
                for (const repetition times : {once, always})
                    for (const connection_age age : {fresh, reused})
                        for (const channel over : channels_of(op)) {
                            // The proxy forwards the close a moment after the service has closed.
                            if (over == tunnel && age == reused)
                                continue;
                            const place where{.at = step_of(op, kind),
                                              .times = times,
                                              .connection = age,
                                              .over = over};
                            if (f.where.contains(where))
                                cells.push_back({.what = &f, .op = op, .where = where});
                        }
    return cells;
}

std::vector<const row*> rows_for(const cell& c, const std::vector<row>& rows) {
    std::vector<const row*> found;
    for (const row& r : rows)
        if (r.where.contains(c.where) &&
            std::find(r.faults.begin(), r.faults.end(), c.what->name) != r.faults.end())
            found.push_back(&r);
    return found;
}

std::vector<std::string> compare(const cell& c, const observation& seen,
                                 const expectation& wanted) {
    std::vector<std::string> wrong = seen.violations;
    const auto expect = [&](bool is_so, const std::string& claim) {
        if (!is_so)
            wrong.push_back(claim);
    };
    expect(is_among(seen.outcome, wanted.outcome),
           "it ended with " + seen.outcome + ", not " + wanted.outcome);
    expect(wanted.requests.contains(seen.affected),
           std::to_string(seen.affected) + " requests arrived, not " +
               std::to_string(wanted.requests.least) + " to " +
               std::to_string(wanted.requests.most));
    const bool is_good = seen.outcome == "success";
    const bool submits = posts.contains(c.where.at);
    // If there is a job, its token is never lost.
    const job_known job = is_good || !submits ? job_known::yes : wanted.job;
    const bool has_job = c.op != operation::list_projects;
    if (has_job || !is_good)
        expect(is_job_as_wanted(has_job ? job : job_known::no, seen),
               "the submission state is " + seen.submission +
                   (seen.has_token ? ", with a token" : ", no token"));
    const bool can_vary = wanted.outcome.find('|') != std::string::npos;
    if (submits)
        expect(seen.jobs == wanted.jobs || (can_vary && seen.jobs < wanted.jobs),
               std::to_string(seen.jobs) + " jobs were started");
    else
        expect(seen.jobs == (requests_of(c.op).front() == call_kind::submission ? 1U : 0U),
               std::to_string(seen.jobs) + " jobs were started");
    // Requests before the one with the fault are sent once; so are those after it, if the operation succeeds.
    bool is_before = true;
    for (const call_kind kind : requests_of(c.op)) {
        if (kind == kind_of(c.where.at)) {
            is_before = false;
            continue;
        }
        const std::size_t number = kind == call_kind::submission ? seen.posts
                                   : kind == call_kind::status   ? seen.statuses
                                   : kind == call_kind::result   ? seen.results
                                                                 : seen.lists;
        expect(number == (is_before || is_good ? 1U : 0U), "the number of other requests is wrong");
    }
    return wrong;
}

call_kind kind_of(step current) {
    return posts.contains(current) ? call_kind::submission
           : current == list       ? call_kind::listing
           : current == fetch      ? call_kind::result
                                   : call_kind::status;
}

const char* word_for(step current) {
    return posts.contains(current) ? "POST"
           : current == list       ? "list"
           : current == fetch      ? "result"
                                   : "status";
}

const char* word_for(repetition times) {
    return times == once ? "once" : "always";
}

const char* word_for(connection_age age) {
    return age == fresh ? "new" : "reused";
}

const char* word_for(channel over) {
    switch (over) {
    case plain:
        return "plain";
    case tls:
        return "TLS";
    case tunnel:
        return "TLS through a proxy";
    case certificate:
        return "TLS with a client certificate";
    }
    return "?";
}

std::string cell::name() const {
    std::string text = what->name + ", " + word_for(where.times) + ": " + to_string(op);
    for (const char* word : {word_for(where.at), word_for(where.connection), word_for(where.over)})
        text += std::string(", ") + word;
    return text;
}

} // namespace langexport_tests::contract
