#include <langexport/fleet/redis_quota_params.hpp>

#include "support/catch.hpp"
#include "unit/rejection.hpp"

#include <chrono>
#include <functional>
#include <string>

namespace redis_quota_params_test {

using namespace std::chrono_literals;
using namespace langexport;

namespace {

std::string rejection_of(const std::function<void(redis_quota_params&)>& change) {
    redis_quota_params params("name.cognitiveservices.azure.com");
    change(params);
    const auto found = langexport_tests::rejection_of([&] { detail::checked(params); });
    if (!found.detail.empty())
        CHECK(found.code == errc::invalid_configuration);
    return found.detail;
}

} // namespace

TEST_CASE("the defaults with a resource are valid", "[redis_quota_params]") {
    CHECK(rejection_of([](redis_quota_params&) {}).empty());
}

TEST_CASE("a setting of the shared quota that makes no sense is rejected with its name",
          "[redis_quota_params]") {
    using params = redis_quota_params;
    CHECK(rejection_of([](params& p) {
              p.resource = "";
          }).starts_with("redis_quota_params::resource "));
    CHECK(rejection_of([](params& p) { p.resource = "a b"; }).find("resource") !=
          std::string::npos);
    CHECK(rejection_of([](params& p) { p.resource = "a|b"; }).find("resource") !=
          std::string::npos);
    CHECK(rejection_of([](params& p) { p.resource.assign(254, 'a'); }).find("resource") !=
          std::string::npos);
    CHECK(rejection_of([](params& p) { p.prefix = "{"; }).find("prefix") != std::string::npos);
    CHECK(rejection_of([](params& p) { p.host = ""; }).find("host") != std::string::npos);
    CHECK(rejection_of([](params& p) { p.database = -1; }).find("database") != std::string::npos);
    CHECK(rejection_of([](params& p) { p.valid_for = -1s; }).find("valid_for") !=
          std::string::npos);
    CHECK(rejection_of([](params& p) { p.longest_request = 25h; }).find("longest_request") !=
          std::string::npos);
    CHECK(rejection_of([](params& p) { p.timeout = 0s; }).find("timeout") != std::string::npos);
    CHECK(rejection_of([](params& p) { p.local_share = 1.5; }).find("local_share") !=
          std::string::npos);
    CHECK(rejection_of([](params& p) { p.local_share = -0.1; }).find("local_share") !=
          std::string::npos);
}

} // namespace redis_quota_params_test
