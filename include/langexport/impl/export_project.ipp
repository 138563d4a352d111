#ifndef LANGEXPORT_IMPL_EXPORT_PROJECT_IPP
#define LANGEXPORT_IMPL_EXPORT_PROJECT_IPP

#include <langexport/detail/engine/engine.hpp>
#include <langexport/detail/protocol/link.hpp>
#include <langexport/detail/protocol/result_form.hpp>
#include <langexport/detail/protocol/submission.hpp>
#include <langexport/export_project.hpp>

#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

// An operation before it starts.
struct unstarted_operation {
    std::shared_ptr<export_operation> operation;
    export_plan plan;
    steady_duration time_limit;
    asio::any_io_executor executor; // of calls to the sink and to functions
};

// The operation fails for this reason when it starts; nothing is sent.
inline void reject(export_operation& operation, errc code, std::string why) {
    operation.parts().failure = std::make_unique<last_failure>();
    operation.failure()->rejected = code;
    operation.failure()->detail = std::move(why);
}

inline unstarted_operation make_operation(engine& owner, operation_handler&& handler,
                                          bound_target&& target) {
    const client_params& params = owner.params();
    unstarted_operation made{owner.make_operation(std::move(handler)), export_plan{},
                             params.deadline.value_or((steady_duration::max)()),
                             std::move(target.executor)};
    made.plan.kind = target.kind;
    made.plan.job_timeout = params.job_timeout;
    made.plan.accept_partial = params.accept_partial;
    if (target.sink)
        made.operation->parts().sink =
            owner.make_sink_runner(std::move(target.sink), made.executor);
    else if (target.is_streamed)
        reject(*made.operation, errc::invalid_request, "the sink is null");
    return made;
}

// The time limits, the priority and the like that a request sets for its own operation.
inline void apply_settings(unstarted_operation& made, const export_request& request) {
    if (request.accept_partial)
        made.plan.accept_partial = *request.accept_partial;
    made.plan.job_timeout = request.job_timeout.value_or(made.plan.job_timeout);
    if (request.deadline)
        made.time_limit = *request.deadline;
    made.operation->priority = request.priority;
}

inline void set_tag(export_operation& operation, const export_request& request) {
    check_tag(request);
    if (!request.tag.empty())
        operation.extras().tag = request.tag;
}

inline void set_functions(engine& owner, unstarted_operation& made, const export_request& request) {
    if (has_functions(request))
        owner.set_functions(*made.operation,
                            {request.on_submitted, request.on_update, made.executor});
}

inline void prepare_submission(engine& owner, unstarted_operation& made,
                               const export_request& request) {
    export_operation& operation = *made.operation;
    operation.parts().submission = std::make_unique<submission_parts>();
    operation.submission()->project_name = request.project_name;
    set_tag(operation, request);
    const std::string_view version = version_for(request.surface, owner.params().api_version);
    validate(request, version);
    operation.submission()->target = submission_target(owner.settings().endpoint, version, request);
    operation.submission()->body = submission_body(request);
    operation.forms = forms_of(request.surface, request.format);
    made.plan.can_resubmit = owner.params().retry.max_resubmissions > 0;
    made.plan.allow_duplicates = request.allow_duplicates;
    apply_settings(made, request);
    set_functions(owner, made, request);
}

// The target of a link. Throws the reason if it cannot be used, without the link: it may be anything.
inline std::string target_of(const engine& owner, const char* name, const std::string& link) {
    resolved_link resolved =
        resolve_link(owner.settings().endpoint, owner.settings().backends, link);
    if (resolved.failure == make_error_code(errc::foreign_origin))
        throw_error(errc::foreign_origin, std::string(name) + " " + resolved.why);
    if (resolved.failure)
        throw_error(errc::invalid_request, std::string(name) + " (" + std::to_string(link.size()) +
                                               " bytes) " + resolved.why);
    return std::move(resolved.target);
}

inline void prepare_job(const engine& owner, unstarted_operation& made, const export_job& job) {
    made.plan.first = request_kind::status;
    export_operation& operation = *made.operation;
    operation.set_job(job);
    operation.forms = forms_of_link(job.operation_location());
    if (job.empty())
        throw_error(errc::invalid_request, "the export_job is empty");
    if (job.kind() != made.plan.job)
        throw_error(errc::invalid_request,
                    "it is an import job, which has no result: use wait_for_import");
    operation.set_target(
        target_of(owner, "the operation location of the job", job.operation_location()));
}

// Runs `prepare` and starts the operation, even if `prepare` throws: that error is reported as all others are.
template <class Prepare>
void start_prepared(engine& owner, unstarted_operation made, Prepare prepare) {
    try {
        prepare(made);
    } catch (const export_error& error) {
        reject(*made.operation, static_cast<errc>(error.code().value()),
               error.diagnostics().detail);
    } catch (...) {
        made.operation->result().error = std::current_exception();
    }
    made.operation->state.prepare(made.plan);
    owner.start(std::move(made.operation), made.time_limit);
}

LANGEXPORT_DECL void start_export(const std::shared_ptr<engine>& owner, operation_handler handler,
                                  bound_target target, const export_request& request) {
    start_prepared(*owner, make_operation(*owner, std::move(handler), std::move(target)),
                   [&](unstarted_operation& made) { prepare_submission(*owner, made, request); });
}

LANGEXPORT_DECL void start_with_job(const std::shared_ptr<engine>& owner, operation_handler handler,
                                    bound_target target, const export_job& job) {
    start_prepared(*owner, make_operation(*owner, std::move(handler), std::move(target)),
                   [&](unstarted_operation& made) { prepare_job(*owner, made, job); });
}

// A job that exists, with the settings of a request.
inline void prepare_job(engine& owner, unstarted_operation& made, const export_request& request,
                        const export_job& job) {
    set_tag(*made.operation, request);
    check_settings(request);
    apply_settings(made, request);
    prepare_job(owner, made, job);
    made.operation->forms = forms_of(request.surface, request.format);
    set_functions(owner, made, request);
}

LANGEXPORT_DECL void start_with_status(const std::shared_ptr<engine>& owner,
                                       operation_handler handler, bound_target target,
                                       const export_status& status) {
    start_prepared(*owner, make_operation(*owner, std::move(handler), std::move(target)),
                   [&](unstarted_operation& made) {
                       made.plan.first = request_kind::result;
                       export_operation& operation = *made.operation;
                       operation.set_job(status.job());
                       if (status.job().kind() != made.plan.job)
                           throw_error(errc::invalid_request,
                                       "the export_status is that of an import job, which has no "
                                       "result");
                       operation.status() = status;
                       const export_status& known = operation.status();
                       operation.forms =
                           forms_of_link(known.job().empty() ? known.result_url
                                                             : known.job().operation_location());
                       if (known.result_url.empty())
                           throw_error(errc::invalid_request,
                                       "the export_status has no result_url: its job is '" +
                                           known.status_text + "'");
                       operation.set_target(
                           target_of(*owner, "the result_url of the status", known.result_url));
                   });
}

LANGEXPORT_DECL void start_in_group(const std::shared_ptr<engine>& owner, operation_handler handler,
                                    bound_target target, const export_request& request,
                                    const export_job& job, std::shared_ptr<operation_group> group) {
    unstarted_operation unprepared = make_operation(*owner, std::move(handler), std::move(target));
    unprepared.operation->parts().group = std::move(group);
    start_prepared(*owner, std::move(unprepared), [&](unstarted_operation& made) {
        if (job.empty())
            return prepare_submission(*owner, made, request);
        prepare_job(*owner, made, request, job);
    });
}

#if !defined(LANGEXPORT_HEADER_ONLY)
template class awaited_start<exported_project, &start_export, export_request>;
template class awaited_start<export_status, &start_export, export_request>;
template class awaited_start<export_job, &start_export, export_request>;
template class awaited_start<export_status, &start_with_job, export_job>;
template class awaited_start<exported_project, &start_with_status, export_status>;
template class awaited_start<std::uint64_t, &start_with_status, export_status>;
#endif

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
