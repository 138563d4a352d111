#ifndef LANGEXPORT_DOCUMENT_IMPL_PROJECT_FILE_IPP
#define LANGEXPORT_DOCUMENT_IMPL_PROJECT_FILE_IPP

#include <langexport/document/impl/project_schema.hpp>
#include <langexport/document/impl/project_writer.hpp>
#include <langexport/document/json_normalizer.hpp>
#include <langexport/document/project_file.hpp>

namespace langexport {
inline namespace v0 {

LANGEXPORT_DECL void write_json(const project_file& file,
                                const std::function<void(std::string_view)>& sink) {
    detail::project_writer writer(sink, false);
    writer.keep(file.rounded_numbers);
    writer.write(detail::project_file_schema, &file);
    writer.flush();
}

LANGEXPORT_DECL std::string to_json(const project_file& file) {
    std::string text;
    write_json(file, [&](std::string_view piece) { text += piece; });
    return text;
}

LANGEXPORT_DECL std::string normalize(const project_file& file,
                                      const normalizing_options& options) {
    return normalize(std::string_view(to_json(file)), options);
}

} // namespace v0
} // namespace langexport

#endif
