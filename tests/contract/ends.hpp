#ifndef LANGEXPORT_TESTS_CONTRACT_ENDS_HPP
#define LANGEXPORT_TESTS_CONTRACT_ENDS_HPP

#include "integration/client_phases.hpp"

#include <cstdint>
#include <string>
#include <vector>

/// What comes of an end that something else puts to an operation: its cancellation, its deadline, or the end
/// of its client or context.
namespace langexport_tests::ends {

using flags = std::uint32_t;

// Operations.
constexpr flags submits = 1U << 0; ///< Those that submit one export.
constexpr flags batch = 1U << 1;
constexpr flags asks = 1U << 2; ///< Those that go on with a job, or list projects.
constexpr flags any_operation = submits | batch | asks;
// How far they are.
constexpr flags unsent = 1U << 4;  ///< Nothing of the submission has left.
constexpr flags sent = 1U << 5;    ///< Some of it has, and no job is known yet.
constexpr flags has_job = 1U << 6; ///< The job is known; or there is nothing to be submitted.
constexpr flags sinking = 1U << 7;
constexpr flags committing = 1U << 8;
constexpr flags any_stage = unsent | sent | has_job | sinking | committing;
// What ends them.
constexpr flags terminal = 1U << 10;
constexpr flags partial = 1U << 11;
constexpr flags total = 1U << 12;
constexpr flags no_client = 1U << 13;  ///< The last handle to the client is gone.
constexpr flags no_context = 1U << 14; ///< The context is destroyed.
constexpr flags deadline = 1U << 15;   ///< Its deadline passes.
constexpr flags cancels = terminal | partial | total;
constexpr flags any_end = cancels | no_client | no_context | deadline;

/// When the operation completes.
enum class completion {
    at_once,        ///< Without waiting for anything.
    after_the_sink, ///< When the call to the sink has returned.
    no,             ///< It goes on.
    never           ///< Its handler is destroyed.
};

const char* to_string(completion when);
const char* word_for(flags one_bit);

/// One cell of the table.
class cell {
public:
    operation op;
    phase where;
    bool tls;
    flags bits; ///< One of each group.

    std::string name() const;
};

/// What has to come of it, in all cells that have a bit of each group.
class row {
public:
    flags where;
    completion when;
    std::string outcome; ///< "success" or the name of an errc; empty: none.
    const char* why;
};

/// What was seen of one cell.
class observation {
public:
    completion when = completion::no;
    std::string
        outcome; ///< After `completion::no` none; what a terminal cancellation led to is checked.
    std::string submission; ///< As the error says.
    bool has_token = false;
    std::vector<std::string> requests;   ///< That the service saw.
    std::vector<std::string> violations; ///< What must be so in every cell and was not.
    bool came_too_late = false;          ///< The deadline passed before it was in its phase.
};

std::vector<cell> all_cells();
std::vector<row> all_rows();
std::vector<const row*> rows_for(const cell& c, const std::vector<row>& rows);

/// Plays cells; each has an emulator, a context and a client of its own.
class player {
public:
    observation play(const cell& c);
};

/// What is wrong with a cell; empty if it is as expected.
std::vector<std::string> compare(const observation& seen, const row& wanted);

} // namespace langexport_tests::ends

#endif
