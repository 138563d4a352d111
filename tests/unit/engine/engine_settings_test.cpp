#include <langexport/detail/engine/engine_settings.hpp>

#include "support/catch.hpp"
#include "unit/rejection.hpp"

#include <langexport/observer.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>

#include <memory>

namespace engine_settings_test {

using namespace langexport;
using namespace langexport_tests;
namespace asio = boost::asio;

namespace {

detail::engine_settings settings_of(asio::io_context& context, const client_params& params) {
    const asio::any_io_executor executor(context.get_executor());
    return detail::engine_settings(executor, asio::make_strand(executor), params);
}

} // namespace

TEST_CASE("the settings of an engine have the parsed addresses, and not the observer",
          "[engine_settings]") {
    asio::io_context context;
    client_params params("https://x.example:8443/base", subscription_key("key"));
    params.gateway_backends = {"https://one.example", "http://two.example:80"};
    params.observer = std::make_shared<observer>();
    const auto settings = settings_of(context, params);
    CHECK(settings.endpoint.origin().host == "x.example");
    CHECK(settings.endpoint.origin().port == 8443);
    REQUIRE(settings.backends.size() == 2);
    CHECK(settings.backends[0].is_secure);
    CHECK(settings.backends[1].host == "two.example");
    CHECK_FALSE(settings.params.observer);
}

TEST_CASE("an engine rejects invalid parameters", "[engine_settings]") {
    asio::io_context context;
    client_params params("https://x.example", subscription_key("key"));
    params.gateway_backends = {"x"};
    CHECK(rejection_of([&] { settings_of(context, params); }).code == errc::invalid_configuration);
}

} // namespace engine_settings_test
