// What a recording of the live test shows.

#include "live/recording.hpp"
#include "support/catch.hpp"

#include <boost/json/serialize.hpp>

#include <string>
#include <utility>
#include <vector>

namespace live_recording_test {

using namespace langexport_tests;

namespace {

exchange_seen exchange_with(const std::string& header, const std::string& value) {
    exchange_seen one;
    one.method = "GET";
    one.target = "/language/authoring/analyze-text/projects/Caf%C3%A9%20One/export/jobs/1";
    one.status = 200;
    one.headers.emplace_back(header, value);
    one.body = R"({"status":"succeeded","metadata":{"projectName":"Café One"}})";
    return one;
}

std::string recording_with(const std::string& header, const std::string& value,
                           const std::string& project = "Café One") {
    const std::vector<exchange_seen> seen{exchange_with(header, value)};
    const private_words words{"0123456789abcdef", "name.example", {project}};
    return boost::json::serialize(recording_of(seen, words));
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("A recording shows a project's name in no header") {
    const std::string value =
        GENERATE(std::string("the project 'Café One' is old"), std::string("/x/caf%c3%a9%20one/y"),
                 std::string("id=Café+One"), std::string("Café_One.json"),
                 std::string("attachment; filename=\"Caf=C3=A9 One.xlsx\""),
                 std::string("attachment; filename*=UTF-8''Caf%C3%A9%20One.xlsx"));
    const std::string name = GENERATE(std::string("Content-Disposition"), std::string("x-other"));
    if (name == "x-other" && has(value, "filename=\""))
        return; // an encoding of its own, for files
    const std::string recording = recording_with(name, value);
    INFO(recording);
    CHECK_FALSE(has(recording, "Caf"));
    CHECK_FALSE(has(recording, "caf"));
    CHECK((has(recording, "PROJECT") && has(recording, "\"status\":\"succeeded\"")));
}

TEST_CASE("A recording shows neither key nor host") {
    const std::string recording =
        recording_with("x-any", "0123456789ABCDEF at https://NAME.example/");
    INFO(recording);
    CHECK(has(recording, "KEY at https://resource.example/"));
}

TEST_CASE("A very short name of a project is hidden, and words that contain it stay") {
    const std::string recording = recording_with("x-any", "attachment of /A/ and 'a'", "a");
    INFO(recording);
    CHECK(has(recording, "attachment of /PROJECT/ and 'PROJECT'"));
}

} // namespace live_recording_test
