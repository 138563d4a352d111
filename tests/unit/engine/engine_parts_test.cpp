#include <langexport/detail/engine/engine_parts.hpp>

#include "support/catch.hpp"
#include "unit/engine/parts_bench.hpp"

#include <memory>

namespace engine_parts_test {

using namespace langexport::detail;
using langexport_tests::parts_bench;

TEST_CASE("a context does not return from run() while parts of a client hold work",
          "[engine_parts]") {
    parts_bench bench;
    bench.run_ready();
    CHECK(bench.context.stopped());
    bench.parts.hold_work();
    bench.run_ready();
    CHECK_FALSE(bench.context.stopped());
    bench.parts.release_work();
    bench.run_ready();
    CHECK(bench.context.stopped());
}

TEST_CASE("a function that a part posts runs on the strand, after the caller", "[engine_parts]") {
    parts_bench bench;
    const strand_type strand = bench.engine()->settings().strand;
    int calls = 0;
    bench.parts.post([&] {
        CHECK(strand.running_in_this_thread());
        bench.parts.post([&] { ++calls; });
        CHECK(calls == 0);
    });
    bench.run_ready();
    CHECK(calls == 1);
}

TEST_CASE("parts do not keep their engine alive, except where they say so", "[engine_parts]") {
    parts_bench bench;
    const long owners = bench.engine().use_count();
    const auto reference = bench.parts.weak();
    CHECK(bench.engine().use_count() == owners);
    CHECK(reference.lock() == bench.engine());
    {
        const auto kept = bench.parts.keep_alive();
        CHECK(kept == bench.engine());
        CHECK(bench.engine().use_count() == owners + 1);
    }
    CHECK(bench.engine().use_count() == owners);
}

} // namespace engine_parts_test
