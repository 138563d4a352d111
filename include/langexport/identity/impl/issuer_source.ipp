#ifndef LANGEXPORT_IDENTITY_IMPL_ISSUER_SOURCE_IPP
#define LANGEXPORT_IDENTITY_IMPL_ISSUER_SOURCE_IPP

#include <langexport/detail/base/text.hpp>
#include <langexport/detail/policy/classify_status.hpp>
#include <langexport/detail/protocol/read_error.hpp>
#include <langexport/detail/protocol/retry_after.hpp>
#include <langexport/identity/impl/issuer_source.hpp>
#include <langexport/impl/proxy_secrets.hpp>

#include <boost/asio/post.hpp>

#include <exception>
#include <memory>
#include <string_view>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

inline constexpr std::chrono::hours longest_token_wait{24};

// The next step for the person who reads the issuer's error code.
inline std::string advice_on(const token_endpoint& endpoint, std::string_view error) {
    const auto is = [error](std::string_view word) { return equal_ignoring_case(error, word); };
    if (is("invalid_scope") || is("invalid_resource") || is("invalid_target"))
        return "check the scope or resource, and that it belongs to the same cloud as the issuer";
    if (endpoint.issuer == token_issuer::managed_identity)
        return endpoint.advice;
    if (is("unauthorized_client"))
        return "check the client id and the tenant id, and that the application exists in the "
               "tenant";
    if (is("invalid_request") || is("invalid_tenant"))
        return "check the tenant id and the client id";
    return endpoint.advice;
}

inline diagnostics describe_issuer(const token_endpoint& endpoint) {
    diagnostics known;
    known.detail = endpoint.route.peer.to_string() + " gave no token for " + endpoint.subject;
    return known;
}

[[noreturn]] inline void throw_credential_error(diagnostics known) {
    throw export_error(make_error_code(errc::credential_unavailable), std::move(known));
}

[[noreturn]] LANGEXPORT_DECL void throw_no_token(std::string detail, error_code cause,
                                                 std::string advice) {
    diagnostics known;
    known.detail = std::move(detail);
    known.cause_code = cause;
    known.advice = std::move(advice);
    throw_credential_error(std::move(known));
}

// The next step after a connection that failed.
inline std::string advice_on(token_issuer issuer, errc failure) {
    const bool is_authority = issuer == token_issuer::authority;
    if (failure == errc::tls_failed && is_authority)
        return "check the authority's certificate, its host name and the trusted certificates "
               "(entra_options::ca_file, entra_options::ca_folder or the variable SSL_CERT_FILE)";
    if (failure == errc::tls_failed)
        return "check the certificate of IDENTITY_ENDPOINT, its host name and the trusted "
               "certificates (the variable SSL_CERT_FILE)";
    if (failure == errc::proxy_failed)
        return "check entra_options::proxy, and what the proxy allows";
    return is_authority ? "check the authority's address and the network between here and there"
                        : "check that this machine has a managed identity";
}

// There is no response.
[[noreturn]] inline void throw_unreachable(const token_endpoint& endpoint,
                                           const secret_redactor& hidden,
                                           const exchange_failure& why) {
    diagnostics known = describe_issuer(endpoint);
    known.detail += ": " + make_error_code(why.code).message();
    if (!why.detail.empty())
        known.detail += ": " + why.detail;
    hidden.redact(known.detail);
    known.cause_code = why.cause;
    known.cause = why.thrown;
    known.is_permanent = !is_worth_another_try(why.code) && why.code != errc::malformed_response;
    known.advice = advice_on(endpoint.issuer, why.code);
    throw_credential_error(std::move(known));
}

// The issuer has rejected the request, or its response cannot be read.
[[noreturn]] inline void throw_rejected(const token_endpoint& endpoint,
                                        const secret_redactor& hidden,
                                        const response_message& response,
                                        const token_response& read,
                                        std::chrono::system_clock::time_point now) {
    diagnostics known = describe_issuer(endpoint);
    const unsigned status = response.status;
    known.http_status = status;
    known.service =
        read_error(response.body, 16, [&hidden](std::string& text) { hidden.redact(text); });
    known.request_id = read.trace_id.empty() ? response.request_id : read.trace_id;
    hidden.redact(known.request_id);
    if (status >= 300 && status < 400) {
        known.detail += ": it redirects to another address, which is not followed";
        known.advice = "check the address of the issuer";
        known.is_permanent = true;
        throw_credential_error(std::move(known));
    }
    known.is_permanent = !may_pass(endpoint.issuer, status, known.service.code);
    known.advice = known.is_permanent ? advice_on(endpoint, known.service.code) : "try again later";
    known.retry_after =
        read_retry_after(response, now, longest_token_wait).value_or(steady_duration::zero());
    throw_credential_error(std::move(known));
}

LANGEXPORT_DECL access_token read_token(const token_endpoint& endpoint,
                                        const secret_redactor& hidden,
                                        const response_message& response,
                                        const std::optional<exchange_failure>& failure,
                                        std::chrono::system_clock::time_point now) {
    if (failure)
        throw_unreachable(endpoint, hidden, *failure);
    token_response read;
    std::string why;
    const bool is_readable = read_token_response(response.body, read, why);
    if (response.status != 200)
        throw_rejected(endpoint, hidden, response, read, now);
    if (is_readable && is_usable(read, why)) {
        const auto expires = expiry_of(read, response, endpoint.issuer, now);
        if (expires > now)
            return access_token(std::string(view(read.token)), expires);
        why = "its token has expired";
    }
    diagnostics known = describe_issuer(endpoint);
    known.detail += ": the response cannot be used: " + why;
    known.http_status = response.status;
    known.advice = "check the address of the issuer, and which proxy or gateway is in front of it";
    throw_credential_error(std::move(known));
}

LANGEXPORT_TEMPLATE_DECL void request_token(const std::shared_ptr<const token_endpoint>& endpoint,
                                            const boost::asio::any_io_executor& executor,
                                            const bearer_token_source::receiver& done) {
    const auto hidden = std::make_shared<secret_redactor>();
    for_each_secret_of(endpoint->route.proxy,
                       [&hidden](std::string_view secret) { hidden->add(secret); });
    request_message request = endpoint->write_request(*hidden);
    // Programs may use a source without a client, so no client's time source is available here.
    const auto now = std::chrono::system_clock::now();
    one_request::start(
        executor, endpoint->route, std::move(request),
        [endpoint, hidden, now, done](const response_message& response,
                                      const std::optional<exchange_failure>& failure) {
            access_token token;
            std::exception_ptr error;
            try {
                token = read_token(*endpoint, *hidden, response, failure, now);
            } catch (...) {
                error = std::current_exception();
            }
            done(error, token);
        });
}

LANGEXPORT_TEMPLATE_DECL bearer_token_source make_issuer_source(token_endpoint endpoint) {
    const auto shared = std::make_shared<const token_endpoint>(std::move(endpoint));
    return make_token_source([shared](const boost::asio::any_io_executor& executor,
                                      const bearer_token_source::receiver& done) {
        try {
            request_token(shared, executor, done);
        } catch (...) {
            boost::asio::post(executor, task_function([done, error = std::current_exception()] {
                                  done(error, access_token());
                              }));
        }
    });
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
