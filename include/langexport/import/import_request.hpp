#ifndef LANGEXPORT_IMPORT_IMPORT_REQUEST_HPP
#define LANGEXPORT_IMPORT_IMPORT_REQUEST_HPP

#include <langexport/import/import_source.hpp>
#include <langexport/project_surface.hpp>
#include <langexport/request_kind.hpp>
#include <langexport/version.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace langexport {
inline namespace v0 {

class export_request;

/// What to import, and the time limits. A plain value; operations copy it.
class import_request {
public:
    /// The type of all times.
    using duration = std::chrono::steady_clock::duration;

    /// @param name      1 to 100 characters of UTF-8, case-sensitive.
    /// @param document  The document, as an export returned it.
    import_request(std::string name, import_source document)
        : project_name(std::move(name)), source(std::move(document)) {}

    /// The name that the project gets in the resource. A project of this name is replaced. If the document
    /// names another project, the observer receives a `warning_event`.
    std::string project_name;
    /// The document.
    import_source source;
    /// The part of the service that the project belongs to. `client_params::api_version` selects the version
    /// of the service.
    project_surface surface = project_surface::analyze_text;
    /// The form of the document; empty: the surface's own, which is JSON. The formats are those of
    /// `export_request::format`: a document is imported in the format in which it was exported.
    std::string format;

    /// Whether it precedes or follows other submissions of the client.
    request_priority priority = request_priority::normal;
    /// Replaces `client_params::deadline`. 1 ms to 366 days.
    std::optional<duration> deadline;
    /// Replaces `client_params::job_timeout`. 1 ms to 366 days.
    std::optional<duration> job_timeout;
    /// Submit again even if an earlier submission may have reached the service: a second job may then run,
    /// which imports the same document. Without this, such an operation fails with errc::submit_unconfirmed.
    bool allow_duplicates = false;

    /// The caller's own name for this operation: in its events, diagnostics and messages, never sent. At most
    /// 256 characters of UTF-8; may be empty, and need not be unique.
    std::string tag;
};

/// Validates every field. Reads nothing from the source.
///
/// @param request      The request.
/// @param api_version  The version of the service. Empty: the surface's newest stable one.
/// @throws export_error (errc::invalid_request) naming the field, what is wrong with it and where.
LANGEXPORT_DECL void validate(const import_request& request, std::string_view api_version);

namespace detail {

// The fields that exports have, too.
LANGEXPORT_DECL export_request settings_of(const import_request& request);

} // namespace detail

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/import/impl/import_request.ipp>
#endif

#endif
