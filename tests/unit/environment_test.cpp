#include <langexport/environment.hpp>

#include "support/catch.hpp"
#include "support/scoped_environment.hpp"

#include <string>

using langexport::environment_text;
using langexport_tests::scoped_environment;

namespace {

const std::string name = "LANGEXPORT_TEST_TEXT";

std::string text_of(const std::string& value) {
    const scoped_environment set({name}, {{name, value}});
    return environment_text(name);
}

} // namespace

TEST_CASE("white space at the end of a variable is not part of its value", "[environment]") {
    for (const char* end : {"", " ", "\t", "\n", "\r\n", " \t\r\n \n\n"})
        CHECK(text_of(std::string("https://name.example/") + end) == "https://name.example/");
    CHECK(text_of(" a  b\nc \n") == " a  b\nc");
    CHECK(text_of("x") == "x");
}

TEST_CASE("a variable that is not set, empty or blank has an empty value", "[environment]") {
    const scoped_environment unset({name}, {});
    CHECK(environment_text(name).empty());
    CHECK(text_of("").empty());
    CHECK(text_of(" \r\n\t").empty());
}
