#ifndef LANGEXPORT_IDENTITY_IMPL_IDENTITY_ENVIRONMENT_HPP
#define LANGEXPORT_IDENTITY_IMPL_IDENTITY_ENVIRONMENT_HPP

#include <langexport/credential.hpp>
#include <langexport/identity/managed_identity.hpp>
#include <langexport/version.hpp>

#include <functional>
#include <string>

namespace langexport {
inline namespace v0 {
namespace detail {

// Where a source looks for its settings. A test replaces both.
struct identity_environment {
    // The value of a variable; empty if there is none.
    std::function<std::string(const std::string&)> variable;
    // The endpoint of the virtual machine.
    std::string machine_endpoint = "http://169.254.169.254";
};

// The process's own.
LANGEXPORT_DECL identity_environment system_identity_environment();

LANGEXPORT_DECL bearer_token_source make_managed_identity(const managed_identity_options& options,
                                                          const identity_environment& environment);
LANGEXPORT_DECL bearer_token_source
make_identity_from_environment(const identity_environment& environment);

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
