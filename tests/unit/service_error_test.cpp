#include <langexport/service_error.hpp>

#include "support/catch.hpp"

#include <string>
#include <utility>

namespace service_error_test {

using langexport::service_error;

namespace {

service_error with_code(std::string code) {
    service_error error;
    error.code = std::move(code);
    return error;
}

} // namespace

TEST_CASE("an error without a code, a message and nested errors is empty", "[service_error]") {
    service_error error;
    error.target = "project";
    CHECK(error.empty());
    SECTION("a code") {
        error.code = "NotFound";
    }
    SECTION("a message") {
        error.message = "no";
    }
    SECTION("details") {
        error.details.emplace_back();
    }
    SECTION("an inner error") {
        error.inner.emplace_back();
    }
    CHECK_FALSE(error.empty());
}

TEST_CASE("a code is found at any depth, in any case", "[service_error]") {
    service_error error = with_code("BadArgument");
    error.details.push_back(with_code("Outer"));
    error.details[0].inner.push_back(with_code("ProjectNotFound"));
    CHECK(error.has_code("badargument"));
    CHECK(error.has_code("PROJECTNOTFOUND"));
    CHECK_FALSE(error.has_code("Project"));
    CHECK_FALSE(error.has_code(""));
}

TEST_CASE("the most specific code is that of the innermost error that has one", "[service_error]") {
    service_error error = with_code("BadArgument");
    CHECK(error.most_specific_code() == "BadArgument");
    error.inner = {with_code("InvalidRequest"), with_code("ProjectNotFound"), service_error()};
    CHECK(error.most_specific_code() == "ProjectNotFound");
    error.inner = {service_error()};
    CHECK(error.most_specific_code() == "BadArgument");
}

} // namespace service_error_test
