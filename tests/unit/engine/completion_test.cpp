#include <langexport/detail/engine/completion.hpp>

#include "support/catch.hpp"
#include "support/virtual_bench.hpp"
#include "support/watched_sink.hpp"

#include <langexport/export_project.hpp>

#include <boost/asio/awaitable.hpp>

#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

using namespace langexport;
using langexport_tests::virtual_bench;
using langexport_tests::watched_sink;
using testing::call_kind;
using testing::canned_response;
namespace asio = boost::asio;

namespace {

// What the sink had been called when the handler was invoked.
struct completed {
    int calls = 0;
    error_code code;
    std::vector<std::string> sink_calls;
};

completed export_into(virtual_bench& bench, const std::shared_ptr<watched_sink>& sink) {
    completed seen;
    export_project_to(bench.client(), export_request("Demo"), sink,
                      [&](std::exception_ptr error, const export_status&) {
                          ++seen.calls;
                          seen.code = code_of(error);
                          seen.sink_calls = sink->calls;
                      });
    bench.run();
    CHECK(seen.calls == 1);
    CHECK_FALSE(sink->was_misused);
    return seen;
}

} // namespace

TEST_CASE("the handler is invoked after the commit", "[engine][completion]") {
    virtual_bench bench;
    const auto sink = std::make_shared<watched_sink>();
    const completed seen = export_into(bench, sink);
    CHECK_FALSE(seen.code);
    CHECK(seen.sink_calls == std::vector<std::string>{"write", "commit"});
    CHECK(sink->calls == seen.sink_calls);
}

TEST_CASE("if the commit fails, the export fails and the sink discards", "[engine][completion]") {
    virtual_bench bench;
    const auto sink = std::make_shared<watched_sink>();
    sink->at_commit = []() -> asio::awaitable<void> { throw std::runtime_error("disk is full"); };
    const completed seen = export_into(bench, sink);
    CHECK(seen.code == errc::sink_failed);
    CHECK(sink->last_call() == "discard");
}

TEST_CASE("a sink of an export that fails early only discards", "[engine][completion]") {
    virtual_bench bench;
    bench->on(call_kind::submission, testing::occurrences::always(), canned_response(404));
    const auto sink = std::make_shared<watched_sink>();
    const completed seen = export_into(bench, sink);
    CHECK(seen.code == errc::project_not_found);
    CHECK(sink->calls == std::vector<std::string>{"discard"});
}
