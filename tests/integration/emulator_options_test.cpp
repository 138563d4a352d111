// Options of the emulator that are rejected, and those that it generates.

#include <langexport/testing/emulator.hpp>
#include <langexport/testing/emulator_options.hpp>

#include "support/catch.hpp"

#include <boost/asio/io_context.hpp>

#include <exception>
#include <functional>
#include <limits>
#include <string>

namespace emulator_options_test {

namespace asio = boost::asio;
namespace testing = langexport::testing;

TEST_CASE("invalid options are rejected by name", "[emulator][emulator_options]") {
    using options = testing::emulator_options;
    struct row {
        const char* why;
        std::function<void(options&)> change;
    };
    const row rows[] = {
        {"emulator_options::time_scale", [](options& o) { o.time_scale = 0; }},
        {"emulator_options::time_scale", [](options& o) { o.time_scale = -1; }},
        {"emulator_options::time_scale",
         [](options& o) { o.time_scale = std::numeric_limits<double>::infinity(); }},
        {"emulator_options::time_scale",
         [](options& o) { o.time_scale = std::numeric_limits<double>::quiet_NaN(); }},
        {"emulator_options::page_size", [](options& o) { o.page_size = 0; }},
        {"emulator_options::path_prefix", [](options& o) { o.path_prefix = "x"; }},
        {"emulator_options::path_prefix", [](options& o) { o.path_prefix = "/x/"; }},
        {"emulator_options::path_prefix", [](options& o) { o.path_prefix = "/"; }},
        {"emulator_options::address", [](options& o) { o.address = ""; }},
        {"emulator_options::address", [](options& o) { o.address = "localhost"; }},
        {"emulator_options::address", [](options& o) { o.address = "1.2.3"; }},
    };
    asio::io_context context;
    const auto rejection = [&](const options& with) {
        try {
            testing::emulator service(context.get_executor(), with);
        } catch (const std::exception& error) {
            return std::string(error.what());
        }
        return std::string("none");
    };
    for (const row& each : rows) {
        options changed;
        each.change(changed);
        CHECK_THAT(rejection(changed), langexport_tests::contains_text(each.why));
    }
    options taken;
    CHECK(rejection(taken) == "none");
    testing::emulator first(context.get_executor(), taken);
    taken.port = first.port();
    CHECK_THAT(rejection(taken),
               langexport_tests::contains_text("cannot listen on 127.0.0.1 port " +
                                               std::to_string(first.port())));
}

TEST_CASE("two keys of 32 digits are generated, unless there are keys",
          "[emulator][emulator_options]") {
    asio::io_context context;
    testing::emulator service(context.get_executor());
    REQUIRE(service.keys().size() == 2);
    CHECK(service.keys()[0].size() == 32);
    CHECK(service.keys()[0] != service.keys()[1]);
    CHECK(service.key() == service.keys()[0]);
    testing::emulator_options options;
    options.keys = {"first", "second", "third"};
    testing::emulator other(context.get_executor(), options);
    CHECK(other.keys() == options.keys);
}

} // namespace emulator_options_test
