#include "examples/tool/manual_steps.hpp"

#include "support/catch.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace manual_steps_test {

using namespace tool;
using langexport_tests::contains_text;

namespace {

manifest_entry entry_of(const std::string& name, const std::string& surface = "analyze-text") {
    manifest_entry entry;
    entry.name = name;
    entry.surface = surface;
    return entry;
}

const manifest_entry::time_point when = std::chrono::sys_days(std::chrono::days(20000));

} // namespace

TEST_CASE("the documents of each container remain to be put in place", "[tool][manual_steps]") {
    manifest_entry a = entry_of("A"), b = entry_of("B"), c = entry_of("C");
    a.last_modified = b.last_modified = c.last_modified = when;
    a.container = b.container = "texts";
    a.documents = 3;
    b.documents = 4;
    c.container = "more";
    manifest_entry conversation = entry_of("D", "analyze-conversations");
    conversation.last_modified = when;
    conversation.container = "none";
    conversation.documents = 0;
    const auto steps = manual_steps({a, b, c, conversation});
    REQUIRE(steps.size() == 2);
    CHECK_THAT(steps[0], contains_text("documents   put the documents, unchanged, into the "
                                       "container 'more'") &&
                             contains_text(": C"));
    CHECK_THAT(steps[1], contains_text("put 7 documents, unchanged, into the container 'texts'") &&
                             contains_text(": A, B"));
}

TEST_CASE("what was trained and deployed is trained and deployed again", "[tool][manual_steps]") {
    manifest_entry a = entry_of("A"), b = entry_of("B", "analyze-conversations"),
                   c = entry_of("C", "query-knowledgebases");
    a.last_modified = b.last_trained = c.last_deployed = when;
    CHECK(manual_steps({a}).empty());
    CHECK(manual_steps({b}) == std::vector<std::string>{"training    train a model of each: B"});
    const auto steps = manual_steps({a, b, c});
    REQUIRE(steps.size() == 2);
    CHECK_THAT(steps[1], contains_text("deployment  deploy each") && contains_text(": C"));
}

TEST_CASE("without times, everything may have been trained and deployed", "[tool][manual_steps]") {
    const auto steps = manual_steps({entry_of("A"), entry_of("FAQ", "query-knowledgebases")});
    REQUIRE(steps.size() == 2);
    CHECK(steps[0] == "training    train a model of each: A");
    CHECK_THAT(steps[1], contains_text(": A, FAQ"));
    CHECK(manual_steps({}).empty());
}

} // namespace manual_steps_test
