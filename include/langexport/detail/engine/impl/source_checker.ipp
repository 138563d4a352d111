#ifndef LANGEXPORT_DETAIL_ENGINE_IMPL_SOURCE_CHECKER_IPP
#define LANGEXPORT_DETAIL_ENGINE_IMPL_SOURCE_CHECKER_IPP

#include <langexport/detail/base/text.hpp>
#include <langexport/detail/engine/engine_parts.hpp>
#include <langexport/detail/engine/source_checker.hpp>

#include <string>

namespace langexport {
inline namespace v0 {
namespace detail {

LANGEXPORT_DECL void source_checker::begin(const operation_ptr& operation) {
    const steady_time deadline = operation->progress().deadline;
    operation->due = (steady_time::max)();
    parts_.timers.set(*operation, deadline == (steady_time::max)() ? deadline : round_up(deadline));
    auto then = [this, keep = parts_.keep_alive(), operation](const std::exception_ptr& thrown) {
        on_checked(operation, thrown);
    };
    operation->source()->begin_check(std::move(then));
}

// A document with another name may be the wrong one, or it shall be imported under a new name.
inline service_error warning_about_name(const std::string& expected, const std::string& found) {
    service_error warning;
    if (found.empty() || found == expected)
        return warning;
    warning.code = "ProjectNameDiffers";
    warning.message = "the document names its project '" + one_printable_line(found, 200) + "'";
    return warning;
}

LANGEXPORT_DECL void source_checker::on_checked(const operation_ptr& operation,
                                                const std::exception_ptr& thrown) {
    const steady_time now = parts_.timers.now();
    const checked_document& document = operation->source()->document();
    if (thrown) {
        parts_.responses.note_failure(*operation, sink_failure(thrown, errc::source_failed));
        parts_.completion.fail(operation, errc::source_failed);
    } else if (!document.findings().problem().empty()) {
        parts_.responses.note_failure(
            *operation,
            exchange_failure{errc::malformed_document, document.findings().problem(), {}});
        parts_.completion.fail(operation, errc::malformed_document);
    } else {
        parts_.notify.warned(
            *operation, request_kind::submission,
            warning_about_name(operation->project_name(), document.findings().project_name()));
        parts_.operations.schedule(*operation, now);
    }
    parts_.assigner.assign_requests();
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
