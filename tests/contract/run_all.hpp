#ifndef LANGEXPORT_TESTS_CONTRACT_RUN_ALL_HPP
#define LANGEXPORT_TESTS_CONTRACT_RUN_ALL_HPP

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <thread>
#include <vector>

namespace langexport_tests::contract {

/// The observed effects of each cell. Cells mostly wait, so several threads run them, each with a runner of its own, in
/// another order than that of the table, because neighboring cells wait for the same events.
template <class Observation, class Runner, class Cell>
std::vector<Observation> run_all(const std::vector<Cell>& cells) {
#if defined(LANGEXPORT_TESTS_SANITIZED)
    constexpr std::size_t number_of_threads = 32; // their waits are longer: see `attempt_timeout`
#else
    constexpr std::size_t number_of_threads = 16;
#endif
    constexpr std::size_t stride = 7919; // a prime
    std::vector<Observation> seen(cells.size());
    std::atomic<std::size_t> next = 0;
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < std::min(number_of_threads, cells.size()); ++i)
        threads.emplace_back([&] {
            Runner mine;
            for (std::size_t n = next++; n < cells.size(); n = next++)
                seen[n * stride % cells.size()] = mine.run(cells[n * stride % cells.size()]);
        });
    for (std::thread& t : threads)
        t.join();
    return seen;
}

} // namespace langexport_tests::contract

#endif
