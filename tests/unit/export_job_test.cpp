// The text that represents a job between two processes.

#include <langexport/export_job.hpp>

#include <langexport/detail/base/text.hpp>

#include "support/catch.hpp"
#include "unit/rejection.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace export_job_test {

using namespace langexport;
using namespace langexport_tests;
using namespace std::chrono_literals;

namespace {

const export_job::time_point submitted =
    export_job::time_point(std::chrono::seconds(1'683'587'551)) +
    std::chrono::duration_cast<export_job::time_point::duration>(123'456'789ns);
const export_job::time_point::duration least(1); // nanoseconds, microseconds: the clock's choice
const std::string operation_location =
    "https://name.cognitiveservices.azure.com/language/authoring/analyze-text/projects/p/export/"
    "jobs/"
    "aef9ba5f-122f-4227-9fa0-34a5b2019ba5_638191008000000000?api-version=2022-05-01";

std::string rejected_token(std::string_view token) {
    const auto rejected = rejection_of([&] { export_job::from_token(token); });
    if (!rejected.code)
        return {};
    CHECK(rejected.code == errc::invalid_request);
    CHECK(rejected.what.size() < 1300);
    CHECK(detail::find_invalid_utf8(rejected.what) == std::string::npos);
    return rejected.detail;
}

// Read from the beginning of a resume token.
std::string nanoseconds_of(export_job::time_point time) {
    const std::string token = export_job("p", operation_location, time).to_token();
    const auto bytes = detail::base64url_decode(std::string_view(token).substr(7));
    return bytes ? bytes->substr(0, bytes->find('\n')) : "";
}

std::string token_of(std::string payload) {
    const auto sum = detail::checksum(payload);
    for (const unsigned shift : {24u, 16u, 8u, 0u})
        payload += static_cast<char>((sum >> shift) & 0xFF);
    return "lxjob1_" + detail::base64url_encode(payload);
}

} // namespace

TEST_CASE("a resume token restores the job, to the last digit", "[export_job]") {
    for (const std::string name : {"p", "", "gr\u00fc\u00df \u20ac", "two\nlines\n", "\xff"}) {
        for (const auto time :
             {submitted, export_job::time_point(), export_job::time_point(-1s), submitted + least,
              export_job::time_point(least), export_job::time_point(-least),
              export_job::time_point(1s - least), export_job::time_point(least - 1s),
              export_job::time_point::max(), export_job::time_point::max() - least,
              export_job::time_point::min(), export_job::time_point::min() + least}) {
            const export_job job(name, operation_location, time);
            const std::string token = job.to_token();
            INFO(token);
            CHECK(export_job::from_token(token) == job);
            CHECK(export_job::from_token("  " + token + "\r\n") == job);
            CHECK(token.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                          "0123456789-_") == std::string::npos);
        }
    }
}

TEST_CASE("a token of version 1 stays readable", "[export_job]") {
    const auto job = export_job::from_token(
        "lxjob1_MTY4MzU4NzU1MTEyMzQ1Njc4OQpodHRwczovL2EuZXhhbXBsZS9qCnA6svOw");
    CHECK(job == export_job("p", "https://a.example/j", submitted));
}

TEST_CASE("a token contains its job and nothing else", "[export_job]") {
    const std::string token = export_job("p", operation_location, submitted).to_token();
    const auto bytes = detail::base64url_decode(std::string_view(token).substr(7));
    REQUIRE(bytes);
    CHECK(bytes->substr(0, bytes->size() - 4) ==
          nanoseconds_of(submitted) + '\n' + operation_location + "\np");
}

TEST_CASE("a time with a coarser clock is written in nanoseconds", "[export_job]") {
    struct {
        std::string_view nanoseconds;
        std::int64_t seconds;
        std::chrono::milliseconds more;
    } const cases[] = {
        {"0", 0, 0ms},
        {"1000000", 0, 1ms},
        {"-1000000", 0, -1ms},
        {"-1999000000", -1, -999ms},
        {"1683587551120000000", 1'683'587'551, 120ms},
        {"9000000000000000000", 9'000'000'000, 0ms},
        {"253402300799999000000", 253'402'300'799, 999ms}, // the year 9999
        {"-62135596800001000000", -62'135'596'800, -1ms},  // before the year 1
    };
    using duration = export_job::time_point::duration;
    using std::chrono::duration_cast;
    constexpr auto most = duration_cast<std::chrono::seconds>(duration::max()).count();
    for (const auto& each : cases) {
        CAPTURE(each.nanoseconds);
        const std::string payload = std::string(each.nanoseconds) + "\nhttps://a.example/j\np";
        if (each.seconds >= most || each.seconds <= -most) {
            CHECK_THAT(rejected_token(token_of(payload)), contains_text("its time cannot be read"));
            continue;
        }
        const export_job job("p", "https://a.example/j",
                             export_job::time_point(std::chrono::seconds(each.seconds) +
                                                    duration_cast<duration>(each.more)));
        CHECK(job.to_token() == token_of(payload));
        CHECK(export_job::from_token(token_of(payload)) == job);
    }
}

TEST_CASE("a job that no token could restore has no token", "[export_job]") {
    CHECK(rejection_of([] { export_job().to_token(); }).detail ==
          "an empty export_job has no resume token");
    for (const std::string link : {"https://a.example/\n", "https://a .example", "\u20ac"}) {
        const export_job job("p", link, submitted);
        CHECK_THAT(rejection_of([&] { job.to_token(); }).detail,
                   contains_text("its operation location is not a URL"));
    }
    const std::string long_text(20'000, 'a');
    CHECK(rejection_of([&] { export_job("p", long_text, submitted).to_token(); }).code ==
          errc::invalid_request);
    CHECK(rejection_of([&] {
              export_job(long_text, operation_location, submitted).to_token();
          }).code == errc::invalid_request);
    const export_job longest(std::string(16'384, '\n'), std::string(16'384, 'a'), submitted);
    CHECK(export_job::from_token(longest.to_token()) == longest);
}

TEST_CASE("a token that was truncated anywhere is rejected", "[export_job]") {
    const std::string token = export_job("My project", operation_location, submitted).to_token();
    for (std::size_t size = 0; size < token.size(); ++size) {
        INFO(size);
        CHECK_THAT(rejected_token(token.substr(0, size)), contains_text("the resume token "));
        if (size > 0)
            CHECK_THAT(rejected_token(token.substr(size)), contains_text("the resume token "));
    }
}

TEST_CASE("a token with any bit changed is rejected", "[export_job]") {
    const std::string token = export_job("My project", operation_location, submitted).to_token();
    for (std::size_t bit = 0; bit < token.size() * 8; ++bit) {
        std::string damaged = token;
        damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
        INFO(damaged);
        CHECK_THAT(rejected_token(damaged), contains_text("the resume token "));
    }
}

TEST_CASE("text that is not a token is rejected with the reason", "[export_job]") {
    const std::string token = export_job("p", operation_location, submitted).to_token();
    const std::string after_the_last =
        nanoseconds_of(export_job::time_point::max()).insert(0, 1, '1');
    struct {
        std::string text, why;
    } const cases[] = {
        {"", "the resume token is empty"},
        {" \n", "the resume token is empty"},
        {"hello", "is not valid: tokens start with 'lxjob'"},
        {operation_location, "is not valid: tokens start with 'lxjob'"},
        {"LXJOB1_AAAA", "is not valid: tokens start with 'lxjob'"},
        {"lxjob", "is damaged: no version after 'lxjob'"},
        {"lxjob1", "is damaged: no version after 'lxjob'"},
        {"lxjob_AAAA", "is damaged: no version after 'lxjob'"},
        {"lxjob-1_AAAA", "is damaged: no version after 'lxjob'"},
        {"lxjob2_AAAA", "has format version 2; this library reads version 1: use a newer one"},
        {"lxjob10_AAAA", "has format version 10; this library reads version 1"},
        {"lxjob" + std::string(10'000, '1') + "_AAAA", "is damaged: no version after 'lxjob'"},
        {"lxjob1_", "was cut short"},
        {"lxjob1_AAAA", "was cut short"},
        {"lxjob1_AAAAAAAA", "is damaged or was cut short: its checksum is wrong"},
        {token + "A", "is damaged"},
        {token + "=", "is damaged: it has characters that no token has, or was cut"},
        {token.substr(0, 50) + "\n" + token.substr(50), "it has characters that no token has"},
        {std::string(100'000, 'l'), "is not valid: it has 100000 characters"},
        {token_of("x"), "is damaged: a field is missing"},
        {token_of("1\nhttps://a.example"), "is damaged: a field is missing"},
        {token_of("\nhttps://a.example\np"), "is damaged: its time cannot be read"},
        {token_of("1x\nhttps://a.example\np"), "is damaged: its time cannot be read"},
        {token_of("-\nhttps://a.example\np"), "is damaged: its time cannot be read"},
        {token_of("--1\nhttps://a.example\np"), "is damaged: its time cannot be read"},
        {token_of("+1\nhttps://a.example\np"), "is damaged: its time cannot be read"},
        {token_of("1-000000000\nhttps://a.example\np"), "is damaged: its time cannot be read"},
        {token_of("-1000000000-1\nhttps://a.example\np"), "is damaged: its time cannot be read"},
        {token_of(after_the_last + "\nhttps://a.example\np"), "its time cannot be read"},
        {token_of('-' + after_the_last + "\nhttps://a.example\np"), "its time cannot be read"},
        {token_of(std::string(40, '9') + "\nhttps://a.example\np"), "its time cannot be read"},
        {token_of("1\n\np"), "is damaged: its link is not a URL"},
        {token_of("1\nhttps://a.example/\xff\np"), "is damaged: its link is not a URL"},
    };
    for (const auto& each : cases)
        CHECK_THAT(rejected_token(each.text), contains_text(each.why));
}

} // namespace export_job_test
