#ifndef LANGEXPORT_TESTING_IMPL_IMPORT_CALLS_IPP
#define LANGEXPORT_TESTING_IMPL_IMPORT_CALLS_IPP

#include <langexport/testing/impl/imported_document.hpp>
#include <langexport/testing/impl/service_state.hpp>

#include <memory>
#include <utility>

// The service's processing of imports.

namespace langexport {
inline namespace v0 {
namespace testing {
namespace detail {

// Replaces everything that an import brings.
inline void replace_contents(project& p, const route& call_route, imported_document& document,
                             std::string body) {
    p.document = std::make_shared<const std::string>(std::move(body));
    p.document_format = format_of(call_route);
    p.document_file.clear();
    p.content_type.clear();
    p.kind = call_route.is_of_knowledge_bases()
                 ? sample_kind::question_answering
                 : sample_kind_of(document.kind).value_or(sample_kind::conversation); // of LUIS
    if (!document.is_object) // a table says nothing about the project
        return;
    p.description = std::move(document.description);
    p.storage_container = std::move(document.container);
    p.is_multilingual = document.is_multilingual;
    if (!document.language.empty())
        p.language = std::move(document.language);
}

LANGEXPORT_DECL service_response service_state::submit_import(call& c) {
    const std::string& name = c.where.project;
    const auto known = projects.find(name);
    const bool is_new = known == projects.end();
    imported_document document = read_document(c.request.body);
    std::optional<rejection> why = check_document(options, c.where, document);
    if (!why && is_new)
        why = check_name(options, name);
    if (!why && !is_new && surface_of(known->second->kind) != c.where.surface)
        why = rejection(409, error_entry("Conflict", "A project of this name exists on another "
                                                     "surface of the resource."));
    if (why)
        return reject(c, *why);
    project pattern = imports.pattern_for(name);
    project imported = is_new ? pattern : *known->second;
    replace_contents(imported, c.where, document, std::move(c.request.body));
    pattern.kind = imported.kind;
    const job_record& job = jobs_.add(std::make_shared<const project>(std::move(pattern)),
                                      std::nullopt, c.now, responses_.ids());
    imports.add(job.id, std::move(imported));
    return accepted(c, job);
}

} // namespace detail
} // namespace testing
} // namespace v0
} // namespace langexport

#endif
