// Errors of the service, in all their forms.

#include <langexport/detail/protocol/read_error.hpp>

#include "support/catch.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace read_error_test {

using namespace langexport;
using namespace langexport_tests;

namespace {

constexpr std::size_t depth = 32;

std::string nested(std::size_t levels) {
    return std::string(levels, '[') + std::string(levels, ']');
}

} // namespace

TEST_CASE("the usual error is read with its code, its message and its details", "[read_error]") {
    const auto error = detail::read_error(
        R"({"error":{"code":"InvalidArgument","message":"The project name is not valid.",)"
        R"("target":"projectName","details":[{"code":"A","message":"a"},{"code":"B"}],)"
        R"("innererror":{"code":"InvalidProjectName","message":"deeper",)"
        R"("details":{"projectName":"p/q","length":3,"list":[1],"none":null},)"
        R"("innererror":{"code":"BadCharacter"}}}})",
        depth);
    CHECK(error.code == "InvalidArgument");
    CHECK(error.message == "The project name is not valid.");
    CHECK(error.target == "projectName");
    REQUIRE(error.details.size() == 2);
    CHECK(error.details[0].message == "a");
    CHECK(error.details[1].code == "B");
    REQUIRE(error.inner.size() == 2);
    CHECK(error.inner[0].message == "deeper");
    CHECK(error.inner[0].inner.empty());
    CHECK(error.inner[0].properties ==
          std::vector<std::pair<std::string, std::string>>{
              {"projectName", "p/q"}, {"length", "3"}, {"list", "[1]"}, {"none", ""}});
    CHECK(error.most_specific_code() == "BadCharacter");
}

TEST_CASE("errors are read in all their forms", "[read_error]") {
    struct {
        std::string body, code, message;
    } const cases[] = {
        // The gateway's 401, and its 429.
        {R"({"error":{"code":"401","message":"Access denied due to invalid subscription key."}})",
         "401", "Access denied due to invalid subscription key."},
        {R"({"statusCode":429,"message":"Rate limit is exceeded. Try again in 26 seconds."})",
         "429", "Rate limit is exceeded. Try again in 26 seconds."},
        {R"({"error":{"code":404,"message":"Resource not found"}})", "404", "Resource not found"},
        // Pretty-printed, with a byte order mark.
        {"\xEF\xBB\xBF{\r\n  \"error\": {\r\n    \"code\": \"NotFound\",\r\n    \"message\": "
         "\"x\"\r\n "
         " }\r\n}\r\n",
         "NotFound", "x"},
        // Without the wrapper.
        {R"({"code":"Conflict","message":"Busy."})", "Conflict", "Busy."},
        {R"({"error":null,"code":"Conflict"})", "Conflict", ""},
        // As token services write it.
        {R"({"error":"invalid_client","error_description":"AADSTS7000215: wrong secret."})",
         "invalid_client", "AADSTS7000215: wrong secret."},
        {R"({"error":"access_denied"})", "access_denied", ""},
        {R"({"error":"The project is gone."})", "", "The project is gone."},
        // As gateways and problem documents name it.
        {R"({"Message":"No route."})", "", "No route."},
        {R"({"type":"about:blank","title":"Bad Request","status":400,"detail":"The field x."})", "",
         "The field x."},
        {R"({"type":"about:blank","title":"Bad Request","status":400})", "", "Bad Request"},
        // Parts of the wrong type.
        {R"({"error":{"code":{"x":1},"message":["y"]}})", "",
         R"({"error":{"code":{"x":1},"message":["y"]}})"},
        {R"({"error":{"code":true,"message":"m","details":"none","innererror":"none"}})", "", "m"},
        {R"({"error":{"code":"","message":"m"}})", "", "m"},
        // No error at all, or not in an object.
        {"{}", "", "{}"},
        {R"({"error":{}})", "", R"({"error":{}})"},
        {R"({"status":"failed"})", "", R"({"status":"failed"})"},
        {R"("just a string")", "", "just a string"},
        {"[1,2]", "", "[1,2]"},
        {"404", "", "404"},
        {R"({"error":{"code":"X")", "", R"({"error":{"code":"X")"},
        {"{\"error\":\n\t\"\xff\"}", "", "{\"error\": \"?\"}"},
        // Nothing.
        {"", "", ""},
        {" \r\n", "", ""},
        // Plain text.
        {"upstream connect error or disconnect/reset before headers.\n reset reason: overflow", "",
         "upstream connect error or disconnect/reset before headers. reset reason: overflow"},
        {"a < b & c &amp; d <e>", "", "a < b & c &amp; d <e>"},
    };
    for (const auto& each : cases) {
        INFO(each.body);
        const auto error = detail::read_error(each.body, depth);
        CHECK(error.code == each.code);
        CHECK(error.message == each.message);
    }
}

TEST_CASE("a list of errors without an enclosing error is read", "[read_error]") {
    const auto error =
        detail::read_error(R"({"error":[{"code":"A","message":"a"},{"code":"B"}]})", depth);
    CHECK(error.code.empty());
    CHECK(error.message.empty());
    REQUIRE(error.details.size() == 2);
    CHECK(error.details[1].code == "B");
}

TEST_CASE("a list of errors is read, alone or inside another error", "[read_error]") {
    service_error error =
        detail::read_error(R"({"errors":[{"code":"A","message":"a"},{"code":"B"}]})", depth);
    CHECK(error.code.empty());
    REQUIRE(error.details.size() == 2);
    CHECK(error.details[0].message == "a");
    CHECK(error.details[1].code == "B");
    error = detail::read_error(R"({"statusCode":400,"message":"m","errors":["x"]})", depth);
    CHECK(error.code == "400");
    CHECK(error.message == "m");
    REQUIRE(error.details.size() == 1);
    CHECK(error.details[0].message == "x");
    error = detail::read_error(R"({"title":"t","errors":{"name":["too long"]}})", depth);
    CHECK(error.message == "t");
    REQUIRE(error.properties.size() == 1);
    CHECK(error.properties[0].second == R"(["too long"])");
    CHECK(detail::read_error(R"({"errors":7})", depth).message == R"({"errors":7})");
}

TEST_CASE("the visible text of a page is kept", "[read_error]") {
    struct {
        std::string page, text;
    } const cases[] = {
        {"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad "
         "Gateway</h1></center>\r\n<hr><center>nginx/1.22.1</center>\r\n</body>\r\n</html>\r\n",
         "502 Bad Gateway 502 Bad Gateway nginx/1.22.1"},
        {"<!DOCTYPE html><html><head><STYLE type=\"text/css\">a > b { c: d }</STYLE>"
         "<script>if (a < b) document.write('</p>');</script><!-- a > comment --></head>"
         "<body>It&#39;s &lt;down&gt;&nbsp;&amp; out&hellip;</body></html>",
         "It's <down> & out&hellip;"},
        {"<?xml version=\"1.0\"?><Error><Code>AuthorizationFailure</Code><Message>No.</Message>"
         "</Error>",
         "AuthorizationFailure No."},
        {"Service Unavailable</br>Try later", "Service Unavailable Try later"},
        {"<script>never ended", ""},
        {"<style", ""},
        {"<!-- never ended", ""},
        {"<p>a<", "a<"},
        {"<p>a</p", "a"},
        {"<script></script", ""},
        {"<script></scriptx", ""},
    };
    for (const auto& each : cases) {
        INFO(each.page);
        const auto error = detail::read_error(each.page, depth);
        CHECK(error.message == each.text);
        CHECK(error.code.empty());
    }
}

TEST_CASE("the text of a page is cut to a line, between characters", "[read_error]") {
    std::string page = "<p>";
    for (int i = 0; i < 1'000; ++i)
        page += "\u20ac ";
    for (int shift = 0; shift < 4; ++shift) {
        page.insert(3, 1, 'a');
        const auto error = detail::read_error(page, depth);
        CHECK(error.message.size() <= 200);
        CHECK(error.message.size() > 190);
        CHECK(error.message.ends_with(" ..."));
        CHECK(detail::find_invalid_utf8(error.message) == std::string::npos);
    }
    CHECK(detail::read_error(std::string(200, 'a'), depth).message == std::string(200, 'a'));
    CHECK(detail::read_error(std::string(201, 'a'), depth).message ==
          std::string(196, 'a') + " ...");
    CHECK(detail::read_error(std::string(1'000'000, '\xff'), depth).message.size() <= 200);
}

TEST_CASE("an error of any size is cut to its limits", "[read_error]") {
    const std::string huge(100'000, 'x');
    auto error = detail::read_error(
        R"({"error":{"code":")" + huge + R"(","message":")" + huge + R"(","target":")" + huge +
            R"(","innererror":{"details":{")" + huge + R"(":")" + huge + "\"}}}}",
        depth);
    CHECK(error.code.size() == 200);
    CHECK(error.message.size() == 2000);
    CHECK(error.target.size() == 200);
    REQUIRE(error.inner.size() == 1);
    REQUIRE(error.inner[0].properties.size() == 1);
    CHECK(error.inner[0].properties[0].first.size() == 200);
    CHECK(error.inner[0].properties[0].second.size() == 2000);

    std::string list = R"({"error":{"code":"X","details":[0)";
    std::string map = R"({"error":{"code":"X","innererror":{"details":{"0":0)";
    for (int i = 1; i < 10'000; ++i) {
        list += ",0";
        map.append(",\"").append(std::to_string(i)).append("\":0");
    }
    CHECK(detail::read_error(list + "]}}", depth).details.size() == 100);
    error = detail::read_error(map + "}}}}", depth);
    REQUIRE(error.inner.size() == 1);
    CHECK(error.inner[0].properties.size() == 100);
}

TEST_CASE("an error that is nested too deeply is cut", "[read_error]") {
    boost::json::value inner = boost::json::object{{"code", "innermost"}};
    boost::json::value details = inner;
    for (int i = 0; i < 200; ++i) {
        inner = boost::json::object{{"code", std::to_string(i)}, {"innererror", std::move(inner)}};
        details = boost::json::object{{"details", boost::json::array{std::move(details)}}};
    }
    CHECK(detail::read_error_tree(inner).inner.size() == 16);
    int levels = 0;
    const auto tree = detail::read_error_tree(details);
    for (const service_error* at = &tree; !at->details.empty(); at = &at->details[0])
        ++levels;
    CHECK(levels == 16);

    // Deeper than JSON may be: the text itself.
    const std::string body = R"({"error":{"details":)" + nested(40) + "}}";
    CHECK(detail::read_error(body, depth).message == body);
    CHECK(detail::read_error(std::string(1'000'000, '{'), depth).message.size() == 200);
}

} // namespace read_error_test
