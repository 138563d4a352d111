#include <langexport/testing/scaled_time.hpp>

#include "support/catch.hpp"

#include <langexport/client_params.hpp>

#include <chrono>
#include <fstream>
#include <iterator>
#include <limits>
#include <map>
#include <regex>
#include <set>
#include <stdexcept>
#include <string>

namespace scaled_time_test {

using namespace std::chrono_literals;
using langexport::client_params;
using langexport::testing::in_scaled_time;

namespace {

client_params sample() {
    client_params p("https://name.example", langexport::subscription_key("made-up"));
    p.deadline = 2h;
    return p;
}

// Every duration of the parameters, by the name of its field.
std::map<std::string, client_params::duration*> durations_of(client_params& p) {
    return {{"first", &p.polling.first},
            {"min_interval", &p.polling.min_interval},
            {"max_interval", &p.polling.max_interval},
            {"first_backoff", &p.retry.first_backoff},
            {"max_backoff", &p.retry.max_backoff},
            {"max_retry_after", &p.retry.max_retry_after},
            {"not_found_grace", &p.retry.not_found_grace},
            {"window", &p.quota.window},
            {"deadline", &*p.deadline},
            {"job_timeout", &p.job_timeout},
            {"resolve_timeout", &p.resolve_timeout},
            {"connect_timeout", &p.connect_timeout},
            {"handshake_timeout", &p.handshake_timeout},
            {"proxy_timeout", &p.proxy_timeout},
            {"response_timeout", &p.response_timeout},
            {"read_timeout", &p.read_timeout},
            {"attempt_timeout", &p.attempt_timeout},
            {"result_timeout", &p.result_timeout},
            {"upload_timeout", &p.upload_timeout},
            {"max_idle_time", &p.max_idle_time},
            {"max_connection_age", &p.max_connection_age}};
}

std::set<std::string> durations_in_header() {
    std::ifstream file(LANGEXPORT_SOURCE_DIR "/include/langexport/client_params.hpp");
    const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    const std::regex field(R"(\n    (?:std::optional<)?duration>? (\w+)(?: =[^;]*)?;)");
    std::set<std::string> names;
    for (auto it = std::sregex_iterator(text.begin(), text.end(), field);
         it != std::sregex_iterator(); ++it)
        names.insert((*it)[1]);
    return names;
}

} // namespace

TEST_CASE("every duration of the parameters is scaled", "[scaled_time]") {
    client_params before = sample();
    const auto old = durations_of(before);
    // One that is added to the parameters has to be added here and to in_scaled_time.
    std::set<std::string> known;
    for (const auto& [name, value] : old) {
        known.insert(name);
        *value = 1h;
    }
    CHECK(known == durations_in_header());

    client_params after = in_scaled_time(before, 60);
    for (const auto& [name, value] : durations_of(after)) {
        INFO(name);
        CHECK(*value == 1min);
    }
    validate(after);
}

TEST_CASE("no other parameter is scaled", "[scaled_time]") {
    client_params before = sample();
    before.quota.submissions = 7;
    before.quota.reads = 70;
    before.retry.max_attempts = 5;
    before.retry.rate = 20;
    before.max_connections = 3;
    before.application_id = "test";
    const client_params after = in_scaled_time(before, 60);
    CHECK(after.endpoint == before.endpoint);
    CHECK(after.api_version == before.api_version);
    CHECK(after.application_id == before.application_id);
    CHECK(after.quota.submissions == before.quota.submissions);
    CHECK(after.quota.reads == before.quota.reads);
    CHECK(after.polling.growth == before.polling.growth);
    CHECK(after.polling.jitter == before.polling.jitter);
    CHECK(after.retry.max_attempts == before.retry.max_attempts);
    CHECK(after.retry.max_throttled == before.retry.max_throttled);
    CHECK(after.retry.burst == before.retry.burst);
    CHECK(after.retry.max_resubmissions == before.retry.max_resubmissions);
    CHECK(after.max_connections == before.max_connections);
    CHECK(after.max_pending == before.max_pending);
    CHECK(after.max_header_size == before.max_header_size);
    CHECK(after.max_message_size == before.max_message_size);
    CHECK(after.max_result_size == before.max_result_size);
    CHECK(after.max_streamed_size == before.max_streamed_size);
    CHECK(after.min_download_rate == before.min_download_rate);
    CHECK(after.min_upload_rate == before.min_upload_rate);
    // A number per second is time, too.
    CHECK(after.retry.rate == 20 * 60);
    before.deadline.reset();
    CHECK_FALSE(in_scaled_time(before, 60).deadline);
}

TEST_CASE("scaled parameters are valid, and requests still have enough time", "[scaled_time]") {
    const double factor = GENERATE(1e-300, 1e-3, 1.0, 3600.0, 1e9, 1e300);
    CAPTURE(factor);
    const client_params after = in_scaled_time(sample(), factor);
    if (factor >= 1)
        validate(after);
    CHECK(after.response_timeout >= 1s);
    CHECK(after.attempt_timeout >= 1s);
    CHECK(after.polling.first >= 1ms);

    client_params small = sample();
    small.read_timeout = 20ms;
    small.retry.not_found_grace = 0s;
    CHECK(in_scaled_time(small, 3600).read_timeout == 20ms);
    CHECK(in_scaled_time(small, 3600).retry.not_found_grace == 0s);
    client_params same = in_scaled_time(sample(), 1);
    client_params original = sample();
    const auto kept = durations_of(same);
    for (const auto& [name, value] : durations_of(original)) {
        INFO(name);
        CHECK(*kept.at(name) == *value);
    }
}

TEST_CASE("an invalid factor is rejected", "[scaled_time]") {
    const double factor = GENERATE(0.0, -1.0, std::numeric_limits<double>::infinity(),
                                   std::numeric_limits<double>::quiet_NaN());
    CHECK_THROWS_AS(in_scaled_time(sample(), factor), std::invalid_argument);
}

} // namespace scaled_time_test
