#ifndef LANGEXPORT_REPORT_REPORT_RUN_HPP
#define LANGEXPORT_REPORT_REPORT_RUN_HPP

#include <langexport/version.hpp>

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace langexport {
inline namespace v0 {

/// All projects of a surface of a resource, in one format. A run may cover it in addition to the
/// projects that its lines name. A plain value.
class report_scope {
public:
    /// @param its_endpoint  As in `report_line::endpoint`.
    /// @param its_surface   As in `report_line::surface`.
    /// @param its_format    As in `report_line::format`.
    report_scope(std::string its_endpoint, std::string its_surface, std::string its_format)
        : endpoint(std::move(its_endpoint)), surface(std::move(its_surface)),
          format(std::move(its_format)) {}

    /// Whether all members are equal.
    friend bool operator==(const report_scope&, const report_scope&) = default;

    std::string endpoint; ///< As in `report_line::endpoint`.
    std::string surface;  ///< As in `report_line::surface`.
    std::string format;   ///< As in `report_line::format`.
};

/// A project that a run found to be removed from the service. A plain value.
class removed_project {
public:
    /// @param its_name     The project's name.
    /// @param its_surface  As in `report_line::surface`.
    removed_project(std::string its_name, std::string its_surface)
        : project(std::move(its_name)), surface(std::move(its_surface)) {}

    /// Whether all members are equal.
    friend bool operator==(const removed_project&, const removed_project&) = default;

    std::string project;     ///< The project's name.
    std::string surface;     ///< As in `report_line::surface`.
    std::string file;        ///< The file of its last result.
    bool is_deleted = false; ///< Whether the run deleted the file.
};

/// The line that starts a run in a report: `{"v":1,"run":"2026-01-31T02:15:00.000Z"}`.
///
/// The lines up to the next one belong to that run. Lines of a resource that the run does not name are
/// an exception: they belong to a run of another process that writes to the same report at the same
/// time. A plain value. Thread safety: as the standard library's types.
class report_run {
public:
    /// The clock of reports.
    using time_point = std::chrono::system_clock::time_point;

    /// A run that starts at the current time.
    explicit report_run(time_point when) : started(when) {}

    /// Whether a text is such a line, and not a line about a project.
    LANGEXPORT_DECL static bool is_run_line(std::string_view line);
    /// Parses a line. The value of `run` may be anything; unknown fields are ignored.
    ///
    /// @param line  The line, without its end.
    /// @return      The line as a value.
    /// @throws export_error (errc::invalid_request). The detail names the error.
    LANGEXPORT_DECL static report_run from_json(std::string_view line);
    /// The line, without its line end.
    LANGEXPORT_DECL std::string to_json() const;

    time_point started; ///< The start; the epoch if the parsed line does not name it.
    /// The resources of the run, as in `report_line::endpoint`. Empty: any.
    std::vector<std::string> endpoints;
    bool is_resumed = false;       ///< Whether it continues the previous run of its resources.
    std::vector<report_scope> all; ///< The scopes whose projects the run lists.
    /// Projects of earlier runs that the lists lack. Known at the end of a run: then the line continues the
    /// run (`is_resumed`).
    std::vector<removed_project> removed;
};

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/report/impl/report_run.ipp>
#endif

#endif
