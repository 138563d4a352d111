// Credentials, parameters, requests.

#include <langexport/client_params.hpp>
#include <langexport/credential.hpp>
#include <langexport/detail/base/text.hpp>
#include <langexport/export_job.hpp>
#include <langexport/export_request.hpp>

#include "support/catch.hpp"
#include "unit/refusal.hpp"

#include <atomic>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <limits>
#include <new>
#include <ostream>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

using namespace langexport;
using namespace langexport_tests;
using namespace std::chrono_literals;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define LANGEXPORT_TESTS_SANITIZED
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define LANGEXPORT_TESTS_SANITIZED
#endif
#endif

#if !defined(LANGEXPORT_TESTS_SANITIZED)

// The memory of the whole test program passes through here, so that a piece which is given back while
// it still holds a secret is seen, whoever held it. The sanitizers need these functions for themselves.
namespace {

constexpr std::size_t header_size = alignof(std::max_align_t);
static_assert(header_size >= sizeof(std::size_t));

std::atomic<bool> is_watching{false};
std::atomic<int> leaked{0};
constexpr std::string_view watched = "e58b081006f7e3dfc967a64cb14028d5";

void* take_memory(std::size_t size) {
    auto* memory = static_cast<unsigned char*>(std::malloc(header_size + size));
    if (!memory)
        throw std::bad_alloc();
    std::memcpy(memory, &size, sizeof(size));
    // What was never written must not look like what was not wiped.
    if (is_watching)
        std::memset(memory + header_size, 0, size);
    return memory + header_size;
}

void give_back(void* memory) noexcept {
    if (!memory)
        return;
    auto* block = static_cast<unsigned char*>(memory) - header_size;
    if (is_watching) {
        std::size_t size = 0;
        std::memcpy(&size, block, sizeof(size));
        const std::string_view bytes(static_cast<const char*>(memory), size);
        if (bytes.find(watched) != std::string_view::npos)
            ++leaked;
    }
    std::free(block);
}

// How many pieces of memory were given back with the secret in them while something was done.
template <class Function>
int count_leaks(Function&& what) {
    leaked = 0;
    is_watching = true;
    what();
    is_watching = false;
    return leaked;
}

} // namespace

void* operator new(std::size_t size) {
    return take_memory(size);
}
void* operator new[](std::size_t size) {
    return take_memory(size);
}
void operator delete(void* memory) noexcept {
    give_back(memory);
}
void operator delete[](void* memory) noexcept {
    give_back(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
    give_back(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
    give_back(memory);
}

TEST_CASE("a secret is wiped before its memory is given back", "[credential]") {
    // The check itself can see a leak.
    CHECK(count_leaks([] { std::string copy(watched); }) == 1);

    std::string given(watched);
    std::string echo = "the service does not know " + given;
    CHECK(count_leaks([&] {
              const subscription_key key(std::move(given));
              const credential proof = key;
              const auto copy = proof;
              const auto line = detail::header_line_of(key);
              REQUIRE(detail::view(line).find(watched) != std::string_view::npos);
              key.redact(echo);
          }) == 0);
    CHECK(echo == "the service does not know [redacted]");
}

TEST_CASE("a secret that grows leaves no copy behind", "[credential]") {
    CHECK(count_leaks([] {
              detail::secret_bytes bytes;
              for (int i = 0; i < 100; ++i)
                  detail::append(bytes, watched);
              bytes.shrink_to_fit();
              detail::secret_bytes copy = bytes;
              copy.clear();
          }) == 0);
}

TEST_CASE("a refused key is wiped, too", "[credential]") {
    std::string given = std::string(watched) + "\n";
    CHECK(count_leaks([&] {
              const auto refused = refusal_of([&] { subscription_key{std::move(given)}; });
              REQUIRE(refused.code == errc::invalid_configuration);
          }) == 0);
}

#endif

TEST_CASE("a key that no key can be is refused without being shown", "[credential]") {
    struct {
        std::string key, why;
    } const cases[] = {
        {"", "the subscription key is empty"},
        {"secret\n", "at byte 6 of 7"},
        {"secret\r\nX-Injected: 1", "at byte 6 of 21"},
        {" secret", "at byte 0 of 7"},
        {std::string("sec\0ret", 7), "at byte 3 of 7"},
        {"secr\u00e9t", "at byte 4 of 7"},
        {"secret\x7f", "at byte 6 of 7"},
        {std::string(513, 's'), "has 513 characters; at most 512 are possible"},
    };
    for (const auto& each : cases) {
        const auto refused = refusal_of([&] { subscription_key{each.key}; });
        CHECK(refused.code == errc::invalid_configuration);
        CHECK_THAT(refused.detail, contains_text(each.why));
        CHECK_THAT(refused.what, !contains_text("sec") && !contains_text("sss"));
    }
    CHECK_NOTHROW(subscription_key(std::string(512, '~')));
    CHECK_NOTHROW(subscription_key("!"));
}

template <class T>
concept printable = requires(std::ostream& out, const T& value) {
    out << value;
};

TEST_CASE("a credential shows its secret in the header line and nowhere else", "[credential]") {
    STATIC_REQUIRE_FALSE(printable<subscription_key>);
    STATIC_REQUIRE_FALSE(printable<credential>);
    STATIC_REQUIRE_FALSE(printable<client_params>);
    STATIC_REQUIRE_FALSE(std::is_convertible_v<std::string, subscription_key>);

    const subscription_key key("0a1b2c");
    const auto line = detail::header_line_of(key);
    CHECK(detail::view(line) == "Ocp-Apim-Subscription-Key: 0a1b2c\r\n");

    std::string text = "0a1b2c: key 0a1b2c0a1b2c is wrong; 0a1b2";
    key.redact(text);
    CHECK(text == "[redacted]: key [redacted][redacted] is wrong; 0a1b2");
}

TEST_CASE("a credential that was moved from still has its secret", "[credential]") {
    subscription_key key("0a1b2c");
    const subscription_key other = std::move(key);
    credential proof = std::move(key); // NOLINT(bugprone-use-after-move)
    const credential moved = std::move(proof);
    CHECK(detail::view(detail::header_line_of(key)) == detail::view(detail::header_line_of(other)));
    REQUIRE(proof.keys().size() == 1);
    CHECK(detail::view(detail::header_line_of(proof.keys()[0])) ==
          detail::view(detail::header_line_of(moved.keys()[0])));
}

TEST_CASE("an access token is taken and shown like a key", "[credential]") {
    const auto end = access_token::time_point(std::chrono::hours(1));
    const access_token token("eyJ0.e30.sig", end);
    CHECK(token.expires() == end);
    CHECK_FALSE(token.empty());
    CHECK(detail::view(detail::header_line_of(token)) == "Authorization: Bearer eyJ0.e30.sig\r\n");
    std::string text = "not eyJ0.e30.sig";
    token.redact(text);
    CHECK(text == "not [redacted]");
    CHECK(access_token().empty());
    CHECK(detail::header_line_of(access_token()).empty());
    STATIC_REQUIRE_FALSE(printable<access_token>);
    for (const char* bad : {"", "a b", "a\r\nX-Injected: 1"}) {
        const auto refused = refusal_of([&] { access_token(bad, end); });
        CHECK(refused.code == errc::credential_unavailable);
        CHECK_THAT(refused.detail, contains_text("the access token"));
    }
}

namespace {

client_params valid_params() {
    return client_params("https://name.cognitiveservices.azure.com", subscription_key("key"));
}

std::string refused_detail(const client_params& params) {
    const auto refused = refusal_of([&] { validate(params); });
    CHECK((refused.detail.empty() || refused.code == errc::invalid_configuration));
    return refused.detail;
}

} // namespace

TEST_CASE("the default parameters are valid", "[client_params]") {
    CHECK_NOTHROW(validate(valid_params()));
}

TEST_CASE("a time outside of its range is refused, with its field, range and value",
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
        {"retry.max_gate", [](auto& p, auto d) { p.retry.max_gate = d; }, 1s, 24h},
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
            return refused_detail(params);
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

TEST_CASE("a refused number is shown in full, beside its limits", "[client_params]") {
    auto params = valid_params();
    params.connect_timeout = 24h + 1ns;
    CHECK(refused_detail(params) ==
          "client_params::connect_timeout must be from 1 ms to 1 d, it is 86400.000000001 s");
    params.connect_timeout = 36h;
    CHECK(refused_detail(params) ==
          "client_params::connect_timeout must be from 1 ms to 1 d, it is 1 d 12 h");
    params = valid_params();
    params.polling.growth = 1.5;
    CHECK(refused_detail(params) == "client_params::polling.growth must be from 0 to 1, it is 1.5");
    params = valid_params();
    params.max_connections = 0;
    CHECK(refused_detail(params) ==
          "client_params::max_connections must be from 1 to 1024, it is 0");
}

TEST_CASE("a count outside of its range is refused, with its field, range and value",
          "[client_params]") {
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
        {"max_header_size", [](auto& p, auto n) { p.max_header_size = n; }, kib, mib},
        {"max_message_size", [](auto& p, auto n) { p.max_message_size = n; }, kib, 64 * mib},
        {"max_result_size", [](auto& p, auto n) { p.max_result_size = n; }, kib, tib},
        {"max_json_depth", [](auto& p, auto n) { p.max_json_depth = n; }, 1, 256},
    };
    for (const auto& each : cases) {
        const auto detail_of = [&](std::uint64_t value) {
            auto params = valid_params();
            each.set(params, value);
            return refused_detail(params);
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

TEST_CASE("growth and jitter are numbers within their ranges", "[client_params]") {
    struct {
        std::string field;
        double poll_params::*member;
        double least, most;
    } const cases[] = {{"polling.growth", &poll_params::growth, 0, 1},
                       {"polling.jitter", &poll_params::jitter, 0, 1}};
    constexpr double infinity = std::numeric_limits<double>::infinity();
    for (const auto& each : cases) {
        const auto detail_of = [&](double value) {
            auto params = valid_params();
            params.polling.*each.member = value;
            return refused_detail(params);
        };
        INFO(each.field);
        CHECK(detail_of(each.least).empty());
        CHECK(detail_of(each.most).empty());
        for (const double bad : {std::nextafter(each.least, -1.0), std::nextafter(each.most, 20.0),
                                 infinity, -infinity, std::numeric_limits<double>::quiet_NaN()})
            CHECK_THAT(detail_of(bad), contains_text("client_params::" + each.field + " must be"));
    }
}

TEST_CASE("text among the parameters that cannot be sent is refused", "[client_params]") {
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
        CHECK_THAT(refused_detail(params), contains_text(each.why));
    }

    auto params = valid_params();
    params.gateway_backends = {"https://user:secret@a.example"};
    CHECK_THAT(refused_detail(params), contains_text("user info") && !contains_text("secret"));

    params = valid_params();
    params.endpoint = "http://host.example";
    params.allow_insecure_http = true;
    params.api_version.clear();
    CHECK_NOTHROW(validate(params));
    params.api_version.assign(64, '1');
    params.gateway_backends = {"https://a.example", "https://b.example:8443/", "http://[::1]"};
    params.application_id.assign(128, '~');
    CHECK(refused_detail(params).empty());
}

TEST_CASE("parameters with a key of the client in them are refused, and do not show it",
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
            CHECK(refused_detail(params) ==
                  "client_params::" + each.field + " has a key of this client in it");
        }
    }
    auto params = valid_params(); // whose key is a word that a name may have
    params.endpoint = "https://keys.example/key";
    CHECK(refused_detail(params).empty());
}

TEST_CASE("a request with common fields is valid", "[export_request]") {
    for (const auto name : {"p", "My-Project_1.0", "gr\u00fc\u00df \u20ac", "a/b?c#d", "..."}) {
        INFO(name);
        CHECK_NOTHROW(validate(export_request(name), "2022-05-01"));
    }
    export_request request("p");
    request.trained_model_label = "model 1";
    request.asset_kind = "intents";
    request.assets_to_export.clear();
    request.deadline = 1ms;
    request.job_timeout = 24h * 366;
    CHECK_NOTHROW(validate(request, "2023-04-01"));
    CHECK_NOTHROW(validate(request, "2025-05-15-preview"));
}

TEST_CASE("a request that cannot be sent is refused, with its field and the place",
          "[export_request]") {
    const auto repeated = [](std::string_view text, int times) {
        std::string result;
        for (int i = 0; i < times; ++i)
            result += text;
        return result;
    };
    struct {
        std::function<void(export_request&)> spoil;
        std::string why;
    } const cases[] = {
        {[](auto& r) { r.project_name.clear(); }, "project_name is empty"},
        {[&](auto& r) { r.project_name = repeated("\u20ac", 101); },
         "project_name has 101 characters; at most 100 are possible"},
        {[](auto& r) { r.project_name = "a\nb"; },
         "project_name has a control character at byte 1"},
        {[](auto& r) { r.project_name = std::string("ab\0", 3); },
         "project_name has a control character at byte 2"},
        {[](auto& r) { r.project_name = "a\x7f"; },
         "project_name has a control character at byte 1"},
        {[](auto& r) { r.project_name = "a\u0085"; },
         "project_name has a control character at byte 1"},
        {[](auto& r) { r.project_name = "caf\xe9"; }, "project_name is not UTF-8 at byte 3"},
        {[](auto& r) { r.project_name = "."; }, "project_name '.' would be taken for a step"},
        {[](auto& r) { r.project_name = ".."; }, "project_name '..' would be taken for a step"},
        {[](auto& r) { r.string_index_type.clear(); }, "string_index_type must be 1 to 64"},
        {[](auto& r) { r.string_index_type.assign(65, 'a'); }, "string_index_type must be"},
        {[](auto& r) { r.string_index_type = "Utf16&x"; }, "string_index_type must be"},
        {[&](auto& r) { r.trained_model_label = repeated("m", 257); },
         "trained_model_label has 257 characters"},
        {[](auto& r) { r.trained_model_label = "m\t"; },
         "trained_model_label has a control character at byte 1"},
        {[&](auto& r) { r.asset_kind = repeated("k", 257); }, "asset_kind has 257 characters"},
        {[](auto& r) { r.asset_kind = "\x80"; }, "asset_kind is not UTF-8 at byte 0"},
        {[](auto& r) { r.assets_to_export.assign(1001, "a"); },
         "assets_to_export has more than 1,000 names"},
        {[](auto& r) {
             r.assets_to_export = {"a", ""};
         },
         "assets_to_export has an empty name"},
        {[&](auto& r) { r.assets_to_export = {repeated("a", 257)}; },
         "assets_to_export has 257 characters"},
        {[](auto& r) { r.assets_to_export = {"a\n"}; }, "assets_to_export has a control character"},
        {[](auto& r) { r.deadline = 1ms - 1ns; }, "deadline must be from 1 ms to 366 days"},
        {[](auto& r) { r.deadline = 24h * 366 + 1ns; }, "deadline must be from 1 ms to 366 days"},
        {[](auto& r) { r.job_timeout = -1s; }, "job_timeout must be from 1 ms to 366 days"},
        {[](auto& r) { r.priority = static_cast<request_priority>(3); },
         "priority is none of the enumerators of request_priority"},
        {[](auto& r) { r.job_timeout = 24h * 366 + 1ns; }, "job_timeout must be from"},
    };
    for (const auto& each : cases) {
        INFO(each.why);
        export_request request("p");
        each.spoil(request);
        const auto refused = refusal_of([&] { validate(request, "2023-04-01"); });
        CHECK(refused.code == errc::invalid_request);
        CHECK_THAT(refused.detail, contains_text("export_request::" + each.why));
        CHECK(detail::find_invalid_utf8(refused.what) == std::string::npos);
    }
    export_request request(repeated("\u20ac", 100));
    request.trained_model_label = request.asset_kind = repeated("\u20ac", 256);
    request.assets_to_export.assign(1000, repeated("\u20ac", 256));
    CHECK_NOTHROW(validate(request, "2023-04-01"));
}

TEST_CASE("a model's label is refused for versions that do not know it", "[export_request]") {
    export_request request("p");
    request.trained_model_label = "m";
    const auto refused = refusal_of([&] { validate(request, "2022-05-01"); });
    CHECK(refused.detail == "export_request::trained_model_label needs api-version 2023-04-01 or "
                            "later; client_params::api_version is 2022-05-01");
}
