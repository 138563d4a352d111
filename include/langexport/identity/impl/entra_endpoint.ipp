#ifndef LANGEXPORT_IDENTITY_IMPL_ENTRA_ENDPOINT_IPP
#define LANGEXPORT_IDENTITY_IMPL_ENTRA_ENDPOINT_IPP

#include <langexport/detail/transport/tls_context.hpp>
#include <langexport/identity/impl/entra_endpoint.hpp>
#include <langexport/identity/impl/identity_options.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

LANGEXPORT_DECL split_url parse_entra_authority(std::string_view name, const std::string& url) {
    split_url parts = parse_issuer(name, url);
    if (parts.target.find('?') != std::string::npos)
        reject_option(name, "has a query ('?')");
    while (parts.target.ends_with('/'))
        parts.target.pop_back();
    return parts;
}

inline tls_settings tls_of(const entra_options& options) {
    tls_settings settings{options.ca_file};
    settings.more.ca_folder = options.ca_folder;
    return settings;
}

// A file or folder that cannot be used is reported at once, not with the first token. A lack of descriptors is
// transient.
inline void check_tls_settings(const tls_settings& settings) {
    tls_problem problem;
    if (settings.is_default() || make_tls_context(settings, problem) || problem.shortage)
        return;
    const bool is_folder = std::string_view(problem.field) == "tls.ca_folder";
    reject_option(is_folder ? "entra_options::ca_folder:" : "entra_options::ca_file:", problem.why);
}

LANGEXPORT_DECL token_endpoint make_entra_endpoint(const entra_options& options, client_proof kind,
                                                   proof_function proof) {
    check_id("entra_options::tenant_id", options.tenant_id, true);
    check_id("entra_options::client_id", options.client_id, true);
    check_word("entra_options::scope", options.scope);
    const split_url authority =
        parse_entra_authority("entra_options::authority_host", options.authority_host);
    for (const auto& [name, path] : {std::pair("entra_options::ca_file", &options.ca_file),
                                     std::pair("entra_options::ca_folder", &options.ca_folder)})
        if (path->find('\0') != std::string::npos)
            reject_option(name, "has a zero byte");
    const tls_settings tls = tls_of(options);
    if (authority.origin.is_secure)
        check_tls_settings(tls);
    token_endpoint endpoint;
    endpoint.issuer = token_issuer::authority;
    endpoint.route = make_route("entra_options", authority.origin, options.timeouts);
    endpoint.route.tls = tls;
    if (!is_near(authority.origin)) // no proxy reaches what is
        endpoint.route.proxy = options.proxy;
    endpoint.write_request = [host = authority.origin.authority(),
                              target =
                                  authority.target + "/" + options.tenant_id + "/oauth2/v2.0/token",
                              client_id = options.client_id, scope = options.scope, kind,
                              proof = std::move(proof)](secret_redactor& hidden) {
        const std::shared_ptr<const secret_bytes> secret = proof();
        hidden.add(view(*secret));
        client_token_request request;
        request.authority = host;
        request.target = target;
        request.client_id = client_id;
        request.scope = scope;
        request.kind = kind;
        request.proof = view(*secret);
        return write_token_request(request);
    };
    return endpoint;
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
