#include "contract/ends.hpp"
#include "contract/run_all.hpp"
#include "contract/table.hpp"
#include "support/catch.hpp"

#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace ends_test {

using namespace langexport_tests;
using namespace langexport_tests::ends;

namespace {

std::string words_of(const std::vector<std::string>& requests) {
    std::map<std::string, int> number;
    std::vector<std::string> order;
    for (const std::string& one : requests)
        if (++number[one] == 1)
            order.push_back(one);
    std::string text;
    for (const std::string& one : order)
        text += (text.empty() ? "" : ", ") + one +
                (number[one] > 1 ? " ×" + std::to_string(number[one]) : "");
    return text.empty() ? "nothing" : text;
}

void append_word(std::string& target, const std::string& word) {
    if (target.find(word) == std::string::npos)
        target += (target.empty() ? "" : ", ") + word;
}

// The table for readers: cells that differ in the kind of end, or in TLS, share a line if the
// effects are equal.
std::string to_markdown(const std::vector<cell>& cells, const std::vector<observation>& seen,
                        const std::vector<row>& rows) {
    std::ostringstream out;
    out << "# Effects of the end of an operation\n\n"
           "Printed by tests/contract from the observed effects. In each phase an operation is "
           "cancelled,\n"
           "its deadline passes, or its client or context is destroyed. `job` is the submission "
           "state in its error,\n"
           "with `token` if the job can be resumed; after an ignored cancellation it is that of "
           "the terminal\n"
           "cancellation that follows. A batch has two exports, one at a time. At a deadline, "
           "which "
           "belongs to an\n"
           "export, it has one export, and `with` is the outcome of that.\n\n"
           "| operation | phase | ended by | completes | with | job | the service saw | why |\n"
           "|---|---|---|---|---|---|---|---|\n";
    std::vector<std::string> order;
    std::map<std::string, std::string> ended_by;
    std::map<std::string, std::pair<std::string, std::string>> parts;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        const cell& c = cells[i];
        const observation& o = seen[i];
        const auto found = rows_for(c, rows);
        const std::string first = std::string("| ") + langexport_tests::to_string(c.op) + " | " +
                                  langexport_tests::to_string(c.op, c.where) + " | ";
        const std::string last = std::string(" | ") + to_string(o.when) + " | " +
                                 (o.outcome.empty() ? "-" : o.outcome) + " | " + o.submission +
                                 (o.has_token ? ", token" : "") + " | " + words_of(o.requests) +
                                 " | " + (found.empty() ? "?" : found.front()->reason) + " |";
        const std::string key = first + last;
        if (parts.emplace(key, std::pair(first, last)).second)
            order.push_back(key);
        append_word(ended_by[key], word_for(c.by));
    }
    for (const std::string& key : order)
        out << parts[key].first << ended_by[key] << parts[key].second << '\n';
    out << "\nPhases that there are not:\n\n| operation | phase | why |\n|---|---|---|\n";
    for (const operation op : all_operations)
        for (const phase p : all_phases(op)) {
            const std::string why = why_never(op, p, false);
            if (!why.empty() && !why_never(op, p, true).empty())
                out << "| " << langexport_tests::to_string(op) << " | "
                    << langexport_tests::to_string(op, p) << " | " << why << " |\n";
        }
    return out.str();
}

} // namespace

TEST_CASE("exactly one row explains every end of every operation in every phase", "[ends]") {
    const std::vector<row> rows = all_rows();
    const std::set<const row*> used = contract::check_each_has_one_row(all_cells(), rows);
    for (const row& r : rows) {
        INFO(r.reason);
        CHECK(used.count(&r) == 1);
    }
}

TEST_CASE("the narrow listener accepts only a part of a large request", "[ends]") {
    const silent_listener narrow(silent_listener::manner::narrow);
    const std::size_t size = phase_bench::large_request;
    CHECK(narrow.takes(size) < size);
}

TEST_CASE("operations end as the table requires, in every phase and for every kind of end",
          "[ends][cancel][close]") {
    const std::vector<cell> cells = all_cells();
    const std::vector<row> rows = all_rows();
    const auto seen = contract::run_all<observation, ends_runner>(cells);
    std::ofstream("ends.md") << to_markdown(cells, seen, rows);
    contract::check_each_has_effects_of_its_row(
        cells, rows,
        [&](std::size_t i, const row& expected) { return compare(seen[i], expected); });
}

} // namespace ends_test
