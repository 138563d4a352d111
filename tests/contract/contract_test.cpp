#include "contract/contract.hpp"
#include "contract/run_all.hpp"
#include "contract/table.hpp"
#include "support/catch.hpp"

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace contract_test {

using namespace langexport_tests;
using namespace langexport_tests::contract;

namespace {

// The table for readers: cells that differ only in their connection share a line.
std::string to_markdown(const std::vector<cell>& cells, const std::vector<observation>& seen,
                        const std::vector<row>& rows) {
    std::ostringstream out;
    out << "# Effects of faults\n\nPrinted by tests/contract from the observed effects. `POST`, "
           "`status`, `result`, `list` are\nthe numbers of received requests; `jobs` is the number "
           "of jobs that the operation started; `job`\nis the submission state that it reports, "
           "with `token` if the job can be resumed. A batch has one\nexport.\n\n| fault | times | "
           "operation | request | connection | outcome | POST | status | result | list | jobs | "
           "job | why |\n|---|---|---|---|---|---|---|---|---|---|---|---|---|\n";
    std::vector<std::string> order;
    std::map<std::string, std::pair<std::string, std::string>> lines; // connections, the rest
    for (std::size_t i = 0; i < cells.size(); ++i) {
        const cell& c = cells[i];
        const observation& o = seen[i];
        const auto found = rows_for(c, rows);
        std::ostringstream first, last;
        first << "| " << c.what->name << " | " << word_for(c.where.times) << " | "
              << to_string(c.op) << " | " << word_for(c.where.at) << " | ";
        last << " | " << o.outcome << " | " << o.posts << " | " << o.statuses << " | " << o.results
             << " | " << o.lists << " | " << o.jobs << " | "
             << (c.op == operation::list_projects ? "-" : o.submission)
             << (o.has_token ? ", token" : "") << " | "
             << (found.empty() ? "?" : found.front()->reason) << " |";
        const std::string key = first.str() + last.str();
        std::string& connections = lines[key].first;
        if (connections.empty())
            order.push_back(first.str() + '\n' + last.str());
        else
            connections += ", ";
        connections += std::string(word_for(c.where.connection)) + " " + word_for(c.where.over);
    }
    for (const std::string& both : order) {
        const std::size_t middle = both.find('\n');
        const std::string first = both.substr(0, middle);
        const std::string last = both.substr(middle + 1);
        const std::string& connections = lines[first + last].first;
        const auto number = 1 + std::count(connections.begin(), connections.end(), ',');
        const bool has_all_channels = first.find("| export_project |") != std::string::npos;
        const bool is_all = number == (has_all_channels ? 7 : 4);
        out << first << (is_all ? "any" : connections) << last << '\n';
    }
    return out.str();
}

// Every third cell, or the others. Neighbors differ only in their connection, so that in each part every fault meets every
// operation.
std::vector<cell> cells_of(bool is_first_third) {
    const std::vector<cell> all = all_cells();
    std::vector<cell> some;
    for (std::size_t i = 0; i < all.size(); ++i)
        if ((i % 3 == 0) == is_first_third)
            some.push_back(all[i]);
    return some;
}

void check_cells(const std::vector<cell>& cells, const std::string& file) {
    const std::vector<row> rows = all_rows();
    const std::vector<observation> seen = run_all<observation, contract_benches>(cells);
    std::ofstream(file) << to_markdown(cells, seen, rows);
    check_each_has_effects_of_its_row(cells, rows, [&](std::size_t i, const row& expected) {
        return compare(cells[i], seen[i], expected.expected);
    });
}

} // namespace

TEST_CASE("exactly one row explains every cell of the table", "[contract]") {
    const std::vector<row> rows = all_rows();
    const std::set<const row*> used = check_each_has_one_row(all_cells(), rows);
    for (const row& r : rows) {
        INFO(r.faults.front() << ": " << r.reason);
        CHECK(used.count(&r) == 1);
        CHECK(std::string(r.reason).size() > 10);
    }
}

TEST_CASE("every row names only faults that exist", "[contract]") {
    std::set<std::string> known;
    for (const fault& f : all_faults())
        CHECK(known.insert(f.name).second);
    for (const row& r : all_rows())
        for (const std::string& name : r.faults) {
            INFO(name);
            CHECK(known.count(name) == 1);
        }
}

TEST_CASE("faults have the outcomes that the table requires, in every third cell", "[contract]") {
    check_cells(cells_of(true), "contract.md");
}

TEST_CASE("faults have the outcomes that the table requires, in the other cells",
          "[contract][rest]") {
    check_cells(cells_of(false), "contract-rest.md");
}

} // namespace contract_test
