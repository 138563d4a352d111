#include <langexport/client_params.hpp>
#include <langexport/credential.hpp>
#include <langexport/detail/base/text.hpp>

#include "support/catch.hpp"
#include "unit/rejection.hpp"

#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <functional>
#include <limits>
#include <string>

namespace client_params_test {

using namespace langexport;
using namespace langexport_tests;
using namespace std::chrono_literals;

namespace {

client_params valid_params() {
    return client_params("https://name.cognitiveservices.azure.com", subscription_key("key"));
}

std::string rejected_detail(const client_params& params) {
    const auto rejected = rejection_of([&] { validate(params); });
    CHECK((rejected.detail.empty() || rejected.code == errc::invalid_configuration));
    return rejected.detail;
}

} // namespace

TEST_CASE("the default parameters are valid", "[client_params]") {
    CHECK_NOTHROW(validate(valid_params()));
}

TEST_CASE("a duration out of range is rejected with its field, range and value",
          "[client_params]") {
    using duration = client_params::duration;
    struct {
        std::string field;
        std::function<void(client_params&, duration)> set;
        duration least, most;
    } const cases[] = {
        {"polling.first", [](auto& p, auto d) { p.polling.first = d; }, 1ms, 1h},
        {"polling.min_interval", [](auto& p, auto d) { p.polling.min_interval = d; }, 1ms, 30s},
        {"polling.max_interval", [](auto& p, auto d) { p.polling.max_interval = d; }, 500ms, 1h},
        {"retry.first_backoff", [](auto& p, auto d) { p.retry.first_backoff = d; }, 1ms, 30s},
        {"retry.max_backoff", [](auto& p, auto d) { p.retry.max_backoff = d; }, 500ms, 1h},
        {"retry.max_retry_after", [](auto& p, auto d) { p.retry.max_retry_after = d; }, 1s, 24h},
        {"retry.not_found_grace", [](auto& p, auto d) { p.retry.not_found_grace = d; }, 0s, 1h},
        {"deadline", [](auto& p, auto d) { p.deadline = d; }, 1ms, 24h * 366},
        {"job_timeout", [](auto& p, auto d) { p.job_timeout = d; }, 1ms, 24h * 366},
        {"resolve_timeout", [](auto& p, auto d) { p.resolve_timeout = d; }, 1ms, 24h},
        {"connect_timeout", [](auto& p, auto d) { p.connect_timeout = d; }, 1ms, 24h},
        {"handshake_timeout", [](auto& p, auto d) { p.handshake_timeout = d; }, 1ms, 24h},
        {"response_timeout", [](auto& p, auto d) { p.response_timeout = d; }, 1ms, 24h},
        {"read_timeout", [](auto& p, auto d) { p.read_timeout = d; }, 1ms, 24h},
        {"attempt_timeout", [](auto& p, auto d) { p.attempt_timeout = d; }, 1ms, 24h},
        {"result_timeout", [](auto& p, auto d) { p.result_timeout = d; }, 1ms, 24h},
        {"upload_timeout", [](auto& p, auto d) { p.upload_timeout = d; }, 1ms, 24h},
        {"max_idle_time", [](auto& p, auto d) { p.max_idle_time = d; }, 1ms, 24h},
        {"max_connection_age", [](auto& p, auto d) { p.max_connection_age = d; }, 1ms, 24h},
    };
    for (const auto& each : cases) {
        // These are the lower end of a pair whose upper end has its default.
        const bool is_lower_of_two =
            each.field == "polling.min_interval" || each.field == "retry.first_backoff";
        const auto detail_of = [&](duration value) {
            auto params = valid_params();
            each.set(params, value);
            return rejected_detail(params);
        };
        INFO(each.field);
        CHECK(detail_of(each.least).empty());
        CHECK(detail_of(each.most).empty());
        CHECK_THAT(detail_of(each.least - 1ns),
                   contains_text("client_params::" + each.field + " must be from "));
        const auto above = detail_of(each.most + 1ns);
        if (is_lower_of_two)
            CHECK_THAT(above, contains_text("max_"));
        else
            CHECK_THAT(above, contains_text("client_params::" + each.field + " must be from "));
        CHECK_FALSE(detail_of(duration::min()).empty());
        CHECK_FALSE(detail_of(duration::max()).empty());
    }
}

TEST_CASE("a rejected number is shown in full, with its limits", "[client_params]") {
    auto params = valid_params();
    params.connect_timeout = 24h + 1ns;
    CHECK(rejected_detail(params) ==
          "client_params::connect_timeout must be from 1 ms to 1 d, it is 86400.000000001 s");
    params.connect_timeout = 36h;
    CHECK(rejected_detail(params) ==
          "client_params::connect_timeout must be from 1 ms to 1 d, it is 1 d 12 h");
    params = valid_params();
    params.polling.growth = 1.5;
    CHECK(rejected_detail(params) ==
          "client_params::polling.growth must be from 0 to 1, it is 1.5");
    params = valid_params();
    params.max_connections = 0;
    CHECK(rejected_detail(params) ==
          "client_params::max_connections must be from 1 to 1024, it is 0");
}

TEST_CASE("a count out of range is rejected with its field, range and value", "[client_params]") {
    constexpr std::uint64_t kib = 1024, mib = kib * kib, tib = mib * mib;
    struct {
        std::string field;
        std::function<void(client_params&, std::uint64_t)> set;
        std::uint64_t least, most;
    } const cases[] = {
        {"retry.max_attempts",
         [](auto& p, auto n) { p.retry.max_attempts = static_cast<std::uint32_t>(n); }, 1, 1'000},
        {"retry.max_throttled",
         [](auto& p, auto n) { p.retry.max_throttled = static_cast<std::uint32_t>(n); }, 1,
         1'000'000},
        {"retry.burst", [](auto& p, auto n) { p.retry.burst = static_cast<std::uint32_t>(n); }, 1,
         1'000'000},
        {"max_connections", [](auto& p, auto n) { p.max_connections = n; }, 1, 1024},
        {"max_pending", [](auto& p, auto n) { p.max_pending = n; }, 1, 10'000'000},
        {"min_download_rate", [](auto& p, auto n) { p.min_download_rate = n; }, 0, tib},
        {"min_upload_rate", [](auto& p, auto n) { p.min_upload_rate = n; }, 0, tib},
        {"max_header_size", [](auto& p, auto n) { p.max_header_size = n; }, kib, mib},
        {"max_message_size", [](auto& p, auto n) { p.max_message_size = n; }, kib, 64 * mib},
        {"max_result_size", [](auto& p, auto n) { p.max_result_size = n; }, kib, tib},
        {"max_json_depth", [](auto& p, auto n) { p.max_json_depth = n; }, 1, 256},
    };
    for (const auto& each : cases) {
        const auto detail_of = [&](std::uint64_t value) {
            auto params = valid_params();
            each.set(params, value);
            return rejected_detail(params);
        };
        INFO(each.field);
        CHECK(detail_of(each.least).empty());
        CHECK(detail_of(each.most).empty());
        for (const std::uint64_t bad : {each.least - 1, each.most + 1})
            CHECK(detail_of(bad) ==
                  "client_params::" + each.field + " must be from " + std::to_string(each.least) +
                      " to " + std::to_string(each.most) + ", it is " + std::to_string(bad));
    }
}

TEST_CASE("parts of polling are checked against their ranges", "[client_params]") {
    struct {
        std::string field;
        double poll_params::*member;
        double least, most;
    } const cases[] = {{"polling.growth", &poll_params::growth, 0, 1},
                       {"polling.quota_share", &poll_params::quota_share, 0, 0.5},
                       {"polling.jitter", &poll_params::jitter, 0, 1}};
    constexpr double infinity = std::numeric_limits<double>::infinity();
    for (const auto& each : cases) {
        const auto detail_of = [&](double value) {
            auto params = valid_params();
            params.polling.*each.member = value;
            return rejected_detail(params);
        };
        INFO(each.field);
        CHECK(detail_of(each.least).empty());
        CHECK(detail_of(each.most).empty());
        for (const double bad : {std::nextafter(each.least, -1.0), std::nextafter(each.most, 20.0),
                                 infinity, -infinity, std::numeric_limits<double>::quiet_NaN()})
            CHECK_THAT(detail_of(bad), contains_text("client_params::" + each.field + " must be"));
    }
}

TEST_CASE("text parameters that cannot be sent are rejected", "[client_params]") {
    const auto null = std::string(1, '\0');
    struct {
        std::function<void(client_params&)> spoil;
        std::string why;
    } const cases[] = {
        {[](auto& p) { p.endpoint.clear(); }, "client_params::endpoint (0 characters) is empty"},
        {[](auto& p) { p.endpoint = "http://host.example"; }, "client_params::endpoint"},
        {[](auto& p) { p.api_version.assign(65, '1'); }, "client_params::api_version must have"},
        {[](auto& p) { p.api_version = "2022-05-01&x=y"; }, "at byte 10"},
        {[](auto& p) { p.api_version = "2022\r\n"; }, "client_params::api_version has a character"},
        {[](auto& p) {
             p.gateway_backends = {"https://a.example", "b.example"};
         },
         "client_params::gateway_backends[1] (9 characters) does not start with https://"},
        {[](auto& p) { p.gateway_backends = {"https://a.example/x"}; },
         "client_params::gateway_backends[0] (19 characters) has a path; an origin has none"},
        {[](auto& p) { p.gateway_backends = {"https://a.example?x"}; }, "an origin has none"},
        {[](auto& p) { p.gateway_backends = {""}; },
         "client_params::gateway_backends[0] (0 characters) is empty"},
        {[&](auto& p) { p.ca_file = "a" + null; }, "client_params::ca_file has a zero byte"},
        {[](auto& p) { p.application_id.assign(129, 'a'); }, "client_params::application_id"},
        {[](auto& p) { p.application_id = "a b"; }, "client_params::application_id"},
        {[](auto& p) { p.application_id = "a\r\nX: y"; }, "client_params::application_id"},
    };
    for (const auto& each : cases) {
        auto params = valid_params();
        each.spoil(params);
        CHECK_THAT(rejected_detail(params), contains_text(each.why));
    }

    auto params = valid_params();
    params.gateway_backends = {"https://user:secret@a.example"};
    CHECK_THAT(rejected_detail(params), contains_text("user info") && !contains_text("secret"));

    params = valid_params();
    params.endpoint = "http://host.example";
    params.allow_insecure_http = true;
    params.api_version.clear();
    CHECK_NOTHROW(validate(params));
    params.api_version.assign(64, '1');
    params.gateway_backends = {"https://a.example", "https://b.example:8443/", "http://[::1]"};
    params.application_id.assign(128, '~');
    CHECK(rejected_detail(params).empty());
}

TEST_CASE("parameters that contain the client's key are rejected without showing it",
          "[client_params][secrets]") {
    const std::string key = "e58b081006f7e3df/C967A64CB14028D5";
    const std::string host = "x-e58b081006f7e3dfc967a64cb14028d5";
    struct {
        std::string key;
        std::function<void(client_params&)> spoil;
        std::string field;
    } const cases[] = {
        {key, [&](auto& p) { p.endpoint = key; }, "endpoint"},
        {key, [&](auto& p) { p.endpoint += "/" + key; }, "endpoint"},
        {key, [&](auto& p) { p.endpoint += "/" + detail::percent_encode(key); }, "endpoint"},
        {host, [&](auto& p) { p.endpoint = "https://" + host + ".example"; }, "endpoint"},
        {host, [&](auto& p) { p.endpoint = "http://X-" + host.substr(2) + "/"; }, "endpoint"},
        {host, [&](auto& p) { p.api_version = host; }, "api_version"},
        {host, [&](auto& p) { p.ca_file = "/etc/" + host; }, "ca_file"},
        {host, [&](auto& p) { p.application_id = host; }, "application_id"},
        {host, [&](auto& p) { p.gateway_backends = {"https://" + host}; }, "gateway_backends"},
        {"short", [](auto& p) { p.api_version = "short"; }, "api_version"},
    };
    for (const auto& each : cases) {
        for (const bool is_second : {false, true}) {
            auto params = valid_params();
            const subscription_key other("another-key");
            if (is_second)
                params.credential = credential(other, subscription_key(each.key));
            else
                params.credential = subscription_key(each.key);
            each.spoil(params);
            CHECK(rejected_detail(params) ==
                  "client_params::" + each.field + " has a key of this client in it");
        }
    }
    auto params = valid_params(); // whose key is a word that may be a part of a name
    params.endpoint = "https://keys.example/key";
    CHECK(rejected_detail(params).empty());
}

} // namespace client_params_test
