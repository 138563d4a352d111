// Lists of projects in virtual time. tests/integration/list_projects_test.cpp reads them over real sockets.

#include <langexport/list_projects.hpp>

#include "support/catch.hpp"
#include "support/virtual_bench.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/error.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace list_projects_test {

namespace asio = boost::asio;
namespace testing = langexport::testing;
using namespace std::chrono_literals;
using langexport::client_params;
using langexport::errc;
using langexport::project_info;
using langexport::project_surface;
using langexport_tests::bench_service;
using langexport_tests::instant_project;
using langexport_tests::keep_in;
using langexport_tests::outcome;
using langexport_tests::seen_request;
using langexport_tests::virtual_bench;

namespace {

using names = std::vector<std::string>;
using list = std::vector<project_info>;

testing::emulator_options pages_of(std::size_t size) {
    testing::emulator_options options;
    options.page_size = size;
    return options;
}

std::shared_ptr<outcome<list>> begin(virtual_bench& b,
                                     project_surface surface = project_surface::analyze_text) {
    return b.begin<list>([&](auto token) { list_projects(b.client(), surface, std::move(token)); });
}

names names_of(const list& projects) {
    names all;
    for (const project_info& each : projects)
        all.push_back(each.name);
    return all;
}

testing::project project_of(const std::string& name, testing::sample_kind kind) {
    testing::project made = instant_project(name);
    made.kind = kind;
    return made;
}

} // namespace

TEST_CASE("a list has the projects of all pages, in the service's order", "[list_projects]") {
    virtual_bench b(virtual_bench::quick_params(), pages_of(2));
    for (const char* name : {"A", "B", "C", "E"})
        b->add_project(instant_project(name));
    const auto done = begin(b);
    CHECK(done->calls == 0); // never inside the call
    b.run();
    REQUIRE(done->is_good());
    CHECK(names_of(done->result) == names{"A", "B", "C", "Demo", "E"});
    CHECK_FALSE(done->result[0].language.empty());
    CHECK(done->result[0].created.has_value());
    CHECK(b.service->number_of("GET") == 3);
    CHECK(b.service->number_of("POST") == 0);
    CHECK(b.client().stats().listings_sent == 3);
}

TEST_CASE("a list has the projects of one surface", "[list_projects]") {
    virtual_bench b;
    b->add_project(project_of("Chat", testing::sample_kind::conversation));
    const auto texts = begin(b), chats = begin(b, project_surface::analyze_conversations),
               answers = begin(b, project_surface::query_knowledgebases);
    b.run();
    CHECK(names_of(texts->result) == names{"Demo"});
    CHECK(names_of(chats->result) == names{"Chat"});
    CHECK(answers->is_good());
    CHECK(answers->result.empty());
}

TEST_CASE("a surface that does not exist is rejected, and nothing is sent", "[list_projects]") {
    virtual_bench b;
    const auto done = begin(b, static_cast<project_surface>(99));
    b.run();
    CHECK(done->code() == errc::invalid_request);
    CHECK(b.service->requests.empty());
}

TEST_CASE("a page that fails once is requested again", "[list_projects]") {
    virtual_bench b(virtual_bench::quick_params(), pages_of(1));
    b->add_project(instant_project("Other"));
    const auto usual = b.service->respond;
    int requests = 0;
    b.service->respond = [&](const seen_request& request) -> langexport_tests::bench_response {
        return ++requests == 2 ? bench_service::response("503 Service Unavailable", "{}")
                               : usual(request);
    };
    const auto done = begin(b);
    b.run();
    CHECK(names_of(done->result) == names{"Demo", "Other"});
    CHECK(b.service->requests.size() == 3);
    CHECK(b.service->requests[1].target == b.service->requests[2].target);
}

TEST_CASE("an incomplete list is an error", "[list_projects]") {
    virtual_bench b;
    std::string link;
    errc expected{};
    std::size_t requests = 1;
    SECTION("the next page is at another origin") {
        link = "https://other.example/language/authoring/analyze-text/projects";
        expected = errc::foreign_origin;
    }
    SECTION("the next page is the first one") {
        link = "https://" + bench_service::host +
               "/language/authoring/analyze-text/projects?api-version=2023-04-01";
        expected = errc::unexpected_response;
    }
    SECTION("the next page does not exist") {
        link = "https://" + bench_service::host + "/language/authoring/none?api-version=2023-04-01";
        expected = errc::unexpected_response;
        requests = 2;
    }
    const auto usual = b.service->respond;
    b.service->respond = [&](const seen_request& request) -> langexport_tests::bench_response {
        if (request.target.find("/none") != std::string::npos)
            return bench_service::response("404 Not Found", "{}");
        return bench_service::response(
            "200 OK", R"({"value":[{"projectName":"Demo"}],"nextLink":")" + link + "\"}");
    };
    const auto done = begin(b);
    b.run();
    CHECK(done->code() == expected);
    CHECK(done->known().pages == 1);
    CHECK(done->result.empty());
    CHECK(b.service->requests.size() == requests);
}

TEST_CASE("the deadline of the client limits the whole list", "[list_projects]") {
    client_params params = virtual_bench::quick_params();
    params.deadline = 10s;
    virtual_bench b(params, pages_of(1));
    b.service->latency = 3s;
    for (int i = 0; i < 9; ++i)
        b->add_project(instant_project("P" + std::to_string(i)));
    const auto done = begin(b);
    b.run();
    CHECK(done->code() == errc::deadline_exceeded);
    CHECK(done->known().pages == 3);
}

TEST_CASE("a list that is cancelled completes at once", "[list_projects]") {
    virtual_bench b;
    b.service->latency = 1min;
    const auto type = GENERATE(asio::cancellation_type::terminal, asio::cancellation_type::partial,
                               asio::cancellation_type::total);
    asio::cancellation_signal signal;
    const auto done = std::make_shared<outcome<list>>();
    list_projects(b.client(), project_surface::analyze_text,
                  asio::bind_cancellation_slot(signal.slot(), keep_in<list>(done)));
    int calls_before = -1;
    b.at(b.time().now() + 1s, [&] {
        calls_before = done->calls;
        signal.emit(type);
    });
    b.run(b.time().now() + 2s);
    CHECK(calls_before == 0);
    CHECK(done->calls == 1);
    CHECK(done->code() == asio::error::operation_aborted);
}

} // namespace list_projects_test
