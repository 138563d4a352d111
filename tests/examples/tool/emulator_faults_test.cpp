// The faults of the emulator program, as its options name them.

#include "examples/tool/emulator_faults.hpp"

#include "support/catch.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace emulator_faults_test {

using namespace emulator_program;
using namespace langexport_tests;
using namespace std::chrono_literals;
using testing::call_kind;
using testing::early_end;

namespace {

// The numbers from 1 to 7 of the requests that have the fault.
std::vector<int> hits(const std::string& pattern) {
    const auto selected = to_occurrences("--fault", pattern);
    std::vector<int> numbers;
    for (int i = 1; i <= 7; ++i)
        if (selected.contains(static_cast<std::uint64_t>(i)))
            numbers.push_back(i);
    return numbers;
}

template <class Call>
std::string usage_error_of(Call call) {
    try {
        call();
    } catch (const usage_error& error) {
        return error.what();
    }
    return {};
}

std::string fault_rejected(const std::string& text) {
    return usage_error_of([&] { to_request_fault("--fault", text); });
}

testing::canned_response response(const std::string& text) {
    return to_response("--fault", text);
}

using numbers = std::vector<int>;

} // namespace

TEST_CASE("a fault applies to some requests, counted from 1", "[tool][emulator_faults]") {
    CHECK(hits("3") == numbers{3});
    CHECK(hits("2-4") == numbers{2, 3, 4});
    CHECK(hits("2-2") == numbers{2});
    CHECK(hits("5-") == numbers{5, 6, 7});
    CHECK(hits("1/3") == numbers{3, 6});
    CHECK(hits("all") == numbers{1, 2, 3, 4, 5, 6, 7});
    const auto rejected = [](const std::string& pattern) {
        return usage_error_of([&] { to_occurrences("--fault", pattern); });
    };
    for (const char* zero : {"0", "0-3", "1/0"})
        CHECK(rejected(zero) == "--fault: '" + std::string(zero) + "' counts from 1");
    CHECK(rejected("4-2") == "--fault: '4-2' ends before it begins");
    for (const char* wrong : {"", "x", "1-x", "-3", "1/", "2/3", "-"}) {
        INFO(wrong);
        CHECK_FALSE(rejected(wrong).empty());
    }
}

TEST_CASE("a fault has the kind of its requests, and what happens to them",
          "[tool][emulator_faults]") {
    const std::pair<const char*, call_kind> kinds[] = {
        {"any", call_kind::any},         {"submission", call_kind::submission},
        {"status", call_kind::status},   {"result", call_kind::result},
        {"listing", call_kind::listing}, {"metadata", call_kind::metadata},
        {"other", call_kind::other}};
    for (const auto& [word, kind] : kinds) {
        const request_fault fault = to_request_fault("--fault", std::string(word) + ":2:503");
        CHECK(fault.kind == kind);
        CHECK(fault.which.contains(2));
        CHECK_FALSE(fault.which.contains(1));
        CHECK(fault.fault.status == 503);
    }
    CHECK_THAT(fault_rejected("poll:2:503"),
               contains_text("--fault: 'poll' is none of any, submission, import, status, "));
    for (const char* wrong : {"", "503", "status:503", "status:1:503:2s"})
        CHECK(fault_rejected(wrong) ==
              "--fault: '" + std::string(wrong) + "' is not KIND:WHICH:WHAT, such as status:2:503");
}

TEST_CASE("a status has an error of the service as its body, and may have a Retry-After",
          "[tool][emulator_faults]") {
    CHECK(response("503").status == 503);
    CHECK(response("503").body ==
          R"({"error":{"code":"503","message":"This is a fault set by --fault."}})");
    CHECK_FALSE(response("503").retry_after.has_value());
    CHECK(response("429+5s").status == 429);
    CHECK(response("429+5s").retry_after == std::optional<std::chrono::nanoseconds>(5s));
    CHECK(response("400").status == 400);
    CHECK(response("599").status == 599);
    for (const char* wrong : {"200", "399", "600"})
        CHECK(fault_rejected(std::string("any:1:") + wrong) ==
              "--fault: '" + std::string(wrong) + "' is not a status from 400 to 599");
    CHECK_THAT(fault_rejected("any:1:429+soon"), contains_text("'soon' is not a duration"));
    CHECK_THAT(fault_rejected("any:1:5x3"), contains_text("'5x3' is not a number"));
}

TEST_CASE("a response is late, ends early, or is lost", "[tool][emulator_faults]") {
    CHECK(response("delay=2s").delay == 2s);
    CHECK(response("delay=2s").status == 0); // the service's own response
    const std::pair<const char*, early_end> ends[] = {
        {"cut", early_end::close}, {"reset", early_end::reset}, {"stall", early_end::stall}};
    for (const auto& [word, end] : ends) {
        const auto cut = response(std::string(word) + "=7");
        CHECK(cut.cut == std::optional<std::uint64_t>(7));
        CHECK(cut.cut_in_body);
        CHECK(cut.ending == end);
    }
    const auto lost = response("lost");
    CHECK(lost.cut == std::optional<std::uint64_t>(0));
    CHECK_FALSE(lost.cut_in_body);
    CHECK(lost.status == 0); // the request is processed
    CHECK_THAT(fault_rejected("any:1:close=7"), contains_text("'close' is none of cut, reset"));
    CHECK_THAT(fault_rejected("any:1:cut=x"), contains_text("'x' is not a number"));
    CHECK_THAT(fault_rejected("any:1:delay=x"), contains_text("'x' is not a duration"));
}

TEST_CASE("a response violates HTTP or JSON", "[tool][emulator_faults]") {
    CHECK(response("no-http").raw.has_value());
    for (const char* word : {"html", "half-json", "wrong-json", "no-body"}) {
        INFO(word);
        CHECK(response(word).status == 200);
    }
    CHECK_THAT(response("html").body, contains_text("<html"));
    CHECK(response("no-body").body.empty());
    CHECK(response("half-json").body != response("wrong-json").body);
    CHECK_THAT(fault_rejected("any:1:nonsense"),
               contains_text("--fault: 'nonsense' is none of html, half-json, "));
    CHECK_THAT(fault_rejected("any:1:"), contains_text("'' is none of html"));
}

TEST_CASE("a connection is closed, reset or stalled", "[tool][emulator_faults]") {
    const std::pair<const char*, early_end> ends[] = {
        {"close", early_end::close}, {"reset", early_end::reset}, {"stall", early_end::stall}};
    for (const auto& [word, end] : ends) {
        const auto rule = to_connection_fault("--connection-fault", std::string("2-:") + word);
        CHECK(rule.which.contains(2));
        CHECK_FALSE(rule.which.contains(1));
        CHECK(rule.fault.ending == end);
        CHECK(rule.fault.when == testing::connection_fault::moment::accept);
    }
    const auto rejected = [](const std::string& text) {
        return usage_error_of([&] { to_connection_fault("--connection-fault", text); });
    };
    CHECK(rejected("reset") == "--connection-fault: 'reset' is not WHICH:WHAT, such as 1:reset");
    CHECK_THAT(rejected("1:cut"), contains_text("'cut' is none of close, reset"));
    CHECK_THAT(rejected("0:reset"), contains_text("'0' counts from 1"));
}

} // namespace emulator_faults_test
