#include <langexport/testing/project.hpp>
#include <langexport/testing/service_model.hpp>

#include "support/catch.hpp"
#include "unit/testing/service_model_bench.hpp"

#include <chrono>
#include <set>
#include <string>
#include <string_view>

namespace project_test {

namespace testing = langexport::testing;

namespace {

using namespace std::chrono_literals;
using langexport::project_surface;
using langexport_tests::read_all;
using langexport_tests::service_model_bench;
using testing::job_end;
using testing::project;
using testing::sample_kind;

constexpr sample_kind kinds[] = {sample_kind::single_label_classification,
                                 sample_kind::multi_label_classification,
                                 sample_kind::entity_recognition,
                                 sample_kind::healthcare,
                                 sample_kind::text_sentiment,
                                 sample_kind::abstractive_summarization,
                                 sample_kind::conversation,
                                 sample_kind::orchestration,
                                 sample_kind::question_answering};

} // namespace

TEST_CASE("each kind of project has the service's name, and belongs to one surface",
          "[emulator][project]") {
    std::set<std::string_view> names;
    for (const sample_kind kind : kinds) {
        const std::string_view name = to_string(kind);
        names.insert(name);
        const project_surface surface = surface_of(kind);
        if (name.starts_with("Custom"))
            CHECK(surface == project_surface::analyze_text);
        else if (name == "QuestionAnswering")
            CHECK(surface == project_surface::query_knowledgebases);
        else
            CHECK(surface == project_surface::analyze_conversations);
    }
    CHECK(names == std::set<std::string_view>{
                       "CustomSingleLabelClassification", "CustomMultiLabelClassification",
                       "CustomEntityRecognition", "CustomHealthcare", "CustomTextSentiment",
                       "CustomAbstractiveSummarization", "Conversation", "Orchestration",
                       "QuestionAnswering"});
}

TEST_CASE("each end of a job has the service's word", "[emulator][project]") {
    CHECK(to_string(job_end::succeeded) == "succeeded");
    CHECK(to_string(job_end::failed) == "failed");
    CHECK(to_string(job_end::cancelled) == "cancelled");
    CHECK(to_string(job_end::partially_completed) == "partiallyCompleted");
    CHECK(to_string(job_end::never) == "never");
}

TEST_CASE("the jobs of a project without further settings take a second and succeed",
          "[emulator][project]") {
    service_model_bench b;
    b.model.add_project(project("Demo"));
    const std::string job = b.begin();
    CHECK(b.word(job) == "notStarted");
    b.now += 999ms;
    CHECK(b.word(job) == "running");
    b.now += 1ms;
    CHECK(b.word(job) == "succeeded");
}

TEST_CASE("a project can have its result as bytes, which the service sends unchanged",
          "[emulator][project]") {
    const std::string bytes("\0not JSON\xFF\n", 11);
    service_model_bench b;
    b.model.add_project(project::with_document("Demo", bytes));
    std::string result = b.begin();
    b.now += 1s;
    result.insert(result.find('?'), "/result");
    const auto response = b.ask("GET", result);
    REQUIRE(response.stream);
    CHECK(response.stream->size() == bytes.size());
    CHECK(read_all(*response.stream) == bytes);
}

TEST_CASE("the time of the last change of a project is its creation by default",
          "[emulator][project]") {
    const project p("Demo");
    CHECK(p.created == std::chrono::sys_days(std::chrono::year(2024) / 1 / 1));
    CHECK(p.last_modified == p.created);
}

} // namespace project_test
