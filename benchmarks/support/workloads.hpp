#ifndef LANGEXPORT_BENCHMARKS_SUPPORT_WORKLOADS_HPP
#define LANGEXPORT_BENCHMARKS_SUPPORT_WORKLOADS_HPP

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace langexport_benchmarks {

/// A small, constant piece of the library's work. The micro benchmarks time it, and the gate counts its
/// instructions.
class workload {
public:
    std::string name;
    std::size_t bytes; ///< … of input, if the speed depends on them; else 0.
    /// Does it once; the value depends on all of it.
    std::function<std::size_t()> once;
};

std::vector<workload> make_workloads();

} // namespace langexport_benchmarks

#endif
