// Lines about files that take long to read.

#include "examples/tool/reading_notes.hpp"

#include "support/catch.hpp"

#include <string>
#include <vector>

namespace reading_notes_test {

using namespace tool;
using namespace std::chrono_literals;

TEST_CASE("a file that takes long to read is named from time to time", "[tool][reading_notes]") {
    std::vector<std::string> lines;
    reading_notes::time_point now{};
    const read_watch notes = reading_notes(
        "verifying", [&](const std::string& line) { lines.push_back(line); }, 9s,
        [&] { return now; });
    notes("out/A.json", 1000);
    now += 8999ms;
    notes("out/A.json", 2000);
    CHECK(lines.empty());
    now += 1ms;
    notes("out/A.json", 3'000'000);
    CHECK(lines == std::vector<std::string>{"verifying A.json: 3.0 MB so far"});
    now += 8s;
    notes("out/A.json", 4'000'000);
    CHECK(lines.size() == 1);
    now += 1s;
    watch_of(notes, "out/B.json")(7000);
    REQUIRE(lines.size() == 2);
    CHECK(lines[1] == "verifying B.json: 7.0 KB so far");
    CHECK_FALSE(watch_of({}, "out/B.json"));
}

} // namespace reading_notes_test
