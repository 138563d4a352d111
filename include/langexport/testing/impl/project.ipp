#ifndef LANGEXPORT_TESTING_IMPL_PROJECT_IPP
#define LANGEXPORT_TESTING_IMPL_PROJECT_IPP

#include <langexport/detail/base/name_table.hpp>
#include <langexport/document/project_data.hpp>
#include <langexport/export_status.hpp>
#include <langexport/testing/project.hpp>

#include <string_view>

namespace langexport {
inline namespace v0 {
namespace testing {

namespace detail {

// The names are those of `project_kind` and of `job_status`, which have the tables of the service's words.
struct sample_kind_row {
    sample_kind value;
    project_kind same;
};
inline constexpr sample_kind_row sample_kind_table[] = {
    {sample_kind::single_label_classification, project_kind::single_label_classification},
    {sample_kind::multi_label_classification, project_kind::multi_label_classification},
    {sample_kind::entity_recognition, project_kind::entity_recognition},
    {sample_kind::healthcare, project_kind::healthcare},
    {sample_kind::text_sentiment, project_kind::text_sentiment},
    {sample_kind::abstractive_summarization, project_kind::abstractive_summarization},
    {sample_kind::conversation, project_kind::conversation},
    {sample_kind::orchestration, project_kind::orchestration},
    {sample_kind::question_answering, project_kind::question_answering},
};

struct job_end_row {
    job_end value;
    job_status status;
};
inline constexpr job_end_row job_end_table[] = {
    {job_end::succeeded, job_status::succeeded},
    {job_end::failed, job_status::failed},
    {job_end::cancelled, job_status::cancelled},
    {job_end::partially_completed, job_status::partially_completed},
    {job_end::never, job_status::unknown}, // there is no such status
};

LANGEXPORT_DECL std::optional<sample_kind> sample_kind_of(std::string_view word) noexcept {
    const project_kind same = project_kind_of(word);
    for (const auto& row : sample_kind_table)
        if (row.same == same)
            return row.value;
    return std::nullopt;
}

} // namespace detail

LANGEXPORT_DECL std::string_view to_string(sample_kind kind) noexcept {
    for (const auto& row : detail::sample_kind_table)
        if (row.value == kind)
            return to_string(row.same);
    return to_string(project_kind::single_label_classification);
}

LANGEXPORT_DECL std::vector<sample_kind> sample_kinds() {
    return langexport::detail::values_in(detail::sample_kind_table);
}

LANGEXPORT_DECL std::string_view to_string(job_end end) noexcept {
    for (const auto& row : detail::job_end_table)
        if (row.value == end && row.status != job_status::unknown)
            return to_string(row.status);
    return "never";
}

LANGEXPORT_DECL std::vector<job_end> job_ends() {
    return langexport::detail::values_in(detail::job_end_table);
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
