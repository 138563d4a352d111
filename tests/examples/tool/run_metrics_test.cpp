// The metrics of runs: counters over several runs, and the file.

#include "examples/tool/run_metrics.hpp"

#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

#include <langexport/file/file_error.hpp>

#include <chrono>
#include <filesystem>
#include <set>
#include <string>

namespace run_metrics_test {

using namespace tool;
using namespace langexport_tests;
using namespace std::chrono_literals;
using langexport::export_outcome;

namespace {

const std::string label = "{resource=\"https://a.example/\"";

run_metrics run_at(std::chrono::seconds time, bool has_succeeded) {
    run_metrics run;
    resource_metrics& its = run.resources["https://a.example/"];
    its.outcomes[export_outcome::exported] = 5;
    if (!has_succeeded)
        its.outcomes[export_outcome::failed] = 2;
    its.bytes = 1000;
    its.has_succeeded = has_succeeded;
    its.submissions.left = 3;
    run.duration = 1500ms;
    run.ended = std::chrono::system_clock::time_point(time);
    return run;
}

} // namespace

TEST_CASE("the metrics of a run have the results, the time and the quota", "[tool][run_metrics]") {
    const std::string text = metrics_text_of(run_at(1'000'000s, true), "");
    for (const std::string& sample :
         {"langexport_last_success_timestamp_seconds" + label + "} 1000000\n",
          "langexport_exports_total" + label + ",outcome=\"exported\"} 5\n",
          "langexport_exports_total" + label + ",outcome=\"partial\"} 0\n",
          "langexport_exports_total" + label + ",outcome=\"failed\"} 0\n",
          "langexport_exports_total" + label + ",outcome=\"unfinished\"} 0\n",
          "langexport_export_bytes_total" + label + "} 1000\n",
          "langexport_run_duration_seconds" + label + "} 1.5\n",
          "langexport_quota_remaining" + label + ",class=\"POST\"} 3\n"})
        CHECK_THAT(text, contains_text(sample));
    CHECK(text.find("class=\"GET\"") == text.npos); // no limit
}

TEST_CASE("counters continue, and a failed run keeps the time of the last success",
          "[tool][run_metrics]") {
    const std::string first = metrics_text_of(run_at(1'000'000s, true), "");
    const std::string second = metrics_text_of(run_at(2'000'000s, false), first);
    CHECK_THAT(second, contains_text("last_success_timestamp_seconds" + label + "} 1000000\n") &&
                           contains_text("exports_total" + label + ",outcome=\"exported\"} 10\n") &&
                           contains_text("exports_total" + label + ",outcome=\"failed\"} 2\n") &&
                           contains_text("bytes_total" + label + "} 2000\n") &&
                           contains_text("run_duration_seconds" + label + "} 1.5\n"));
    const std::string third = metrics_text_of(run_at(3'000'000s, true), second);
    CHECK_THAT(third, contains_text("last_success_timestamp_seconds" + label + "} 3000000\n"));
    // A resource that never succeeded has the time 0, so that its age raises an alarm.
    CHECK_THAT(metrics_text_of(run_at(1s, false), "of another program {\n# TYPE\n\n x y\n"),
               contains_text("last_success_timestamp_seconds" + label + "} 0\n"));
}

TEST_CASE("objects of a config that name one resource are one", "[tool][run_metrics]") {
    resource_metrics sum;
    resource_metrics one;
    one.outcomes[export_outcome::failed] = 1;
    one.bytes = 7;
    one.has_succeeded = false;
    sum.add(one);
    sum.add(one);
    CHECK(sum.outcomes == decltype(sum.outcomes){{export_outcome::failed, 2}});
    CHECK(sum.bytes == 14);
    CHECK_FALSE(sum.has_succeeded);
}

TEST_CASE("an object of a config without a quota does not hide that of another one",
          "[tool][run_metrics]") {
    resource_metrics sum, one;
    one.submissions.left = 3;
    one.reads.left = 7;
    sum.add(one);
    sum.add(resource_metrics());
    CHECK(sum.submissions.left == 3);
    CHECK(sum.reads.left == 7);
}

TEST_CASE("a resource that cannot be used keeps its metrics", "[tool][run_metrics]") {
    const std::string first = metrics_text_of(run_at(1'000'000s, true), "");
    run_metrics second;
    second.ended = std::chrono::system_clock::time_point(2'000'000s);
    second.add_unusable("https://a.example/");
    const auto check_stays = [](const std::string& text) {
        CHECK_THAT(text,
                   contains_text("last_success_timestamp_seconds" + label + "} 1000000\n") &&
                       contains_text("exports_total" + label + ",outcome=\"exported\"} 5\n") &&
                       contains_text("bytes_total" + label + "} 1000\n"));
    };
    check_stays(metrics_text_of(second, first));

    // The run does not know the name of a resource, so each one of before may be it.
    run_metrics third;
    third.ended = second.ended;
    third.resources["https://b.example/"].has_succeeded = true;
    CHECK(metrics_text_of(with_earlier_resources(third, first), first).find("a.example") ==
          std::string::npos);
    third.has_unnamed = true;
    const std::string text = metrics_text_of(with_earlier_resources(third, first), first);
    check_stays(text);
    CHECK_THAT(text,
               contains_text("last_success_timestamp_seconds{resource=\"https://b.example/\"} "
                             "2000000\n"));
}

TEST_CASE("the resources of a text have their names", "[tool][run_metrics]") {
    run_metrics run;
    const std::set<std::string> names = {"https://a.example/", "a\"b\\c\nd", ""};
    for (const std::string& name : names)
        run.add_unusable(name);
    CHECK(resources_in(metrics_text_of(run, "")) == names);
    CHECK(resources_in("").empty());
    CHECK(resources_in("langexport_last_success_timestamp_seconds 7\nother{resource=\"x\"} 7\n")
              .empty());
}

TEST_CASE("the file of metrics is replaced as a whole, and everyone can read it",
          "[tool][run_metrics]") {
    using std::filesystem::perms;
    const temporary_folder folder;
    const auto file = folder / "langexport.prom";
    write_metrics(file, run_at(1'000'000s, true));
    CHECK(content_of(file) == metrics_text_of(run_at(1'000'000s, true), ""));
    const perms all_read = perms::owner_read | perms::group_read | perms::others_read;
    CHECK((std::filesystem::status(file).permissions() & all_read) == all_read);
    CHECK_FALSE(std::filesystem::exists(folder / ".langexport.prom.part"));
    write_metrics(file, run_at(2'000'000s, true));
    CHECK_THAT(content_of(file), contains_text("outcome=\"exported\"} 10\n"));
    std::filesystem::create_symlink("langexport.prom", folder / "link.prom");
    write_metrics(folder / "link.prom", run_at(3'000'000s, true));
    CHECK_THAT(content_of(folder / "link.prom"), contains_text("outcome=\"exported\"} 15\n"));
    CHECK((std::filesystem::status(folder / "link.prom").permissions() & all_read) == all_read);
    CHECK_THROWS_AS(write_metrics(folder / "absent/metrics.prom", run_at(1s, true)),
                    langexport::file_error);
    std::filesystem::create_directory(folder / "taken");
    CHECK_THROWS_AS(write_metrics(folder / "taken", run_at(1s, true)), langexport::file_error);
}

} // namespace run_metrics_test
