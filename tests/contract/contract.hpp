#ifndef LANGEXPORT_TESTS_CONTRACT_CONTRACT_HPP
#define LANGEXPORT_TESTS_CONTRACT_CONTRACT_HPP

#include "integration/operations.hpp"

#include <langexport/testing/emulator.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace langexport_tests::contract {

/// What a cell is made of, as bits, so that a row of expectations can speak of several.
using flags = std::uint32_t;

// The request that the fault strikes, and what for it is sent.
constexpr flags post_alone = 1U << 0; ///< The submission, which is all of the operation.
constexpr flags post_first = 1U << 7; ///< The submission of an operation that goes on.
constexpr flags post_again = 1U << 1; ///< The submission, with duplicates allowed.
constexpr flags ask = 1U << 2;        ///< The one question of get_export_status.
constexpr flags wait = 1U << 3;       ///< A question of wait_for_export.
constexpr flags poll = 1U << 4;  ///< A question of an operation that goes on to fetch the result.
constexpr flags fetch = 1U << 5; ///< The request for the result.
constexpr flags list = 1U << 6;  ///< The request for a page of the list of projects.
constexpr flags post = post_alone | post_first;
constexpr flags posts = post | post_again;
constexpr flags waits = wait | poll;
constexpr flags statuses = ask | waits;
constexpr flags gets = statuses | fetch | list;
constexpr flags any_step = posts | gets;
// How often.
constexpr flags once = 1U << 8;
constexpr flags always = 1U << 9;
constexpr flags any_times = once | always;
// The connection that carries it.
constexpr flags fresh = 1U << 10;
constexpr flags reused = 1U << 11;
constexpr flags any_link = fresh | reused;
constexpr flags plain = 1U << 12;
constexpr flags tls = 1U << 13;
constexpr flags any_net = plain | tls;

/// What a fault needs to know to strike.
class strike {
public:
    langexport::testing::emulator& service;
    langexport::testing::call_kind kind;         ///< Of the request that it strikes.
    langexport::testing::occurrences which;      ///< Of the requests of that kind.
    langexport::testing::occurrences connection; ///< The one that carries it, if it is fresh.
    std::uint64_t requests_before;               ///< Requests of the operation until then.
    std::string second_key;
    std::string good_link; ///< A status, result or list, as the kind is, that is there.

    /// Gives the request this answer.
    void answer(langexport::testing::canned_answer a) const;
};

/// Something that goes wrong.
class fault {
public:
    std::string name;
    flags where; ///< The cells that there are of it; `always` only where a second try makes sense.
    std::function<void(const strike&)> set;
    /// Changes the parameters of the client; may be empty.
    std::function<void(langexport::client_params&, flags cell)> tune;
    bool is_large = false; ///< Submissions have a body of many packets.
    bool holds_back =
        false; ///< The client that met it may have to wait longer than anybody does here.
};

/// What becomes of the job when the submission is struck.
enum class job_known {
    no,    ///< There is none, and the error says so.
    maybe, ///< There may be one, and the error says so.
    yes,   ///< There is one, and it is known.
    either ///< No or maybe, depending on who was quicker.
};

/// What has to come of a fault.
class expectation {
public:
    std::string outcome; ///< "success" or the name of an errc; alternatives with `|` between.
    std::size_t least;   ///< Requests of the struck kind that arrived, …
    std::size_t most;    ///< … at most.
    job_known job = job_known::yes; ///< If the submission was struck; else there is one.
    std::size_t jobs = 1;           ///< Jobs that were started, if the submission was struck.
};

/// A row of the table: what comes of a fault in some cells, and why that is right.
class row {
public:
    std::vector<std::string> faults;
    flags where; ///< Groups of which no bit is set mean all of the group.
    expectation what;
    const char* why;
};

/// One cell of the table.
class cell {
public:
    const fault* what;
    operation op;
    flags where; ///< One bit of each group.

    std::string name() const;
};

/// What was seen of one cell.
class observation {
public:
    std::string outcome;
    std::size_t posts = 0; ///< Requests that arrived, those that were cut off included, by kind.
    std::size_t statuses = 0;
    std::size_t results = 0;
    std::size_t lists = 0;
    std::size_t struck = 0; ///< Those of the kind that was struck.
    std::size_t jobs = 0;   ///< Jobs that the operation started.
    std::string submission; ///< As the error says; after a success `confirmed`, without a job `-`.
    bool has_token = false;
    std::vector<std::string> violations; ///< What must be so in every cell and was not.
};

const std::vector<fault>& all_faults();
/// The expectations, in the order of the faults.
std::vector<row> all_rows();

/// Every combination that makes sense.
std::vector<cell> all_cells();

class stage;

/// Where one thread plays cells: an emulator for those over TLS and one for the others, made when they
/// are needed. Each cell has a client of its own.
class stages {
public:
    stages();
    ~stages();

    /// Plays one cell.
    observation play(const cell& c);

private:
    std::unique_ptr<stage> plain_, tls_;
};

/// The rows that speak of a cell.
std::vector<const row*> rows_for(const cell& c, const std::vector<row>& rows);
/// What is wrong with a cell; empty if it is as expected.
std::vector<std::string> compare(const cell& c, const observation& seen, const expectation& wanted);

const char* word_for(flags one_bit);

} // namespace langexport_tests::contract

#endif
