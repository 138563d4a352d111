#ifndef LANGEXPORT_TESTS_CONTRACT_ENDS_HPP
#define LANGEXPORT_TESTS_CONTRACT_ENDS_HPP

#include "contract/set_of.hpp"
#include "integration/client_phases.hpp"

#include <string>
#include <vector>

/// The effects of an external end of an operation: its cancellation, its deadline, or the end of
/// its client or context.
namespace langexport_tests::ends {

/// The kind of operation.
enum class task {
    submits, ///< Submits one export.
    batch,
    gets ///< Sends only GETs: resumes a job, or lists projects.
};
/// The progress of the operation.
enum class stage {
    unsent,  ///< Nothing of the submission has left.
    sent,    ///< Some of it has, and no job is known yet.
    has_job, ///< The job is known; or there is nothing to be submitted.
    sinking,
    committing
};
/// The event that ends it.
enum class cause {
    terminal, ///< A cancellation of this type.
    partial,
    total,
    no_client,  ///< The last handle to the client is gone.
    no_context, ///< The context is destroyed.
    deadline    ///< Its deadline passes.
};

using enum task;
using enum stage;
using enum cause;

template <class Enum>
using set_of = contract::set_of<Enum>;

/// When the operation completes.
enum class completion {
    at_once,        ///< Without waiting for anything.
    after_the_sink, ///< When the call to the sink has returned.
    no,             ///< The operation continues.
    never           ///< Its handler is destroyed.
};

const char* to_string(completion when);
const char* word_for(cause by);

/// One cell of the table.
class cell {
public:
    operation op;
    phase where;
    bool tls;
    cause by;

    task kind() const;
    stage reached() const;

    std::string name() const;
};

/// The required effects in some cells; members that are not set may have any value.
class row {
public:
    set_of<task> tasks = set_of<task>::all();
    set_of<stage> stages = set_of<stage>::all();
    set_of<cause> causes = set_of<cause>::all();
    completion when;
    std::string outcome = {}; ///< "success" or the name of an errc; empty: none.
    const char* reason;
};

/// The observed effects of one cell.
class observation {
public:
    completion when = completion::no;
    std::string outcome;    ///< Empty after `completion::no`.
    std::string submission; ///< As the error says.
    bool has_token = false;
    std::vector<std::string> requests;   ///< That the service saw.
    std::vector<std::string> violations; ///< What must be so in every cell and was not.
    bool came_too_late = false;          ///< The deadline passed before it was in its phase.
};

std::vector<cell> all_cells();
std::vector<row> all_rows();
std::vector<const row*> rows_for(const cell& c, const std::vector<row>& rows);

/// Runs cells; each has an emulator, a context and a client of its own.
class ends_runner {
public:
    observation run(const cell& c);
};

/// The differences between a cell and its row; empty if there is none.
std::vector<std::string> compare(const observation& seen, const row& wanted);

} // namespace langexport_tests::ends

#endif
