#include <langexport/detail/engine/shared_quotas.hpp>

#include "support/catch.hpp"
#include "support/quota_of.hpp"

#include <boost/asio/io_context.hpp>

#include <chrono>

namespace shared_quotas_test {

using namespace std::chrono_literals;
using namespace langexport;
using namespace langexport::detail;
using langexport_tests::quota_of;

TEST_CASE("clients of one origin share a quota, even if they exist one after the other",
          "[shared_quotas]") {
    boost::asio::io_context context;
    auto& known = boost::asio::use_service<shared_quotas>(context);
    const quota_params quota = quota_of(4, 100, 1h);
    auto first = known.find_or_make("https://a", quota, steady_time());
    const steady_time now = std::chrono::steady_clock::now();
    REQUIRE(first->acquire(request_kind::submission, now));
    const auto left = [&](const char* origin, const quota_params& params) {
        const auto budget = known.find_or_make(origin, params, steady_time());
        return budget->usage(request_kind::submission, now).left.value_or(99);
    };
    // The settings of the second client do not matter: the service has one quota.
    CHECK(left("https://a", quota_of(10, 100, 1h)) == 3);
    CHECK(left("https://b", quota_of(10, 100, 1h)) == 10);
    first->give_back(request_kind::submission, now);
    first.reset();
    CHECK(left("https://a", quota_of(10, 100, 1h)) == 3);
    CHECK(left("https://b", quota_of(20, 100, 1h)) == 20); // nothing was spent there
    SECTION("a 429 is remembered for the next client") {
        const auto again = known.find_or_make("https://b", quota_of(20, 100, 1ms), steady_time());
        again->throttled(request_kind::submission, now, now, now);
        CHECK(left("https://b", quota_of(20, 100, 1h)) == 10);
    }
}

} // namespace shared_quotas_test
