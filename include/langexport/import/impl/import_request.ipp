#ifndef LANGEXPORT_IMPORT_IMPL_IMPORT_REQUEST_IPP
#define LANGEXPORT_IMPORT_IMPL_IMPORT_REQUEST_IPP

#include <langexport/error.hpp>
#include <langexport/export_request.hpp>
#include <langexport/import/import_request.hpp>

namespace langexport {
inline namespace v0 {
namespace detail {

LANGEXPORT_DECL export_request settings_of(const import_request& request) {
    export_request settings(request.project_name);
    settings.surface = request.surface;
    settings.format = request.format;
    settings.priority = request.priority;
    settings.deadline = request.deadline;
    settings.job_timeout = request.job_timeout;
    settings.accept_partial = false;
    settings.allow_duplicates = request.allow_duplicates;
    settings.tag = request.tag;
    return settings;
}

// Runs a check of the fields that exports have, too, and names the class of an import in its error.
template <class Function>
void check_as_import(Function call) {
    try {
        call();
    } catch (const export_error& error) {
        constexpr std::string_view exported = "export_request::", imported = "import_request::";
        std::string why = error.diagnostics().detail;
        if (why.starts_with(exported))
            why.replace(0, exported.size(), imported);
        throw_error(errc::invalid_request, std::move(why));
    }
}

} // namespace detail

LANGEXPORT_DECL void validate(const import_request& request, std::string_view api_version) {
    detail::check_as_import([&] { validate(detail::settings_of(request), api_version); });
}

} // namespace v0
} // namespace langexport

#endif
