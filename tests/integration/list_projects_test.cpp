// Lists of projects over real sockets: pages, quota, retries, ends.

#include <langexport/list_projects.hpp>

#include "integration/client_bench.hpp"
#include "support/catch.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace list_projects_test {

namespace asio = boost::asio;
namespace testing = langexport::testing;

namespace {

using namespace std::chrono_literals;
using langexport::client;
using langexport::client_params;
using langexport::errc;
using langexport::project_info;
using langexport::project_surface;
using langexport_tests::client_bench;
using langexport_tests::contains_text;
using langexport_tests::event_list;
using testing::call_kind;
using testing::canned_response;
using testing::early_end;
using testing::occurrences;
using testing::sample_kind;

using lines = std::vector<std::string>;
using project_list = std::vector<project_info>;

testing::emulator_options options_with_pages(std::size_t size) {
    testing::emulator_options options;
    options.page_size = size;
    return options;
}

// Adds projects to the one that is there.
void add_projects(client_bench& b, std::size_t number, sample_kind kind) {
    for (std::size_t i = 0; i < number; ++i) {
        testing::project p("Project" + std::to_string(100 + i));
        p.kind = kind;
        b->add_project(p);
    }
}

langexport_tests::outcome<project_list>
list(client_bench& b, const client& c, project_surface surface = project_surface::analyze_text) {
    return b.run<project_list>(
        [&](auto token) { langexport::list_projects(c, surface, std::move(token)); });
}

} // namespace

TEST_CASE("all projects of a surface are listed, page by page", "[list_projects]") {
    client_bench b(GENERATE(false, true), options_with_pages(10));
    add_projects(b, 24, sample_kind::healthcare);
    const auto done = list(b, b.make_client());
    REQUIRE(done.is_good());
    REQUIRE(done.result.size() == 25);
    CHECK(done.result.front().name == "Demo");
    CHECK(done.result.front().kind == "CustomSingleLabelClassification");
    CHECK(done.result.front().created.has_value());
    CHECK(done.result.back().name == "Project123");
    CHECK(done.result.back().kind == "CustomHealthcare");
    CHECK(b.seen() == lines{"GET list", "GET list", "GET list"});
    CHECK(b->counters().listings == 3);
    CHECK(b->counters().connections == 1);
}

TEST_CASE("each surface lists its own projects", "[list_projects]") {
    client_bench b(false);
    add_projects(b, 2, sample_kind::conversation);
    testing::project faq("Faq");
    faq.kind = sample_kind::question_answering;
    faq.last_deployed = faq.created + 24h;
    b->add_project(faq);
    const client c = b.make_client();

    const auto conversations = list(b, c, project_surface::analyze_conversations);
    REQUIRE(conversations.result.size() == 2);
    CHECK(conversations.result[1].name == "Project101");
    CHECK(conversations.result[1].multilingual == false);
    const auto bases = list(b, c, project_surface::query_knowledgebases);
    REQUIRE(bases.result.size() == 1);
    CHECK(bases.result[0].name == "Faq");
    CHECK(bases.result[0].kind.empty());
    CHECK(bases.result[0].last_deployed == faq.created + 24h);
    CHECK_FALSE(bases.result[0].last_trained.has_value());

    b->remove_project("Faq");
    CHECK(list(b, c, project_surface::query_knowledgebases).result.empty());
}

TEST_CASE("a list can be awaited, and needs no client handle after its start", "[list_projects]") {
    client_bench b(false, options_with_pages(2));
    add_projects(b, 4, sample_kind::text_sentiment);
    std::size_t number = 0;
    auto use = [&]() -> asio::awaitable<void> {
        const client c = b.make_client();
        const auto projects = co_await langexport::list_projects(c);
        number = projects.size();
    };
    asio::co_spawn(b.context, use(), asio::detached);
    CHECK(b.run_dry());
    CHECK(number == 5);
}

TEST_CASE("a page request without a response is retried", "[list_projects]") {
    client_bench b(GENERATE(false, true), options_with_pages(1));
    add_projects(b, 2, sample_kind::conversation);
    b->on(call_kind::listing, 1, canned_response(503));
    b->on(call_kind::listing, 3, canned_response::cut_after(30, early_end::close));
    b->on(call_kind::listing, 5, canned_response(429));
    const auto done = list(b, b.make_client(), project_surface::analyze_conversations);
    REQUIRE(done.is_good());
    CHECK(done.result.size() == 2);
    CHECK(b->counters().listings >= 4);
}

TEST_CASE("a page that is truncated at any byte is requested again", "[list_projects]") {
    client_bench b(GENERATE(false, true), options_with_pages(1));
    add_projects(b, 1, sample_kind::healthcare);
    const client c = b.make_client();
    for (std::uint64_t cut = 0; cut < 900; cut += 29) {
        CAPTURE(cut);
        b->clear_faults();
        b->on(call_kind::listing, 2, canned_response::cut_after(cut, early_end::close));
        const auto done = list(b, c);
        REQUIRE(done.is_good());
        CHECK(done.result.size() == 2);
    }
}

TEST_CASE("a list fails as a whole, and its error names the cause", "[list_projects]") {
    client_bench b(false, options_with_pages(1));
    add_projects(b, 1, sample_kind::multi_label_classification);
    struct row {
        canned_response response;
        errc code;
        const char* words;
    };
    const auto r =
        GENERATE(row{canned_response(404), errc::unexpected_response, "HTTP 404"},
                 row{canned_response(403), errc::forbidden, "HTTP 403"},
                 row{canned_response(200, "{\"value\":[{}]}"), errc::malformed_response,
                     "the list of projects: field 'value[0]' has no projectName"},
                 row{canned_response(200, "{\"value\":[],\"nextLink\":\"https://evil.example/\"}"),
                     errc::foreign_origin, "nextLink leads to https://evil.example"});
    b->on(call_kind::listing, 2, r.response);
    const auto done = list(b, b.make_client());
    CHECK(done.code() == r.code);
    CHECK(done.result.empty());
    CHECK_THAT(done.what(), contains_text("listing the projects failed: "));
    CHECK_THAT(done.what(), contains_text(r.words));
    CHECK(done.failure().job() == nullptr);
    CHECK(b.number_seen() == 2);
}

TEST_CASE("the error for a missing first page differs from that for a later page",
          "[list_projects]") {
    client_bench b(false, options_with_pages(1));
    add_projects(b, 1, sample_kind::multi_label_classification);
    const unsigned status = GENERATE(404u, 410u);
    b->on(call_kind::listing, 1, canned_response(status));
    b->on(call_kind::listing, 3, canned_response(status));
    const client c = b.make_client();
    const auto no_list = list(b, c);
    CHECK(no_list.failure().diagnostics().pages == 0);
    CHECK_THAT(no_list.what(), contains_text("does not support api-version"));
    const auto no_page = list(b, c);
    CHECK(no_page.failure().diagnostics().pages == 1);
    CHECK_THAT(no_page.what(), contains_text("nextLink: there is no such page"));
    CHECK_THAT(no_page.what(), !contains_text("api-version"));
}

TEST_CASE("a list whose pages form a loop fails", "[list_projects]") {
    client_bench b(false);
    const std::string next =
        b->endpoint() + "/language/authoring/analyze-text/projects?api-version=2023-04-01";
    b->on(call_kind::listing, occurrences::always(),
          canned_response(200, R"({"value":[{"projectName":"a"}],"nextLink":")" + next + "\"}"));
    const auto done = list(b, b.make_client());
    CHECK(done.code() == errc::unexpected_response);
    CHECK_THAT(done.what(), contains_text("it links to a page that was read before"));
    CHECK(b.number_seen() == 1);
}

TEST_CASE("a list keeps within the quota of reads", "[list_projects]") {
    testing::emulator_options options = options_with_pages(1);
    options.quota_gets = 2;
    options.quota_window = 100ms;
    client_bench b(false, options);
    add_projects(b, 5, sample_kind::abstractive_summarization);
    client_params params = b.params();
    params.quota.reads = 2;
    params.quota.window = 200ms;
    const auto done = list(b, b.make_client(params));
    REQUIRE(done.is_good());
    CHECK(done.result.size() == 6);
    CHECK(b->counters().throttled == 0);
}

TEST_CASE("a list fails at its deadline", "[list_projects]") {
    client_bench b(false, options_with_pages(1));
    add_projects(b, 1, sample_kind::healthcare);
    b->on(call_kind::listing, 2, canned_response::cut_after(0, early_end::stall));
    client_params params = b.params();
    params.deadline = 50ms;
    const auto done = list(b, b.make_client(params));
    CHECK(done.code() == errc::deadline_exceeded);
}

TEST_CASE("a list can be cancelled at any time", "[list_projects]") {
    client_bench b(GENERATE(false, true), options_with_pages(1));
    add_projects(b, 1, sample_kind::healthcare);
    b->on(call_kind::listing, 2, canned_response::cut_after(0, early_end::stall));
    const auto type = GENERATE(asio::cancellation_type::terminal, asio::cancellation_type::partial,
                               asio::cancellation_type::total);
    const client c = b.make_client();
    asio::cancellation_signal signal;
    const auto ended = b.begin<project_list>([&](auto token) {
        langexport::list_projects(c, project_surface::analyze_text,
                                  asio::bind_cancellation_slot(signal.slot(), std::move(token)));
    });
    REQUIRE(b.run_until_seen(2));
    signal.emit(type);
    REQUIRE(b.run_dry());
    CHECK(ended->calls == 1);
    CHECK(ended->code() == asio::error::operation_aborted);
}

TEST_CASE("closing a client ends its lists", "[list_projects]") {
    client_bench b(false);
    b->on(call_kind::listing, 1, canned_response::cut_after(0, early_end::stall));
    auto c = std::make_unique<client>(b.make_client());
    const auto ended = b.begin<project_list>([&](auto token) {
        langexport::list_projects(*c, project_surface::analyze_text, std::move(token));
    });
    REQUIRE(b.run_until_seen(1));
    c.reset();
    REQUIRE(b.run_dry());
    CHECK(ended->code() == errc::client_closed);
}

TEST_CASE("a list causes no start and end events", "[list_projects]") {
    client_bench b(false);
    client_params params = b.params();
    const auto events = std::make_shared<event_list>();
    params.observer = events;
    const client c = b.make_client(params);
    CHECK(list(b, c).is_good());
    CHECK(list(b, c, static_cast<project_surface>(7)).code() == errc::invalid_request);
    CHECK(events->lines().empty());
    CHECK(b.number_seen() == 1);
}

} // namespace list_projects_test
