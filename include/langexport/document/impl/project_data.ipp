#ifndef LANGEXPORT_DOCUMENT_IMPL_PROJECT_DATA_IPP
#define LANGEXPORT_DOCUMENT_IMPL_PROJECT_DATA_IPP

#include <langexport/detail/base/name_table.hpp>
#include <langexport/document/project_data.hpp>

#include <boost/json/value.hpp>

namespace langexport {
inline namespace v0 {
namespace detail {

inline constexpr named_value<project_kind> project_kind_names[] = {
    {project_kind::single_label_classification, "CustomSingleLabelClassification"},
    {project_kind::multi_label_classification, "CustomMultiLabelClassification"},
    {project_kind::entity_recognition, "CustomEntityRecognition"},
    {project_kind::healthcare, "CustomHealthcare"},
    {project_kind::text_sentiment, "CustomTextSentiment"},
    {project_kind::abstractive_summarization, "CustomAbstractiveSummarization"},
    {project_kind::conversation, "Conversation"},
    {project_kind::orchestration, "Orchestration"},
    {project_kind::question_answering, "QuestionAnswering"},
};

} // namespace detail

LANGEXPORT_DECL project_kind project_kind_of(std::string_view word) noexcept {
    return detail::value_in_any_case(detail::project_kind_names, word)
        .value_or(project_kind::unknown);
}

LANGEXPORT_DECL std::string_view to_string(project_kind kind) noexcept {
    return detail::name_in(detail::project_kind_names, kind);
}

LANGEXPORT_DECL std::optional<double> project_metadata::confidence_threshold() const noexcept {
    const auto* value = settings.if_contains("confidenceThreshold");
    if (!value || !value->is_number())
        return std::nullopt;
    return value->is_double()  ? value->get_double()
           : value->is_int64() ? static_cast<double>(value->get_int64())
                               : static_cast<double>(value->get_uint64());
}

LANGEXPORT_DECL project_kind project_file::kind() const noexcept {
    if (!metadata.kind_text.empty())
        return project_kind_of(metadata.kind_text);
    if (!assets.kind_text.empty())
        return project_kind_of(assets.kind_text);
    if (!luis.schema_version.empty())
        return project_kind::conversation;
    const bool is_knowledge_base = !assets.qnas.empty() || !assets.synonyms.empty();
    return is_knowledge_base ? project_kind::question_answering : project_kind::unknown;
}

LANGEXPORT_DECL std::optional<text_unit> project_file::unit() const noexcept {
    if (string_index_type.empty())
        return text_unit::utf16_code_units;
    return text_unit_of(string_index_type);
}

} // namespace v0
} // namespace langexport

#endif
