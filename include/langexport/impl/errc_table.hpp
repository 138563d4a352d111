#ifndef LANGEXPORT_IMPL_ERRC_TABLE_HPP
#define LANGEXPORT_IMPL_ERRC_TABLE_HPP

#include <langexport/error.hpp>

#include <boost/asio/error.hpp>

#include <iterator>

namespace langexport {
inline namespace v0 {
namespace detail {

inline error_code asio_aborted() noexcept {
    return boost::asio::error::make_error_code(boost::asio::error::operation_aborted);
}

// One row for each errc, in the order of the enumeration: its name, its message and the next step.
struct errc_row {
    std::string_view name;
    const char* message;
    const char* advice;
    condition kind;
};

inline constexpr const char* resume_advice = "the job continues: resume it";
inline constexpr const char* token_advice =
    "the job's resume token is kept in this error (job()->to_token())";
inline constexpr const char* unconfirmed_advice =
    "a job may be running: submit again if a second job does no harm";
inline constexpr const char* retry_advice = "try again later";
inline constexpr const char* partial_import_advice =
    "compare the project with its document, and import it again";
inline constexpr const char* too_large_advice =
    "the document is too large for the service, or for a gateway in front of it: divide the "
    "project into smaller ones";
inline constexpr const char* keys_disabled_advice =
    "keys are switched off for this resource: use an access token (Microsoft Entra ID), or allow "
    "local authentication for the resource";
inline constexpr const char* address_advice =
    "check client_params::endpoint and the network between here and there";

inline constexpr errc_row errc_table[] = {
    {"invalid_request", "the request is not valid", "correct it: nothing was exported",
     condition::caller},
    {"invalid_configuration", "the configuration is not valid", "correct the field named",
     condition::caller},
    {"credential_unavailable", "no credential is available", "check the token source",
     condition::transient},
    {"unauthorized", "the service did not accept the credential",
     "check that the key or token is for this resource, and that the key was not regenerated",
     condition::permanent},
    {"forbidden", "the service does not allow this",
     "check the role of the identity, the network rules and the quota of the resource",
     condition::permanent},
    {"project_not_found", "there is no such project",
     "check the project's name (upper and lower case count), its surface (export_request::surface: "
     "analyze-text, analyze-conversations or query-knowledgebases) and client_params::endpoint",
     condition::permanent},
    {"job_not_found", "the service does not know this job",
     "submit the export again, or check that the token belongs to this resource",
     condition::permanent},
    {"job_expired", "the service has deleted this job", "submit the export again",
     condition::permanent},
    {"conflict", "the project is busy with something else",
     "wait until its import, training or deletion has ended", condition::permanent},
    {"throttled", "the service's request quota is used up", retry_advice, condition::transient},
    {"service_unavailable", "the service is not available", retry_advice, condition::transient},
    {"unexpected_response", "the response is not one of this service",
     "check that the endpoint is a Language resource, and which proxy or gateway is in front of it",
     condition::permanent},
    {"malformed_response", "the response cannot be read",
     "check which proxy or gateway is between here and the service", condition::permanent},
    {"response_too_large", "the response is larger than allowed",
     "raise the limit named in client_params", condition::permanent},
    {"response_truncated", "the connection ended inside the response", retry_advice,
     condition::transient},
    {"foreign_origin", "a link leads to another origin and was not followed",
     "if a gateway is in front of the service, name its backend in client_params::gateway_backends",
     condition::permanent},
    {"submit_unconfirmed", "the submission was sent, but no response was received",
     unconfirmed_advice, condition::permanent},
    {"job_failed", "the export job failed", "see the service's reason, then submit it again",
     condition::permanent},
    {"job_cancelled", "the export job was cancelled at the service", "submit the export again",
     condition::permanent},
    {"job_partially_completed", "the export job ended with only a part of the assets",
     "fetch what there is with fetch_result, or set accept_partial", condition::permanent},
    {"deadline_exceeded", "the deadline of the operation passed", "allow it more time",
     condition::caller},
    {"job_timed_out", "the job did not end within job_timeout", "allow it more time",
     condition::transient},
    {"resolve_failed", "the host name could not be resolved", address_advice, condition::transient},
    {"resolve_timeout", "the host name was not resolved in time", address_advice,
     condition::transient},
    {"connect_timeout", "the connection was not made in time", address_advice,
     condition::transient},
    {"handshake_timeout", "the TLS handshake did not end in time", address_advice,
     condition::transient},
    {"response_timeout", "no response was received in time", retry_advice, condition::transient},
    {"read_timeout", "the response stopped half-way or was received too slowly", retry_advice,
     condition::transient},
    {"write_timeout", "the request was sent too slowly", retry_advice, condition::transient},
    {"attempt_timeout", "the request and its response took too long", retry_advice,
     condition::transient},
    {"connection_failed", "the connection failed", address_advice, condition::transient},
    {"tls_failed", "TLS failed",
     "check the server's certificate, its host name and the trusted certificates "
     "(client_params::ca_file)",
     condition::permanent},
    {"sink_failed", "the sink could not take the result", "see the cause", condition::permanent},
    {"source_failed", "the source could not deliver the document", "see the cause",
     condition::permanent},
    {"client_closed", "the client was closed", "", condition::caller},
    {"queue_full", "too many operations are in progress", "raise client_params::max_pending",
     condition::caller},
    {"malformed_document", "the document cannot be read",
     "check that it is the right file, and complete", condition::caller},
    {"callback_failed", "a function of the caller threw", "see the cause", condition::caller},
    {"proxy_failed", "the proxy rejected the connection",
     "check client_params::proxy, and what the proxy allows", condition::permanent},
    {"cancelled", "the operation was cancelled", "", condition::caller},
};

inline const errc_row* row_of(int value) noexcept {
    if (value < 1 || value > static_cast<int>(std::size(errc_table)))
        return nullptr;
    return &errc_table[value - 1];
}

// The row of a code of any category; operation_aborted has that of errc::cancelled.
inline const errc_row* row_of(const error_code& code) noexcept {
    if (code == asio_aborted())
        return row_of(static_cast<int>(errc::cancelled));
    return code.category() == error_category() ? row_of(code.value()) : nullptr;
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
