// Rules and their responses. tests/integration/emulator_faults_test.cpp sends them.

#include <langexport/testing/fault.hpp>

#include "support/catch.hpp"

#include <boost/json/parse.hpp>
#include <boost/system/error_code.hpp>

#include <chrono>
#include <cstdint>
#include <limits>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace fault_test {

using namespace std::chrono_literals;
using namespace langexport::testing;

namespace {

using numbers = std::vector<std::uint64_t>;

// The selected ones of the first twelve requests.
numbers selected_by(const occurrences& rule) {
    numbers found;
    for (std::uint64_t count = 1; count <= 12; ++count)
        if (rule.contains(count))
            found.push_back(count);
    return found;
}

constexpr std::uint64_t largest = std::numeric_limits<std::uint64_t>::max();

bool is_json(const std::string& text) {
    boost::system::error_code ec;
    boost::json::parse_options options;
    options.max_depth = 1'000'000;
    boost::json::parse(text, ec, {}, options);
    return !ec;
}

} // namespace

TEST_CASE("a rule applies to one request, a range, or every n-th request", "[emulator][fault]") {
    CHECK(selected_by(3) == numbers{3});
    CHECK(selected_by(0).empty()); // requests are counted from 1
    CHECK(selected_by(occurrences::between(2, 4)) == numbers{2, 3, 4});
    CHECK(selected_by(occurrences::between(4, 4)) == numbers{4});
    CHECK(selected_by(occurrences::between(4, 2)).empty());
    CHECK(selected_by(occurrences::from(11)) == numbers{11, 12});
    CHECK(selected_by(occurrences::always()).size() == 12);
    CHECK(selected_by(occurrences::one_in(5)) == numbers{5, 10});
    CHECK(selected_by(occurrences::one_in(1)).size() == 12);
    for (const occurrences& endless : {occurrences::from(3), occurrences::always()})
        CHECK(endless.contains(largest));
    CHECK_FALSE(occurrences::between(2, 4).contains(largest));
    CHECK(occurrences::one_in(0).contains(7)); // no division by zero
}

TEST_CASE("a response is the service's own unless it has a status", "[emulator][fault]") {
    for (const canned_response& own :
         {canned_response(), canned_response::cut_after(7, early_end::reset),
          canned_response::cut_body_after(7, early_end::reset), canned_response::after(1s),
          canned_response::then_close(), canned_response::after_provisional(100),
          canned_response::with_trailer("X-A", "1"), canned_response::with_links_to("https://x"),
          canned_response::followed_by("more"), canned_response::no_response(true)})
        CHECK(own.status == 0);
    for (const canned_response& other :
         {canned_response(200), canned_response(503, "{}"), canned_response::oversize(7),
          canned_response::raw_bytes("x"), canned_response::no_response(false)})
        CHECK(other.status != 0);
}

TEST_CASE("each way to cut a response or request counts from its own start", "[emulator][fault]") {
    const auto response = canned_response::cut_after(7, early_end::stall);
    CHECK(response.cut == 7U);
    CHECK_FALSE(response.cut_in_body);
    CHECK(response.ending == early_end::stall);
    CHECK_FALSE(response.request_cut);
    const auto body = canned_response::cut_body_after(7, early_end::reset);
    CHECK(body.cut == 7U);
    CHECK(body.cut_in_body);
    CHECK(body.ending == early_end::reset);
    const auto request = canned_response::cut_request_after(7, early_end::reset);
    CHECK(request.request_cut == 7U);
    CHECK(request.ending == early_end::reset);
    for (const bool processed : {false, true}) {
        const auto none = canned_response::no_response(processed);
        CHECK(none.cut == 0U);
        CHECK(none.ending == early_end::close);
        CHECK_FALSE(none.request_cut);
    }
}

TEST_CASE("a response without HTTP closes its connection", "[emulator][fault]") {
    for (const auto how :
         {malformation::no_http, malformation::status_line, malformation::header_line,
          malformation::content_length, malformation::two_lengths, malformation::chunk_size}) {
        const auto response = canned_response::malformed(how);
        REQUIRE(response.raw);
        CHECK_FALSE(response.raw->empty());
        CHECK(response.close_when_sent);
    }
}

TEST_CASE("a response whose JSON is malformed is correct HTTP", "[emulator][fault]") {
    std::set<std::string> bodies;
    for (const auto how : {malformation::no_json, malformation::half_json, malformation::wrong_json,
                           malformation::bottomless_json, malformation::no_body}) {
        const auto response = canned_response::malformed(how);
        CHECK(response.status == 200);
        CHECK_FALSE(response.raw);
        CHECK_FALSE(response.close_when_sent);
        bodies.insert(response.body);
        const bool is_correct =
            how == malformation::wrong_json || how == malformation::bottomless_json;
        CHECK(is_json(response.body) == is_correct);
    }
    CHECK(bodies.size() == 5);
}

TEST_CASE("provisional responses precede the service's own", "[emulator][fault]") {
    CHECK(canned_response::after_provisional(103).prefix == "HTTP/1.1 103 Early Hints\r\n\r\n");
    const std::string one = canned_response::after_provisional(100).prefix;
    CHECK(canned_response::after_provisional(100, 3).prefix == one + one + one);
    CHECK(canned_response::after_provisional(100, 0).prefix.empty());
}

TEST_CASE("header fields of a response are added in order", "[emulator][fault]") {
    const canned_response response =
        canned_response(200).header("X-A", "1").header("Date", "").header("X-A", "2");
    using fields = std::vector<std::pair<std::string, std::string>>;
    CHECK(response.headers == fields{{"X-A", "1"}, {"Date", ""}, {"X-A", "2"}});
}

TEST_CASE("a rule can be restricted to one project, whose name is case-sensitive",
          "[emulator][fault]") {
    const request_predicate is_demo = for_project("Demo");
    request_record record;
    CHECK_FALSE(is_demo(record));
    record.project = "Demo";
    CHECK(is_demo(record));
    CHECK_FALSE(for_project("Dem")(record));
    record.project = "demo";
    CHECK_FALSE(is_demo(record));
}

} // namespace fault_test
