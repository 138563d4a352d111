#ifndef LANGEXPORT_DETAIL_PROTOCOL_IMPL_RESULT_FORM_IPP
#define LANGEXPORT_DETAIL_PROTOCOL_IMPL_RESULT_FORM_IPP

#include <langexport/detail/base/text.hpp>
#include <langexport/detail/protocol/result_form.hpp>

namespace langexport {
inline namespace v0 {
namespace detail {

LANGEXPORT_DECL result_forms forms_of(project_surface surface, std::string_view format) noexcept {
    const auto is = [format](std::string_view word) { return equal_ignoring_case(format, word); };
    if (surface == project_surface::analyze_conversations && is("Luis"))
        return result_forms::luis;
    if (surface == project_surface::query_knowledgebases && is("tsv"))
        return result_forms::table;
    if (surface == project_surface::query_knowledgebases && is("excel"))
        return result_forms::workbook;
    return result_forms::project;
}

LANGEXPORT_DECL result_forms forms_of_link(std::string_view link) noexcept {
    std::string_view path = link.substr(0, link.find('?'));
    while (!path.empty()) {
        const std::string_view segment = path.substr(0, path.find('/'));
        path.remove_prefix(segment.size() < path.size() ? segment.size() + 1 : path.size());
        if (equal_ignoring_case(segment, to_string(project_surface::analyze_text)))
            return result_forms::project;
        if (equal_ignoring_case(segment, to_string(project_surface::analyze_conversations)))
            return result_forms::project | result_forms::luis;
        if (equal_ignoring_case(segment, to_string(project_surface::query_knowledgebases)))
            return result_forms::project | result_forms::table | result_forms::workbook;
        if (equal_ignoring_case(segment, "projects"))
            break; // the next segment is the name of a project, which may be any text
    }
    return result_forms::any;
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
