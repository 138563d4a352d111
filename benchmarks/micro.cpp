// Small pieces of the library's work, timed by Catch2.

#if LANGEXPORT_CATCH2_MAJOR >= 3
#include <catch2/benchmark/catch_benchmark.hpp>
#include <catch2/catch_test_macros.hpp>
#else
#define CATCH_CONFIG_ENABLE_BENCHMARKING
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
#endif

#include "support/workloads.hpp"

#include <string>

TEST_CASE("small pieces of work") {
    for (const auto& piece : langexport_benchmarks::make_workloads()) {
        const std::string size = piece.bytes ? " [" + std::to_string(piece.bytes) + "]" : "";
        BENCHMARK(piece.name + size) {
            return piece.once();
        };
    }
}
