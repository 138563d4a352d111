#ifndef LANGEXPORT_DETAIL_POLICY_IMPL_CLASSIFY_STATUS_IPP
#define LANGEXPORT_DETAIL_POLICY_IMPL_CLASSIFY_STATUS_IPP

#include <langexport/detail/policy/classify_status.hpp>

namespace langexport {
inline namespace v0 {
namespace detail {

LANGEXPORT_DECL status_outcome classify_status(request_kind kind, unsigned http_status,
                                               std::string_view service_code) noexcept {
    const bool submits = kind == request_kind::submission;
    const unsigned wanted = submits ? 202 : 200;
    if (http_status == wanted)
        return {status_class::accepted, errc::unexpected_response};
    // The list does not exist; no project is missing.
    if (kind == request_kind::listing && (http_status == 404 || http_status == 410))
        return {status_class::not_found, errc::unexpected_response};
    // Waiting does not help: unlike the request quota, a quota of storage or projects has no window.
    if (service_code == "QuotaExceeded")
        return {status_class::rejected, http_status == 429 ? errc::throttled : errc::forbidden};
    switch (http_status) {
    case 301:
    case 302:
    case 303:
    case 307:
    case 308:
        return {submits ? status_class::rejected : status_class::redirected,
                errc::unexpected_response};
    case 400:
    case 411:
    case 413:
    case 414:
    case 415:
    case 422:
    case 431:
        return {status_class::rejected, errc::invalid_request};
    case 401:
        return {status_class::rejected, errc::unauthorized};
    case 403:
        return {status_class::rejected, errc::forbidden};
    case 404:
        return {status_class::not_found, submits ? errc::project_not_found : errc::job_not_found};
    case 407: // from the proxy for plain HTTP, or from another proxy
        return {status_class::rejected, errc::proxy_failed};
    case 409:
        return {status_class::rejected, errc::conflict};
    case 410:
        return {status_class::rejected, submits ? errc::project_not_found : errc::job_expired};
    case 408:
        return {status_class::unconfirmed, errc::service_unavailable};
    case 429:
        return {status_class::throttled, errc::throttled};
    case 503:
        return {status_class::unavailable, errc::service_unavailable};
    case 501: // the server does not support the method: a retry would fail, too
        return {status_class::rejected, errc::unexpected_response};
    default:
        break;
    }
    // Gateways use many numbers (505, 520 to 530, 599) for their own failures.
    if (http_status >= 500)
        return {status_class::unconfirmed, errc::service_unavailable};
    return {status_class::rejected, errc::unexpected_response};
}

LANGEXPORT_DECL bool is_worth_another_try(errc code) noexcept {
    switch (code) {
    case errc::credential_unavailable:
    case errc::resolve_failed:
    case errc::resolve_timeout:
    case errc::connect_timeout:
    case errc::handshake_timeout:
    case errc::response_timeout:
    case errc::read_timeout:
    case errc::write_timeout:
    case errc::attempt_timeout:
    case errc::connection_failed:
    case errc::response_truncated:
        return true;
    default:
        return false;
    }
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
