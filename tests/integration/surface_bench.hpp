#ifndef LANGEXPORT_TESTS_INTEGRATION_SURFACE_BENCH_HPP
#define LANGEXPORT_TESTS_INTEGRATION_SURFACE_BENCH_HPP

#include "integration/client_bench.hpp"

#include <string>
#include <utility>

namespace langexport_tests {

inline langexport::testing::project quick_project_of(langexport::testing::sample_kind kind) {
    langexport::testing::project p = quick_project("Demo");
    p.kind = kind;
    p.documents = 7;
    return p;
}

inline langexport::export_request request_to(langexport::project_surface surface,
                                             std::string format = {}) {
    langexport::export_request request("Demo");
    request.surface = surface;
    request.format = std::move(format);
    return request;
}

} // namespace langexport_tests

#endif
