#ifndef LANGEXPORT_EXAMPLES_TOOL_NEAREST_WORD_HPP
#define LANGEXPORT_EXAMPLES_TOOL_NEAREST_WORD_HPP

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <string_view>
#include <vector>

namespace tool {

// The number of characters in which two words differ.
inline std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = row[0]++;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t above = row[j + 1];
            row[j + 1] = (std::min)({above + 1, row[j] + 1, diagonal + (a[i] == b[j] ? 0u : 1u)});
            diagonal = above;
        }
    }
    return row.back();
}

// The word of a range that was probably intended; empty if none is similar.
template <class Words>
std::string_view nearest_word(std::string_view word, const Words& known) {
    std::string_view nearest;
    std::size_t least = static_cast<std::size_t>(-1);
    for (const auto& candidate : known) {
        const std::size_t distance = edit_distance(word, candidate);
        if (distance >= least)
            continue;
        least = distance;
        nearest = candidate;
    }
    return least <= (std::max<std::size_t>)(1, nearest.size() / 3) ? nearest : std::string_view();
}

} // namespace tool

#endif
