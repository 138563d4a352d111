#ifndef LANGEXPORT_REPORT_IMPL_REPORT_LINE_IPP
#define LANGEXPORT_REPORT_IMPL_REPORT_LINE_IPP

#include <langexport/detail/base/duration_text.hpp>
#include <langexport/detail/base/lone_surrogate.hpp>
#include <langexport/detail/base/name_table.hpp>
#include <langexport/detail/base/size_text.hpp>
#include <langexport/detail/base/text.hpp>
#include <langexport/detail/base/timestamp.hpp>
#include <langexport/report/impl/json_in.hpp>
#include <langexport/report/report_line.hpp>

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <limits>

namespace langexport {
inline namespace v0 {
namespace detail {

inline constexpr named_value<export_outcome> outcome_names[] = {
    {export_outcome::submitted, "submitted"},   {export_outcome::exported, "exported"},
    {export_outcome::partial, "partial"},       {export_outcome::failed, "failed"},
    {export_outcome::unfinished, "unfinished"}, {export_outcome::imported, "imported"},
    {export_outcome::skipped, "skipped"},
};

[[noreturn]] inline void reject_report(const std::string& why) {
    throw_error(errc::invalid_request, why);
}

inline void put(boost::json::object& object, std::string_view name, std::string_view text) {
    if (!text.empty())
        object.emplace(name, one_printable_line(text, std::max<std::size_t>(text.size(), 16)));
}

inline boost::json::array to_json_array(const std::vector<service_error>& warnings) {
    boost::json::array result;
    for (const service_error& warning : warnings) {
        boost::json::object entry;
        put(entry, "code", warning.code);
        put(entry, "message", warning.message);
        put(entry, "target", warning.target);
        result.push_back(std::move(entry));
    }
    return result;
}

// Reads the members of an object. Each may be absent and has a type. `label` names the object in
// messages.
class report_fields {
public:
    report_fields(const boost::json::value& from, std::string_view label) {
        if (!from.is_object())
            reject_report(std::string(label) + " is not an object");
        object_ = &from.get_object();
    }

    // Null counts as absent.
    const boost::json::value* find(std::string_view name) const {
        const boost::json::value* found = object_->if_contains(name);
        return found && !found->is_null() ? found : nullptr;
    }
    std::string text(std::string_view name) const {
        const boost::json::value* found = find(name);
        if (found && !found->is_string())
            reject(name, "a string");
        return found ? std::string(found->get_string()) : std::string();
    }
    template <class Number>
    std::optional<Number> number(std::string_view name) const {
        const boost::json::value* found = find(name);
        if (!found)
            return std::nullopt;
        boost::system::error_code failure;
        const auto value = found->to_number<std::uint64_t>(failure);
        const auto most = static_cast<std::uint64_t>((std::numeric_limits<Number>::max)());
        if (failure || found->is_double() || value > most)
            reject(name, "a whole number in the valid range");
        return static_cast<Number>(value);
    }
    std::optional<std::chrono::milliseconds> time(std::string_view name) const {
        const auto count = number<std::uint32_t>(name);
        return count ? std::optional(std::chrono::milliseconds(*count)) : std::nullopt;
    }
    [[noreturn]] void reject(std::string_view name, std::string_view wanted) const {
        reject_report("\"" + std::string(name) + "\" is not " + std::string(wanted));
    }

private:
    const boost::json::object* object_ = nullptr;
};

// Parses a line of any kind that has a version this program supports.
class parsed_report_line {
public:
    explicit parsed_report_line(std::string_view text)
        : whole_(parse(text)), fields_(whole_, "it") {
        const auto version = fields_.number<std::uint32_t>("v");
        if (!version)
            reject_report("it has no \"v\", as lines of reports have");
        if (*version != 1)
            reject_report("it is of version " + std::to_string(*version) +
                          "; this program reads version 1: use a newer one");
    }
    parsed_report_line(const parsed_report_line&) = delete;
    parsed_report_line& operator=(const parsed_report_line&) = delete;

    const report_fields& fields() const { return fields_; }

private:
    static boost::json::value parse(std::string_view text) {
        const std::optional<std::string> replaced = without_lone_surrogates(text);
        if (replaced)
            text = *replaced;
        error_code failure;
        boost::json::value whole = json_in(text, failure);
        if (failure)
            reject_report("it is not JSON: " + failure.message());
        return whole;
    }

    boost::json::value whole_;
    report_fields fields_;
};

inline report_line read_report_line(std::string_view text) {
    const parsed_report_line parsed(text);
    const report_fields& fields = parsed.fields();
    const std::string project = fields.text("project");
    if (project.empty())
        fields.reject("project", "the name of a project");
    const auto outcome = value_in(outcome_names, fields.text("outcome"));
    if (!outcome)
        fields.reject("outcome", "one of " + names_in(outcome_names));
    const auto at = parse_utc(fields.text("at"));
    if (!at)
        fields.reject("at", "a time such as 2026-01-31T23:59:59.999Z");

    report_line line(project, *outcome, *at);
    line.endpoint = fields.text("endpoint");
    line.surface = fields.text("surface");
    line.format = fields.text("format");
    line.file = fields.text("file");
    line.bytes = fields.number<std::uint64_t>("bytes");
    const boost::json::value* unchanged = fields.find("unchanged");
    line.unchanged = unchanged && unchanged->is_bool() && unchanged->get_bool();
    line.status = fields.text("status");
    line.resume_token = fields.text("resume_token");
    line.submits = fields.number<std::uint32_t>("submits");
    line.polls = fields.number<std::uint32_t>("polls");
    line.queue = fields.time("queue_ms");
    line.elapsed = fields.time("elapsed_ms");
    if (const boost::json::value* warnings = fields.find("warnings")) {
        if (!warnings->is_array())
            fields.reject("warnings", "an array");
        for (const boost::json::value& entry : warnings->get_array()) {
            const report_fields inner(entry, "a warning");
            line.warnings.emplace_back();
            line.warnings.back().code = inner.text("code");
            line.warnings.back().message = inner.text("message");
            line.warnings.back().target = inner.text("target");
        }
    }
    if (const boost::json::value* error = fields.find("error")) {
        const report_fields inner(*error, "\"error\"");
        line.error.emplace();
        line.error->code = inner.text("code");
        line.error->message = inner.text("message");
        line.error->http_status = inner.number<unsigned>("http_status").value_or(0);
        line.error->service_code = inner.text("service_code");
        line.error->request_id = inner.text("request_id");
    }
    return line;
}

// If the job has no usable link, it has no token.
inline bool has_token(const export_job& job) {
    return is_job_link(job.operation_location()) && job.project_name().size() <= 16 * 1024;
}

// After these errors the service has no further information about the job.
inline bool is_job_gone(std::string_view code) {
    constexpr std::array gone = {errc::job_failed, errc::job_cancelled, errc::job_expired,
                                 errc::job_not_found};
    return std::any_of(gone.begin(), gone.end(), [&](errc it) { return to_string(it) == code; });
}

} // namespace detail

LANGEXPORT_DECL std::string_view to_string(export_outcome outcome) noexcept {
    return detail::name_in(detail::outcome_names, outcome);
}

LANGEXPORT_DECL report_line report_line::of_job(const export_job& job, time_point when) {
    report_line line(job.project_name(), export_outcome::submitted, when);
    line.resume_token = job.to_token();
    return line;
}

LANGEXPORT_DECL report_line report_line::of_result(std::string project_name,
                                                   const export_status& last_status,
                                                   std::string file, std::uint64_t bytes,
                                                   time_point when) {
    const bool is_whole = last_status.status != job_status::partially_completed;
    report_line line(std::move(project_name),
                     is_whole ? export_outcome::exported : export_outcome::partial, when);
    line.file = std::move(file);
    line.bytes = bytes;
    line.status = last_status.status_text;
    line.warnings = last_status.warnings;
    return line;
}

LANGEXPORT_DECL report_line report_line::of_failure(std::string project_name,
                                                    const std::exception_ptr& failure,
                                                    time_point when, const export_job& job) {
    using std::chrono::duration_cast;
    using std::chrono::milliseconds;
    report_line line(std::move(project_name), export_outcome::failed, when);
    line.error.emplace();
    if (const export_error* known = get_export_error(failure)) {
        const diagnostics& all = known->diagnostics();
        const errc ours[] = {errc::cancelled, errc::client_closed};
        if (std::any_of(std::begin(ours), std::end(ours),
                        [&](errc it) { return known->code() == make_error_code(it); }))
            line.outcome = export_outcome::unfinished;
        line.error->code = error_name(known->code());
        line.error->message = known->what();
        line.error->http_status = all.http_status;
        line.error->service_code = all.service.most_specific_code();
        line.error->request_id = all.request_id;
        line.status = all.status ? all.status->status_text : std::string();
        if (all.status)
            line.warnings = all.status->warnings;
        if (all.job && all.submission == submission_state::confirmed &&
            !detail::is_job_gone(line.error->code) && detail::has_token(*all.job))
            line.resume_token = all.job->to_token();
        line.submits = all.submits;
        line.polls = all.polls;
        line.queue = duration_cast<milliseconds>(all.queue_time);
        line.elapsed = duration_cast<milliseconds>(all.queue_time + all.run_time);
        return line;
    }
    if (detail::has_token(job))
        line.resume_token = job.to_token();
    // The exception is not from the library: the sink or the caller failed, or memory ran out.
    line.error->code = to_string(errc::sink_failed);
    line.error->message = message_of(failure);
    return line;
}

LANGEXPORT_DECL std::string report_line::text() const {
    if (outcome == export_outcome::unfinished) {
        if (has_job())
            return "its job continues at the service";
        return submits.value_or(0) > 0 ? "stopped while it was submitted: there may be a job"
                                       : "not submitted";
    }
    if (error)
        return error->message;
    if (outcome == export_outcome::skipped)
        return "the resource has a project of this name";
    std::string result = bytes ? detail::format_size(*bytes) : std::string(to_string(outcome));
    if (elapsed)
        result.append(" in ").append(detail::format_elapsed(*elapsed));
    const char* const direction = outcome == export_outcome::imported ? " from " : " to ";
    return file.empty() ? result : result.append(direction).append(file);
}

LANGEXPORT_DECL std::string report_line::to_json() const {
    boost::json::object line;
    line.emplace("v", 1);
    line.emplace("project", project);
    line.emplace("outcome", to_string(outcome));
    detail::put(line, "endpoint", endpoint);
    detail::put(line, "surface", surface);
    detail::put(line, "format", format);
    detail::put(line, "file", file);
    if (bytes)
        line.emplace("bytes", *bytes);
    if (unchanged)
        line.emplace("unchanged", true);
    detail::put(line, "status", status);
    if (!warnings.empty() || outcome == export_outcome::exported ||
        outcome == export_outcome::partial)
        line.emplace("warnings", detail::to_json_array(warnings));
    if (error) {
        boost::json::object inner;
        detail::put(inner, "code", error->code);
        detail::put(inner, "message", error->message);
        if (error->http_status != 0)
            inner.emplace("http_status", error->http_status);
        detail::put(inner, "service_code", error->service_code);
        detail::put(inner, "request_id", error->request_id);
        line.emplace("error", std::move(inner));
    }
    detail::put(line, "resume_token", resume_token);
    if (submits)
        line.emplace("submits", *submits);
    if (polls)
        line.emplace("polls", *polls);
    if (queue)
        line.emplace("queue_ms", queue->count());
    if (elapsed)
        line.emplace("elapsed_ms", elapsed->count());
    line.emplace("at", detail::format_utc(at));
    return boost::json::serialize(line);
}

LANGEXPORT_DECL bool report_line::has_job() const {
    return !resume_token.empty() && !(error && detail::is_job_gone(error->code));
}

LANGEXPORT_DECL export_job report_line::job() const {
    const std::string where = "the report's line of project '" + project + "': ";
    export_job found;
    try {
        found = export_job::from_token(resume_token);
    } catch (const export_error& rejection) {
        detail::reject_report(where + rejection.diagnostics().detail);
    }
    if (found.project_name() != project)
        detail::reject_report(where + "its token is of project '" + found.project_name() + "'");
    return found;
}

LANGEXPORT_DECL bool report_line::is_usable() const {
    if (!has_job())
        return true;
    try {
        job();
        return true;
    } catch (const export_error&) {
        return false;
    }
}

LANGEXPORT_DECL report_line report_line::from_json(std::string_view line) {
    return detail::read_report_line(line);
}

} // namespace v0
} // namespace langexport

#endif
