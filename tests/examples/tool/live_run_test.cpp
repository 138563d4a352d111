#include "examples/tool/live_run.hpp"

#include "examples/tool/run_bench.hpp"
#include "support/catch.hpp"

#include <langexport/list_projects.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/post.hpp>

#include <csignal>
#include <stdexcept>
#include <string>
#include <vector>

#include <unistd.h>

namespace live_run_test {

using namespace tool;
using namespace langexport_tests;

namespace {

asio::awaitable<void> note(std::string& target, std::string word) {
    target += word;
    co_return;
}
asio::awaitable<void> fail() {
    throw std::runtime_error("out of paper");
    co_return;
}
asio::awaitable<void> list(langexport::client client) {
    co_await langexport::list_projects(client, langexport::project_surface::analyze_text);
}

} // namespace

TEST_CASE("a run ends when all work has ended, also that which other work starts",
          "[tool][live_run]") {
    const kept_errors errors;
    session_bench bench;
    live_run live(bench.session(), [] { return std::vector<const langexport::client*>(); });
    std::string words;
    live.spawn(note(words, "a"), [&] { live.spawn(note(words, "c")); });
    live.spawn(note(words, "b"));
    live.run("");
    CHECK(words == "abc");
    CHECK_FALSE(bench.session().has_failed);
    CHECK_FALSE(live.is_interrupted());
    CHECK_FALSE(live.is_cut());
}

TEST_CASE("work that throws fails the run, and nothing follows it", "[tool][live_run]") {
    const kept_errors errors;
    session_bench bench;
    live_run live(bench.session(), [] { return std::vector<const langexport::client*>(); });
    std::string words;
    live.spawn(fail(), [&] { words += "then"; });
    live.run("");
    live.close();
    CHECK_THAT(errors.text(), contains_text("out of paper"));
    CHECK(words.empty());
    CHECK(bench.session().has_failed);
    CHECK(bench.session().has_left);
    CHECK_FALSE(live.is_cut());
    bench.session().has_failed = false;
    live.spawn(note(words, "a"), [] { throw std::runtime_error("the disk is full"); });
    live.run("");
    CHECK(bench.session().has_failed);
}

TEST_CASE("a signal drains the clients, and the work that it stops has not failed",
          "[tool][live_run]") {
    const kept_errors errors;
    session_bench bench;
    const auto one = bench.resource(bench.service().endpoint());
    const langexport::client client(bench.session().context.get_executor(), one.make_params());
    bench.service().on(langexport::testing::call_kind::listing,
                       langexport::testing::occurrences::always(),
                       langexport::testing::canned_response::after(std::chrono::hours(1)));
    live_run live(bench.session(), [&] { return std::vector<const langexport::client*>{&client}; });
    live.spawn(list(client));
    boost::asio::post(bench.session().context, [] { ::kill(::getpid(), SIGTERM); });
    live.run("");
    CHECK(live.is_interrupted());
    CHECK(live.is_cut());
    CHECK_FALSE(bench.session().has_failed);
}

} // namespace live_run_test
