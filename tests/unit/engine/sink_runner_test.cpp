#include <langexport/detail/engine/sink_runner.hpp>

#include "support/catch.hpp"
#include "support/virtual_bench.hpp"
#include "support/watched_sink.hpp"

#include <langexport/export_project.hpp>

#include <exception>
#include <memory>
#include <string>
#include <vector>

using namespace langexport;
using langexport_tests::instant_project;
using langexport_tests::virtual_bench;
using langexport_tests::watched_sink;
using testing::call_kind;
using testing::canned_response;

namespace {

// A bench whose result has several pieces.
struct large_result : virtual_bench {
    large_result() {
        testing::project large = instant_project();
        large.result_size = 400'000;
        (*this)->add_project(large);
    }
    error_code export_into(const std::shared_ptr<watched_sink>& sink) {
        const auto done = begin<export_status>([&](auto handler) {
            export_project_to(client(), export_request("Demo"), sink, handler);
        });
        run();
        CHECK(done->calls == 1);
        CHECK_FALSE(sink->was_misused);
        return done->code();
    }
};

} // namespace

TEST_CASE("a sink receives a large result in pieces, one call at a time", "[engine][sink_runner]") {
    large_result bench;
    const auto sink = std::make_shared<watched_sink>();
    CHECK_FALSE(bench.export_into(sink));
    CHECK(sink->document.size() == 400'000);
    CHECK(sink->writes > 1);
    CHECK(sink->largest_write < 400'000);
    CHECK(sink->calls == std::vector<std::string>{"write", "commit"});
}

TEST_CASE("the bytes of a failed attempt are discarded before the next one",
          "[engine][sink_runner]") {
    large_result bench;
    bench->on(call_kind::result, 1,
              canned_response::cut_body_after(300'000, testing::early_end::reset));
    const auto sink = std::make_shared<watched_sink>();
    CHECK_FALSE(bench.export_into(sink));
    CHECK(sink->document.size() == 400'000);
    CHECK(sink->received > 400'000);
    CHECK(sink->calls == std::vector<std::string>{"write", "discard", "write", "commit"});
}
