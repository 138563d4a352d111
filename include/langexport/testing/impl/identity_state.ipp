#ifndef LANGEXPORT_TESTING_IMPL_IDENTITY_STATE_IPP
#define LANGEXPORT_TESTING_IMPL_IDENTITY_STATE_IPP

#include <langexport/testing/impl/apply_fault.hpp>
#include <langexport/testing/impl/identity_state.hpp>
#include <langexport/testing/impl/response_maker.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <mutex>

namespace langexport {
inline namespace v0 {
namespace testing {
namespace detail {

LANGEXPORT_DECL emulator_options socket_options(const identity_emulator_options& with) {
    emulator_options options;
    options.address = with.address;
    options.port = with.port;
    options.tls = with.tls;
    options.certificate = with.certificate;
    return options;
}

LANGEXPORT_DECL identity_state::identity_state(identity_emulator_options identity_options)
    : server_state(socket_options(identity_options)), identity(std::move(identity_options)) {
    for (std::string* secret :
         {&identity.client_secret, &identity.client_assertion, &identity.identity_header})
        if (secret->empty())
            *secret = id_source::made_up_key();
    assertion = identity.client_assertion;
}

inline std::string_view path_of(std::string_view target) noexcept {
    return target.substr(0, target.find('?'));
}

inline std::string_view query_of(std::string_view target) noexcept {
    const std::size_t mark = target.find('?');
    return mark == std::string_view::npos ? std::string_view() : target.substr(mark + 1);
}

inline std::string value_of(std::string_view form, std::string_view name) {
    return query_value(form, name).value_or(std::string());
}

LANGEXPORT_DECL issuer_call kind_of_target(std::string_view method, std::string_view target) {
    const std::string_view path = path_of(target);
    if (method == "POST")
        return path.ends_with("/oauth2/v2.0/token") ? issuer_call::application : issuer_call::other;
    if (path.ends_with("/.well-known/openid-configuration"))
        return issuer_call::configuration;
    // If AZURE_POD_IDENTITY_AUTHORITY_HOST does not name the machine's own address, Microsoft's
    // libraries add a slash. The proxies of AKS, for which that variable exists, accept it.
    if (path == "/metadata/identity/oauth2/token" || path == "/metadata/identity/oauth2/token/")
        return issuer_call::machine;
    return path == "/msi/token" ? issuer_call::app_service : issuer_call::other;
}

LANGEXPORT_DECL const canned_response* identity_state::find_rule(issuer_call kind) {
    const canned_response* found = nullptr;
    for (issuer_rule& rule : rules) {
        if (rule.kind != issuer_call::any && rule.kind != kind)
            continue;
        if (rule.which.contains(++rule.count) && found == nullptr)
            found = &rule.response;
    }
    return found;
}

LANGEXPORT_DECL service_response identity_state::handle(service_request request) {
    const std::lock_guard<std::mutex> lock(mutex);
    issuer_request seen;
    seen.kind = kind_of_target(request.method, request.target);
    seen.method = request.method;
    seen.target = request.target;
    const canned_response* const rule = find_rule(seen.kind);
    service_response response =
        rule && rule->status != 0 ? error_response(*rule) : respond(seen, request);
    if (rule)
        apply_fault(*rule, 1, response);
    seen.status = response.status;
    requests.push_back(std::move(seen));
    return response;
}

LANGEXPORT_DECL service_response identity_state::respond(issuer_request& seen,
                                                         const service_request& request) {
    switch (seen.kind) {
    case issuer_call::application:
        return respond_as_authority(seen, request);
    case issuer_call::app_service:
        return respond_as_app(seen, request);
    case issuer_call::machine:
        return respond_as_machine(seen, request);
    case issuer_call::configuration:
        return describe_tenant(request);
    case issuer_call::any:
    case issuer_call::other:
        break;
    }
    return error_response(canned_response(404));
}

LANGEXPORT_DECL service_response identity_state::good(std::string body) const {
    service_response response;
    response.headers.emplace_back("Cache-Control", "no-store, no-cache");
    response.headers.emplace_back("Content-Type", "application/json; charset=utf-8");
    response.headers.emplace_back("Date", format_http_date(issuer_now()));
    response.body = std::move(body);
    return response;
}

LANGEXPORT_DECL service_response identity_state::error_response(const canned_response& why) const {
    service_response response = good(why.body);
    response.status = why.status;
    return response;
}

// The token endpoint and the documents use different error codes.
LANGEXPORT_DECL canned_response unknown_tenant(const std::string& error, std::string_view base) {
    const std::string_view name = base.substr(base.starts_with('/'));
    return issuer_error(400, error,
                        "AADSTS90002: Tenant '" + std::string(name.substr(0, name.find('/'))) +
                            "' not found. Check to make sure you have the correct tenant ID and "
                            "are signing into the correct cloud.");
}

// Returns the first error in the request of an application, in the order of the authority's checks.
LANGEXPORT_DECL std::optional<canned_response>
identity_state::objection_to(std::string_view form) const {
    if (value_of(form, "grant_type") != "client_credentials")
        return issuer_error(400, "unsupported_grant_type",
                            "AADSTS70003: The app requested an unsupported grant type.");
    const std::string client = value_of(form, "client_id");
    if (client.empty())
        return issuer_error(400, "invalid_request",
                            "AADSTS900144: The request body must contain the following parameter: "
                            "'client_id'.");
    if (client != identity.client_id)
        return issuer_error(400, "unauthorized_client",
                            "AADSTS700016: Application with identifier '" + client +
                                "' was not found in the directory.");
    const std::string scope = value_of(form, "scope");
    if (!scope.ends_with("/.default") || !scope.starts_with("https://cognitiveservices.azure."))
        return issuer_error(400, "invalid_scope",
                            "AADSTS70011: The provided value for the input parameter 'scope' is "
                            "not valid.");
    const std::string secret = value_of(form, "client_secret");
    const std::string proof = value_of(form, "client_assertion");
    if (!secret.empty() && secret != identity.client_secret)
        return issuer_error(401, "invalid_client",
                            "AADSTS7000215: Invalid client secret provided. Ensure the secret "
                            "being sent in the request is the client secret value, not the client "
                            "secret ID.");
    if (!proof.empty() &&
        (proof != assertion || value_of(form, "client_assertion_type") !=
                                   "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"))
        return issuer_error(401, "invalid_client",
                            "AADSTS700213: No matching federated identity record found for "
                            "presented assertion.");
    if (secret.empty() && proof.empty())
        return issuer_error(401, "invalid_client",
                            "AADSTS7000216: 'client_assertion', 'client_secret' or 'request' is "
                            "required for the 'client_credentials' grant type.");
    return std::nullopt;
}

LANGEXPORT_DECL service_response
identity_state::respond_as_authority(issuer_request& seen, const service_request& request) {
    seen.client_id = value_of(request.body, "client_id");
    seen.scope = value_of(request.body, "scope");
    if (path_of(request.target) != "/" + identity.tenant_id + "/oauth2/v2.0/token")
        return error_response(unknown_tenant("invalid_request", request.target));
    if (const auto why = objection_to(request.body))
        return error_response(*why);
    return issue(seen.kind, seen.scope);
}

LANGEXPORT_DECL service_response
identity_state::respond_as_machine(issuer_request& seen, const service_request& request) {
    const std::string_view query = query_of(request.target);
    seen.client_id = value_of(query, "client_id");
    seen.scope = value_of(query, "resource");
    if (find_header(request.headers, "Metadata") != "true")
        return error_response(
            issuer_error(400, "invalid_request", "Required metadata header not specified"));
    if (value_of(query, "api-version") != "2018-02-01" || seen.scope.empty())
        return error_response(
            issuer_error(400, "invalid_request", "Required query variable 'resource' is missing"));
    if (!seen.client_id.empty() && seen.client_id != identity.client_id)
        return error_response(issuer_error(400, "invalid_request", "Identity not found"));
    return issue(seen.kind, seen.scope);
}

LANGEXPORT_DECL service_response identity_state::respond_as_app(issuer_request& seen,
                                                                const service_request& request) {
    const auto reject = [this](unsigned status, const char* message) {
        return error_response(
            canned_response(status, boost::json::serialize(boost::json::object{
                                        {"statusCode", status}, {"message", message}})));
    };
    const std::string_view query = query_of(request.target);
    seen.client_id = value_of(query, "client_id");
    seen.scope = value_of(query, "resource");
    if (find_header(request.headers, "X-IDENTITY-HEADER") != identity.identity_header)
        return reject(403, "The value of the header X-IDENTITY-HEADER is not valid.");
    if (value_of(query, "api-version") != "2019-08-01" || seen.scope.empty())
        return reject(400, "The request is not valid.");
    if (!seen.client_id.empty() && seen.client_id != identity.client_id)
        return reject(400, "No User Assigned or Delegated Managed Identity found for specified "
                           "ClientId/ResourceId/PrincipalId.");
    return issue(seen.kind, seen.scope);
}

LANGEXPORT_DECL service_response identity_state::issue(issuer_call kind, const std::string& scope) {
    const std::string token =
        "eyJ0eXAiOiJKV1Qi." + id_source::made_up_key() + id_source::made_up_key();
    tokens.push_back(token);
    if (identity.on_token)
        identity.on_token(token);
    const bool is_managed = kind != issuer_call::application;
    const bool is_text = identity.times_as_text.value_or(is_managed);
    const auto time = [is_text](std::chrono::seconds value) {
        return is_text ? boost::json::value(std::to_string(value.count()))
                       : boost::json::value(value.count());
    };
    using std::chrono::seconds;
    const auto end = std::chrono::floor<seconds>(issuer_now()) + identity.token_lifetime;
    boost::json::object body{{"token_type", "Bearer"}, {"access_token", token}};
    if (kind != issuer_call::app_service)
        body["expires_in"] = time(identity.token_lifetime);
    if (kind == issuer_call::application)
        body["ext_expires_in"] = time(identity.token_lifetime);
    if (is_managed) {
        body["expires_on"] = time(end.time_since_epoch());
        body["resource"] = utf8_text(scope);
        body["client_id"] = identity.client_id;
    }
    return good(boost::json::serialize(body));
}

LANGEXPORT_DECL service_response
identity_state::describe_tenant(const service_request& request) const {
    // `/TENANT/v2.0/.well-known/…`, or without both.
    const std::string_view tail = "/.well-known/openid-configuration";
    std::string_view base = path_of(request.target);
    base.remove_suffix(tail.size());
    if (base.ends_with("/v2.0"))
        base.remove_suffix(5);
    if (!base.empty() && base != "/" + identity.tenant_id)
        return error_response(unknown_tenant("invalid_tenant", base));
    const std::string tenant = endpoint + "/" + identity.tenant_id;
    return good(boost::json::serialize(
        boost::json::object{{"issuer", tenant + "/v2.0"},
                            {"authorization_endpoint", tenant + "/oauth2/v2.0/authorize"},
                            {"token_endpoint", tenant + "/oauth2/v2.0/token"},
                            {"device_authorization_endpoint", tenant + "/oauth2/v2.0/devicecode"},
                            {"end_session_endpoint", tenant + "/oauth2/v2.0/logout"},
                            {"jwks_uri", tenant + "/discovery/v2.0/keys"},
                            {"token_endpoint_auth_methods_supported",
                             boost::json::array{"client_secret_post", "private_key_jwt"}},
                            {"response_types_supported", boost::json::array{"code", "id_token"}},
                            {"response_modes_supported", boost::json::array{"query", "form_post"}},
                            {"subject_types_supported", boost::json::array{"pairwise"}},
                            {"id_token_signing_alg_values_supported", boost::json::array{"RS256"}},
                            {"scopes_supported", boost::json::array{"openid"}}}));
}

} // namespace detail
} // namespace testing
} // namespace v0
} // namespace langexport

#endif
