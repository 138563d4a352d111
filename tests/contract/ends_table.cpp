// The ways in which operations end, the required effects of each, and the reasons.
#include "contract/ends.hpp"

#include <array>
#include <string>
#include <vector>

using langexport::submission_state;

namespace langexport_tests::ends {

namespace {

constexpr std::array all_causes = {terminal, partial, total, no_client, no_context, deadline};

} // namespace

task cell::kind() const {
    if (op == operation::export_projects)
        return batch;
    return requests_of(op).front() == langexport::testing::call_kind::submission ? submits : gets;
}

stage cell::reached() const {
    if (where.when == moment::sinking)
        return sinking;
    if (where.when == moment::committing)
        return committing;
    if (kind() == gets)
        return has_job;
    switch (submission_in(op, where)) {
    case submission_state::not_sent:
        return unsent;
    case submission_state::unconfirmed:
        return sent;
    case submission_state::confirmed:
        break;
    }
    return has_job;
}

const char* to_string(completion when) {
    switch (when) {
    case completion::at_once:
        return "at once";
    case completion::after_the_sink:
        return "when the sink has returned";
    case completion::no:
        return "continues";
    case completion::never:
        return "destroyed";
    }
    return "?";
}

const char* word_for(cause by) {
    switch (by) {
    case terminal:
        return "terminal";
    case partial:
        return "partial";
    case total:
        return "total";
    case no_client:
        return "client destroyed";
    case no_context:
        return "context destroyed";
    case deadline:
        return "deadline";
    }
    return "?";
}

std::string cell::name() const {
    return std::string(langexport_tests::to_string(op)) + ", " +
           langexport_tests::to_string(op, where) + (tls ? ", TLS" : ", plain") + ": " +
           word_for(by);
}

std::vector<cell> all_cells() {
    std::vector<cell> cells;
    for (const operation op : all_operations) {
        for (const bool tls : {false, true})
            for (const phase p : phases_of(op, tls))
                for (const cause by : all_causes)
                    cells.push_back({.op = op, .where = p, .tls = tls, .by = by});
    }
    return cells;
}

std::vector<row> all_rows() {
    const set_of<task> one = {submits, gets};
    const set_of<stage> waits = {unsent, sent, has_job};
    const set_of<cause> cancels = {terminal, partial, total};
    return {
        {.causes = no_context,
         .when = completion::never,
         .reason = "The context destroys the waiting handler without a call."},
        {.stages = waits,
         .causes = no_client,
         .when = completion::at_once,
         .outcome = "client_closed",
         .reason = "No caller is left to resume it."},
        {.stages = sinking,
         .causes = no_client,
         .when = completion::after_the_sink,
         .outcome = "client_closed",
         .reason = "The caller's sink is not interrupted during a call."},
        {.tasks = one,
         .stages = waits,
         .causes = deadline,
         .when = completion::at_once,
         .outcome = "deadline_exceeded",
         .reason = "The deadline applies to the whole operation, in any phase."},
        {.tasks = one,
         .stages = sinking,
         .causes = deadline,
         .when = completion::after_the_sink,
         .outcome = "deadline_exceeded",
         .reason = "The caller's sink is not interrupted during a call."},
        {.tasks = one,
         .stages = waits,
         .causes = {terminal, partial},
         .when = completion::at_once,
         .outcome = "cancelled",
         .reason = "A cancellation ends the operation in any phase."},
        {.tasks = submits,
         .stages = unsent,
         .causes = total,
         .when = completion::at_once,
         .outcome = "cancelled",
         .reason = "Nothing was sent: the operation has no effect."},
        {.tasks = submits,
         .stages = {sent, has_job},
         .causes = total,
         .when = completion::no,
         .reason = "A job may exist: the operation already had an effect."},
        {.tasks = gets,
         .stages = has_job,
         .causes = total,
         .when = completion::at_once,
         .outcome = "cancelled",
         .reason = "A GET changes nothing at the service."},
        {.tasks = one,
         .stages = sinking,
         .causes = {terminal, partial},
         .when = completion::after_the_sink,
         .outcome = "cancelled",
         .reason = "The caller's sink is not interrupted during a call."},
        {.tasks = submits,
         .stages = sinking,
         .causes = total,
         .when = completion::no,
         .reason = "A job exists: the operation already had an effect."},
        {.tasks = gets,
         .stages = sinking,
         .causes = total,
         .when = completion::after_the_sink,
         .outcome = "cancelled",
         .reason = "The caller's sink is not interrupted during a call."},
        {.tasks = batch,
         .stages = waits,
         .causes = deadline,
         .when = completion::at_once,
         .outcome = "deadline_exceeded",
         .reason = "The export has a deadline; the batch has none and ends with its last export."},
        {.tasks = batch,
         .stages = sinking,
         .causes = deadline,
         .when = completion::after_the_sink,
         .outcome = "deadline_exceeded",
         .reason =
             "The export has a deadline, but the caller's sink is not interrupted during a call."},
        {.tasks = batch,
         .stages = committing,
         .causes = deadline,
         .when = completion::after_the_sink,
         .outcome = "success",
         .reason = "The export has a deadline, but the sink has the complete result and decides "
                   "the outcome."},
        {.tasks = one,
         .stages = committing,
         .causes = {cancels, no_client, deadline},
         .when = completion::after_the_sink,
         .outcome = "success",
         .reason = "The sink has the complete result and decides the outcome."},
        {.tasks = batch,
         .stages = waits,
         .causes = terminal,
         .when = completion::at_once,
         .outcome = "cancelled",
         .reason = "Exports in progress are cancelled, too."},
        {.tasks = batch,
         .stages = {waits, sinking},
         .causes = partial,
         .when = completion::no,
         .reason = "No further export starts; exports in progress complete."},
        {.tasks = batch,
         .causes = total,
         .when = completion::no,
         .reason = "The batch has read an item: the operation already had an effect."},
        {.tasks = batch,
         .stages = sinking,
         .causes = terminal,
         .when = completion::after_the_sink,
         .outcome = "cancelled",
         .reason = "The caller's sink is not interrupted during a call."},
        {.tasks = batch,
         .stages = committing,
         .causes = {terminal, partial},
         .when = completion::after_the_sink,
         .outcome = "cancelled",
         .reason = "The export being committed succeeds; the next one does not start."},
        {.tasks = batch,
         .stages = committing,
         .causes = no_client,
         .when = completion::after_the_sink,
         .outcome = "client_closed",
         .reason = "The export being committed succeeds; the next one fails."},
    };
}

std::vector<const row*> rows_for(const cell& c, const std::vector<row>& rows) {
    std::vector<const row*> found;
    for (const row& r : rows)
        if (r.tasks.contains(c.kind()) && r.stages.contains(c.reached()) && r.causes.contains(c.by))
            found.push_back(&r);
    return found;
}

std::vector<std::string> compare(const observation& seen, const row& wanted) {
    std::vector<std::string> wrong = seen.violations;
    if (seen.when != wanted.when)
        wrong.push_back(std::string("its end: ") + to_string(seen.when) + ", not " +
                        to_string(wanted.when));
    if (seen.outcome != wanted.outcome)
        wrong.push_back("it ended with '" + seen.outcome + "', not '" + wanted.outcome + "'");
    return wrong;
}

} // namespace langexport_tests::ends
