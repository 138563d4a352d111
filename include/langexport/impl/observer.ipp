#ifndef LANGEXPORT_IMPL_OBSERVER_IPP
#define LANGEXPORT_IMPL_OBSERVER_IPP

#include <langexport/observer.hpp>

namespace langexport {
inline namespace v0 {

LANGEXPORT_DECL std::string_view to_string(close_reason reason) noexcept {
    switch (reason) {
    case close_reason::aged:
        return "idle or open for too long";
    case close_reason::by_peer:
        return "closed by the server";
    case close_reason::after_response:
        return "the last response ended it";
    case close_reason::after_failure:
        return "the last exchange failed";
    case close_reason::client_closed:
        return "the client is closed";
    }
    return "unknown";
}

} // namespace v0
} // namespace langexport

#endif
