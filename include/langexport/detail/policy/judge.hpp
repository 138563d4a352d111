#ifndef LANGEXPORT_DETAIL_POLICY_JUDGE_HPP
#define LANGEXPORT_DETAIL_POLICY_JUDGE_HPP

#include <langexport/error.hpp>
#include <langexport/request_kind.hpp>
#include <langexport/version.hpp>

#include <string_view>

namespace langexport {
inline namespace v0 {
namespace detail {

// What an HTTP status means for what comes next.
enum class meaning : unsigned char {
    accepted,    // what was asked for
    redirected,  // it lies elsewhere
    throttled,   // not now; it was not looked at
    unavailable, // not now; a submission of this answer was not executed
    uncertain,   // broken on the way; a submission may have been executed
    not_found,   // there is no such thing, or not yet
    refused      // no, and asking again will not change it
};

struct judgement {
    meaning what;
    errc code; // the error, if nothing better comes of it
};

// `service_code` is the most specific code word of the answer's error; empty if there is none.
LANGEXPORT_DECL judgement judge(request_kind kind, unsigned http_status,
                                std::string_view service_code) noexcept;

// Whether a redirect holds for later requests, too (RFC 9110, 15.4).
constexpr bool is_lasting_redirect(unsigned http_status) noexcept {
    return http_status == 301 || http_status == 308;
}

// Whether a failure without an answer may pass by itself.
LANGEXPORT_DECL bool is_worth_another_try(errc code) noexcept;

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/policy/impl/judge.ipp>
#endif

#endif
