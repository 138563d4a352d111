// The failures of a resource, and the end of its clients.

#include "examples/tool/resource_state.hpp"

#include <langexport/client_params.hpp>
#include <langexport/error.hpp>
#include <langexport/list_projects.hpp>
#include <langexport/project_surface.hpp>

#include "support/catch.hpp"

#include <boost/asio/io_context.hpp>

#include <exception>
#include <string>
#include <vector>

namespace resource_state_test {

using namespace tool;
using names = std::vector<std::string>;

namespace {

// A resource whose failures are written down.
class watched_resource {
public:
    bool fails(const std::string& project, failure_scope scope, const std::string& reason = "r") {
        return state.failed(
            scope, reason, [this, project] { shown.push_back(project); },
            [this, project] { hidden.push_back(project); });
    }

    resource_state state;
    names shown, hidden;
};

// Whether a client accepts no work any more. Nothing is sent.
bool is_drained(const langexport::client& client, boost::asio::io_context& context) {
    langexport::error_code code;
    langexport::list_projects(
        client, langexport::project_surface::analyze_text,
        [&](std::exception_ptr error, const auto&) { code = langexport::code_of(error); });
    context.restart();
    context.poll();
    return code == langexport::errc::client_closed;
}

} // namespace

TEST_CASE("a failure of a project is shown at once, and stops nothing", "[tool][resource_state]") {
    watched_resource one;
    CHECK_FALSE(one.fails("A", failure_scope::project));
    CHECK_FALSE(one.fails("B", failure_scope::project));
    CHECK(one.shown == names{"A", "B"});
    CHECK_FALSE(one.state.is_stopped());
}

TEST_CASE("the first failure of a stopped resource is shown, and all others are counted",
          "[tool][resource_state]") {
    watched_resource one;
    CHECK_FALSE(one.fails("A", failure_scope::unclear));
    CHECK_FALSE(one.fails("B", failure_scope::unclear));
    CHECK(one.shown.empty()); // it is not clear yet what they affect
    CHECK(one.fails("C", failure_scope::unclear));
    CHECK(one.shown == names{"A"});
    CHECK(one.hidden == names{"B", "C"});
    CHECK(one.state.is_stopped());
    CHECK_FALSE(one.fails("D", failure_scope::resource)); // the stop is reported once
    CHECK(one.hidden == names{"B", "C", "D"});
    one.state.show_held();
    CHECK(one.shown == names{"A"});
}

TEST_CASE("held failures are shown once the resource has accepted a submission",
          "[tool][resource_state]") {
    watched_resource one;
    one.fails("A", failure_scope::unclear);
    one.state.accepted();
    CHECK(one.shown == names{"A"});
    one.state.accepted();
    one.state.show_held();
    CHECK(one.shown == names{"A"});
    CHECK(one.hidden.empty());
}

TEST_CASE("held failures are shown at the end of a run", "[tool][resource_state]") {
    watched_resource one;
    one.fails("A", failure_scope::unclear, "first");
    one.fails("B", failure_scope::unclear, "second");
    one.state.show_held();
    CHECK(one.shown == names{"A", "B"});
    one.state.show_held();
    CHECK(one.shown.size() == 2);
}

TEST_CASE("a response or a result keeps a resource in use", "[tool][resource_state]") {
    for (const bool is_result : {false, true}) {
        watched_resource one;
        if (is_result)
            one.state.exported();
        else
            one.state.responded();
        for (const char* project : {"A", "B", "C"})
            CHECK_FALSE(one.fails(project, failure_scope::unclear));
        CHECK_FALSE(one.state.is_stopped());
    }
}

TEST_CASE("a stopped resource closes all its clients to new work", "[tool][resource_state]") {
    boost::asio::io_context context;
    const langexport::client_params params("https://a.example", langexport::subscription_key("k"));
    const langexport::client first(context.get_executor(), params);
    const langexport::client second(context.get_executor(), params);
    watched_resource one;
    one.state.add(first);
    one.state.add(second);
    CHECK(one.fails("A", failure_scope::resource));
    CHECK(one.shown == names{"A"});
    CHECK(is_drained(first, context));
    CHECK(is_drained(second, context));
}

} // namespace resource_state_test
