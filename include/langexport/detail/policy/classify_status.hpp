#ifndef LANGEXPORT_DETAIL_POLICY_CLASSIFY_STATUS_HPP
#define LANGEXPORT_DETAIL_POLICY_CLASSIFY_STATUS_HPP

#include <langexport/error.hpp>
#include <langexport/request_kind.hpp>
#include <langexport/version.hpp>

#include <string_view>

namespace langexport {
inline namespace v0 {
namespace detail {

// The classes of HTTP statuses that the client distinguishes.
enum class status_class : unsigned char {
    accepted,    // the request succeeded
    redirected,  // the resource is at another address
    throttled,   // too many requests; the service did not process this one
    unavailable, // the service did not execute a submission; it may do so later
    unconfirmed, // a gateway failed; the service may have executed a submission
    not_found,   // the resource does not exist, or does not exist yet
    rejected     // a retry would receive the same response
};

struct status_outcome {
    status_class category;
    errc code; // the error, unless the body of the response gives a better one
};

// `service_code` is the most specific error code in the response; empty if it has none.
LANGEXPORT_DECL status_outcome classify_status(request_kind kind, unsigned http_status,
                                               std::string_view service_code) noexcept;

// Whether later requests use the new address, too (RFC 9110, 15.4).
constexpr bool is_lasting_redirect(unsigned http_status) noexcept {
    return http_status == 301 || http_status == 308;
}

// Whether a failure without a response may be transient.
LANGEXPORT_DECL bool is_worth_another_try(errc code) noexcept;

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/policy/impl/classify_status.ipp>
#endif

#endif
