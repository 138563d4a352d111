#ifndef LANGEXPORT_IDENTITY_IMPL_ENTRA_WORKLOAD_IDENTITY_IPP
#define LANGEXPORT_IDENTITY_IMPL_ENTRA_WORKLOAD_IDENTITY_IPP

#include <langexport/detail/base/secret.hpp>
#include <langexport/detail/base/text.hpp>
#include <langexport/error.hpp>
#include <langexport/file/read_file.hpp>
#include <langexport/identity/entra_workload_identity.hpp>
#include <langexport/identity/impl/entra_endpoint.hpp>
#include <langexport/identity/impl/identity_options.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

// Reads the whole file, up to a limit.
inline secret_bytes read_secret_file(const std::filesystem::path& path, std::size_t most) {
    secret_bytes bytes(most);
    std::size_t size = 0;
    try {
        system_file file = open_to_read(path);
        std::size_t more = 0;
        do {
            more = read_some(file, path, bytes.data() + size, bytes.size() - size);
            size += more;
        } while (more > 0 && size < bytes.size());
    } catch (const file_error& error) {
        throw_no_token(error.what(), error.code(),
                       "check the token file of the workload identity, and who may read it");
    }
    bytes.resize(size);
    return bytes;
}

inline std::shared_ptr<const secret_bytes> read_assertion(const std::filesystem::path& path) {
    constexpr std::size_t longest_assertion = 64 * 1024;
    const secret_bytes bytes = read_secret_file(path, longest_assertion + 1);
    const std::string_view text = trim(view(bytes));
    const auto refuse = [&path](const std::string& why) {
        throw_no_token("the token file '" + path.string() + "' " + why, {},
                       "it must have the token of the other issuer and nothing else");
    };
    if (text.empty())
        refuse("is empty");
    if (bytes.size() > longest_assertion)
        refuse("has more than " + std::to_string(longest_assertion) + " bytes");
    const std::size_t bad = find_invisible(text);
    if (bad != std::string_view::npos)
        refuse("has a character that no token has at byte " + std::to_string(bad));
    return std::make_shared<const secret_bytes>(text.begin(), text.end());
}

} // namespace detail

LANGEXPORT_TEMPLATE_DECL bearer_token_source
entra_workload_identity(entra_options options, std::filesystem::path token_file) {
    if (token_file.empty())
        detail::throw_error(errc::invalid_configuration,
                            "the path of the token file of the workload identity is empty");
    auto endpoint = detail::make_entra_endpoint(
        options, detail::client_proof::assertion,
        [path = std::move(token_file)] { return detail::read_assertion(path); });
    endpoint.subject = "the workload identity";
    endpoint.advice = "check the federated credential of the application: its issuer, subject and "
                      "audience must be those of the token file";
    return detail::make_issuer_source(std::move(endpoint));
}

} // namespace v0
} // namespace langexport

#endif
