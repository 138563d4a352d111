// The faults and the rows of all files, in the order of the table.
#include "contract/parts.hpp"

namespace langexport_tests::contract {

namespace {

template <class Part>
std::vector<Part> gather() {
    std::vector<Part> all;
    add_connections(all);
    add_cuts(all);
    add_malformed(all);
    add_harmless(all);
    add_statuses(all);
    add_pauses(all);
    add_contents(all);
    return all;
}

} // namespace

void fault_target::response(langexport::testing::canned_response a) const {
    service.on(kind, which, std::move(a));
}

const std::vector<fault>& all_faults() {
    static const std::vector<fault> all = gather<fault>();
    return all;
}

std::vector<row> all_rows() {
    return gather<row>();
}

} // namespace langexport_tests::contract
