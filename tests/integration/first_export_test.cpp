#include <langexport.hpp>

#include "integration/emulator_peer.hpp"
#include "support/catch.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include <iostream>
#include <sstream>
#include <streambuf>
#include <string>

namespace first_export_test {

using namespace langexport_tests;

namespace {

// [region export]
boost::asio::awaitable<void> run(langexport::client client, std::string project) {
    langexport::export_request request(project);
    auto result = co_await langexport::export_project(client, request);
    std::cout << result.document;
}

void export_one(std::string endpoint, langexport::subscription_key key, std::string project) {
    boost::asio::io_context context;
    langexport::client client(context.get_executor(), {endpoint, key});
    auto done = boost::asio::co_spawn(context, run(client, project), boost::asio::use_future);
    context.run();
    done.get(); // throws if the export failed
}
// [end export]

/// Keeps what is written to standard output while it exists.
class kept_output {
public:
    kept_output() : before_(std::cout.rdbuf(text_.rdbuf())) {}
    ~kept_output() { std::cout.rdbuf(before_); }
    kept_output(const kept_output&) = delete;
    kept_output& operator=(const kept_output&) = delete;

    std::string text() const { return text_.str(); }

private:
    std::ostringstream text_;
    std::streambuf* before_;
};

} // namespace

TEST_CASE("the first code of the README prints an export", "[client]") {
    running_emulator service;
    service->add_project(
        langexport::testing::project::with_document("Contracts", R"({"assets":{}})"));
    const langexport::subscription_key key(service->key());

    std::string printed;
    {
        const kept_output output;
        export_one(service->endpoint(), key, "Contracts");
        printed = output.text();
    }

    CHECK(printed == R"({"assets":{}})");
    CHECK_THROWS_AS(export_one(service->endpoint(), key, "Missing"), langexport::export_error);
}

} // namespace first_export_test
