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

inline void refuse(record& r, errc code, std::string why) {
    r.last_trouble = std::make_unique<trouble>();
    r.last_trouble->refused = code;
    r.last_trouble->detail = std::move(why);
}

inline std::shared_ptr<record> make_record(engine& on, operation_handler&& handler,
                                           placed_aim&& aim) {
    auto r = std::make_shared<record>(&on, aim.how_far, std::move(handler));
    if (aim.sink)
        r->sink = on.calls_to(std::move(aim.sink), std::move(aim.sink_executor));
    else if (aim.is_streamed)
        refuse(*r, errc::invalid_request, "the sink is null");
    const client_params& params = on.params();
    r->progress.job_timeout = params.job_timeout;
    r->progress.accept_partial = params.accept_partial;
    if (params.deadline)
        r->progress.deadline = steady_time(*params.deadline);
    return r;
}

// What a request says of its own of how long to try, and what to take.
inline void set_terms(record& r, const export_request& request) {
    export_progress& progress = r.progress;
    progress.accept_partial = request.accept_partial.value_or(progress.accept_partial);
    progress.job_timeout = request.job_timeout.value_or(progress.job_timeout);
    if (request.deadline)
        progress.deadline = steady_time(*request.deadline);
    r.priority = request.priority;
}

inline void prepare_submission(const engine& on, record& r, const export_request& request) {
    r.submission = std::make_unique<submission_parts>();
    r.submission->project_name = request.project_name;
    r.progress.next = request_kind::submission;
    const std::string_view version = version_for(request.surface, on.params().api_version);
    validate(request, version);
    r.submission->target = submission_target(on.at(), version, request);
    r.submission->body = submission_body(request);
    r.forms = forms_of(request.surface, request.format);
    r.progress.can_resubmit = on.params().retry.max_resubmissions > 0;
    r.progress.allow_duplicates = request.allow_duplicates;
    set_terms(r, request);
}

// Where a link leads; throws what is wrong with it, without the link: it may be anything.
inline std::string target_of(const engine& on, const char* name, const std::string& link) {
    resolved_link resolved = resolve_link(on.at(), on.backends(), link);
    if (resolved.failure == make_error_code(errc::foreign_origin))
        throw_error(errc::foreign_origin, std::string(name) + " " + resolved.why);
    if (resolved.failure)
        throw_error(errc::invalid_request, std::string(name) + " (" + std::to_string(link.size()) +
                                               " bytes) " + resolved.why);
    return std::move(resolved.target);
}

inline void prepare_job(const engine& on, record& r, const export_job& job) {
    r.progress.next = request_kind::status;
    r.job = job;
    r.forms = forms_of_link(job.operation_location());
    if (r.job.empty())
        throw_error(errc::invalid_request, "the export_job is empty");
    r.set_target(target_of(on, "the operation location of the job", r.job.operation_location()));
}

// Runs `prepare`, and starts the record whatever comes of it: an error is reported as all others are.
template <class Prepare>
void start_prepared(engine& on, std::shared_ptr<record> r, Prepare prepare) {
    try {
        prepare(*r);
    } catch (const export_error& error) {
        refuse(*r, static_cast<errc>(error.code().value()), error.diagnostics().detail);
    } catch (...) {
        r->result().error = std::current_exception();
    }
    on.start(std::move(r));
}

LANGEXPORT_DECL void start(const std::shared_ptr<engine>& on, operation_handler handler,
                           placed_aim aim, const export_request& request) {
    start_prepared(*on, make_record(*on, std::move(handler), std::move(aim)),
                   [&](record& r) { prepare_submission(*on, r, request); });
}

LANGEXPORT_DECL void start(const std::shared_ptr<engine>& on, operation_handler handler,
                           placed_aim aim, const export_job& job) {
    start_prepared(*on, make_record(*on, std::move(handler), std::move(aim)),
                   [&](record& r) { prepare_job(*on, r, job); });
}

LANGEXPORT_DECL void start(const std::shared_ptr<engine>& on, operation_handler handler,
                           placed_aim aim, const export_status& status) {
    start_prepared(*on, make_record(*on, std::move(handler), std::move(aim)), [&](record& r) {
        r.progress.next = request_kind::result;
        r.job = status.job();
        r.status() = status;
        const export_status& known = r.status();
        r.forms = forms_of_link(r.job.empty() ? known.result_url : r.job.operation_location());
        if (known.result_url.empty())
            throw_error(errc::invalid_request, "the export_status has no result_url: its job is '" +
                                                   known.status_text + "'");
        r.set_target(target_of(*on, "the result_url of the status", known.result_url));
    });
}

LANGEXPORT_DECL void start(const std::shared_ptr<engine>& on, operation_handler handler,
                           placed_aim aim, const export_request& request, const export_job& job,
                           std::shared_ptr<record_group> group) {
    const auto r = make_record(*on, std::move(handler), std::move(aim));
    r->group = std::move(group);
    start_prepared(*on, r, [&](record& prepared) {
        if (job.empty())
            return prepare_submission(*on, prepared, request);
        check_terms(request);
        set_terms(prepared, request);
        prepare_job(*on, prepared, job);
        prepared.forms = forms_of(request.surface, request.format);
    });
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
