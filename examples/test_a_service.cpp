// The tests of a program that uses langexport, with Catch2 and the emulator of the service in the same process.
//
// `backup` stands for your own code. The emulator listens on a port of this machine, so that the code under test
// runs as it is: with its requests, its connections and its files.
//
// What it shows: projects and faults of the emulator, its counters after a test, time that runs faster.

#include <langexport.hpp>
#include <langexport/testing/emulator.hpp>
#include <langexport/testing/scaled_time.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

// Link Catch2::Catch2WithMain, which has the main function.
#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp> // Catch2 3
#else
#include <catch2/catch.hpp>
#endif

#include <chrono>
#include <exception>
#include <map>
#include <string>
#include <vector>

namespace asio = boost::asio;
namespace testing = langexport::testing;
using namespace std::chrono_literals;

// The code under test: exports projects one after the other, and continues after a failure.
struct backup_result {
    std::map<std::string, std::string> documents;
    std::map<std::string, std::string> failures;
};

asio::awaitable<backup_result> backup(langexport::client client, std::vector<std::string> names) {
    backup_result result;
    for (const std::string& name : names) {
        try {
            auto exported =
                co_await langexport::export_project(client, langexport::export_request(name));
            result.documents[name] = exported.document;
        } catch (const langexport::export_error& error) {
            result.failures[name] = langexport::error_name(error.code());
        }
    }
    co_return result;
}

// [region fixture]
// An emulator of the service and a client of it. A minute takes a tenth of a second, for both.
class emulated_service {
public:
    emulated_service() : service(context.get_executor(), options()) {}

    backup_result back_up(std::vector<std::string> names) {
        langexport::client_params params(service.endpoint(),
                                         langexport::subscription_key(service.key()));
        langexport::client client(context.get_executor(), testing::in_scaled_time(params, factor));
        backup_result result;
        std::exception_ptr failure;
        asio::co_spawn(context, backup(client, names),
                       [&](std::exception_ptr error, backup_result all) {
                           failure = error;
                           result = std::move(all);
                           service.stop(); // it would keep the context at work
                       });
        context.run();
        if (failure)
            std::rethrow_exception(failure);
        return result;
    }

private:
    static constexpr double factor = 600;
    static testing::emulator_options options() {
        testing::emulator_options result;
        result.time_scale = factor;
        return result;
    }

public:
    asio::io_context context;
    testing::emulator service;
};
// [end fixture]

// [region tests]
TEST_CASE("a backup contains what the service has") {
    emulated_service emulated;
    emulated.service.add_project(testing::project("Invoices"));
    const backup_result result = emulated.back_up({"Invoices"});
    CHECK(result.failures.empty());
    CHECK(result.documents.at("Invoices").find("\"Invoices\"") != std::string::npos);
}

TEST_CASE("a project that does not exist does not end the backup") {
    emulated_service emulated;
    emulated.service.add_project(testing::project("Invoices"));
    const backup_result result = emulated.back_up({"Missing", "Invoices"});
    CHECK(result.failures.at("Missing") == "project_not_found");
    CHECK(result.documents.count("Invoices") == 1);
}

TEST_CASE("a job of ten minutes is waited for") {
    emulated_service emulated;
    testing::project slow("Slow");
    slow.job_duration = 10min; // a second here
    emulated.service.add_project(slow);
    CHECK(emulated.back_up({"Slow"}).documents.count("Slow") == 1);
}

TEST_CASE("one job is enough, also if the service is busy at first") {
    emulated_service emulated;
    emulated.service.add_project(testing::project("Invoices"));
    emulated.service.on(testing::call_kind::status, testing::occurrences(1),
                        testing::canned_response(503));
    CHECK(emulated.back_up({"Invoices"}).documents.count("Invoices") == 1);
    CHECK(emulated.service.counters().jobs_created == 1);
}
// [end tests]
