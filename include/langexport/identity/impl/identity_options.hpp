#ifndef LANGEXPORT_IDENTITY_IMPL_IDENTITY_OPTIONS_HPP
#define LANGEXPORT_IDENTITY_IMPL_IDENTITY_OPTIONS_HPP

#include <langexport/detail/operation/one_request.hpp>
#include <langexport/endpoint.hpp>
#include <langexport/identity/identity_timeouts.hpp>
#include <langexport/version.hpp>

#include <string>
#include <string_view>

namespace langexport {
inline namespace v0 {
namespace detail {

// Rejects the value of an option or variable. Its value is not shown: it may be a secret in the wrong place.
[[noreturn]] LANGEXPORT_DECL void reject_option(std::string_view name, const std::string& why);

// An id: unreserved characters, and not only dots. May be empty if it is not required.
LANGEXPORT_DECL void check_id(std::string_view name, std::string_view value, bool is_required);
// Visible ASCII, without spaces.
LANGEXPORT_DECL void check_word(std::string_view name, std::string_view value);

// Whether the peer is this machine or in 169.254.0.0/16 (App Service on Linux, the endpoint of a virtual machine).
LANGEXPORT_DECL bool is_near(const origin& peer) noexcept;

// The address of an issuer: https, or http to this machine or a link-local address.
LANGEXPORT_DECL split_url parse_issuer(std::string_view name, std::string_view url);

// The audience of tokens in the cloud of an authority. For an unknown authority, that of the public cloud.
LANGEXPORT_DECL std::string audience_of_authority(std::string_view url);
// An audience without the "/.default" that makes a scope of it.
LANGEXPORT_DECL std::string audience_in(std::string_view audience_or_scope);

// The peer, with limits that are checked. `name` is the class of the options.
LANGEXPORT_DECL request_route make_route(const std::string& name, origin peer,
                                         const identity_timeouts& timeouts);

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/identity/impl/identity_options.ipp>
#endif

#endif
