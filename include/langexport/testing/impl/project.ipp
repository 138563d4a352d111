#ifndef LANGEXPORT_TESTING_IMPL_PROJECT_IPP
#define LANGEXPORT_TESTING_IMPL_PROJECT_IPP

#include <langexport/testing/project.hpp>

#include <string_view>

namespace langexport {
inline namespace v0 {
namespace testing {

LANGEXPORT_DECL std::string_view to_string(project_kind kind) noexcept {
    switch (kind) {
    case project_kind::single_label_classification:
        return "CustomSingleLabelClassification";
    case project_kind::multi_label_classification:
        return "CustomMultiLabelClassification";
    case project_kind::entity_recognition:
        return "CustomEntityRecognition";
    case project_kind::healthcare:
        return "CustomHealthcare";
    case project_kind::text_sentiment:
        return "CustomTextSentiment";
    case project_kind::abstractive_summarization:
        return "CustomAbstractiveSummarization";
    case project_kind::conversation:
        return "Conversation";
    case project_kind::orchestration:
        return "Orchestration";
    case project_kind::question_answering:
        return "QuestionAnswering";
    }
    return "CustomSingleLabelClassification";
}

LANGEXPORT_DECL project_surface surface_of(project_kind kind) noexcept {
    switch (kind) {
    case project_kind::conversation:
    case project_kind::orchestration:
        return project_surface::analyze_conversations;
    case project_kind::question_answering:
        return project_surface::query_knowledgebases;
    default:
        return project_surface::analyze_text;
    }
}

} // namespace testing
} // namespace v0
} // namespace langexport

#endif
