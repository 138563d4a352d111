#include "examples/tool/emulator_values.hpp"

#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace emulator_values_test {

namespace testing = langexport::testing;
using namespace emulator_program;
using namespace std::chrono_literals;
using strings = std::vector<std::string>;

TEST_CASE("a number must fill the text and fit its type", "[emulator_values]") {
    CHECK(to_number<std::uint16_t>("--port", "65535") == 65535);
    CHECK(to_number<int>("--n", "-7") == -7);
    for (const char* const wrong : {"", "65536", "-1", "8080x", " 8080", "0x10", "1.5"}) {
        CAPTURE(wrong);
        CHECK_THROWS_WITH(to_number<std::uint16_t>("--port", wrong),
                          "--port: '" + std::string(wrong) +
                              "' is not a number in the valid range");
    }
}

TEST_CASE("a factor has a decimal point in every locale", "[emulator_values]") {
    CHECK(to_factor("--time-scale", "0.25") == 0.25);
    CHECK(to_factor("--time-scale", "1e3") == 1000);
    CHECK(to_factor("--time-scale", "-2") == -2);
    for (const char* const wrong : {"", "0,25", "1 ", " 1", "fast", "1x"}) {
        CAPTURE(wrong);
        CHECK_THROWS_AS(to_factor("--time-scale", wrong), usage_error);
    }
}

TEST_CASE("a duration needs its unit", "[emulator_values]") {
    CHECK(to_duration("--job-duration", "500ms") == 500ms);
    CHECK(to_duration("--job-duration", "2m") == 2min);
    CHECK_THROWS_WITH(to_duration("--job-duration", "soon"),
                      "--job-duration: 'soon' is not a duration such as 500ms, 2s or 1m");
}

TEST_CASE("a name becomes one segment of a path", "[emulator_values]") {
    CHECK(path_segment("Demo-1") == "Demo-1");
    CHECK(path_segment("a/b c?") == "a%2Fb%20c%3F");
}

TEST_CASE("a text is split at each separator", "[emulator_values]") {
    CHECK(split("a,b,c", ',') == strings{"a", "b", "c"});
    CHECK(split("a", ',') == strings{"a"});
    CHECK(split("", ',') == strings{""});
    CHECK(split(",a,,", ',') == strings{"", "a", "", ""});
}

TEST_CASE("a keyword that does not exist is reported with those that do", "[emulator_values]") {
    CHECK(to_named_value("--job-end", "failed", testing::job_ends()) == testing::job_end::failed);
    const std::vector<testing::job_end> two = {testing::job_end::succeeded,
                                               testing::job_end::failed};
    try {
        to_named_value("--job-end", "done", two);
        FAIL("it is accepted");
    } catch (const usage_error& error) {
        CHECK_THAT(error.what(), langexport_tests::contains_text("--job-end: 'done' is none of ") &&
                                     langexport_tests::contains_text("succeeded") &&
                                     langexport_tests::contains_text("failed"));
    }
}

TEST_CASE("an error has a code, and everything after the first equals sign is its text",
          "[emulator_values]") {
    const testing::error_entry entry = to_error("--job-error", "Busy=a=b");
    CHECK(entry.code == "Busy");
    CHECK(entry.message == "a=b");
    CHECK(to_error("--job-error", "Busy=").message.empty());
    for (const char* const wrong : {"", "Busy", "=text"}) {
        CAPTURE(wrong);
        CHECK_THROWS_WITH(to_error("--job-error", wrong),
                          "--job-error: '" + std::string(wrong) + "' is not CODE=TEXT");
    }
}

TEST_CASE("a project has its own name and file, and the rest of the pattern", "[emulator_values]") {
    const langexport_tests::temporary_folder folder;
    testing::project pattern("pattern");
    pattern.job_duration = 7s;
    CHECK(to_project("Demo", pattern).name == "Demo");
    CHECK(to_project("Demo", pattern).job_duration == 7s);
    CHECK(to_project("Demo", pattern).document_file.empty());

    const std::string file = folder / "a=b.json";
    langexport_tests::write_content(file, "{}");
    const testing::project with_file = to_project("Demo=" + file, pattern);
    CHECK(with_file.name == "Demo");
    CHECK(with_file.document_file == file);

    CHECK_THROWS_WITH(to_project("=" + file, pattern),
                      "--project: '=" + file + "' is not NAME or NAME=FILE");
    CHECK_THROWS_AS(to_project("", pattern), usage_error);
    CHECK_THROWS_WITH(to_project("Demo=" + file + "x", pattern),
                      "--project: cannot read '" + file + "x'");
}

} // namespace emulator_values_test
