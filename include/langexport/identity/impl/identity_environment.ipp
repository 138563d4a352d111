#ifndef LANGEXPORT_IDENTITY_IMPL_IDENTITY_ENVIRONMENT_IPP
#define LANGEXPORT_IDENTITY_IMPL_IDENTITY_ENVIRONMENT_IPP

#include <langexport/credential.hpp>
#include <langexport/identity/impl/identity_environment.hpp>

namespace langexport {
inline namespace v0 {
namespace detail {

LANGEXPORT_DECL identity_environment system_identity_environment() {
    identity_environment environment;
    environment.variable = [](const std::string& name) { return environment_text(name); };
    return environment;
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
