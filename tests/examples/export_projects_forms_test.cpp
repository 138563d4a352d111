// The backup tool: which API version it requests, and how it names files by the format of the result.

#include "examples/tool_bench.hpp"

#include <filesystem>
#include <set>
#include <string>

namespace export_projects_forms_test {

using namespace langexport;
using namespace langexport_tests;
namespace fs = std::filesystem;

TEST_CASE("the format of the result decides the file's extension; an older file is removed",
          "[tool][names]") {
    tool_bench b;
    testing::project faq = project_of("FAQ");
    faq.kind = testing::sample_kind::question_answering;
    const texts arguments = {"--report", b.report(), "--surface",   "query-knowledgebases",
                             "--format", "tsv",      "--normalize", "FAQ"};
    const auto name_of_last = [&] { return fs::path(b.lines_of("FAQ").back().file).filename(); };
    b.service.add_project(faq);
    CHECK(b.run(arguments) == 0);
    CHECK(b.files() == std::set<std::string>{"FAQ.tsv"});
    CHECK(name_of_last() == "FAQ.tsv");

    faq.zips_tables = true;
    b.service.add_project(faq);
    CHECK(b.run(arguments) == 0);
    CHECK(b.files() == std::set<std::string>{"FAQ.zip"});
    CHECK(name_of_last() == "FAQ.zip");
    CHECK(content_of(b.folder / "out" / "FAQ.zip").starts_with("PK\x03\x04"));
    CHECK_THAT(b.err, contains_text("FAQ.tsv: the result of FAQ is FAQ.zip now"));
    const auto written = fs::last_write_time(b.folder / "out" / "FAQ.zip");
    CHECK(b.run(arguments) == 0);
    CHECK(fs::last_write_time(b.folder / "out" / "FAQ.zip") == written);
    CHECK(b.err.find("deleted") == std::string::npos);

    faq.zips_tables = false;
    b.service.add_project(faq);
    CHECK(b.run(arguments) == 0);
    CHECK(b.files() == std::set<std::string>{"FAQ.tsv"});
}

TEST_CASE("an API version applies to all surfaces or to one", "[tool][versions]") {
    tool_bench b;
    b.service.add_project(project_of("A"));
    testing::project faq = project_of("FAQ");
    faq.kind = testing::sample_kind::question_answering;
    b.service.add_project(faq);
    const auto targets = [&](texts arguments) {
        b.service.clear_requests();
        CHECK(b.run(arguments) == 0);
        std::set<std::string> seen;
        for (const auto& request : b.service.requests())
            seen.insert(request.target.substr(request.target.find("api-version=")));
        return seen;
    };
    using versions = std::set<std::string>;
    CHECK(targets({"A"}) == versions{"api-version=2023-04-01"});
    CHECK(targets({"--api-version", "2022-05-01", "A"}) == versions{"api-version=2022-05-01"});
    CHECK(targets({"--api-version", "query-knowledgebases=x", "A"}) ==
          versions{"api-version=2023-04-01"});
    CHECK(targets({"--api-version=query-knowledgebases=2021-10-01", "--api-version", "y",
                   "--surface", "query-knowledgebases", "FAQ"}) ==
          versions{"api-version=2021-10-01"});
    CHECK(b.service.requests()[0].target.starts_with("/language/query-knowledgebases/"));
    for (const std::string wrong : {"text=2023-04-01", "=x", "analyze-text=", "a b", ""}) {
        CAPTURE(wrong);
        CHECK(b.run({"--api-version", wrong, "A"}) == 2);
        CHECK_THAT(b.err, contains_text("--api-version "));
    }
}

} // namespace export_projects_forms_test
