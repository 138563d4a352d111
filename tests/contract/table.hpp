#ifndef LANGEXPORT_TESTS_CONTRACT_TABLE_HPP
#define LANGEXPORT_TESTS_CONTRACT_TABLE_HPP

#include "support/catch.hpp"

#include <cstddef>
#include <set>
#include <string>
#include <vector>

namespace langexport_tests::contract {

/// Checks that one row explains each cell; returns all rows that explain a cell.
template <class Cell, class Row>
std::set<const Row*> check_each_has_one_row(const std::vector<Cell>& cells,
                                            const std::vector<Row>& rows) {
    std::set<const Row*> used;
    for (const Cell& c : cells) {
        const auto found = rows_for(c, rows);
        INFO(c.name());
        CHECK(found.size() == 1);
        used.insert(found.begin(), found.end());
    }
    return used;
}

/// Checks that each cell has the effects of its row; `differences(i, row)` names the differences in cell
/// `i`.
template <class Cell, class Row, class Differences>
void check_each_has_effects_of_its_row(const std::vector<Cell>& cells, const std::vector<Row>& rows,
                                       Differences differences) {
    for (std::size_t i = 0; i < cells.size(); ++i) {
        const auto found = rows_for(cells[i], rows);
        if (found.size() != 1)
            continue; // reported by check_each_has_one_row
        std::string wrong;
        for (const std::string& what : differences(i, *found.front()))
            wrong += "\n  " + what;
        INFO(cells[i].name() << wrong);
        CHECK(wrong.empty());
    }
}

} // namespace langexport_tests::contract

#endif
