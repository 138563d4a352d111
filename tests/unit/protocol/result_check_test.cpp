#include <langexport/detail/protocol/result_check.hpp>

#include "support/catch.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace result_check_test {

using namespace langexport;
using detail::result_check;
using detail::unwanted_encoding;

namespace {

std::string problem_of(std::string_view type, std::string_view body) {
    result_check check(type, "");
    check.take(body);
    const auto problem = check.problem_at_end();
    return problem ? problem->detail : "";
}

} // namespace

TEST_CASE("an encoding that was not requested is named unless it is long", "[result_check]") {
    CHECK(unwanted_encoding("").empty());
    CHECK(unwanted_encoding("Identity").empty());
    CHECK_THAT(unwanted_encoding("gzip"), langexport_tests::contains_text("'gzip'"));
    const std::string secret(41, 'x');
    CHECK_THAT(unwanted_encoding(secret), langexport_tests::contains_text("41 characters"));
    CHECK(unwanted_encoding(secret).find("xxx") == std::string::npos);
}

TEST_CASE("the header alone shows some problems", "[result_check]") {
    const auto early = [](std::string_view type, std::string_view encoding) {
        const auto problem = result_check(type, encoding).problem_so_far();
        return problem ? std::optional<errc>(problem->code) : std::nullopt;
    };
    CHECK_FALSE(early("application/json", ""));
    CHECK_FALSE(early("", "identity"));
    CHECK(early("application/json", "gzip") == errc::unexpected_response);
    CHECK(early("text/html; charset=utf-8", "") == errc::malformed_response);
}

TEST_CASE("a result is whole JSON, in pieces of any size", "[result_check]") {
    const std::string text = R"({"metadata":{"projectName":"Claims"},"assets":{}})";
    for (std::size_t size = 1; size <= text.size(); ++size) {
        result_check check("application/json", "");
        for (std::size_t at = 0; at < text.size(); at += size)
            check.take(std::string_view(text).substr(at, size));
        CAPTURE(size);
        CHECK(check.is_whole_json());
        CHECK_FALSE(check.problem_at_end());
        CHECK(check.project_name() == "Claims");
    }
}

TEST_CASE("a body that is not a result is described", "[result_check]") {
    using langexport_tests::contains_text;
    CHECK(problem_of("application/json", "") == "the result is empty");
    CHECK(problem_of("", " \r\n") == "the result is empty");
    CHECK_THAT(problem_of("application/json", "{\"assets\":"), contains_text("not complete JSON"));
    CHECK_THAT(problem_of("", "<html></html>"), contains_text("a page of HTML"));
}

} // namespace result_check_test
