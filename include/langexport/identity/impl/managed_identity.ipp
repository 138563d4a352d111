#ifndef LANGEXPORT_IDENTITY_IMPL_MANAGED_IDENTITY_IPP
#define LANGEXPORT_IDENTITY_IMPL_MANAGED_IDENTITY_IPP

#include <langexport/detail/protocol/token_request.hpp>
#include <langexport/error.hpp>
#include <langexport/identity/impl/identity_environment.hpp>
#include <langexport/identity/impl/identity_options.hpp>
#include <langexport/identity/impl/issuer_source.hpp>
#include <langexport/identity/managed_identity.hpp>

#include <memory>
#include <string>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

// The two kinds of endpoints.
struct identity_host {
    std::string subject;
    std::string url;
    std::string path; // empty: the path of the URL
    std::string api_version;
    std::string header_name;
    std::shared_ptr<const secret_bytes> header_value;
};

inline std::shared_ptr<const secret_bytes> bytes_of(std::string_view text) {
    return std::make_shared<const secret_bytes>(text.begin(), text.end());
}

inline identity_host machine_host(const identity_environment& environment) {
    return identity_host{"the managed identity of this machine",
                         environment.machine_endpoint,
                         "/metadata/identity/oauth2/token",
                         "2018-02-01",
                         "Metadata",
                         bytes_of("true")};
}

inline identity_host app_service_host(std::string url, const identity_environment& environment) {
    constexpr std::size_t longest_header = 1024;
    std::string header = environment.variable("IDENTITY_HEADER");
    if (header.empty())
        reject_option("IDENTITY_ENDPOINT",
                      "is set, but IDENTITY_HEADER is not: only App Service and Functions are "
                      "supported, not Azure Arc");
    return identity_host{"the managed identity of this app",
                         std::move(url),
                         "",
                         "2019-08-01",
                         "X-IDENTITY-HEADER",
                         take_secret(header, "value of IDENTITY_HEADER", longest_header,
                                     errc::invalid_configuration)};
}

LANGEXPORT_TEMPLATE_DECL bearer_token_source make_managed_identity(
    const managed_identity_options& options, const identity_environment& environment) {
    check_id("managed_identity_options::client_id", options.client_id, false);
    check_word("managed_identity_options::resource", options.resource);
    std::string url = environment.variable("IDENTITY_ENDPOINT");
    const identity_host host =
        url.empty() ? machine_host(environment) : app_service_host(std::move(url), environment);
    const split_url parts = parse_issuer("IDENTITY_ENDPOINT", host.url);
    token_endpoint endpoint;
    endpoint.issuer = token_issuer::managed_identity;
    endpoint.subject = host.subject;
    endpoint.advice = "check that this machine or app has a managed identity, and its client id";
    endpoint.route = make_route("managed_identity_options", parts.origin, options.timeouts);
    endpoint.write_request = [host, authority = parts.origin.authority(),
                              path = host.path.empty() ? parts.target : host.path,
                              client_id = options.client_id,
                              resource = options.resource](secret_redactor& hidden) {
        if (host.path.empty())
            hidden.add(view(*host.header_value));
        identity_token_request request;
        request.authority = authority;
        request.path = path;
        request.api_version = host.api_version;
        request.resource = resource;
        request.client_id = client_id;
        request.header_name = host.header_name;
        request.header_value = view(*host.header_value);
        return write_token_request(request);
    };
    return make_issuer_source(std::move(endpoint));
}

} // namespace detail

LANGEXPORT_TEMPLATE_DECL bearer_token_source managed_identity(managed_identity_options options) {
    return detail::make_managed_identity(options, detail::system_identity_environment());
}

} // namespace v0
} // namespace langexport

#endif
