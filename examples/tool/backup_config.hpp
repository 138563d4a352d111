#ifndef LANGEXPORT_EXAMPLES_TOOL_BACKUP_CONFIG_HPP
#define LANGEXPORT_EXAMPLES_TOOL_BACKUP_CONFIG_HPP

#include "backup_resource.hpp"
#include "config_reader.hpp"

#include <langexport/file/read_file.hpp>

#include <filesystem>
#include <string_view>
#include <vector>

namespace tool {

/// A config: a file with resources and the projects to export. An example is examples/backup.json.
///
/// It is JSON: an object with `resources`, which is an array of at least one object with
///
///   endpoint           string, required    the resource
///   key_file, key_env  string, one of them the file, or the environment variable, with its key
///   key2_file, key2_env  string            the same for the other key of the resource
///   auth               string              `key`, `entra`, `managed` or `command`; without a key, this
///                                          or `token_command` is required
///   token_command      string              see `token_command`
///   audience           string              the audience of tokens, in a cloud that the tool does not
///                                          know; default: $AZURE_LANGUAGE_AUDIENCE, or by the cloud
///                                          of the endpoint or authority
///   projects           array, or "all"     names of projects, each once, or all of them; required
///   output_dir         string, required    the folder for results; no two resources have the same
///   surface            string              `analyze-text`, `analyze-conversations` or
///                                          `query-knowledgebases`; default: `analyze-text` for named
///                                          projects. For "all": every surface, except those that
///                                          another object of this endpoint names
///   format             string              see `export_request::format`
///   string_index_type  string              see `export_request::string_index_type`
///   api_version        string, or an array `VERSION`, for all surfaces, or `SURFACE=VERSION`, for one;
///                                          default: the newest stable version of each surface
///   quota              object              `submissions`, `reads` (numbers) and `window` (such as
///                                          "60s"), each as in `quota_params`
///   ca_file, ca_folder string              see `client_params::ca_file` and `tls_params::ca_folder`;
///                                          they count for the authority of `auth` `entra`, too
///   client_cert        string              see `tls_params::certificate_file`
///   client_key         string              see `tls_params::key_file`
///   client_key_passphrase_file  string     its first line is the passphrase of `client_key`
///   proxy              string              a URL without a password, or "none"; without the field the
///                                          environment counts
///   accept_any_result  true or false       whether results are kept whatever structure they have
///                                          (default: false)
///   gateway_backends   array of strings    see `client_params::gateway_backends`; for one of them
///                                          `gateway_backend`, a string, is enough
///
/// Paths are relative to the folder of the file. The keys themselves have no place in it. Several
/// objects may name one resource. Then they have the same quota, and no project of a surface is in two
/// objects of the same form.
///
/// Errors: `export_error` with `errc::invalid_configuration`, whose detail names the file, the line, the
/// column and the field, the mistake, and for a misspelled field the one that was probably meant:
/// "backup.json:4:7: resources[0]: unknown field 'endpont'; did you mean 'endpoint'?".
class backup_config {
public:
    backup_config() = default;

    std::vector<backup_resource> resources; ///< In the order of the file; at least one.

    /// Reads a file's text.
    ///
    /// @param text    The text.
    /// @param path    Of the file: for errors, and what paths in it are relative to.
    /// @param broken  What to do about resources that cannot be used.
    static backup_config parse(std::string_view text, const std::filesystem::path& path,
                               broken_resources broken = broken_resources::reject);

    /// Reads a file. Throws `file_error`, too.
    static backup_config read(const std::filesystem::path& path,
                              broken_resources broken = broken_resources::reject);
};

inline backup_config backup_config::parse(std::string_view text, const std::filesystem::path& path,
                                          broken_resources broken) {
    backup_config config;
    config.resources = config_reader(text, path, broken).read();
    return config;
}

inline backup_config backup_config::read(const std::filesystem::path& path,
                                         broken_resources broken) {
    return parse(langexport::read_file(path), path, broken);
}

} // namespace tool

#endif
