#ifndef LANGEXPORT_DETAIL_ENGINE_BUDGET_LISTENER_HPP
#define LANGEXPORT_DETAIL_ENGINE_BUDGET_LISTENER_HPP

#include <langexport/version.hpp>

namespace langexport {
inline namespace v0 {
namespace detail {

// Receives an event when requests can be sent that could not be sent before. Called on any thread.
class budget_listener {
public:
    virtual void budget_has_changed() = 0;

protected:
    ~budget_listener() = default;
};

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
