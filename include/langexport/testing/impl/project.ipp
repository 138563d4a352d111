#ifndef LANGEXPORT_TESTING_IMPL_PROJECT_IPP
#define LANGEXPORT_TESTING_IMPL_PROJECT_IPP

#include <langexport/testing/project.hpp>

#include <string_view>

namespace langexport {
inline namespace v0 {
namespace testing {

LANGEXPORT_DECL std::string_view to_string(sample_kind kind) noexcept {
    switch (kind) {
    case sample_kind::single_label_classification:
        return "CustomSingleLabelClassification";
    case sample_kind::multi_label_classification:
        return "CustomMultiLabelClassification";
    case sample_kind::entity_recognition:
        return "CustomEntityRecognition";
    case sample_kind::healthcare:
        return "CustomHealthcare";
    case sample_kind::text_sentiment:
        return "CustomTextSentiment";
    case sample_kind::abstractive_summarization:
        return "CustomAbstractiveSummarization";
    case sample_kind::conversation:
        return "Conversation";
    case sample_kind::orchestration:
        return "Orchestration";
    case sample_kind::question_answering:
        return "QuestionAnswering";
    }
    return "CustomSingleLabelClassification";
}

LANGEXPORT_DECL std::string_view to_string(job_end end) noexcept {
    switch (end) {
    case job_end::succeeded:
        return "succeeded";
    case job_end::failed:
        return "failed";
    case job_end::cancelled:
        return "cancelled";
    case job_end::partially_completed:
        return "partiallyCompleted";
    case job_end::never:
        break;
    }
    return "never";
}

LANGEXPORT_DECL project_surface surface_of(sample_kind kind) noexcept {
    switch (kind) {
    case sample_kind::conversation:
    case sample_kind::orchestration:
        return project_surface::analyze_conversations;
    case sample_kind::question_answering:
        return project_surface::query_knowledgebases;
    default:
        return project_surface::analyze_text;
    }
}

} // namespace testing
} // namespace v0
} // namespace langexport

#endif
