#ifndef LANGEXPORT_EXAMPLES_TOOL_CONNECTION_SETTINGS_HPP
#define LANGEXPORT_EXAMPLES_TOOL_CONNECTION_SETTINGS_HPP

#include <langexport/client_params.hpp>
#include <langexport/detail/base/secret.hpp>
#include <langexport/detail/base/text.hpp>
#include <langexport/error.hpp>
#include <langexport/file/file_error.hpp>
#include <langexport/file/read_file.hpp>
#include <langexport/proxy.hpp>

#include <cstddef>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>

namespace tool {

/// How a resource is reached: the proxy, the certificates to trust, the client certificate. A plain value.
class connection_settings {
public:
    connection_settings() = default;

    std::string
        proxy; ///< A URL without a password, or "none"; empty: the proxy of the environment.
    std::filesystem::path ca_file; ///< A PEM file of certificates to trust; empty: see `ca_folder`.
    std::filesystem::path ca_folder;   ///< A folder of such certificates; empty, too: the system's.
    std::filesystem::path client_cert; ///< A PEM file with the client certificate; may be empty.
    std::filesystem::path client_key;  ///< A PEM file with its key; empty: it is in `client_cert`.
    /// A file whose first line is the passphrase of the key; empty: the key is not encrypted.
    std::filesystem::path client_key_passphrase_file;

    /// The proxy on the way to an endpoint.
    ///
    /// @throws std::invalid_argument if `proxy` contains a password; export_error if it is no address of an
    ///         HTTP proxy, or the environment names none that can be used.
    langexport::proxy_url proxy_to(const std::string& endpoint) const;
    /// @throws std::invalid_argument if a setting requires another one that is missing.
    void check() const;
    /// Copies these settings into the parameters. @throws the errors of `proxy_to`.
    void apply_to(langexport::client_params& params) const;
};

/// A setting that is the name of a file or folder, as an option and as a field of a config.
struct path_setting {
    const char* option;
    const char* field;
    std::filesystem::path connection_settings::*member;
};
inline constexpr path_setting path_settings[] = {
    {"--ca-file", "ca_file", &connection_settings::ca_file},
    {"--ca-folder", "ca_folder", &connection_settings::ca_folder},
    {"--client-cert", "client_cert", &connection_settings::client_cert},
    {"--client-key", "client_key", &connection_settings::client_key},
    {"--client-key-passphrase-file", "client_key_passphrase_file",
     &connection_settings::client_key_passphrase_file},
};

/// The first line of a file. Its caller wipes it.
///
/// @throws export_error (errc::invalid_configuration) that names the setting.
inline std::string passphrase_in(const std::filesystem::path& file) {
    const auto reject = [](const std::string& why) {
        langexport::detail::throw_error(langexport::errc::invalid_configuration,
                                        "client_params::tls.passphrase: " + why);
    };
    langexport::detail::secret_bytes bytes(4096);
    std::size_t size = 0;
    try {
        langexport::detail::system_file opened = langexport::detail::open_to_read(file);
        std::size_t more = 0;
        do {
            more = langexport::detail::read_some(opened, file, bytes.data() + size,
                                                 bytes.size() - size);
            size += more;
        } while (more > 0 && size < bytes.size());
    } catch (const langexport::file_error& error) {
        reject(error.what());
    }
    std::string_view line(bytes.data(), size);
    line = line.substr(0, line.find('\n'));
    if (line.ends_with('\r'))
        line.remove_suffix(1);
    if (line.empty())
        reject("the first line of '" + file.string() + "' is empty");
    return std::string(line);
}

inline langexport::proxy_url connection_settings::proxy_to(const std::string& endpoint) const {
    if (langexport::detail::equal_ignoring_case(proxy, "none"))
        return {};
    if (proxy.empty())
        return langexport::proxy_from_environment(endpoint);
    langexport::proxy_url given(proxy);
    if (given.has_password())
        throw std::invalid_argument("contains a user or a password, which others could read: name "
                                    "the proxy in the environment (https_proxy)");
    return given;
}

inline void connection_settings::check() const {
    if (!client_key_passphrase_file.empty() && client_cert.empty())
        throw std::invalid_argument(
            "there is a passphrase of a client key and no client certificate");
}

inline void connection_settings::apply_to(langexport::client_params& params) const {
    params.proxy = proxy_to(params.endpoint);
    params.ca_file = ca_file.string();
    params.tls.ca_folder = ca_folder.string();
    params.tls.certificate_file = client_cert.string();
    params.tls.key_file = client_key.string();
    if (!client_key_passphrase_file.empty())
        params.tls.passphrase = [file = client_key_passphrase_file] { return passphrase_in(file); };
}

} // namespace tool

#endif
