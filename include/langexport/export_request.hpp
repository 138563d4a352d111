#ifndef LANGEXPORT_EXPORT_REQUEST_HPP
#define LANGEXPORT_EXPORT_REQUEST_HPP

#include <langexport/project_surface.hpp>
#include <langexport/request_functions.hpp>
#include <langexport/request_kind.hpp>
#include <langexport/version.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace langexport {
inline namespace v0 {

/// What to export, and the time limits. A plain value; operations copy it.
class export_request {
public:
    /// The type of all times.
    using duration = std::chrono::steady_clock::duration;

    /// @param name  1 to 100 characters of UTF-8, case-sensitive. The service
    ///              itself allows letters, digits, `_`, `.` and `-` (and, by its
    ///              documentation, 50 of them).
    LANGEXPORT_DECL explicit export_request(std::string name);
    /// Copies all members.
    LANGEXPORT_DECL export_request(const export_request&);
    /// Moves all members.
    LANGEXPORT_DECL export_request(export_request&&) noexcept;
    /// Copies all members.
    LANGEXPORT_DECL export_request& operator=(const export_request&);
    /// Moves all members.
    LANGEXPORT_DECL export_request& operator=(export_request&&) noexcept;
    LANGEXPORT_DECL ~export_request();

    /// The project's name, exactly as in the resource.
    std::string project_name;
    /// The form of the result; empty: the surface's own, which is JSON. Of conversations `Conversation`
    /// or `Luis`; of knowledge bases `json`, `tsv` or `excel`. The latter two are not JSON: see
    /// `exported_project::content_type`. Text projects have one form only.
    std::string format;
    /// The unit of the offsets in the result. Letters, digits, `_`; sent as `stringIndexType`.
    /// Knowledge bases have no offsets: keep the default.
    std::string string_index_type = "Utf16CodeUnit";
    /// Export the state that the model of this name was trained from; empty: the working copy. Needs
    /// api-version 2023-04-01 or later. At most 256 characters of UTF-8. Not for knowledge bases,
    /// which are not trained.
    std::string trained_model_label;
    /// Export assets of this kind only; empty: all kinds. At most 256 characters of UTF-8. Of
    /// knowledge bases `qnas` or `synonyms`.
    std::string asset_kind;
    /// Sent as `{"assetsToExport": [...]}`; `*` is everything. Empty: the request has no body. At most
    /// 1,000 names of at most 256 characters of UTF-8. The export of a knowledge base has no body:
    /// keep the default, or leave it empty, and set `asset_kind`.
    std::vector<std::string> assets_to_export{"*"};

    /// Replaces `client_params::deadline`. 1 ms to 366 days.
    std::optional<duration> deadline;
    /// Replaces `client_params::job_timeout`. 1 ms to 366 days.
    std::optional<duration> job_timeout;
    /// The part of the service that the project belongs to. `client_params::api_version` selects the version
    /// of the service.
    project_surface surface = project_surface::analyze_text;
    /// Whether it precedes or follows other exports of the client.
    request_priority priority = request_priority::normal;
    /// Replaces `client_params::accept_partial`.
    std::optional<bool> accept_partial;
    /// Submit again even if an earlier submission may have reached the service: a second job may then run.
    /// Without this, such an operation fails with errc::submit_unconfirmed.
    bool allow_duplicates = false;

    /// The caller's own name for this operation: in its events, diagnostics and messages, never sent. It
    /// distinguishes two exports of one project. At most 256 characters of UTF-8; may be empty, and need not
    /// be unique.
    std::string tag;

    /// Receives the job as soon as the service has confirmed it, to store its token durably; may be empty.
    /// The operation continues, with the first poll or its completion, after the awaitable has returned. If
    /// it throws, the operation fails with errc::callback_failed, and the error has the job.
    ///
    /// The function runs on the operation's executor (the completion handler's, else the client's), never on
    /// the client's strand, and once for each job: twice if a failed job is submitted again. It is not called
    /// if the operation ends before: then the error has the job, or, if the job is confirmed after that, the
    /// observer receives a `submitted_event` with `is_late`.
    ///
    /// If the operation is cancelled, its deadline passes or its client is closed meanwhile, the function
    /// receives a terminal cancellation, and the operation completes when the function has returned. The
    /// error has the job. A function that must not be interrupted filters cancellation
    /// (`asio::this_coro::reset_cancellation_state(asio::disable_cancellation())`) and has a time limit of
    /// its own. Its time counts for `deadline`, not for `job_timeout`. If the execution context is destroyed,
    /// its coroutine is destroyed.
    submitted_function on_submitted;

    /// Receives the progress of the operation, for a person who waits for it; may be empty.
    ///
    /// The function runs on the operation's executor, never on the client's strand: in the order of the
    /// updates, one call at a time, and not while `on_submitted` runs. Between two calls are at least 100 ms.
    /// An update that has not been delivered is replaced by the next one, which repeats what it reported. No
    /// call is made after the operation has completed, so that the last update may be left out: the completion
    /// reports the end. A call to the sink may run at the same time.
    ///
    /// If it throws, the operation continues, and the observer receives a `warning_event`. The operation
    /// completes after a running call: be brief.
    update_function on_update;
};

/// Validates every field.
///
/// @param request      The request.
/// @param api_version  The version of the service, which may not support some fields. Empty: the
///                     surface's newest stable one.
/// @throws export_error (errc::invalid_request) naming the field, what is wrong with it and where.
LANGEXPORT_DECL void validate(const export_request& request, std::string_view api_version);

namespace detail {

// Validates the fields that also apply to an existing job: time limits, priority and tag.
LANGEXPORT_DECL void check_settings(const export_request& request);
// Validates the tag alone: errors of other fields have it, if it is valid.
LANGEXPORT_DECL void check_tag(const export_request& request);

} // namespace detail

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/impl/export_request.ipp>
#endif

#endif
