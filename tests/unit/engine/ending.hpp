#ifndef LANGEXPORT_TESTS_UNIT_ENGINE_ENDING_HPP
#define LANGEXPORT_TESTS_UNIT_ENGINE_ENDING_HPP

#include "support/engine_bench.hpp"

#include <langexport/error.hpp>
#include <langexport/exported_project.hpp>

#include <exception>
#include <utility>

namespace langexport_tests {

/// The end of an export, and when it came.
struct ending {
    int calls = 0;
    std::exception_ptr error;
    langexport::exported_project result;
    manual_time::time_point at{};

    langexport::error_code code() const { return langexport::code_of(error); }
};

/// A callback that stores its arguments in `end`.
inline auto into(engine_bench& bench, ending& end) {
    return [&bench, &end](std::exception_ptr error, langexport::exported_project result) {
        ++end.calls;
        end.error = std::move(error);
        end.result = std::move(result);
        end.at = bench.time().now();
    };
}

} // namespace langexport_tests

#endif
