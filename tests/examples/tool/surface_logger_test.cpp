#include "examples/tool/surface_logger.hpp"

#include "examples/tool/run_bench.hpp"
#include "support/catch.hpp"

#include <langexport/observer.hpp>

#include <memory>
#include <string>

namespace surface_logger_test {

using namespace tool;
using namespace langexport_tests;

TEST_CASE("an accepted submission shows that held failures are about single projects",
          "[tool][surface_logger]") {
    session_bench bench;
    const auto state = std::make_shared<resource_state>();
    int shown = 0, hidden = 0;
    CHECK_FALSE(state->failed(
        failure_scope::unclear, "403", [&] { ++shown; }, [&] { ++hidden; }));
    CHECK(shown == 0);
    surface_logger logger(bench.session(), "west/", state);
    logger.expect("A");
    const langexport::export_job job("A", "https://a.example/jobs/1", {});
    logger.on_submitted(langexport::submitted_event{job, {}, false});
    CHECK(shown == 1);
    CHECK(hidden == 0);
}

TEST_CASE("a hidden end is counted and prints no line", "[tool][surface_logger]") {
    session_bench bench;
    surface_logger logger(bench.session(), {}, std::make_shared<resource_state>());
    logger.expect("A");
    logger.end_hidden("A", "failed");
    CHECK(bench.session().display.count("failed") == 1);
    CHECK(bench.lines().empty());
}

} // namespace surface_logger_test
