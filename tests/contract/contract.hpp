#ifndef LANGEXPORT_TESTS_CONTRACT_CONTRACT_HPP
#define LANGEXPORT_TESTS_CONTRACT_CONTRACT_HPP

#include "contract/set_of.hpp"
#include "integration/operations.hpp"

#include <langexport/testing/emulator.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace langexport_tests::contract {

/// The request that the fault affects, and its purpose.
enum class step {
    post_alone,   ///< The submission, which is all of the operation.
    post_first,   ///< The submission of an operation that continues after it.
    post_again,   ///< The submission, with duplicates allowed.
    status_alone, ///< The status request of get_export_status, which is all of the operation.
    poll_alone,   ///< A poll of wait_for_export.
    poll_first,   ///< A poll of an operation that then fetches the result.
    fetch,        ///< The request for the result.
    list          ///< The request for a page of the list of projects.
};
/// How many of the requests the fault affects.
enum class repetition { once, always };
/// The connection that carries the request.
enum class connection_age { fresh, reused };
enum class channel {
    plain,
    tls,
    tunnel,     ///< TLS through a proxy.
    certificate ///< TLS to a service that requires a client certificate.
};

using enum step;
using enum repetition;
using enum connection_age;
using enum channel;

using step_set = set_of<step>;
constexpr step_set post = {post_alone, post_first};
constexpr step_set posts = {post, post_again};
constexpr step_set polls = {poll_alone, poll_first};
constexpr step_set statuses = {status_alone, polls};
constexpr step_set gets = {statuses, fetch, list};
constexpr set_of<channel> secure = {tls, tunnel, certificate};

/// The request that a fault affects in one cell.
class place {
public:
    step at;
    repetition times;
    connection_age connection;
    channel over;
};

/// The places of a fault or a row. A set matches every value by default.
class scope {
public:
    step_set steps = step_set::all();
    set_of<repetition> times = set_of<repetition>::all();
    set_of<connection_age> connection = set_of<connection_age>::all();
    set_of<channel> channels = set_of<channel>::all();

    bool contains(const place& p) const {
        return steps.contains(p.at) && times.contains(p.times) &&
               connection.contains(p.connection) && channels.contains(p.over);
    }
};

/// The request that a fault affects, and the service that applies the fault.
class fault_target {
public:
    langexport::testing::emulator& service;
    langexport::testing::call_kind kind;         ///< Of the affected request.
    langexport::testing::occurrences which;      ///< Of the requests of that kind.
    langexport::testing::occurrences connection; ///< The one that carries it, if it is fresh.
    std::uint64_t requests_before;               ///< Requests of the operation until then.
    std::string second_key;
    std::string good_link; ///< Of a status, result or list that exists, depending on `kind`.

    /// Gives the request this response.
    void response(langexport::testing::canned_response a) const;
};

/// One fault: its name, the requests to which it applies, and its effect on the peer.
class fault {
public:
    std::string name;
    scope where = {}; ///< `always` only where a retry makes sense.
    std::function<void(const fault_target&)> apply;
    /// Changes the parameters of the client; may be empty.
    std::function<void(langexport::client_params&, const place&)> tune = {};
    bool is_large = false; ///< Submissions have a body of many packets.
    /// After this fault the client may wait longer than a test can.
    bool makes_client_wait = false;
};

/// The state of the job when the fault affects the submission.
enum class job_known {
    no,    ///< There is none, and the error says so.
    maybe, ///< There may be one, and the error says so.
    yes,   ///< There is one, and it is known.
    either ///< No or maybe, depending on timing.
};

/// A number, or the least and the greatest.
class number_range {
public:
    constexpr number_range(std::size_t exact) : number_range(exact, exact) {}
    constexpr number_range(std::size_t min, std::size_t max) : least(min), most(max) {}

    bool contains(std::size_t n) const { return n >= least && n <= most; }

    std::size_t least;
    std::size_t most;
};

/// The required effects of a fault.
class expectation {
public:
    std::string outcome;   ///< "success" or the name of an errc; alternatives with `|` between.
    number_range requests; ///< Of the affected kind, that arrived.
    job_known job = job_known::yes; ///< If the fault affects the submission; else there is one.
    std::size_t jobs = 1; ///< Jobs that were started, if the fault affects the submission.
};

/// A row of the table: the effects of some faults in some places, and the reason why they are
/// right.
class row {
public:
    std::vector<std::string> faults;
    scope where = {};
    expectation expected;
    const char* reason;
};

/// One cell of the table.
class cell {
public:
    const fault* what;
    operation op;
    place where;

    std::string name() const;
};

/// The observed effects of one cell.
class observation {
public:
    std::string outcome;
    std::size_t posts = 0; ///< Requests that arrived, those that were cut off included, by kind.
    std::size_t statuses = 0;
    std::size_t results = 0;
    std::size_t lists = 0;
    std::size_t affected = 0; ///< Those of the kind that the fault affects.
    std::size_t jobs = 0;     ///< Jobs that the operation started.
    std::string submission; ///< As the error says; after a success `confirmed`, without a job `-`.
    bool has_token = false;
    std::vector<std::string> violations; ///< What must be so in every cell and was not.
};

const std::vector<fault>& all_faults();
/// The expectations, in the order of the faults.
std::vector<row> all_rows();

/// Every possible combination.
std::vector<cell> all_cells();

class contract_bench;

/// Runs the cells of one thread, with an emulator for each channel and a client for each cell.
class contract_benches {
public:
    contract_benches();
    ~contract_benches();

    /// Runs one cell.
    observation run(const cell& c);

private:
    std::map<channel, std::unique_ptr<contract_bench>> benches_;
};

/// The rows that match a cell.
std::vector<const row*> rows_for(const cell& c, const std::vector<row>& rows);
/// The differences between a cell and its row; empty if there is none.
std::vector<std::string> compare(const cell& c, const observation& seen, const expectation& wanted);

const char* word_for(step current);
const char* word_for(repetition times);
const char* word_for(connection_age age);
const char* word_for(channel over);

/// The kind of the request.
langexport::testing::call_kind kind_of(step current);

} // namespace langexport_tests::contract

#endif
