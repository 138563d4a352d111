// The status of a job, as the service writes it.

#include <langexport/detail/protocol/read_status.hpp>

#include <langexport/detail/protocol/read_error.hpp>

#include "support/catch.hpp"

#include <chrono>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace read_status_test {

using namespace langexport;
using namespace langexport_tests;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t depth = 32;

// As the service writes it: compact, in this order, without the fields that it does not know yet.
const std::string succeeded =
    R"({"resultUrl":"https://name.cognitiveservices.azure.com/language/authoring/analyze-text/)"
    R"(projects/p/export/jobs/24ec8d7f-dfc2-4590-9446-ad17a26e7bc1_639055872000000000/result)"
    R"(?api-version=2022-05-01","jobId":"24ec8d7f-dfc2-4590-9446-ad17a26e7bc1_639055872000000000",)"
    R"("createdDateTime":"2026-02-02T23:15:00Z","lastUpdatedDateTime":"2026-02-02T23:15:01Z",)"
    R"("expirationDateTime":"2026-02-09T23:15:00Z","status":"succeeded"})";

const std::string failed =
    R"({"jobId":"24ec8d7f-dfc2-4590-9446-ad17a26e7bc1_639055872000000000",)"
    R"("createdDateTime":"2026-02-02T23:15:00Z","status":"failed",)"
    R"("warnings":[{"code":"Warning","message":"One document was left out."}],)"
    R"("errors":[{"code":"InternalServerError","message":"It did not work.","target":"assets",)"
    R"("details":[{"code":"Timeout","message":"Too slow."}],)"
    R"("innererror":{"code":"StorageTimeout","details":{"container":"docs","tries":"3"},)"
    R"("innererror":{"code":"SocketClosed"}}}]})";

struct reading {
    bool is_read;
    export_status status;
    std::string why;
};

reading read(std::string_view body, std::size_t max_depth = depth) {
    reading result{false, export_status(export_job("p", "https://a.example/j", {})), {}};
    result.is_read = detail::read_status(body, max_depth, result.status, result.why);
    CHECK(result.is_read == result.why.empty());
    return result;
}

std::string rejected(std::string_view body, std::size_t max_depth = depth) {
    const auto result = read(body, max_depth);
    CHECK_FALSE(result.is_read);
    return result.why;
}

std::chrono::system_clock::time_point at(std::chrono::seconds since_epoch) {
    return std::chrono::system_clock::time_point(since_epoch);
}

std::string nested(std::size_t levels) {
    return std::string(levels, '[') + std::string(levels, ']');
}

} // namespace

TEST_CASE("the status of a job that succeeded is read", "[read_status]") {
    const auto result = read(succeeded);
    REQUIRE(result.is_read);
    const export_status& status = result.status;
    CHECK(status.status == job_status::succeeded);
    CHECK(status.status_text == "succeeded");
    CHECK(status.result_url ==
          "https://name.cognitiveservices.azure.com/language/authoring/analyze-text/projects/p/"
          "export/jobs/24ec8d7f-dfc2-4590-9446-ad17a26e7bc1_639055872000000000/"
          "result?api-version=2022-05-01");
    CHECK(status.created == at(1'770'074'100s));
    CHECK(status.last_updated == at(1'770'074'101s));
    CHECK(status.expires == at(1'770'074'100s + 24h * 7));
    CHECK(status.errors.empty());
    CHECK(status.warnings.empty());
    CHECK(status.job().operation_location() == "https://a.example/j");
}

TEST_CASE("the status of a job that failed has its errors and warnings", "[read_status]") {
    const auto result = read(failed);
    REQUIRE(result.is_read);
    CHECK(result.status.status == job_status::failed);
    CHECK(result.status.result_url.empty());
    CHECK_FALSE(result.status.expires);
    REQUIRE(result.status.warnings.size() == 1);
    CHECK(result.status.warnings[0].message == "One document was left out.");

    REQUIRE(result.status.errors.size() == 1);
    const service_error& error = result.status.errors[0];
    CHECK(error.code == "InternalServerError");
    CHECK(error.message == "It did not work.");
    CHECK(error.target == "assets");
    REQUIRE(error.details.size() == 1);
    CHECK(error.details[0].code == "Timeout");
    REQUIRE(error.inner.size() == 2);
    CHECK(error.inner[0].code == "StorageTimeout");
    CHECK(error.inner[0].properties ==
          std::vector<std::pair<std::string, std::string>>{{"container", "docs"}, {"tries", "3"}});
    CHECK(error.inner[1].code == "SocketClosed");
    CHECK(error.most_specific_code() == "SocketClosed");
}

TEST_CASE("status words are recognized in any case, and unknown ones are kept", "[read_status]") {
    struct {
        std::string_view word;
        job_status status;
        bool terminal;
    } const cases[] = {
        {"notStarted", job_status::not_started, false},
        {"running", job_status::running, false},
        {"succeeded", job_status::succeeded, true},
        {"failed", job_status::failed, true},
        {"cancelled", job_status::cancelled, true},
        {"canceled", job_status::cancelled, true},
        {"cancelling", job_status::cancelling, false},
        {"partiallyCompleted", job_status::partially_completed, true},
        {"unknown", job_status::unknown, false},
        {"Succeeded", job_status::succeeded, true},
        {"SUCCEEDED", job_status::succeeded, true},
        {"Failed", job_status::failed, true},
        {"Canceled", job_status::cancelled, true},
        {"Cancelled", job_status::cancelled, true},
        {"canceling", job_status::cancelling, false},
        {"Cancelling", job_status::cancelling, false},
        {"PartiallyCompleted", job_status::partially_completed, true},
        {"partiallycompleted", job_status::partially_completed, true},
        {"NotStarted", job_status::not_started, false},
        {"Running", job_status::running, false},
        {"expired", job_status::unknown, false},
        {"succeeded ", job_status::unknown, false},
        {"paused", job_status::unknown, false},
        {"", job_status::unknown, false},
    };
    for (const auto& each : cases) {
        INFO(each.word);
        const auto result = read(R"({"status":")" + std::string(each.word) + "\"}");
        REQUIRE(result.is_read);
        CHECK(result.status.status == each.status);
        CHECK(result.status.status_text == each.word);
        CHECK(is_terminal(result.status.status) == each.terminal);
    }
    // The library names them by the service's own words.
    for (const std::string_view word : {"notStarted", "running", "succeeded", "failed", "cancelled",
                                        "cancelling", "partiallyCompleted", "unknown"})
        CHECK(to_string(read(R"({"status":")" + std::string(word) + "\"}").status.status) == word);
}

TEST_CASE("absent and null fields are empty, unknown ones are skipped", "[read_status]") {
    for (const auto body :
         {R"({"status":"running"})",
          R"({"status":"running","resultUrl":null,"errors":null,"warnings":null,)"
          R"("createdDateTime":null,"lastUpdatedDateTime":null,"expirationDateTime":null})",
          R"({"new":{"deep":[1,2.5e300,{"x":null}]},"status":"running","errors":[],"warnings":[]})",
          "\r\n {\n  \"status\" : \"running\"\n}\n"}) {
        INFO(body);
        const auto result = read(body);
        REQUIRE(result.is_read);
        CHECK(result.status.status == job_status::running);
        CHECK(result.status.result_url.empty());
        CHECK(result.status.errors.empty());
        CHECK(result.status.warnings.empty());
        CHECK_FALSE(result.status.created);
        CHECK_FALSE(result.status.last_updated);
        CHECK_FALSE(result.status.expires);
    }
}

TEST_CASE("no field of an earlier status remains in the next one", "[read_status]") {
    auto result = read(failed);
    CHECK(detail::read_status(R"({"status":"running"})", depth, result.status, result.why));
    CHECK(result.status.status == job_status::running);
    CHECK(result.status.errors.empty());
    CHECK(result.status.warnings.empty());
    CHECK_FALSE(result.status.created);
}

TEST_CASE("a rejected status does not change the earlier one", "[read_status]") {
    auto result = read(succeeded);
    const std::string url = result.status.result_url;
    for (const auto body : {"", "[]", R"({"status":7})", R"({"status":"running","resultUrl":1})"})
        CHECK_FALSE(detail::read_status(body, depth, result.status, result.why));
    CHECK(result.status.status == job_status::succeeded);
    CHECK(result.status.result_url == url);
}

TEST_CASE("an unreadable time is omitted", "[read_status]") {
    for (const auto time :
         {R"("yesterday")", R"("2026-02-30T00:00:00Z")", "1770074100", "{}", "\"\""}) {
        INFO(time);
        const auto result =
            read(R"({"status":"running","createdDateTime":)" + std::string(time) + "}");
        REQUIRE(result.is_read);
        CHECK_FALSE(result.status.created);
    }
}

TEST_CASE("an error in a status that is not an object is kept as text", "[read_status]") {
    const auto result =
        read(R"({"status":"failed","errors":["plain words",7,true,null,["a",{"b":1}],{}]})");
    REQUIRE(result.is_read);
    REQUIRE(result.status.errors.size() == 6);
    CHECK(result.status.errors[0].message == "plain words");
    CHECK(result.status.errors[1].message == "7");
    CHECK(result.status.errors[2].message == "true");
    CHECK(result.status.errors[3].empty());
    CHECK(result.status.errors[4].message == R"(["a",{"b":1}])");
    CHECK(result.status.errors[5].empty());
}

TEST_CASE("an invalid status is rejected with its field or byte", "[read_status]") {
    struct {
        std::string body, why;
    } const cases[] = {
        {"", "it is empty"},
        {" \r\n\t", "it is empty"},
        {"{}", "field 'status' is missing"},
        {R"({"Status":"running"})", "field 'status' is missing"},
        {R"({"status":null})", "field 'status' is missing"},
        {R"({"status":7})", "field 'status' is a number, not a string"},
        {R"({"status":["running"]})", "field 'status' is an array, not a string"},
        {R"({"status":"running","resultUrl":1.5})", "field 'resultUrl' is a number, not a string"},
        {R"({"status":"running","resultUrl":{}})", "field 'resultUrl' is an object, not a string"},
        {R"({"status":"succeeded","resultUrl":[""]})",
         "field 'resultUrl' is an array, not a string"},
        {"[]", "it is an array, not an object"},
        {"null", "it is null, not an object"},
        {"\"running\"", "it is a string, not an object"},
        {"42", "it is a number, not an object"},
        {"<html></html>", "byte 0: syntax error"},
        {R"({"status":"running")", "it ends at byte 19, but its JSON is incomplete"},
        {R"({"status":"running",})", "byte 20: syntax error"},
        {R"({"status":"running"} {})", "byte 21: extra data"},
        {R"({/*x*/"status":"running"})", "byte 1: syntax error"},
        {"\xEF\xBB\xBF{}", "field 'status' is missing"},
        {"\xEF\xBB\xBF", "it ends at byte 3, but its JSON is incomplete"},
        {"\xEF\xBB\xBF{,}", "byte 4: syntax error"},
        {"\xEF\xBB\xBF\xEF\xBB\xBF{}", "byte 3: syntax error"},
        {" \xEF\xBB\xBF{}", "byte 1: syntax error"},
        {"{\"status\":\"run\nning\"}", "byte 14: syntax error"},
        {"{\"status\":\"run\xff\"}", "byte 14: syntax error"},
        {R"({"status":"\ud8zz"})", "byte "},
        {R"({\ud800:"running"})", "byte 1: syntax error"},
    };
    for (const auto& each : cases) {
        INFO(each.body);
        CHECK_THAT(rejected(each.body), contains_text(each.why));
    }
}

TEST_CASE("only the status word and the link can make a status unreadable", "[read_status]") {
    const std::string odd[] = {
        "null", "true", "7",    "-1.5e3",      "\"\"",
        "[]",   "{}",   "[[]]", R"({"a":{}})", "[1e99999999999,0E-2147483648]"};
    for (const std::string name : {"jobId", "createdDateTime", "lastUpdatedDateTime",
                                   "expirationDateTime", "errors", "warnings", "error", "new"}) {
        for (const std::string& value : odd) {
            INFO(name << ": " << value);
            const auto result = read("{\"" + name + "\":" + value + R"(,"status":"succeeded"})");
            REQUIRE(result.is_read);
            CHECK(result.status.status == job_status::succeeded);
        }
    }
    INFO("and what the odd field is beside stays");
    const auto result = read(
        R"({"status":"succeeded","resultUrl":"https://a.example/r","warnings":{},"errors":""})");
    CHECK(result.status.result_url == "https://a.example/r");
    CHECK(result.status.warnings.empty());
    CHECK(result.status.errors.empty());
}

TEST_CASE("a job that has no result needs no result link", "[read_status]") {
    for (const std::string word : {"failed", "Cancelled"})
        for (const std::string link : {"false", "{}", "[1]", "7", "null", "\"\"", "\"\xE9\""}) {
            INFO(word << ' ' << link);
            const auto result = read(R"({"resultUrl":)" + link + R"(,"status":")" + word +
                                     R"(","errors":[{"code":"InvalidData"}]})");
            REQUIRE(result.is_read);
            CHECK(is_terminal(result.status.status));
            CHECK(result.status.result_url.empty());
            REQUIRE(result.status.errors.size() == 1);
            CHECK(result.status.errors[0].code == "InvalidData");
        }
}

TEST_CASE("the reason of a failed job is read in any form", "[read_status]") {
    struct {
        std::string field;
        std::string code, message; // of the first error; both empty: there is none
        std::size_t count;
    } const cases[] = {
        {R"("error":{"code":"InvalidData","message":"no data"})", "InvalidData", "no data", 1},
        {R"("errors":{"code":"InvalidData","message":"no data"})", "InvalidData", "no data", 1},
        {R"("errors":[],"error":{"code":"InvalidData"})", "InvalidData", "", 1},
        {R"("errors":null,"error":"no data")", "", "no data", 1},
        {R"("errors":"no data")", "", "no data", 1},
        {R"("errors":[{"code":"A"}],"error":{"code":"B"})", "A", "", 1},
        {R"("errors":{"name":"is taken","size":["too","big"]})", "name", "is taken", 2},
        {R"("error":[{"code":"A"},{"code":"B"}])", "A", "", 2},
        {R"("errors":[null,{}],"error":{"code":"B"})", "B", "", 1},
        {R"("error":{"error":{"code":"A","message":"m"}})", "A", "m", 1},
        {R"("errors":[{"error":{"code":"A","message":"m"}}])", "A", "m", 1},
        {R"("errors":{"Error":{"Code":"A","Message":"m"}})", "A", "m", 1},
        {R"("error":{"Code":"A","Message":"m"})", "A", "m", 1},
        {R"("errors":{},"error":{})", "", "", 0},
        {R"("errors":false,"error":7)", "", "", 0},
    };
    for (const auto& each : cases) {
        INFO(each.field);
        const auto result = read(R"({"status":"failed",)" + each.field + "}");
        REQUIRE(result.is_read);
        REQUIRE(result.status.errors.size() == each.count);
        if (each.count > 0) {
            CHECK(result.status.errors[0].code == each.code);
            CHECK(result.status.errors[0].message == each.message);
        }
    }
}

TEST_CASE("a lone surrogate in a text is shown as U+FFFD", "[read_status]") {
    const auto result =
        read(R"({"status":"failed","errors":[{"code":"\ud83dX","message":"a\udc4d"}],)"
             R"("warnings":[{"message":"\ud83d\udc4d \ud83d"}]})");
    REQUIRE(result.is_read);
    REQUIRE(result.status.errors.size() == 1);
    CHECK(result.status.errors[0].code == "\xEF\xBF\xBDX");
    CHECK(result.status.errors[0].message == "a\xEF\xBF\xBD");
    CHECK(result.status.warnings[0].message == "\xF0\x9F\x91\x8D \xEF\xBF\xBD");
    const auto said = detail::read_error("\xEF\xBB\xBF{\"error\":{\"code\":\"C\\ud800\"}}", depth);
    CHECK(said.code == "C\xEF\xBF\xBD");
}

TEST_CASE("invalid characters in texts that are only shown do no harm", "[read_status]") {
    // Latin-1, one half of a pair, a sequence that is cut, and control characters.
    for (const std::string_view odd : {"\xE9", "\xED\xA0\xBD", "\xE2\x82", "\n", "\x01", "\tb"}) {
        const std::string text = "\"caf" + std::string(odd) + "\"";
        const std::string url = R"("resultUrl":"https://a.example/r","status":"succeeded")";
        INFO(text);
        const std::string fields[] = {R"("warnings":[{"message":)" + text + "}]",
                                      R"("errors":[)" + text + "]",
                                      R"("error":)" + text,
                                      R"("createdDateTime":)" + text,
                                      R"("jobId":)" + text,
                                      text + ":1"};
        for (const std::string& field : fields) {
            const auto result = read("{" + url + "," + field + "}");
            REQUIRE(result.is_read);
            CHECK(result.status.status == job_status::succeeded);
            CHECK(result.status.result_url == "https://a.example/r");
            for (const auto* list : {&result.status.warnings, &result.status.errors})
                for (const service_error& one : *list)
                    CHECK(one.message.starts_with("caf\xEF\xBF\xBD"));
        }
        INFO("what more depends on is whole, or not accepted");
        CHECK_THAT(rejected(R"({"status":)" + text + "}"), contains_text("syntax error"));
        CHECK_THAT(rejected(R"({"status":"succeeded","resultUrl":)" + text + "}"),
                   contains_text("syntax error"));
        const auto said =
            detail::read_error(R"({"error":{"code":"C","message":)" + text + "}}", depth);
        CHECK(said.code == "C");
        CHECK(said.message.starts_with("caf\xEF\xBF\xBD"));
    }
    CHECK_THAT(rejected("{\"status\":\"running\",\"x\":\"\x01\",}"), contains_text("syntax error"));
    CHECK_THAT(rejected("{\"status\":\"running\",\x01}"), contains_text("syntax error"));
}

TEST_CASE("JSON that is nested too deeply is rejected early", "[read_status]") {
    const auto body = [](std::size_t levels) {
        return R"({"status":"running","x":)" + nested(levels) + "}";
    };
    CHECK(read(body(31)).is_read);
    CHECK_THAT(rejected(body(32)), contains_text("too deep"));
    CHECK_THAT(rejected(std::string(1'000'000, '[')), contains_text("too deep"));
    std::string objects;
    for (int i = 0; i < 100'000; ++i)
        objects += "{\"a\":";
    CHECK_THAT(rejected(objects), contains_text("too deep"));
    CHECK_THAT(rejected(R"({"status":[]})", 1), contains_text("too deep"));
}

TEST_CASE("a status that was truncated anywhere is rejected", "[read_status]") {
    for (const std::string* whole : {&succeeded, &failed}) {
        for (std::size_t size = 0; size < whole->size(); ++size) {
            INFO(size);
            const auto why = rejected(std::string_view(*whole).substr(0, size));
            CHECK_THAT(why, contains_text(size == 0 ? "it is empty"
                                                    : "it ends at byte " + std::to_string(size)));
        }
    }
}

TEST_CASE("a damaged status is read or rejected without harm", "[read_status]") {
    std::mt19937 random(7);
    for (int i = 0; i < 5'000; ++i) {
        std::string body = i % 2 == 0 ? succeeded : failed;
        for (int edits = 0; edits < 3; ++edits)
            body[random() % body.size()] = static_cast<char>(random());
        const auto result = read(body);
        REQUIRE(result.why.size() < 200);
        REQUIRE(detail::find_invalid_utf8(result.why) == std::string::npos);
        REQUIRE(detail::find_invalid_utf8(result.status.status_text) == std::string::npos);
    }
}

TEST_CASE("a status with huge or repeated parts is limited", "[read_status]") {
    const std::string huge(500'000, 'x');
    auto result = read(R"({"status":")" + huge + R"(","resultUrl":")" + huge + "\"}");
    CHECK(result.is_read);
    CHECK(result.status.status_text.size() == 200);

    result = read(R"({"status":"running","status":"succeeded"})");
    CHECK(result.status.status == job_status::succeeded);

    std::string list = R"({"status":"failed","errors":[0)";
    for (int i = 1; i < 5'000; ++i)
        list += ",0";
    result = read(list + "]}");
    REQUIRE(result.status.errors.size() == 1001);
    CHECK(result.status.errors.back().message == "(4000 more were left out)");

    result = read(R"({"status":"failed","errors":[{"message":")" + huge + "\"}]}");
    REQUIRE(result.status.errors.size() == 1);
    CHECK(result.status.errors[0].message.size() == 2000);

    std::string keys = R"({"status":"running")";
    for (int i = 0; i < 20'000; ++i)
        keys.append(",\"k").append(std::to_string(i)).append("\":{}");
    CHECK(read(keys + "}").is_read);
    CHECK(read(R"({"status":"running","n":1)" + std::string(100'000, '0') + "}").is_read);
}

} // namespace read_status_test
