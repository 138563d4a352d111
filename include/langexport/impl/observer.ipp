#ifndef LANGEXPORT_IMPL_OBSERVER_IPP
#define LANGEXPORT_IMPL_OBSERVER_IPP

#include <langexport/detail/base/name_table.hpp>
#include <langexport/observer.hpp>

namespace langexport {
inline namespace v0 {

namespace detail {
inline constexpr named_value<close_reason> close_reason_names[] = {
    {close_reason::aged, "idle or open for too long"},
    {close_reason::by_peer, "closed by the server"},
    {close_reason::after_response, "the last response ended it"},
    {close_reason::after_failure, "the last exchange failed"},
    {close_reason::client_closed, "the client is closed"}};
} // namespace detail

LANGEXPORT_DECL std::string_view to_string(close_reason reason) noexcept {
    return detail::name_in(detail::close_reason_names, reason);
}

} // namespace v0
} // namespace langexport

#endif
