#include <langexport/detail/engine/token_requester.hpp>

#include "support/catch.hpp"
#include "unit/engine/ending.hpp"

#include <langexport/export_project.hpp>

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <string>

using namespace std::chrono_literals;
using namespace langexport;
using langexport_tests::ending;
using langexport_tests::engine_bench;
using langexport_tests::into;
using langexport_tests::seen_request;
namespace asio = boost::asio;

TEST_CASE("tokens are refreshed before they expire, and requests wait for the first one",
          "[engine][tokens]") {
    client_params params = engine_bench::default_params();
    std::size_t asked = 0;
    engine_bench* running = nullptr;
    params.credential = credential(bearer_token_source([&]() -> asio::awaitable<access_token> {
        ++asked;
        const access_token token("token-" + std::to_string(asked) + "-4b7d2e9f61",
                                 running->time().system_now() + 10min);
        co_return token;
    }));
    params.job_timeout = 2h;
    engine_bench bench(params);
    running = &bench;
    bench.service->run_time = 1h;
    ending end;
    export_project(bench.client(), export_request("Claims"), into(bench, end));
    bench.run();
    CHECK_FALSE(end.error);
    CHECK(asked >= 6);
    CHECK(asked <= 15);
    for (const seen_request& each : bench.service->requests)
        CHECK(each.bytes.find("\r\nAuthorization: Bearer token-") != std::string::npos);
}
