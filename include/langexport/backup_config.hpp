#ifndef LANGEXPORT_BACKUP_CONFIG_HPP
#define LANGEXPORT_BACKUP_CONFIG_HPP

#include <langexport/client_params.hpp>
#include <langexport/export_request.hpp>
#include <langexport/project_surface.hpp>
#include <langexport/version.hpp>

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace langexport {
inline namespace v0 {

/// What is to be exported from one Language resource. A plain value.
class backup_resource {
public:
    backup_resource() = default;

    std::string endpoint;              ///< The resource: see `endpoint::parse`.
    std::filesystem::path key_file;    ///< The file that has its key; empty: see `key_env`.
    std::string key_env;               ///< The environment variable that has its key.
    std::vector<std::string> projects; ///< Names of projects; empty: all of the surface.
    std::filesystem::path output_dir;  ///< Where results go; without a slash at its end.
    /// The part of the service that the projects belong to.
    project_surface surface = project_surface::analyze_text;
    /// Several parts instead of `surface`, each once: all projects of each are exported. Empty: `surface`.
    std::vector<project_surface> several_surfaces;
    std::string format;            ///< Of results; empty: the surface's own.
    std::string string_index_type; ///< What offsets count; empty: what is usual.
    std::string
        api_version; ///< The service's version for surfaces without one in `surface_versions`.
    std::map<project_surface, std::string> surface_versions; ///< Versions for single surfaces.
    quota_params quota;                                      ///< The resource's request quota.
    std::filesystem::path ca_file; ///< Certificates to trust instead of the system's; may be empty.
    bool accept_any_result = false; ///< See `client_params::check_result_structure`, its opposite.
    /// Origins that the endpoint, a gateway, stands for: see `client_params::gateway_backends`.
    std::vector<std::string> gateway_backends;
    /// Why nothing can be exported from it; empty: nothing is wrong. See `broken_resources::keep`.
    std::string problem;
    std::string place; ///< Where it stands, for errors: "backup.json:12:5: resources[1]".

    /// Sets a version of the service from a setting's text: `VERSION` for all surfaces that have none of
    /// their own, or `SURFACE=VERSION` for one of them.
    ///
    /// @throws std::invalid_argument with a text for people: what is wrong with it.
    LANGEXPORT_DECL void set_version(std::string_view text);

    /// The api-version of requests to a surface. Empty: the newest stable one, see `usual_api_version`.
    LANGEXPORT_DECL std::string version_of(project_surface surface) const;

    /// Settings for a client, with the key.
    ///
    /// @throws export_error (errc::invalid_configuration) with the place, if there is no key, it is none, or
    ///         a project's name has it in it.
    LANGEXPORT_DECL client_params make_params() const;

    /// The request for one of its projects.
    LANGEXPORT_DECL export_request make_request(std::string project) const;
    /// The same for one of a certain surface.
    LANGEXPORT_DECL export_request make_request(std::string project, project_surface of) const;

    /// The parts of the service that it is about; at least one.
    LANGEXPORT_DECL std::vector<project_surface> surfaces() const;
};

/// What to do if one object of a file cannot be used: its endpoint is no URL, a field is misspelt, or it
/// contradicts an object before it.
enum class broken_resources {
    reject, ///< Reject the file.
    keep ///< Set `backup_resource::problem`, so that the other resources can be exported. Its `place` is set;
         ///< the other members may have any value.
};

/// A file that says what is to be exported from which resources; examples/backup.json is one.
///
/// It is JSON: an object with `resources`, which is an array of at least one object with
///
///   endpoint           text, required      the resource
///   key_file, key_env  text, one of them   where its key is: the file, or the environment variable
///   projects           array, or "all"     names of projects, each once, or all of them; required
///   output_dir         text, required      where results go; no two resources have the same
///   surface            text                `analyze-text`, `analyze-conversations` or
///                                          `query-knowledgebases`; default: `analyze-text` for named
///                                          projects. For "all": every surface, except those that
///                                          another object of this endpoint names
///   format             text                see `export_request::format`
///   string_index_type  text                see `export_request::string_index_type`
///   api_version        text, or an array   `VERSION`, for all surfaces, or `SURFACE=VERSION`, for one;
///                                          default: the newest stable version of each surface
///   quota              object              `submissions`, `reads` (numbers) and `window` (such as
///                                          "60s"), each as in `quota_params`
///   ca_file            text                see `client_params::ca_file`
///   accept_any_result  true or false       whether results are kept whatever structure they have
///                                          (default: false)
///   gateway_backends   array of texts      see `client_params::gateway_backends`; for one of them
///                                          `gateway_backend`, a text, will do
///
/// Paths are relative to the folder of the file. The keys themselves have no place in it. What is
/// exported of one resource may be several objects, which then have the same quota (it is one) and no
/// project of one surface twice in the same form.
///
/// Errors: `export_error` with `errc::invalid_configuration`, whose detail names the file, the line, the
/// column and the field, what is wrong, and for a misspelt field the one that was meant:
/// "backup.json:4:7: resources[0].endpont is no field: is 'endpoint' meant?".
class backup_config {
public:
    backup_config() = default;

    std::vector<backup_resource> resources; ///< In the order of the file; at least one.

    /// Reads a file's text.
    ///
    /// @param text    The text.
    /// @param path    Of the file: for errors, and what paths in it are relative to.
    /// @param broken  What to do about resources that cannot be used.
    LANGEXPORT_DECL static backup_config parse(std::string_view text,
                                               const std::filesystem::path& path,
                                               broken_resources broken = broken_resources::reject);

    /// Reads a file. Throws `file_error`, too.
    LANGEXPORT_DECL static backup_config read(const std::filesystem::path& path,
                                              broken_resources broken = broken_resources::reject);
};

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/impl/backup_config.ipp>
#include <langexport/impl/backup_resource.ipp>
#endif

#endif
